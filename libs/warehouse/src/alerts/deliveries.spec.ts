import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Delivery } from '#domain/alerts/types.js';
import { HALF_A_PAIR, HALF_A_PAIR_STORED, HOSTILE, sampleDelivery } from '../testing/alert-samples.js';
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

function ids(deliveries: readonly { readonly webhook_id: string }[]): string[] {
  return deliveries.map(({ webhook_id }) => webhook_id);
}

/** What becomes of a message that was accepted. */
function delivered(delivery: Delivery, at = T0 + 50): Delivery {
  return {
    ...delivery,
    state: 'delivered',
    attempts: delivery.attempts + 1,
    http_status: 204,
    response: 'ok',
    latency_ms: 12.5,
    attempted_at: at - 13,
    next_attempt_at: null,
    delivered_at: at,
    version: delivery.version + 1,
  };
}

describe('deliveries', () => {
  it('come back as they were written, whatever the text', async () => {
    const full = delivered(
      sampleDelivery({
        webhook_id: `msg ${HOSTILE}`,
        endpoint: HOSTILE,
        alert_id: HOSTILE,
        deal_id: HOSTILE,
        type: HOSTILE,
        digest_id: HOSTILE,
        body: JSON.stringify({ text: HOSTILE }),
        error: HOSTILE,
      }),
    );
    const bare = sampleDelivery({
      webhook_id: 'bare',
      next_attempt_at: null,
      body: '',
      response: HALF_A_PAIR,
    });
    await store.writeDeliveries([full, bare]);
    expect(await store.delivery(full.webhook_id)).toEqual(full);
    expect(await store.delivery('bare')).toEqual({ ...bare, response: HALF_A_PAIR_STORED });
    expect(await store.delivery('none')).toBeUndefined();
    expect(ids(await store.deliveries(['bare', 'none', full.webhook_id])).sort()).toEqual(
      ['bare', full.webhook_id].sort(),
    );
  });

  it('stand in their highest version, though they are planned again', async () => {
    const planned = sampleDelivery({ webhook_id: 'again', endpoint: 'again' });
    await store.writeDeliveries([delivered(planned)]);
    await store.writeDeliveries([planned]);
    expect(await store.delivery('again')).toEqual(delivered(planned));
    expect(await store.outbox(['again'], { now: T0, limit: 9 })).toEqual([]);
    expect(await store.listDeliveries({ endpoints: ['again'], limit: 9 })).toHaveLength(1);
  });

  it('of a digest change together', async () => {
    const items = Array.from({ length: 30_000 }, (_, n) =>
      sampleDelivery({ webhook_id: `together-${n}`, endpoint: 'together', state: 'in_digest' }),
    );
    await store.writeDeliveries(items);
    const parts = await test.warehouse.read.select(
      `SELECT rows FROM system.parts
       WHERE database = currentDatabase() AND table = 'alert_outbox' AND level = 0 AND rows = 30000`,
    );
    expect(parts).toHaveLength(1);
  });
});

describe('the outbox', () => {
  it('gives what is due at the endpoints that are asked for, the longest due first', async () => {
    const message = (webhook_id: string, changes: Partial<Delivery>): Delivery =>
      sampleDelivery({ endpoint: 'due', ...changes, webhook_id });
    const [late, early, item] = [
      message('late', { next_attempt_at: T0 }),
      message('early', { next_attempt_at: T0 - 1 }),
      message('item', { next_attempt_at: T0 - 2, state: 'gathered', alert_id: HOSTILE }),
    ];
    await store.writeDeliveries([
      late,
      early,
      item,
      message('ahead', { next_attempt_at: T0 + 1 }),
      message('never', { next_attempt_at: null }),
      message('elsewhere', { endpoint: 'other' }),
      ...(['in_digest', 'delivered', 'failed', 'dropped'] as const).map((state) => message(state, { state })),
    ]);
    expect(await store.outbox(['due', 'unknown'], { now: T0, limit: 9 })).toEqual([item, early, late]);
    expect(ids(await store.outbox(['due'], { now: T0, limit: 9, states: ['gathered'] }))).toEqual(['item']);
    expect(ids(await store.outbox(['due'], { now: T0, limit: 9, states: ['pending'] }))).toEqual([
      'early',
      'late',
    ]);
    expect(ids(await store.outbox(['due'], { now: Infinity, limit: 9 }))).toEqual([
      'item',
      'early',
      'late',
      'ahead',
    ]);
    expect(await store.outbox([], { now: T0, limit: 9 })).toEqual([]);
  });

  it('does not give what was sent, given up or put off since', async () => {
    const [sent, failed, putOff, waiting] = ['a', 'b', 'c', 'd'].map((id) =>
      sampleDelivery({ webhook_id: `since-${id}`, endpoint: 'since' }),
    );
    if (sent === undefined || failed === undefined || putOff === undefined || waiting === undefined)
      throw new Error('no samples');
    await store.writeDeliveries([sent, failed, putOff, waiting]);
    await store.writeDeliveries([
      delivered(sent),
      { ...failed, state: 'failed', version: 2 },
      { ...putOff, attempts: 1, error: '503', next_attempt_at: T0 + 5000, version: 2 },
    ]);
    expect(ids(await store.outbox(['since'], { now: T0 + 4999, limit: 9 }))).toEqual(['since-d']);
    expect(ids(await store.outbox(['since'], { now: T0 + 5000, limit: 9 }))).toEqual(['since-d', 'since-c']);
  });

  it('gives a message that is to be sent again', async () => {
    const message = sampleDelivery({ webhook_id: 'replayed', endpoint: 'replayed' });
    await store.writeDeliveries([delivered(message)]);
    const again = { ...delivered(message), state: 'pending', next_attempt_at: T0 + 9, version: 3 } as const;
    await store.writeDeliveries([again]);
    expect(await store.outbox(['replayed'], { now: T0 + 9, limit: 9 })).toEqual([again]);
  });

  it('lets no backlog hide the messages of another endpoint, and is paged by endpoint', async () => {
    const backlog = Array.from({ length: 25 }, (_, n) =>
      sampleDelivery({
        webhook_id: `backlog-${n}`,
        endpoint: 'backlog',
        next_attempt_at: T0 - 100 + (n % 7),
      }),
    );
    const single = sampleDelivery({ webhook_id: 'single', endpoint: 'single' });
    await store.writeDeliveries([...backlog, single]);
    const both = await store.outbox(['backlog', 'single'], { now: T0, limit: 10 });
    expect(both.map(({ endpoint }) => endpoint)).toEqual([...Array<string>(10).fill('backlog'), 'single']);

    const seen: Delivery[] = [];
    let page: readonly Delivery[];
    do {
      page = await store.outbox(['backlog'], { now: T0, limit: 10, after: seen.at(-1) });
      seen.push(...page);
    } while (page.length === 10);
    const inOrder = backlog.toSorted(
      (a, b) => (a.next_attempt_at ?? 0) - (b.next_attempt_at ?? 0) || (a.webhook_id < b.webhook_id ? -1 : 1),
    );
    expect(seen).toEqual(inOrder);
  });

  it('never gives what was written so long ago that the rows about its end may be gone', async () => {
    await test.client.command({
      query: `INSERT INTO alert_outbox (endpoint, webhook_id, state, next_attempt_at, version, written_at)
        SELECT 'old', concat('old-', toString(days)), 'pending', fromUnixTimestamp64Milli(toInt64(${T0}), 'UTC'), 1,
          now64(3) - toIntervalDay(days)
        FROM (SELECT arrayJoin([178, 180]) AS days)`,
    });
    expect(ids(await store.outbox(['old'], { now: T0, limit: 9 }))).toEqual(['old-178']);
  });
});

describe('messages sent', () => {
  it('are counted by when the endpoint accepted them, once each', async () => {
    const message = (n: number): Delivery => sampleDelivery({ webhook_id: `sent-${n}`, endpoint: 'count' });
    await store.writeDeliveries([
      message(0),
      delivered(message(1), T0 - 1),
      delivered(message(2), T0),
      delivered(message(3), T0 + 3_599_999),
      delivered(message(4), T0 + 3_600_000),
      { ...delivered(message(5), T0), endpoint: 'another' },
      { ...delivered(message(6), T0), state: 'in_digest' },
    ]);
    await store.writeDeliveries([delivered(message(2), T0)]);
    expect(await store.countSent('count', T0, T0 + 3_600_000)).toBe(2);
    expect(await store.countSent('none', T0, T0 + 3_600_000)).toBe(0);
  });
});

describe('the list of deliveries', () => {
  it('says all of a message but its body, and is narrowed, ordered and paged', async () => {
    const first = sampleDelivery({
      webhook_id: 'list-1',
      endpoint: 'list',
      deal_id: HOSTILE,
      created_at: T0,
    });
    const second = delivered(
      sampleDelivery({ webhook_id: 'list-2', endpoint: 'list', digest_id: 'dig', created_at: T0 + 1 }),
    );
    await store.writeDeliveries([first, second]);
    const { body, version, ...shown } = second;
    expect([body, version]).toEqual(['{"type":"deal.stalled"}', 2]);
    const list = (filter: object): ReturnType<AlertStore['listDeliveries']> =>
      store.listDeliveries({ endpoints: ['list'], limit: 9, ...filter });

    expect(await list({ limit: 1 })).toEqual([shown]);
    expect(ids(await list({ limit: 1, offset: 1 }))).toEqual(['list-1']);
    expect(ids(await list({ states: ['pending', 'failed'] }))).toEqual(['list-1']);
    expect(ids(await list({ deal_ids: [HOSTILE] }))).toEqual(['list-1']);
    expect(ids(await list({ digest_ids: ['dig'] }))).toEqual(['list-2']);
    expect(ids(await list({ alert_ids: ['al_1'], types: ['deal.stalled'] }))).toEqual(['list-2', 'list-1']);
    expect(ids(await list({ webhook_ids: ['list-1', 'none'] }))).toEqual(['list-1']);
  });

  it('has no column for the body, which names people', async () => {
    const columns = await test.warehouse.read.select(
      `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'alert_deliveries'`,
    );
    const names = columns.map(({ name }) => name);
    expect(names).not.toContain('body');
    expect(names).toEqual(expect.arrayContaining(['response', 'latency_ms', 'digest_id']));
  });
});
