import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AlertDeal, AlertFinding } from '#domain/alerts/types.js';
import type { DealRecord, FindingRecord } from '#domain/score/records.js';
import { changesOf } from '../record-changes.js';
import { HOSTILE } from '../testing/alert-samples.js';
import { type TestWarehouse, openTestWarehouse } from '../testing/open-test-warehouse.js';
import { sampleDeal, sampleRecords } from '../testing/samples.js';
import type { AlertStore } from './alert-store.js';
import type { OpenEpisode } from './read-episodes.js';

let test: TestWarehouse;
let store: AlertStore;
beforeAll(async () => {
  test = await openTestWarehouse();
  store = test.warehouse.alerts;
});
afterAll(() => test.remove());

function finding(
  kind: FindingRecord['kind'],
  openedAt: string,
  changes: Partial<FindingRecord> = {},
): FindingRecord {
  return {
    record: 'finding',
    key: `${kind}|${openedAt}`,
    deal_id: 'd1',
    kind,
    family: 'stall',
    opened_at: openedAt,
    closed_at: null,
    severity: 'warning',
    worst_severity: 'critical',
    closed_by: null,
    evidence: ['crm|e7', `crm|${HOSTILE}`],
    numbers: { days: 12.25, limit: 10, who: HOSTILE, missing: null },
    advice: HOSTILE,
    ...changes,
  };
}

/** What the scorer does with a deal's records; other records than these do not matter here. */
async function score(deal: DealRecord, findings: readonly FindingRecord[]): Promise<void> {
  const id = deal.deal_id;
  const records = [
    deal,
    ...findings.map((record) => ({ ...record, deal_id: id })),
    ...sampleRecords(id).filter(({ record }) => record !== 'deal' && record !== 'finding'),
  ];
  const stored = (await test.warehouse.read.storedRecords([id])).get(id) ?? [];
  const changes = changesOf(id, stored, records);
  if (changes !== null) await test.warehouse.write.records([changes]);
}

function asDeal(record: DealRecord): AlertDeal {
  const { deal_id: id, name, owner_id, owner_name, team, segment, pipeline, stage } = record;
  const { amount, currency, amount_reporting, health, paused } = record;
  return {
    ...{ id, name, owner: { id: owner_id, name: owner_name }, team, segment, pipeline, stage },
    ...{ amount, currency, amount_reporting, health, paused },
  };
}

function asFinding({ kind, family, severity, ...rest }: FindingRecord): AlertFinding {
  const { opened_at, closed_at, advice, numbers, evidence } = rest;
  return {
    ...{ kind, family, severity, since: Date.parse(opened_at) },
    ...{ closed_at: closed_at === null ? null : Date.parse(closed_at), advice, numbers, evidence },
  };
}

const EARLY = '2026-01-10T00:00:00.001Z';
const LATE = '2026-02-10T00:00:00.999Z';
const CLOSED = { closed_at: '2026-01-20T00:00:00.500Z', closed_by: 'time' };

describe('the episodes of deals', () => {
  it('are as the scorer stored them, of each kind the last', async () => {
    const odd = sampleDeal({
      deal_id: HOSTILE,
      name: HOSTILE,
      owner_id: null,
      owner_name: null,
      team: null,
      stage: null,
      amount: null,
      currency: null,
      amount_reporting: null,
      health: null,
      paused: true,
    });
    const plain = sampleDeal({ deal_id: 'plain', segment: 'mid' });
    const bare = sampleDeal({ deal_id: 'bare' });
    const reopened = finding('stalled', LATE, { severity: 'critical' });
    const closed = finding('no_next_step', EARLY, CLOSED);
    await score(odd, [finding('stalled', EARLY, CLOSED), reopened, closed]);
    await score(plain, [finding('seller_ahead', LATE, { family: 'alignment', numbers: {}, evidence: [] })]);
    await score(bare, []);

    expect(await store.episodesOf([HOSTILE, 'plain', 'none', 'bare'])).toEqual([
      { deal: asDeal(bare), episodes: [] },
      { deal: asDeal(odd), episodes: [asFinding(closed), asFinding(reopened)] },
      {
        deal: asDeal(plain),
        episodes: [
          asFinding(finding('seller_ahead', LATE, { family: 'alignment', numbers: {}, evidence: [] })),
        ],
      },
    ]);
    expect(await store.episodesOf([])).toEqual([]);
  });

  it('follow a new scoring', async () => {
    const deal = sampleDeal({ deal_id: 'again' });
    await score(deal, [finding('stalled', EARLY)]);
    await score({ ...deal, paused: true, amount: 2 }, [finding('stalled', EARLY, CLOSED)]);
    expect(await store.episodesOf(['again'])).toEqual([
      {
        deal: asDeal({ ...deal, paused: true, amount: 2 }),
        episodes: [asFinding(finding('stalled', EARLY, CLOSED))],
      },
    ]);
    await score(deal, []);
    expect(await store.episodesOf(['again'])).toEqual([{ deal: asDeal(deal), episodes: [] }]);
  });
});

describe('open episodes', () => {
  const deals = ['open-1', 'open-2', 'open-3'].map((deal_id) =>
    sampleDeal({ deal_id, name: `of ${deal_id}` }),
  );
  /** In order of deal and kind; each deal also has an episode that is closed. */
  const kinds = ['close_date_passed', 'idle_meeting', 'stalled'] as const;
  const expected = deals.flatMap((deal) =>
    kinds.map((kind) => ({ deal: asDeal(deal), finding: asFinding(finding(kind, LATE)) })),
  );
  /** Those of the other tests come before. */
  const before = { deal_id: 'open-', kind: '' };

  beforeAll(async () => {
    for (const deal of deals) {
      await score(deal, [
        finding('stalled', EARLY, CLOSED),
        finding('disconnected', EARLY, CLOSED),
        ...kinds.map((kind) => finding(kind, LATE)),
      ]);
    }
    await score(sampleDeal({ deal_id: 'open-4', status: 'lost', health: null }), [
      finding('stalled', EARLY, CLOSED),
    ]);
    await score(sampleDeal({ deal_id: 'open-0' }), []);
  });

  async function paged(limit: number): Promise<OpenEpisode[]> {
    const seen: OpenEpisode[] = [];
    let page: readonly OpenEpisode[];
    let after = before;
    do {
      page = await store.openEpisodes({ limit, after: { ...after } });
      expect(page.length).toBeLessThanOrEqual(limit);
      seen.push(...page);
      const last = page.at(-1);
      if (last !== undefined) after = { deal_id: last.deal.id, kind: last.finding.kind };
    } while (page.length === limit);
    return seen.filter(({ deal }) => deal.id.startsWith('open-'));
  }

  it.each([1, 2, 3, 4, 100])('come once each with their deal, in pages of %d', async (limit) => {
    expect(await paged(limit)).toEqual(expected);
  });

  it('can be narrowed to kinds', async () => {
    const some = await store.openEpisodes({ limit: 100, after: before, kinds: ['idle_meeting', 'stalled'] });
    expect(some.filter(({ deal }) => deal.id.startsWith('open-'))).toEqual(
      expected.filter(({ finding: { kind } }) => kind !== 'close_date_passed'),
    );
    expect(await store.openEpisodes({ limit: 100, kinds: [] })).toEqual([]);
  });

  it('fill their page where the deal of one is gone', async () => {
    const changes = changesOf('open-15', [], [{ ...finding('stalled', LATE), deal_id: 'open-15' }]);
    if (changes === null) throw new Error('nothing to write');
    await test.warehouse.write.records([changes]);
    expect(await paged(4)).toEqual(expected);
    expect(await store.openEpisodes({ limit: 4, after: before })).toHaveLength(4);
  });
});
