import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { clickHouseError } from './clickhouse-error.js';

export const READER = 'viewer';

/** Who is let in. */
export interface Access {
  /** Only this machine can reach the port. */
  readonly loopback: boolean;
  /** Of the user `viewer`; undefined: nobody is asked for one. */
  readonly password: string | undefined;
}

/**
 * @param asked the query of the URL, in which credentials may stand
 * @throws ClickHouseError where the request isn't let in
 */
export function checkAccess(request: IncomingMessage, asked: URLSearchParams, access: Access): void {
  const { host = '', origin } = request.headers;
  if (access.loopback && !isOwnName(host)) {
    throw clickHouseError('ACCESS_DENIED', 'The Host header names another machine than this one');
  }
  if (origin !== undefined || isFromOtherSite(request)) {
    throw clickHouseError('ACCESS_DENIED', 'Web pages are not answered');
  }
  if (access.password !== undefined) checkPassword(credentialsOf(request, asked), access.password);
}

/**
 * A page of another site can have its own name resolved to this machine, and then read what is answered; only, the
 * browser says that name here. Containers call the machine that they run on by the last of these.
 */
function isOwnName(host: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\]|host\.docker\.internal)(?::\d{1,5})?$/i.test(host);
}

function isFromOtherSite({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'none' && site !== 'same-origin';
}

interface Credentials {
  readonly user: string;
  readonly password: string;
}

function credentialsOf({ headers }: IncomingMessage, asked: URLSearchParams): Credentials | undefined {
  const [kind, encoded = ''] = (headers.authorization ?? '').split(' ');
  if (kind?.toLowerCase() === 'basic') {
    const decoded = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    return colon === -1 ? undefined : { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  }
  const user = headers['x-clickhouse-user'] ?? asked.get('user') ?? undefined;
  const password = headers['x-clickhouse-key'] ?? asked.get('password') ?? undefined;
  return user === undefined && password === undefined
    ? undefined
    : { user: String(user ?? READER), password: String(password ?? '') };
}

function checkPassword(given: Credentials | undefined, password: string): void {
  if (given === undefined) {
    throw clickHouseError('REQUIRED_PASSWORD', `Give the password of the user ${READER}`);
  }
  const right = timingSafeEqual(digest(given.password), digest(password));
  if (given.user !== READER || !right) {
    throw clickHouseError(
      'AUTHENTICATION_FAILED',
      'Authentication failed: password is incorrect, or there is no user with such name',
    );
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
