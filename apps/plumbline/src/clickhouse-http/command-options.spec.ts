import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { clickHouseAddress } from './command-options.js';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-options-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const PASSWORD = 'PLUMBLINE_CLICKHOUSE_HTTP_PASSWORD';

function read(
  port: string,
  host = '127.0.0.1',
  env: Record<string, string> = {},
): { address: ReturnType<typeof clickHouseAddress>; said: string[] } {
  const said: string[] = [];
  const given = { clickhousePort: port, clickhouseHost: host };
  return { address: clickHouseAddress(given, env, (message) => said.push(message)), said };
}

describe('where the ClickHouse interface answers', () => {
  it('is this machine, for whoever is on it', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) {
      expect(read('8123', host)).toEqual({
        address: { host, port: 8123, access: { loopback: true, password: undefined } },
        said: [],
      });
    }
  });

  it('is nowhere where it is switched off', () => {
    expect(read('off', '0.0.0.0').address).toBeUndefined();
  });

  it.each(['-1', '65536', '80a', '', '1e3', '8123.5'])('is no port %p', (port) => {
    expect(() => read(port)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it.each(['0.0.0.0', '::', '192.168.1.2', 'laptop.example'])('needs a password at %s', (host) => {
    expect(() => read('8123', host)).toThrow(new RegExp(`${PASSWORD} or ${PASSWORD}_FILE`));
    const { address, said } = read('8123', host, { [PASSWORD]: 'geheim' });
    expect(address?.access).toEqual({ loopback: false, password: 'geheim' });
    expect(said).toHaveLength(1);
    expect(said.join()).not.toContain('geheim');
  });

  it('takes the password from a file as well', () => {
    const file = join(folder, 'password');
    writeFileSync(file, 'geheim \n');
    expect(read('0', '127.0.0.1', { [`${PASSWORD}_FILE`]: file }).address?.access.password).toBe('geheim ');
    const both = { [PASSWORD]: 'x', [`${PASSWORD}_FILE`]: file };
    expect(() => read('0', '127.0.0.1', both)).toThrow('not both');
    expect(() => read('0', '127.0.0.1', { [`${PASSWORD}_FILE`]: `${file}-none` })).toThrow("can't be read");
    writeFileSync(file, '\n');
    expect(() => read('0', '127.0.0.1', { [`${PASSWORD}_FILE`]: file })).toThrow('empty');
  });
});
