import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { canonicalJson } from '#domain/events/canonical-json.js';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { chronicle } from '#domain/score/chronicle.js';
import type { Score } from '#domain/score/score.js';
import { openEmbeddedLog } from '#log/embedded-log.js';
import { simulatedPolicy } from '#simulator/policy.js';
import { randomFor } from '#simulator/random.js';
import { simulate } from '#simulator/simulate.js';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.js';
import { linesOf, type Run, run, start } from './support/cli.js';
import { ndjson } from './support/events.js';
import { collect, foldable, recordsOf, ruleBook } from './support/system.js';
import { temporaryFolder } from './support/temporary.js';
import { until } from './support/until.js';
import { drainedUp, lagOf, post, startUp, up } from './support/up.js';

// Processes start and end many times, on machines that may be busy.
jest.setTimeout(300_000);

const SEED = 23;
const ROUNDS = 6;
const BATCH = 120;
// Long ago: no verdict changes by time alone any more, so that scores of different moments can be compared.
const UNTIL = Date.UTC(2024, 4, 28, 12);

const random = randomFor(SEED, 'kills');
const folder = temporaryFolder();
const policy = join(temporaryFolder(), 'policy.yaml');
const events: readonly CloudEvent[] = [
  ...simulate({ seed: SEED, deals: 60, until: UNTIL, duplicates: 0.02 }),
];
const deals = foldable(events);

async function inWarehouse<T>(data: string, look: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  const warehouse = await openWarehouse({ kind: 'embedded', path: join(data, 'clickhouse') });
  try {
    return await look(warehouse);
  } finally {
    await warehouse.close();
  }
}

async function storedEvents(warehouse: Warehouse): Promise<string[]> {
  const stored: string[] = [];
  for await (const page of warehouse.read.dealIds()) {
    for await (const { deal_id: dealId, events: rows } of warehouse.read.events(page))
      stored.push(...rows.map(({ source, id }) => `${dealId} ${source} ${id}`));
  }
  return stored;
}

const asked = {
  deals: ['deals', '--all', '--format', 'ndjson', '--as-of', '2024-05-01T00:00:00Z'],
  letters: ['dead-letters', 'list'],
  rebuild: ['rebuild'],
} as const;

async function askAll(): Promise<Record<keyof typeof asked, Run>> {
  const on = (args: readonly string[]): Promise<Run> => run([...args, '--data', folder]);
  return { deals: await on(asked.deals), letters: await on(asked.letters), rebuild: await on(asked.rebuild) };
}

describe('plumbline up, killed again and again', () => {
  beforeAll(async () => {
    writeFileSync(policy, stringify(simulatedPolicy));
    let next = 0;
    let acknowledged = 0;
    const batchAt = (from: number): string => ndjson(events.slice(from, from + BATCH));
    for (let round = 1; round <= ROUNDS; round += 1) {
      if (round % 3 === 0) {
        // In the middle of its start.
        const starting = startUp(folder);
        await pause(random.whole(200, 1_500));
        starting.kill('SIGKILL');
        await starting.ended;
      }
      const running = await up(folder, ...(round === 1 ? ['--policy', policy] : []));
      for (let count = random.whole(1, 4); count > 0; count -= 1) {
        if (!(await post(running, batchAt(next)))) throw new Error('a sound batch was refused');
        next += BATCH;
        acknowledged += 1;
      }
      // In the middle of taking a batch, of storing those before it, or of scoring them.
      const answer = post(running, batchAt(next));
      await pause(random.whole(0, 80));
      running.process.kill('SIGKILL');
      if (await answer) next += BATCH;
      expect((await running.process.ended).signal).toBe('SIGKILL');
      expect(existsSync(join(folder, 'running.json'))).toBe(true);
    }
    expect(acknowledged).toBeGreaterThanOrEqual(ROUNDS);

    const last = await up(folder);
    // A batch of which nobody knows whether it was taken is sent again.
    for (let from = next; from < events.length; from += BATCH)
      expect(await post(last, batchAt(from))).toBe(true);
    expect(await post(last, '{"hello":"world"}\n')).toBe(true);
    await drainedUp(last);
    last.process.kill('SIGTERM');
    expect(await last.process.ended).toMatchObject({ code: 0, signal: null });
  });

  it('has every acknowledged event once', async () => {
    const expected = [...deals].flatMap(([dealId, own]) =>
      own.map(({ source, id }) => `${dealId} ${source} ${id}`),
    );
    const stored = await inWarehouse(folder, storedEvents);
    expect(stored.sort()).toEqual(expected.sort());
  });

  it('has the records that its events say, and a rebuild changes none of them', async () => {
    const rules = ruleBook(stringify(simulatedPolicy));
    const expected = [...deals].flatMap(([dealId, own]) =>
      chronicle(dealId, own, Date.now(), rules).records.map(canonicalJson),
    );
    const records = await inWarehouse(folder, (warehouse) => collect(warehouse.read.records()));
    expect(records.map(canonicalJson).sort()).toEqual(expected.sort());

    const before = await inWarehouse(folder, recordsOf);
    const rebuilt = await run(['rebuild', '--data', folder]);
    expect(rebuilt).toEqual({
      stdout: `${deals.size} deals rebuilt, 0 of them changed\n`,
      stderr: '',
      code: 0,
      signal: null,
    });
    expect(await inWarehouse(folder, recordsOf)).toEqual(before);
  });

  it('answers commands the same while it runs and when it does not', async () => {
    const alone = await askAll();
    expect(
      linesOf(alone.deals.stdout).map((line) => (JSON.parse(line) as Score).deal_id).length,
    ).toBeGreaterThan(20);
    expect(alone.letters.stdout).toContain('deals.events/0@');
    expect(alone.letters.stdout).toContain('specversion: expected');
    for (const { code, stderr } of Object.values(alone)) expect([code, stderr]).toEqual([0, '']);
    const running = await up(folder);
    expect(await askAll()).toEqual(alone);
    running.process.kill('SIGTERM');
    await running.process.ended;
  });

  it('refuses a second one on its folder in one clear line, and what would change its policy or schema', async () => {
    const running = await up(folder);
    const refused = await Promise.all([
      run(['up', '--data', folder, '--port', '0']),
      run(['rebuild', '--data', folder, '--policy', policy]),
      run(['migrate', '--data', folder]),
    ]);
    for (const { stdout, stderr, code } of refused) {
      expect(stdout).toBe('');
      expect(stderr).toMatch(
        new RegExp(
          `^plumbline: [^\\n]*${folder} \\(process ${running.process.pid}\\)[^\\n]*\\n$|^plumbline: [^\\n]*${folder}: process ${running.process.pid}, [^\\n]*\\n$`,
        ),
      );
      expect(code).toBe(1);
    }
    await drainedUp(running);
    running.process.kill('SIGTERM');
    expect((await running.process.ended).code).toBe(0);
  });

  it('ends at once on SIGTERM or SIGINT with work in hand, and nothing acknowledged is lost', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const data = temporaryFolder();
      const running = await up(data);
      expect(await post(running, ndjson(events))).toBe(true);
      running.process.kill(signal);
      const { code, stderr } = await running.process.ended;
      // Without a policy nobody is the seller's, which it says at every start.
      const warning = expect.stringMatching(/^Policy: seller_domains is empty: [^\n]*\n$/);
      expect({ code, stderr }).toEqual({ code: 0, stderr: warning });
      expect(existsSync(join(data, 'running.json'))).toBe(false);
      const { stdout } = await run(['rebuild', '--data', data]);
      expect(stdout).toMatch(new RegExp(`^${deals.size} deals rebuilt, 0 of them changed`));
    }
  });

  it('is not taken to run where its process id is that of another by now', async () => {
    writeFileSync(
      join(folder, 'running.json'),
      JSON.stringify({
        pid: process.pid,
        url: 'http://127.0.0.1:9',
        token: 'of one that was killed',
        life: 'another',
      }),
    );
    const { stdout, stderr, code } = await run([...asked.deals, '--data', folder, '--deal', 'deal-000001']);
    expect([stderr, code]).toEqual(['', 0]);
    expect((JSON.parse(stdout) as Score).deal_id).toBe('deal-000001');
  });

  it('and every other command, is refused in one clear line while something else has the folder open', async () => {
    const log = await openEmbeddedLog({ path: join(folder, 'log') });
    try {
      const commands = [['up', '--port', '0'], asked.deals];
      const refused = await Promise.all(commands.map((args) => run([...args, '--data', folder])));
      for (const { stdout, stderr, code } of refused) {
        expect(stdout).toBe('');
        expect(linesOf(stderr)).toEqual([
          expect.stringContaining(
            `is already open in process ${process.pid}: one process at a time can have it`,
          ),
        ]);
        expect(code).toBe(1);
      }
    } finally {
      await log.close();
    }
  });
});

const DEALS_HEADER = 'Id,Owner,Opened,State,Closed\n';
const MAPPING = `
source: csv/test
deal: Id
columns: { Opened: { as: date }, Closed: { as: date } }
events:
  - emit: deal.opened
    time: { column: Opened, at: '09:00' }
    data:
      name: { column: Id }
      account: { id: { column: Owner }, name: { column: Owner } }
      owner: { id: { column: Owner }, name: { column: Owner } }
      stage: discovery
  - emit: deal.won
    when: { State: Won }
    time: { column: Closed, at: '17:00' }
  - emit: deal.lost
    when: { State: Lost }
    time: { column: Closed, at: '17:00' }
`;

describe('plumbline import, killed in the middle', () => {
  const files = temporaryFolder();
  const csv = join(files, 'deals.csv');
  const mapping = join(files, 'mapping.yaml');
  const rows = Array.from({ length: 3_000 }, (_, i) => {
    const id = `D${String(i).padStart(4, '0')}`;
    const closed = `2023-0${1 + (i % 9)}-15`;
    return `${id},o${i % 7},2022-1${i % 3}-01,${i % 2 === 0 ? 'Won' : 'Lost'},${closed}\n`;
  });
  const importInto = (data: string): readonly string[] => [
    ...['import', '--source', 'csv', '--mapping', mapping, '--data', data],
    csv,
  ];
  const expected = rows.flatMap((row) => [
    `${row.slice(0, 5)} deal.opened`,
    row.includes('Won') ? `${row.slice(0, 5)} deal.won` : `${row.slice(0, 5)} deal.lost`,
  ]);

  const storedTypes = (data: string): Promise<string[]> =>
    inWarehouse(data, async (warehouse) => {
      const stored: string[] = [];
      for await (const page of warehouse.read.dealIds()) {
        for await (const { deal_id: dealId, events: own } of warehouse.read.events(page))
          stored.push(...own.map(({ type }) => `${dealId} ${type}`));
      }
      return stored;
    });

  beforeAll(() => {
    writeFileSync(csv, DEALS_HEADER + rows.join(''));
    writeFileSync(mapping, MAPPING);
  });

  it('takes in every row once when it is run again, where it has the folder to itself', async () => {
    const data = temporaryFolder();
    for (let round = 1; round <= 2; round += 1) {
      const killed = start(importInto(data));
      await pause(random.whole(800, 2_500));
      killed.kill('SIGKILL');
      await killed.ended;
    }
    const { stdout, stderr, code } = await run(importInto(data));
    expect([stdout, stderr, code]).toEqual([
      '3,000 rows: 3,000 imported as 6,000 events, 0 refused\n',
      '',
      0,
    ]);
    expect((await storedTypes(data)).sort()).toEqual(expected.sort());
    expect((await run(['rebuild', '--data', data])).stdout).toBe('3,000 deals rebuilt, 0 of them changed\n');
  });

  it('says in one line that the running process is gone, and takes in every row once when it is run again', async () => {
    const data = temporaryFolder();
    let cut = 0;
    for (let round = 1; round <= 2; round += 1) {
      const running = await up(data);
      const importing = start(importInto(data));
      let over = false;
      void importing.ended.finally(() => (over = true));
      // Once it has begun to arrive.
      await until('something arrives', async () => over || (await lagOf(running)) > 0);
      await pause(random.whole(0, 30));
      running.process.kill('SIGKILL');
      const { stderr, code } = await importing.ended;
      if (code === 0) continue;
      cut += 1;
      expect([stderr, code]).toEqual([
        expect.stringMatching(
          new RegExp(
            `^plumbline: plumbline runs as process ${running.process.pid} but does not answer: [^\\n]+\\n$`,
          ),
        ),
        1,
      ]);
    }
    expect(cut).toBeGreaterThan(0);
    const running = await up(data);
    const { stdout, code } = await run(importInto(data));
    expect([stdout, code]).toEqual(['3,000 rows: 3,000 imported as 6,000 events, 0 refused\n', 0]);
    running.process.kill('SIGTERM');
    await running.process.ended;
    expect((await storedTypes(data)).sort()).toEqual(expected.sort());
  });
});
