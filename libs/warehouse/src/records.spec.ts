import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ScorerRecord } from '#domain/score/records.js';
import { changesOf } from './record-changes.js';
import { collect } from './testing/collect.js';
import { type TestWarehouse, openTestWarehouse } from './testing/open-test-warehouse.js';
import { sampleDeal, sampleHealth, sampleRecords } from './testing/samples.js';

let test: TestWarehouse;
beforeAll(async () => {
  test = await openTestWarehouse();
});
afterAll(() => test.remove());

let cases = 0;
function nextDeal(): string {
  cases += 1;
  return `deal-${cases}`;
}

/** What the scorer does with a deal's records. */
async function score(dealId: string, records: readonly ScorerRecord[]): Promise<void> {
  const stored = await test.warehouse.read.storedRecords([dealId]);
  const changes = changesOf(dealId, stored.get(dealId) ?? [], records);
  if (changes !== null) await test.warehouse.write.records([changes]);
}

async function recordsOf(...dealIds: string[]): Promise<ScorerRecord[]> {
  return (await collect(test.warehouse.read.records(dealIds))).flat();
}

function inOrder(records: readonly ScorerRecord[]): ScorerRecord[] {
  const name = ({ record, deal_id, key }: ScorerRecord): string => `${record} ${deal_id} ${key}`;
  return records.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
}

describe('records', () => {
  it('of every kind come back as they were written', async () => {
    const deal = nextDeal();
    await score(deal, sampleRecords(deal));
    expect(await recordsOf(deal)).toEqual(inOrder(sampleRecords(deal)));
  });

  it('that did not change are not written again', async () => {
    const deal = nextDeal();
    await score(deal, sampleRecords(deal));
    const stored = (await test.warehouse.read.storedRecords([deal])).get(deal) ?? [];
    expect(changesOf(deal, stored, sampleRecords(deal))).toBeNull();
    expect(stored.map(({ version }) => version)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('that two scorers wrote with one version are written again by the next, whichever of them stands', async () => {
    const says = (deal: string, health: number): ScorerRecord[] => [
      sampleDeal({ deal_id: deal, health }),
      ...sampleRecords(deal).slice(2, health < 50 ? 3 : 4),
    ];
    for (const [first, last] of [
      [20, 80],
      [80, 20],
    ] as const) {
      const deal = nextDeal();
      await score(deal, says(deal, 60));
      const stored = (await test.warehouse.read.storedRecords([deal])).get(deal) ?? [];
      for (const health of [first, last]) {
        const changes = changesOf(deal, stored, says(deal, health));
        if (changes === null) throw new Error('nothing differs');
        await test.warehouse.write.records([changes]);
      }
      await score(deal, says(deal, first));
      expect(await recordsOf(deal)).toEqual(inOrder(says(deal, first)));
    }
  });

  it('that were superseded or deleted are shown no more, and a deleted one can come back', async () => {
    const deal = nextDeal();
    const [first, health, ...others] = sampleRecords(deal);
    if (first === undefined || health === undefined) throw new Error('no samples');
    await score(deal, [first, health, ...others]);
    const second = sampleDeal({ deal_id: deal, status: 'healthy', health: 100 });

    await score(deal, [second]);
    expect(await recordsOf(deal)).toEqual([second]);

    await score(deal, [second, health]);
    expect(await recordsOf(deal)).toEqual([second, health]);
    expect((await test.warehouse.read.storedRecords([deal])).get(deal)).toContainEqual(
      expect.objectContaining({ record: 'stage', is_deleted: true, version: 2 }),
    );
  });

  it('keep every number exactly', async () => {
    const deal = nextDeal();
    const numbers = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      numRuns: 2000,
      seed: 7,
    });
    const history = numbers.map((amount, n) =>
      sampleHealth({ deal_id: deal, valid_from: new Date(n).toISOString(), amount }),
    );
    await score(deal, history);
    const read = await recordsOf(deal);
    expect(read.map((record) => (record.record === 'health' ? record.amount : null))).toEqual(
      numbers.map((amount) => (Object.is(amount, -0) ? 0 : amount)),
    );
  });

  it('hold half of a surrogate pair as the replacement character, and other text as it is', async () => {
    const deal = nextDeal();
    const texts = ['half \ud83d', '\udf1f', 'whole \u{1f31f}', 'C:\\ud', 'quoted " and\nbroken \u0000'];
    const [name = '', account_name = '', owner_name = '', pause_reason = '', team = ''] = texts;
    await score(deal, [sampleDeal({ deal_id: deal, name, account_name, owner_name, pause_reason, team })]);
    const read = await recordsOf(deal);
    expect(read).toEqual([
      sampleDeal({
        deal_id: deal,
        ...{ name: 'half \ufffd', account_name: '\ufffd', owner_name, pause_reason, team },
      }),
    ]);
  });

  it('are told as stored only of deals of which something is', async () => {
    const [stored, deleted, never] = [nextDeal(), nextDeal(), nextDeal()];
    await score(stored, sampleRecords(stored));
    await score(deleted, sampleRecords(deleted));
    await score(deleted, []);
    const read = await test.warehouse.read.storedRecords([never, deleted, stored]);
    expect([...read.keys()].sort()).toEqual([stored, deleted].sort());
    expect(read.get(deleted)?.map((row) => [row.version, row.is_deleted])).toEqual(
      sampleRecords(deleted).map(() => [2, true]),
    );
  });

  it('hold instants and dates within the range of the engine', async () => {
    const deal = nextDeal();
    await score(deal, [
      sampleDeal({
        deal_id: deal,
        close_date: '9999-12-31',
        opened_at: '0001-01-01T00:00:00.000Z',
        renews_at: '9999-12-31T23:59:59.999Z',
      }),
    ]);
    expect(await recordsOf(deal)).toMatchObject([
      {
        close_date: '2299-12-31',
        opened_at: '1900-01-01T00:00:00.000Z',
        renews_at: '2299-12-31T23:59:59.999Z',
      },
    ]);
  });

  it('of one scoring become a single part, 50,000 of them', async () => {
    const deal = nextDeal();
    const history = Array.from({ length: 50_000 }, (_, n) =>
      sampleHealth({ deal_id: deal, valid_from: new Date(n).toISOString() }),
    );
    await score(deal, history);
    const parts = await test.warehouse.read.select(
      "SELECT rows FROM system.parts WHERE database = currentDatabase() AND table = 'deal_records' AND level = 0 AND rows = 50000",
    );
    expect(parts).toHaveLength(1);
    expect(await recordsOf(deal)).toHaveLength(50_000);
  });

  it('are never seen half-way between two scorings', async () => {
    const deal = nextDeal();
    const scoring = (health: number): ScorerRecord[] => [
      sampleDeal({ deal_id: deal, health }),
      ...Array.from({ length: 1500 }, (_, n) =>
        sampleHealth({ deal_id: deal, valid_from: new Date(n).toISOString(), health }),
      ),
    ];
    await score(deal, scoring(0));

    const writer = { scorings: 1 };
    const writing = (async () => {
      for (; writer.scorings < 8; writer.scorings += 1) await score(deal, scoring(writer.scorings));
    })();
    const seen: unknown[] = [];
    while (writer.scorings < 8) {
      seen.push(
        ...(await test.warehouse.read.select(
          'SELECT uniqExact(health) AS scorings, count() AS rows FROM deal_health_history WHERE deal_id = {deal:String}',
          { deal },
        )),
      );
    }
    await writing;

    expect(seen).not.toHaveLength(0);
    expect(seen).toEqual(seen.map(() => ({ scorings: 1, rows: 1500 })));
  });

  it('of several deals in one write each keep their own version', async () => {
    const [a, b] = [nextDeal(), nextDeal()];
    await score(a, sampleRecords(a));
    const stored = await test.warehouse.read.storedRecords([a, b]);
    const changes = [a, b].flatMap((deal) => {
      const records = [sampleDeal({ deal_id: deal, name: 'again' })];
      return changesOf(deal, stored.get(deal) ?? [], records) ?? [];
    });
    await test.warehouse.write.records(changes);

    expect(await recordsOf(a, b)).toEqual([
      sampleDeal({ deal_id: a, name: 'again' }),
      sampleDeal({ deal_id: b, name: 'again' }),
    ]);
  });
});
