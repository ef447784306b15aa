import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { run } from './support/cli.js';
import { temporaryFolder } from './support/temporary.js';
import { until } from './support/until.js';
import { lagOf, up } from './support/up.js';

interface Demo {
  readonly until: number;
  readonly fed: boolean;
}

describe('the demo', () => {
  it('goes on where it was killed, up to the same instant, and tells of all its deals', async () => {
    const data = temporaryFolder();
    const demo = (): Demo => JSON.parse(readFileSync(join(data, 'demo.json'), 'utf8')) as Demo;
    const first = await up(data, '--demo');
    await until(
      'some of it is fed',
      async () => existsSync(join(data, 'demo.json')) && (await lagOf(first)) > 0,
    );
    first.process.kill('SIGKILL');
    await first.process.ended;
    const begun = demo();
    expect(begun.fed).toBe(false);

    const { stdout, code } = await run(['up', '--demo', '--once', '--data', data, '--port', '0']);
    expect(code).toBe(0);
    const [, deals = '0', events = '0'] = /^([\d,]+) deals from ([\d,]+) events/.exec(stdout) ?? [];
    expect(Number(deals.replaceAll(',', ''))).toBeGreaterThanOrEqual(1_500);
    expect(Number(events.replaceAll(',', ''))).toBeGreaterThan(80_000);
    expect(stdout).toContain('By team');
    expect(demo()).toEqual({ until: begun.until, fed: true });
  });
});
