import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changesOf } from './record-changes.js';
import { type TestWarehouse, openTestWarehouse } from './testing/open-test-warehouse.js';
import { sampleDeal, sampleEvent, sampleHealth, sampleRecords } from './testing/samples.js';

const VIEWS = [
  'alert_deliveries',
  'alerts',
  'close_timing',
  'customer_success',
  'dead_letters',
  'deal_health_history',
  'deal_health_now',
  'events',
  'findings',
  'meetings',
  'next_steps',
  'stage_cycles',
  'unlinked',
];

let test: TestWarehouse;
beforeAll(async () => {
  test = await openTestWarehouse();
  await test.warehouse.write.events({ append: [sampleEvent(), sampleEvent({ id: 'e2' })] });
  const deals = [
    sampleRecords('d1'),
    [
      sampleDeal({
        deal_id: 'd2',
        status: 'won_watch',
        health: 85,
        amount: 500,
        amount_reporting: null,
        team: 'South',
        won_at: '2026-02-01T00:00:00.000Z',
        closed_at: '2026-02-01T00:00:00.000Z',
        close_timing: 'on_time',
        finding_kinds: ['reference_unasked', 'outcome_unmeasured', 'outcome_behind'],
        finding_severities: ['info', 'warning', 'warning'],
        finding_advice: ['Ask.', 'Measure.', 'Help.'],
        rescore_at: '2026-03-03T00:00:00.000Z',
      }),
      sampleHealth({
        deal_id: 'd2',
        valid_from: '2026-01-05T00:00:00.000Z',
        valid_to: '2026-02-01T00:00:00.000Z',
      }),
      sampleHealth({ deal_id: 'd2', valid_from: '2026-02-01T00:00:00.000Z', status: 'won_watch' }),
    ],
    [
      sampleDeal({
        deal_id: 'd3',
        status: 'lost',
        health: null,
        team: null,
        amount_reporting: 7,
        close_timing: 'premature',
        finding_kinds: [],
        finding_severities: [],
        finding_advice: [],
        rescore_at: null,
      }),
    ],
    [
      sampleDeal({
        deal_id: 'd4',
        health: 58.75,
        amount_reporting: 9000,
        rescore_at: '2026-03-09T08:00:00.000Z',
      }),
    ],
  ];
  await test.warehouse.write.records(
    deals.flatMap((records) => changesOf(records[0]?.deal_id ?? '', [], records) ?? []),
  );
});
afterAll(() => test.remove());

describe('the views', () => {
  it('are those that others build on', async () => {
    const views = await test.warehouse.read.select(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'View' ORDER BY name",
    );
    expect(views.map(({ name }) => name)).toEqual(VIEWS);
  });

  it('say what each of their columns means', async () => {
    const columns = await test.warehouse.read.select(
      `SELECT table, name, type, comment FROM system.columns
       WHERE database = currentDatabase() AND table IN {views:Array(String)}`,
      { views: VIEWS },
    );
    expect(columns.length).toBeGreaterThan(150);
    expect(columns.filter(({ comment }) => comment === '')).toEqual([]);
  });

  it('give every instant in UTC', async () => {
    const columns = await test.warehouse.read.select(
      `SELECT table, name, type FROM system.columns
       WHERE database = currentDatabase() AND type LIKE '%DateTime%' AND type NOT LIKE '%DateTime64(3, \\'UTC\\')%'`,
    );
    expect(columns).toEqual([]);
  });

  it.each(VIEWS)('can be read whole: %s', async (view) => {
    const rows = await test.warehouse.read.select(`SELECT * FROM ${view}`);
    const empty = ['alert_deliveries', 'alerts', 'dead_letters', 'unlinked'].includes(view);
    expect(rows.length > 0).toBe(!empty);
  });
});

describe('deals as they stand', () => {
  it('come with all of their record and the gravest finding', async () => {
    const { record, key, ...fields } = sampleDeal();
    expect([record, key]).toEqual(['deal', '']);
    expect(await test.warehouse.read.dealsNow({ deal_ids: ['d1'] })).toEqual([
      {
        ...fields,
        worst_kind: 'seller_ahead',
        worst_severity: 'critical',
        worst_advice: 'Go back to the criteria.',
      },
    ]);
    expect(await test.warehouse.read.dealsNow({ deal_ids: ['d2', 'd3'] })).toMatchObject([
      { worst_kind: 'outcome_unmeasured', worst_severity: 'warning', worst_advice: 'Measure.' },
      { worst_kind: null, worst_severity: null, worst_advice: null },
    ]);
  });

  it('are narrowed, ordered and paged', async () => {
    const ids = async (filter: Parameters<typeof test.warehouse.read.dealsNow>[0]): Promise<string[]> =>
      (await test.warehouse.read.dealsNow(filter)).map(({ deal_id }) => deal_id);
    expect(await ids({})).toEqual(['d1', 'd2', 'd3', 'd4']);
    expect(await ids({ order: 'worst_first' })).toEqual(['d4', 'd1', 'd2', 'd3']);
    expect(await ids({ order: 'worst_first', limit: 2, offset: 1 })).toEqual(['d1', 'd2']);
    expect(await ids({ statuses: ['at_risk'], teams: ['North'], owner_ids: ['o1'] })).toEqual(['d1', 'd4']);
    expect(await ids({ teams: [] })).toEqual([]);
  });

  it('are due when their instant has come, the longest due first', async () => {
    const due = (text: string, limit = 10): ReturnType<typeof test.warehouse.read.dealsDue> =>
      test.warehouse.read.dealsDue(Date.parse(text), { limit });
    expect(await due('2026-03-02T23:59:59.999Z')).toEqual([]);
    expect(await due('2026-03-09T08:00:00.000Z')).toEqual([
      { deal_id: 'd2', rescore_at: '2026-03-03T00:00:00.000Z' },
      { deal_id: 'd4', rescore_at: '2026-03-09T08:00:00.000Z' },
    ]);
    expect(await due('2027-01-01T00:00:00Z', 1)).toHaveLength(1);
  });

  it('are known as of any instant, each change from its first millisecond on', async () => {
    const statuses = async (text: string): Promise<string[]> =>
      (await test.warehouse.read.healthAsOf(Date.parse(text))).map(
        ({ deal_id, status }) => `${deal_id} ${status}`,
      );
    expect(await statuses('2026-01-04T23:59:59.999Z')).toEqual([]);
    expect(await statuses('2026-01-31T23:59:59.999Z')).toEqual(['d2 at_risk']);
    expect(await statuses('2026-02-01T00:00:00.000Z')).toEqual(['d2 won_watch']);
    expect(await statuses('2026-03-02T12:00:00.000Z')).toEqual(['d1 at_risk', 'd2 won_watch']);
  });
});

describe('measures', () => {
  it('count deals and amounts by status, and never add an amount whose rate is unknown', async () => {
    expect(await test.warehouse.read.statusCounts()).toEqual([
      { status: 'at_risk', deals: 2, amount_reporting: 10_000.1, deals_without_rate: 0 },
      { status: 'lost', deals: 1, amount_reporting: 7, deals_without_rate: 0 },
      { status: 'won_watch', deals: 1, amount_reporting: 0, deals_without_rate: 1 },
    ]);
  });

  it('hold meetings with a next step against meetings held', async () => {
    expect(await test.warehouse.read.nextStepCoverage('team')).toEqual([
      { group: 'North', customer: true, held: 1, with_next_step: 0 },
    ]);
  });

  it('count the timing of the first ask with what became of the deals', async () => {
    expect(await test.warehouse.read.closeTiming('team')).toEqual([
      { group: 'South', close_timing: 'on_time', deals: 1, won: 1, lost: 0 },
      { group: null, close_timing: 'premature', deals: 1, won: 0, lost: 1 },
    ]);
    expect(await test.warehouse.read.closeTiming('segment')).toHaveLength(2);
  });

  it('count what the store holds', async () => {
    expect(await test.warehouse.read.counts()).toEqual({ events: 2, deals: 4, dead_letters: 0, unlinked: 0 });
  });
});
