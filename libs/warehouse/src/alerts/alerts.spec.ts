import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert } from '#domain/alerts/types.js';
import {
  HALF_A_PAIR,
  HALF_A_PAIR_STORED,
  HOSTILE,
  sampleAlert,
  sampleControl,
  sampleEndpointState,
} from '../testing/alert-samples.js';
import { type TestWarehouse, openTestWarehouse } from '../testing/open-test-warehouse.js';
import { T0 } from '../testing/samples.js';
import type { AlertStore } from './alert-store.js';

let test: TestWarehouse;
let store: AlertStore;
beforeAll(async () => {
  test = await openTestWarehouse();
  store = test.warehouse.alerts;
});
afterAll(() => test.remove());

const DAY = 86_400_000;

describe('alerts', () => {
  it('come back as they were written, to the millisecond', async () => {
    const written = [
      sampleAlert({ deal_id: 'back', since: T0 + 123, resolved_at: T0 + 456, status: 'resolved' }),
      sampleAlert({
        deal_id: 'back',
        alert_id: 'al_2',
        kind: 'seller_ahead',
        family: 'alignment',
        health: null,
        told: [],
        next_look_at: null,
        since: -1,
        version: Number.MAX_SAFE_INTEGER,
      }),
    ];
    await store.writeAlerts(written);
    // The kinds in order: seller_ahead, stalled.
    expect(await store.alertsOf(['back', 'none'])).toEqual(written.toReversed());
    expect(await store.alertsOf([])).toEqual([]);
  });

  it('hold any text, and are found by any deal id', async () => {
    const alert = sampleAlert({
      deal_id: HOSTILE,
      alert_id: `al ${HOSTILE}`,
      advice: HOSTILE,
      told: [{ endpoint: HOSTILE, status: 'firing', severity: 'info', at: T0, count: 1 }],
    });
    const halved = sampleAlert({ deal_id: HALF_A_PAIR, alert_id: 'al_half', advice: HALF_A_PAIR });
    await store.writeAlerts([alert, halved]);
    expect(await store.alertsOf([HOSTILE])).toEqual([alert]);
    expect(await store.alertsOf([HALF_A_PAIR])).toEqual([
      { ...halved, deal_id: HALF_A_PAIR_STORED, advice: HALF_A_PAIR_STORED },
    ]);
    expect(await store.listAlerts({ deal_ids: [HOSTILE], endpoints: [HOSTILE], limit: 9 })).toHaveLength(1);
  });

  it('stand in their highest version, in whatever order it was written', async () => {
    const versions = [2, 3, 1].map((version) =>
      sampleAlert({ deal_id: 'versions', version, advice: `${version}`, told: [] }),
    );
    for (const alert of versions) await store.writeAlerts([alert]);
    expect(await store.alertsOf(['versions'])).toEqual([versions[1]]);
    await store.writeAlerts(versions);
    expect(await store.alertsOf(['versions'])).toEqual([versions[1]]);
    expect(await store.listAlerts({ deal_ids: ['versions'], limit: 9 })).toHaveLength(1);
  });

  it('are given one a kind: the firing one, or else the one raised last', async () => {
    const past = (alert_id: string, raised_at: number, changes: Partial<Alert> = {}): Alert =>
      sampleAlert({
        deal_id: 'kinds',
        alert_id,
        raised_at,
        status: 'resolved',
        resolved_at: raised_at + 1,
        ...changes,
      });
    const last = past('al_3', T0 - 300 * DAY);
    const firing = past('al_4', T0, { kind: 'no_next_step', status: 'firing', resolved_at: null });
    await store.writeAlerts([
      past('al_9', T0 - 400 * DAY),
      last,
      past('al_1', T0 - 500 * DAY),
      firing,
      past('al_5', T0 + 1, { kind: 'no_next_step' }),
    ]);
    expect(await store.alertsOf(['kinds'])).toEqual([firing, last]);
  });

  it('of thousands of deals are found at once', async () => {
    const ids = Array.from({ length: 4500 }, (_, n) => `many-${String(n).padStart(5, '0')}`);
    await store.writeAlerts(
      ids.map((deal_id) => sampleAlert({ deal_id, alert_id: `al_${deal_id}`, next_look_at: null })),
    );
    expect((await store.alertsOf(ids)).map(({ deal_id }) => deal_id)).toEqual(ids);
  });
});

describe('alerts to look at', () => {
  it('are those whose instant has come in their latest version, in pages, the longest due first', async () => {
    const due = (alert_id: string, next_look_at: number | null, version = 1): Alert =>
      sampleAlert({ deal_id: `look-${alert_id}`, alert_id, next_look_at, version });
    const at = Date.UTC(2020, 0, 1);
    await store.writeAlerts([due('al_c', at), due('al_b', at - 1), due('al_a', at), due('al_d', at + 1)]);
    await store.writeAlerts([due('al_e', at - 2), due('al_f', at - 2), due('al_g', null)]);
    await store.writeAlerts([due('al_e', null, 2), due('al_f', at + 1, 2)]);

    const seen: string[][] = [];
    let after: Alert | undefined;
    do {
      const page: readonly Alert[] = await store.alertsToLookAt(at, { limit: 2, after });
      seen.push(page.map(({ alert_id }) => alert_id));
      after = page.at(-1);
    } while (after !== undefined);
    expect(seen).toEqual([['al_b', 'al_a'], ['al_c'], []]);
    expect(await store.alertsToLookAt(at - 1, { limit: 9 })).toEqual([due('al_b', at - 1)]);
    expect(await store.alertsToLookAt(at - 2, { limit: 9 })).toEqual([]);
  });
});

describe('controls', () => {
  it('come back as they were written, the highest version of each deal and kind', async () => {
    const acknowledged = sampleControl({
      deal_id: HOSTILE,
      snoozed_until: null,
      acknowledged_at: T0 + 1,
      acknowledged_severity: 'warning',
      by: HOSTILE,
      reason: HOSTILE,
      version: 7,
    });
    const snoozed = sampleControl({ deal_id: HOSTILE, kind: 'no_next_step' });
    await store.writeControls([acknowledged, snoozed]);
    await store.writeControls([{ ...acknowledged, reason: 'older', version: 6 }]);
    expect(await store.controlsOf([HOSTILE, 'none'])).toEqual([snoozed, acknowledged]);
    expect(await store.controlsOf([])).toEqual([]);
  });
});

describe('endpoint states', () => {
  it('come back as they were written, the highest version of each', async () => {
    const used = sampleEndpointState({ baseline_at: T0 + 2, version: 2 });
    const gone = sampleEndpointState({ endpoint: 'gone', disabled_at: T0 + 3, version: 5 });
    await store.writeEndpointStates([gone, used]);
    await store.writeEndpointStates([sampleEndpointState(), { ...gone, disabled_at: null, version: 4 }]);
    expect(await store.endpointStates()).toEqual([used, gone]);
  });
});

describe('the list of alerts', () => {
  const alert = (alert_id: string, changes: Partial<Alert> = {}): Alert =>
    sampleAlert({ deal_id: 'list', alert_id, raised_at: T0, ...changes });
  const ids = async (filter: Omit<Parameters<AlertStore['listAlerts']>[0], 'limit'>): Promise<string[]> =>
    (await store.listAlerts({ limit: 100, ...filter, deal_ids: ['list'] })).map(({ alert_id }) => alert_id);

  beforeAll(async () => {
    await store.writeAlerts([
      alert('al_l1', { raised_at: T0 - 1000, status: 'resolved', resolved_at: T0 - 500 }),
      alert('al_l2', { told: [] }),
      alert('al_l3', { kind: 'seller_ahead', family: 'alignment', severity: 'warning', raised_at: T0 + 5 }),
    ]);
    await store.writeControls([
      sampleControl({
        deal_id: 'list',
        acknowledged_at: T0 + 2,
        acknowledged_severity: 'critical',
      }),
    ]);
  });

  it('says all of an alert, and what people say of it', async () => {
    const { version, ...fields } = alert('al_l2', { told: [] });
    expect(version).toBe(1);
    expect(await store.listAlerts({ alert_ids: ['al_l2'], limit: 5 })).toEqual([
      {
        ...fields,
        acknowledged_at: T0 + 2,
        acknowledged_by: 'Olga',
        acknowledged_severity: 'critical',
        snoozed_until: T0 + 86_400_007,
        snoozed_by: 'Olga',
        control_reason: 'The buyer is on leave.',
      },
    ]);
  });

  it.each([
    ['an alert that was over before', 'al_l1'],
    ['an alert of another kind', 'al_l3'],
  ])('does not put a word about one alert to %s', async (_, id) => {
    expect(await store.listAlerts({ alert_ids: [id], limit: 5 })).toMatchObject([
      {
        alert_id: id,
        acknowledged_at: null,
        acknowledged_by: null,
        snoozed_until: null,
        snoozed_by: null,
        control_reason: null,
      },
    ]);
  });

  it('is narrowed, ordered and paged', async () => {
    expect(await ids({})).toEqual(['al_l3', 'al_l2', 'al_l1']);
    expect(await ids({ statuses: ['firing'] })).toEqual(['al_l3', 'al_l2']);
    expect(await ids({ kinds: ['stalled'], severities: ['critical'] })).toEqual(['al_l2', 'al_l1']);
    expect(await ids({ families: ['alignment'] })).toEqual(['al_l3']);
    expect(await ids({ endpoints: ['slack'] })).toEqual(['al_l3', 'al_l1']);
    expect(await ids({ kinds: [] })).toEqual([]);
    const page = await store.listAlerts({ deal_ids: ['list'], limit: 1, offset: 1 });
    expect(page.map(({ alert_id }) => alert_id)).toEqual(['al_l2']);
  });

  it('shows what was told as arrays that anyone can read', async () => {
    expect(
      await test.warehouse.read.select(
        `SELECT told_endpoints, told_statuses, told_severities, told_at, told_counts FROM alerts
         WHERE alert_id = 'al_l3'`,
      ),
    ).toEqual([
      {
        told_endpoints: ['crm', 'slack'],
        told_statuses: ['firing', 'resolved'],
        told_severities: ['warning', 'critical'],
        told_at: ['2026-03-02 12:00:00.003', '2026-03-02 12:00:00.004'],
        told_counts: [1, 12],
      },
    ]);
  });
});
