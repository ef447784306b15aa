import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestWarehouse, type TestWarehouse } from './testing/open-test-warehouse.js';

const DEALS = 20_000;

describe('deals that are due', () => {
  let test: TestWarehouse;

  /** Deals, each to be scored again at the instant. */
  const insert = (deals: number, version: number, rescoreAt: string): Promise<unknown> =>
    test.client.command({
      query: `INSERT INTO deal_records
          (record, deal_id, key, version, is_deleted, digest, status, rescore_at, name, opened_at,
           run_started_at, judged_at, last_event_at, last_progress_at)
        SELECT 'deal', concat('d', toString(number)), '', ${version}, 0, 'x', 'healthy',
          toDateTime64('${rescoreAt}', 3, 'UTC'), 'n', now(), now(), now(), now(), now()
        FROM numbers(${deals})`,
    });

  const dueBy = async (at: string): Promise<number> =>
    (await test.warehouse.read.dealsDue(Date.parse(at), { limit: 100_000 })).length;

  beforeAll(async () => {
    test = await openTestWarehouse();
    await insert(DEALS, 1, '2026-03-02 00:00:00');
  });

  afterAll(() => test.remove());

  it('are found without reading the others: where none is due, nothing is read', async () => {
    const plan = await test.warehouse.read.select(
      `EXPLAIN indexes = 1 SELECT deal_id, rescore_at FROM deal_health_now
       WHERE rescore_at <= toDateTime64('2026-03-01 00:00:00', 3, 'UTC') ORDER BY rescore_at, deal_id LIMIT 1000`,
    );
    const lines = plan.map(({ explain }) => String(explain));
    const index = lines.slice(lines.findIndex((line) => line.includes('by_rescore_at')));
    expect(index.find((line) => line.includes('Granules:'))).toMatch(/Granules: 0\/\d+/);
    expect(await dueBy('2026-03-01T00:00:00Z')).toBe(0);
  });

  it('are told by their newest record, whatever the index says of an old one', async () => {
    expect(await dueBy('2026-03-02T00:00:00Z')).toBe(DEALS);
    await insert(5_000, 2, '2026-06-01 00:00:00');
    expect(await dueBy('2026-03-02T00:00:00Z')).toBe(DEALS - 5_000);
    await insert(5_000, 3, '2026-02-01 00:00:00');
    expect(await dueBy('2026-02-01T00:00:00Z')).toBe(5_000);
  });
});
