import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Endpoint } from '#domain/alerts/types.js';
import { reachOf } from './addresses.js';

/** Tells all addresses of a host, or why there are none. */
export type Resolve = (
  hostname: string,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** The endpoint may not be called where its URL leads. The message names the host only. */
export class ForbiddenAddressError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ForbiddenAddressError';
  }
}

export const resolveWithSystem: Resolve = (hostname, callback) => {
  systemLookup(hostname, { all: true }, callback);
};

/** What may be called on behalf of an endpoint. */
type Allowance = Pick<Endpoint, 'allowPrivate' | 'allowHttp'>;

/**
 * Judges what can be told without resolving a name: the scheme, and an address that stands in the URL itself, for
 * which no lookup takes place.
 * @throws ForbiddenAddressError
 */
export function judgeUrl(url: URL, allowed: Allowance): void {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && allowed.allowHttp)) {
    throw new ForbiddenAddressError(
      'only https is allowed for this endpoint: use an https URL or set allow_http',
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) judgeAddresses(host, [host], allowed);
}

/**
 * Resolves a host and judges each of its addresses. The addresses judged are the ones that the connection is made to:
 * a name that resolves differently a moment later changes nothing. Connections that need the host at the same time
 * share one resolution, so that a name server that doesn't answer keeps only one of the few threads for it.
 */
export function guardedLookup(allowed: Allowance, resolve: Resolve): LookupFunction {
  type Callback = Parameters<Resolve>[1];
  const waiting = new Map<string, Callback[]>();
  const resolveShared = (hostname: string, callback: Callback): void => {
    const others = waiting.get(hostname);
    if (others !== undefined) {
      others.push(callback);
      return;
    }
    const callbacks = [callback];
    waiting.set(hostname, callbacks);
    resolve(hostname, (error, addresses) => {
      waiting.delete(hostname);
      for (const each of callbacks) each(error, addresses);
    });
  };
  return (hostname, { all, family }, callback) => {
    resolveShared(hostname, (error, resolved) => {
      if (error !== null) {
        callback(error, '', 0);
        return;
      }
      const wanted = resolved.filter((each) => isOfFamily(each, family));
      try {
        judgeAddresses(
          hostname,
          wanted.map(({ address }) => address),
          allowed,
        );
      } catch (refusal) {
        callback(refusal as NodeJS.ErrnoException, '', 0);
        return;
      }
      const [first] = wanted;
      if (all === true) callback(null, [...wanted]);
      else callback(null, first?.address ?? '', first?.family);
    });
  };
}

/** Connections to one endpoint, kept open for its next message. */
export function guardedAgent(endpoint: Endpoint, url: URL, resolve: Resolve): HttpAgent | HttpsAgent {
  const options = {
    keepAlive: true,
    maxSockets: endpoint.concurrency,
    lookup: guardedLookup(endpoint, resolve),
  };
  return url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
}

function isOfFamily(address: LookupAddress, family: number | string | undefined): boolean {
  if (family === 4 || family === 'IPv4') return address.family === 4;
  if (family === 6 || family === 'IPv6') return address.family === 6;
  return true;
}

/** One address that is forbidden forbids all: an honest host has no use for such a mixture. */
function judgeAddresses(host: string, addresses: readonly string[], { allowPrivate }: Allowance): void {
  if (addresses.length === 0) throw new ForbiddenAddressError(`${host} has no address`);
  for (const address of addresses) {
    const reach = reachOf(address);
    if (reach === 'never')
      throw new ForbiddenAddressError(`${host} leads to ${address}, which is never called`);
    if (reach === 'private' && !allowPrivate) {
      throw new ForbiddenAddressError(
        `${host} leads to the private address ${address}: set allow_private to allow it`,
      );
    }
  }
}
