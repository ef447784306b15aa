import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { run, start } from '../support/cli.js';
import { temporaryFolder } from '../support/temporary.js';
import { until } from '../support/until.js';

const execute = promisify(execFile);

describe('plumbline up', () => {
  it('can be queried, says where, and ends with its queries', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const up = start(['up', '--data', temporaryFolder(), '--port', '0', '--clickhouse-port', String(port)]);
    let stdout = '';
    up.stdout.on('data', (text: string) => (stdout += text));
    const url = await until('the address is told', () => /query it at (http:\S+?):? /.exec(stdout)?.[1]);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(url).not.toContain(`:${port}`);
    const answer = await execute('curl', ['-s', url, '-d', 'SELECT count() FROM deal_health_now']);
    expect(answer.stdout).toBe('0\n');

    const cut = fetch(url, { method: 'POST', body: 'SELECT count() FROM numbers(1000000000000)' }).catch(
      (error: unknown) => error,
    );
    await execute('curl', ['-s', url, '-d', 'SELECT 1']);
    up.kill('SIGTERM');
    const { code, stderr } = await up.ended;
    await cut;
    taken.close();
    expect(stderr).toContain(`Port ${port} is in use: the ClickHouse interface takes another.\n`);
    expect(code).toBe(0);
  });

  it('opens itself to other machines only with a password', async () => {
    const args = ['up', '--data', temporaryFolder(), '--port', '0', '--clickhouse-host', '0.0.0.0'];
    const { code, stderr } = await run(args);
    expect(code).toBe(1);
    expect(stderr).toContain('PLUMBLINE_CLICKHOUSE_HTTP_PASSWORD');
    expect((await run(['up', '--clickhouse-port', 'http'])).code).toBe(2);
  });
});
