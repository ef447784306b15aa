import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../support/temporary.js';
import { type Serving, openServing } from './serving.js';

const run = promisify(execFile);

const PACKAGE = 'clickhouse-connect==1.12.0';
const PROGRAM = fileURLToPath(new URL('read_with_clickhouse_connect.py', import.meta.url));

const hasPython = await run('python3', ['-c', 'import venv, ensurepip']).then(
  () => true,
  () => false,
);
if (!hasPython) {
  if (process.env['CI'] === 'true') throw new Error('clickhouse-connect needs python3 with venv and pip');
  process.stderr.write('Left out: clickhouse-connect. There is no python3 with venv and pip.\n');
}

// Only on a developer's machine without Python, and said aloud; under CI it is the failure above.
(hasPython ? describe : describe.skip)('clickhouse-connect', () => {
  const python = join(temporaryFolder(), 'python');
  let serving: Serving;
  let port: string;
  beforeAll(async () => {
    await run('python3', ['-m', 'venv', python]);
    await run(join(python, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', PACKAGE]);
    serving = await openServing();
    ({ port } = new URL((await serving.serve()).url));
  }, 300_000);
  afterAll(() => serving.close());

  it.each(['', 'gzip', 'lz4'])(
    'reads the views, and is refused the rest (compression: %p)',
    async (compression) => {
      const { stdout } = await run(join(python, 'bin', 'python'), [PROGRAM, port, compression]);
      expect(JSON.parse(stdout)).toEqual({
        version: expect.stringMatching(/^\d+\.\d+/),
        deal: ['d1', 58.75, '2026-01-05T09:00:00', ['no_economic_buyer', 'seller_ahead']],
        parameters: [1, [1, 2]],
        streamed: 200_000,
        command: 2,
        raw: '1,"a"\n',
        tables: 1,
        drop: expect.stringContaining('code: 164'),
        // With lz4 it is the compression of its body that is refused first.
        insert: expect.stringMatching(compression === 'lz4' ? /code: 89/ : /code: 164/),
        file: expect.stringContaining('code: 497'),
      });
    },
  );
});
