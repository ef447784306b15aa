import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { UserError } from '../user-error.js';
import { READER, type Access } from './access.js';

export const DEFAULT_CLICKHOUSE_PORT = '8123';
export const DEFAULT_CLICKHOUSE_HOST = '127.0.0.1';

const PASSWORD = 'PLUMBLINE_CLICKHOUSE_HTTP_PASSWORD';

/** What the command line and the environment say of the ClickHouse interface. */
export interface ClickHouseAddress {
  readonly host: string;
  readonly port: number;
  readonly access: Access;
}

/**
 * @param given the options as they were typed
 * @param say told where other machines can reach the interface
 * @returns undefined where it is switched off
 * @throws UserError where a value can't be, or a password is missing that has to be there
 */
export function clickHouseAddress(
  given: { readonly clickhousePort: string; readonly clickhouseHost: string },
  env: Readonly<Record<string, string | undefined>>,
  say: (message: string) => void,
): ClickHouseAddress | undefined {
  if (given.clickhousePort === 'off') return undefined;
  const port = /^\d{1,5}$/.test(given.clickhousePort) ? Number(given.clickhousePort) : Number.NaN;
  if (!(port <= 65_535)) throw new UserError('--clickhouse-port: expected 0 to 65535, or off', 2);
  const host = given.clickhouseHost;
  const loopback = isLoopback(host);
  const password = passwordOf(env);
  if (!loopback) {
    if (password === undefined) {
      throw new UserError(
        `--clickhouse-host ${host}: other machines can reach that address; set ${PASSWORD} or ${PASSWORD}_FILE`,
      );
    }
    say(
      `Other machines can query this one at ${host}, as ${READER} with the password; nothing on the way is encrypted.`,
    );
  }
  return { host, port, access: { loopback, password } };
}

const loopbackAddresses = new BlockList();
loopbackAddresses.addSubnet('127.0.0.0', 8, 'ipv4');
loopbackAddresses.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && loopbackAddresses.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

function passwordOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const file = env[`${PASSWORD}_FILE`] ?? '';
  const password = env[PASSWORD] ?? '';
  if (file === '') return password === '' ? undefined : password;
  if (password !== '') throw new UserError(`${PASSWORD}_FILE: either this or ${PASSWORD}, not both`);
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UserError(`${PASSWORD}_FILE: the file can't be read`);
  }
  // Editors and echo end a file with a line break that is no part of the secret.
  const secret = text.replace(/[\r\n]+$/, '');
  if (secret === '') throw new UserError(`${PASSWORD}_FILE: the file is empty`);
  return secret;
}
