import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startWebhookReceiver, type WebhookReceiver } from '../../../../test/support/webhook-receiver.js';
import type { Delivery, DigestItem, Endpoint, EndpointState } from '#domain/alerts/types.js';
import { createDispatcher, type Dispatcher, type DispatcherParts } from './dispatcher.js';
import { createSender, type Outcome, type Send, type Sender } from './sending/send.js';
import { aDelivery, aGathered } from './sending/testing/delivery.js';
import { anEndpoint } from './sending/testing/endpoint.js';
import { createMemoryOutbox, type MemoryOutbox } from './sending/testing/memory-outbox.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-03-02T12:00:00Z');

let receiver: WebhookReceiver;
let sender: Sender;
let clock: number;
let warnings: string[];

beforeEach(async () => {
  receiver = await startWebhookReceiver(SECRET);
  sender = createSender();
  clock = START;
  warnings = [];
});

afterEach(async () => {
  sender.close();
  await receiver.close();
});

const sales = (fields: Partial<Endpoint> = {}): Endpoint =>
  anEndpoint({
    url: `${receiver.origin}/sales`,
    secret: SECRET,
    allowPrivate: true,
    allowHttp: true,
    ...fields,
  });

const stateOf = (endpoint: string, disabledAt: number | null = null): EndpointState => ({
  endpoint,
  enabled_at: 0,
  baseline_at: 0,
  disabled_at: disabledAt,
  version: 1,
});

function dispatch(
  store: MemoryOutbox,
  endpoints: readonly Endpoint[],
  parts: Partial<DispatcherParts> = {},
): Dispatcher {
  return createDispatcher({
    store,
    settings: { flapWithin: HOUR, historyAfter: 24 * HOUR, backlogDigestAfter: 0, dealLink: null, endpoints },
    owns: () => true,
    now: () => clock,
    random: () => 0,
    send: sender.send,
    renderDigest: (_, { id, at, items, total }) =>
      JSON.stringify({ id, at, total, alerts: items.map((item) => [item.alert_id, item.status]) }),
    warn: (line) => warnings.push(line),
    ...parts,
  });
}

const ids = (): string[] => receiver.received.map(({ id }) => id);
const delivered: Outcome = {
  result: 'delivered',
  httpStatus: 200,
  error: null,
  response: '',
  latencyMs: 1,
  retryAfter: null,
};
const refused: Outcome = {
  ...delivered,
  result: 'failed',
  httpStatus: null,
  error: 'the connection was refused',
};
const messages = (count: number, fields: Partial<Delivery> = {}): Delivery[] =>
  Array.from({ length: count }, (_, index) =>
    aDelivery({ webhook_id: `msg_${fields.endpoint ?? ''}${String(index).padStart(3, '0')}`, ...fields }),
  );

describe('the dispatcher', () => {
  it('sends what is due, signed, and stores what became of it', async () => {
    const store = createMemoryOutbox([
      aDelivery({ webhook_id: 'msg_1' }),
      aDelivery({ webhook_id: 'msg_later', next_attempt_at: START + 1 }),
    ]);
    await dispatch(store, [sales()]).tick();
    expect(receiver.received).toEqual([
      expect.objectContaining({
        id: 'msg_1',
        isSigned: true,
        timestamp: START / 1_000,
        body: '{"message":"msg_1"}',
      }),
    ]);
    expect(store.row('msg_1')).toMatchObject({
      state: 'delivered',
      attempts: 1,
      http_status: 200,
      response: 'ok',
      attempted_at: START,
      delivered_at: START,
      next_attempt_at: null,
      version: 2,
    });
  });

  it('tries again by the table with the same id and body and the time of the attempt, and then gives up', async () => {
    const store = createMemoryOutbox([aDelivery({ webhook_id: 'msg_1' })]);
    const dispatcher = dispatch(store, [sales()], { breaker: { failures: 100, openFor: 0 } });
    receiver.script(Array.from({ length: 10 }, () => ({ status: 500 })));
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await dispatcher.tick();
      const next = store.row('msg_1')?.next_attempt_at;
      if (next === null || next === undefined) break;
      waits.push(next - clock);
      clock = next - 1;
      await dispatcher.tick();
      expect(receiver.received).toHaveLength(attempt);
      clock = next;
    }
    expect(waits.map((ms) => ms / 1_000)).toEqual([
      5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]);
    expect(store.row('msg_1')).toMatchObject({
      state: 'failed',
      attempts: 10,
      http_status: 500,
      error: 'the endpoint answered 500',
      next_attempt_at: null,
    });
    expect(new Set(receiver.received.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
    expect(new Set(receiver.received.map(({ timestamp }) => timestamp)).size).toBe(10);
    expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true);
    expect(warnings).toEqual([
      'endpoint sales: gave up on msg_1 after 10 attempts: the endpoint answered 500',
    ]);
  });

  it('adds jitter to retries', async () => {
    const store = createMemoryOutbox([aDelivery({ webhook_id: 'msg_1' })]);
    receiver.script(['reset']);
    await dispatch(store, [sales()], { random: () => 0.5 }).tick();
    expect(store.row('msg_1')?.next_attempt_at).toBe(START + 5_500);
  });

  it.each([
    ['seconds', '120', 429],
    ['a date', new Date(START + 2 * MINUTE).toUTCString(), 503],
  ])('leaves an endpoint alone for as long as its Retry-After says in %s', async (_, header, status) => {
    const store = createMemoryOutbox(messages(3));
    const dispatcher = dispatch(store, [sales({ concurrency: 1 })]);
    receiver.script([{ status, headers: { 'retry-after': header } }]);
    await dispatcher.tick();
    expect(ids()).toEqual(['msg_000']);
    clock = START + 2 * MINUTE - 1;
    await dispatcher.tick();
    expect(ids()).toEqual(['msg_000']);
    expect(store.row('msg_001')).toMatchObject({ attempts: 0, next_attempt_at: 0, version: 1 });
    clock += 1;
    await dispatcher.tick();
    expect(ids()).toEqual(['msg_000', 'msg_001', 'msg_002', 'msg_000']);
  });

  it('does not use up the attempts of a message on an endpoint that says again and again to come back soon', async () => {
    const store = createMemoryOutbox([aDelivery({ webhook_id: 'msg_1', attempts: 2 })]);
    receiver.script([{ status: 429, headers: { 'retry-after': '1' } }]);
    await dispatch(store, [sales()]).tick();
    expect(store.row('msg_1')?.next_attempt_at).toBe(START + 30 * MINUTE);
  });

  it('stops trying an endpoint that fails again and again, and lets one message probe it', async () => {
    const store = createMemoryOutbox(messages(20));
    const sent: string[] = [];
    let answer = refused;
    const send: Send = ({ id }) => {
      sent.push(id);
      return Promise.resolve(answer);
    };
    const dispatcher = dispatch(store, [sales({ concurrency: 1 })], { send });
    await dispatcher.tick();
    expect(sent).toHaveLength(5);
    expect(store.row('msg_005')).toMatchObject({ attempts: 0, next_attempt_at: 0, version: 1 });
    expect(warnings).toEqual([expect.stringContaining('endpoint sales fails again and again')]);
    clock = START + MINUTE - 1;
    await dispatcher.tick();
    expect(sent).toHaveLength(5);
    clock += 1;
    await dispatcher.tick();
    expect(sent).toHaveLength(6);
    clock += MINUTE;
    answer = delivered;
    await dispatcher.tick();
    expect(store.rows().filter(({ state }) => state === 'delivered')).toHaveLength(20);
  });

  it('never delays one endpoint by another that hangs', async () => {
    const store = createMemoryOutbox([
      ...messages(50, { endpoint: 'dead' }),
      ...messages(50, { endpoint: 'sales', next_attempt_at: 1 }),
    ]);
    const hanging: (() => void)[] = [];
    const send: Send = async (request, options) => {
      if (request.endpoint.name === 'sales') return sender.send(request, options);
      await new Promise<void>((resolve) => hanging.push(resolve));
      return refused;
    };
    const dispatcher = dispatch(store, [sales({ name: 'dead' }), sales()], { send });
    const ticking = dispatcher.tick();
    await receiver.until(50);
    expect(hanging).toHaveLength(4);
    while (hanging.length > 0) {
      for (const end of hanging.splice(0)) end();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ticking;
    expect(
      store.rows().filter(({ endpoint, state }) => endpoint === 'sales' && state === 'delivered'),
    ).toHaveLength(50);
  });

  it('has no more messages under way than the endpoint takes at once', async () => {
    const store = createMemoryOutbox(messages(20));
    let underWay = 0;
    let most = 0;
    const send: Send = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return delivered;
    };
    await dispatch(store, [sales({ concurrency: 3 })], { send }).tick();
    expect(most).toBe(3);
  });

  it('disables an endpoint that answers 410, and ends what waits for it', async () => {
    const store = createMemoryOutbox(
      [
        ...messages(5),
        aDelivery({ webhook_id: 'msg_later', next_attempt_at: START + HOUR }),
        aGathered({ alert_id: 'al_1' }, 0, { webhook_id: 'msg_item', next_attempt_at: START + HOUR }),
      ],
      [stateOf('sales')],
    );
    const dispatcher = dispatch(store, [sales({ concurrency: 1 })]);
    receiver.script([{ status: 410 }]);
    await dispatcher.tick();
    await dispatcher.tick();
    expect(ids()).toEqual(['msg_000']);
    expect(await store.endpointStates()).toEqual([{ ...stateOf('sales'), disabled_at: START, version: 2 }]);
    expect(store.rows().map(({ state }) => state)).toEqual(Array(7).fill('failed'));
    expect(store.row('msg_000')).toMatchObject({ http_status: 410, attempts: 1 });
    expect(store.row('msg_item')?.error).toBe('the endpoint answered 410 and is disabled');
    expect(warnings).toEqual([expect.stringMatching(/^endpoint sales answered 410 and is disabled/)]);
  });

  it('sends again once a disabled endpoint is put in use', async () => {
    const store = createMemoryOutbox([], [stateOf('sales', START)]);
    const dispatcher = dispatch(store, [sales()]);
    await dispatcher.tick();
    await store.writeEndpointStates([{ ...stateOf('sales'), version: 2 }]);
    await store.writeDeliveries([aDelivery({ webhook_id: 'msg_1' })]);
    clock += 10_000;
    await dispatcher.tick();
    expect(ids()).toEqual(['msg_1']);
  });

  it('drops what waits for an endpoint that is not in the file any more', async () => {
    const store = createMemoryOutbox(
      [
        aDelivery({ webhook_id: 'msg_1', endpoint: 'former' }),
        aDelivery({ webhook_id: 'msg_2', endpoint: 'former', next_attempt_at: START + HOUR }),
        aGathered({ alert_id: 'al_1' }, 0, { endpoint: 'former', webhook_id: 'msg_item' }),
      ],
      [stateOf('former')],
    );
    await dispatch(store, [sales()]).tick();
    expect(store.rows().map(({ state, error }) => `${state}: ${error ?? ''}`)).toEqual(
      Array(3).fill('dropped: the endpoint is not in the alerts file or not enabled'),
    );
    expect(receiver.received).toHaveLength(0);
  });

  it('leaves alone what is another replica’s', async () => {
    const store = createMemoryOutbox(
      [
        ...messages(2, { endpoint: 'theirs' }),
        ...messages(2, { endpoint: 'former' }),
        aDelivery({ webhook_id: 'msg_ours' }),
      ],
      [stateOf('theirs', START), stateOf('former'), stateOf('sales')],
    );
    await dispatch(store, [sales({ name: 'theirs' }), sales()], { owns: (name) => name === 'sales' }).tick();
    expect(ids()).toEqual(['msg_ours']);
    expect(store.rows().filter(({ version }) => version > 1)).toHaveLength(1);
  });

  it('waits a while with an endpoint that has come from another replica, and stops with one that has gone', async () => {
    const store = createMemoryOutbox([aDelivery({ webhook_id: 'msg_1' })]);
    let isOurs = true;
    const dispatcher = dispatch(store, [sales()], { owns: () => isOurs, handover: 16_000 });
    await dispatcher.tick();
    clock += 15_999;
    await dispatcher.tick();
    isOurs = false;
    clock += 1;
    await dispatcher.tick();
    expect(receiver.received).toHaveLength(0);
    isOurs = true;
    await dispatcher.tick();
    clock += 16_000;
    await dispatcher.tick();
    expect(ids()).toEqual(['msg_1']);
  });

  it('holds messages back outside business hours, retries too', async () => {
    const businessHours = {
      from: 9 * 60,
      to: 18 * 60,
      days: [1, 2, 3, 4, 5],
      zone: 'Europe/Berlin',
    } as const;
    const store = createMemoryOutbox([aDelivery({ webhook_id: 'msg_1', attempts: 1 })]);
    const dispatcher = dispatch(store, [sales({ businessHours })]);
    clock = Date.parse('2026-03-02T17:00:00Z');
    await dispatcher.tick();
    clock = Date.parse('2026-03-03T07:59:59Z');
    await dispatcher.tick();
    expect(receiver.received).toHaveLength(0);
    clock += 1_000;
    await dispatcher.tick();
    expect(ids()).toEqual(['msg_1']);
  });
});

describe('outcomes', () => {
  it('that cannot be stored are stored later, and their messages are not sent again meanwhile', async () => {
    const store = createMemoryOutbox(messages(3));
    const dispatcher = dispatch(store, [sales()]);
    store.before = (access) => {
      if (access === 'writeDeliveries') throw new Error('the store is away');
    };
    await dispatcher.tick();
    await dispatcher.tick();
    expect(ids()).toHaveLength(3);
    expect(dispatcher.state().unwritten).toBe(3);
    expect(warnings[0]).toBe('3 outcomes of messages wait for the store: the store is away');
    store.before = () => undefined;
    await dispatcher.tick();
    expect(ids()).toHaveLength(3);
    expect(store.rows().map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('are written together', async () => {
    const store = createMemoryOutbox(messages(50));
    await dispatch(store, [sales()]).tick();
    expect(store.writes).toEqual([50]);
  });

  it('that were not stored before a kill lead to a repeat with the same id and body', async () => {
    const store = createMemoryOutbox(messages(3));
    store.before = (access) => {
      if (access === 'writeDeliveries') throw new Error('killed');
    };
    await dispatch(store, [sales()]).tick();
    store.before = () => undefined;
    await dispatch(store, [sales()]).tick();
    const sent = receiver.received.map(({ id, body }) => `${id} ${body}`);
    expect(sent).toHaveLength(6);
    expect(new Set(sent).size).toBe(3);
  });

  it('that are stored while the outbox is read do not make it send again what it read as it was before', async () => {
    const store = createMemoryOutbox(messages(3, { endpoint: 'sales' }));
    const stopping = new AbortController();
    const dispatcher = dispatch(store, [sales()]);
    let reads = 0;
    const isStored = new Promise<void>((resolve) => {
      store.after = async (access) => {
        if (access === 'writeDeliveries') resolve();
        if (access !== 'outbox') return;
        reads += 1;
        // The second reading is under way until what became of the first is stored.
        if (reads === 2) await isStored;
        if (reads === 3) stopping.abort();
        dispatcher.wake();
      };
    });
    await dispatcher.run(stopping.signal);
    expect(ids()).toHaveLength(3);
  });
});

describe('the cap of an hour', () => {
  const deal = (id: string) => ({
    deal: {
      id,
      name: `Deal ${id}`,
      owner: { id: 'o1', name: 'Ada' },
      team: null,
      segment: null,
      pipeline: 'default',
      stage: null,
      amount: 5,
      currency: 'EUR',
      amount_reporting: 5,
      health: 40,
      paused: false,
    },
    episodes: [
      {
        kind: 'stalled' as const,
        family: 'stall' as const,
        severity: 'critical' as const,
        since: START - HOUR,
        closed_at: null,
        advice: 'Call them.',
        numbers: {},
        evidence: [],
      },
    ],
  });

  it('turns the rest into one digest at the next full hour', async () => {
    const store = createMemoryOutbox(messages(10));
    for (const { deal_id: id } of store.rows()) store.deals.set(id, deal(id));
    const dispatcher = dispatch(store, [sales({ maxPerHour: 4 })]);
    clock = START + 20 * MINUTE;
    await dispatcher.tick();
    expect(ids()).toEqual(['msg_000', 'msg_001', 'msg_002', 'msg_003']);
    const gathered = store.rows().filter(({ state }) => state === 'gathered');
    expect(gathered.map(({ next_attempt_at: at }) => at)).toEqual(Array(6).fill(START + HOUR));
    expect(JSON.parse(gathered[0]?.body ?? '') as DigestItem).toEqual({
      alert_id: gathered[0]?.alert_id,
      status: 'firing',
      deal_id: gathered[0]?.deal_id,
      deal_name: `Deal ${gathered[0]?.deal_id ?? ''}`,
      owner: 'Ada',
      amount: 5,
      currency: 'EUR',
      amount_reporting: 5,
      kind: 'stalled',
      severity: 'critical',
      since: new Date(START - HOUR).toISOString(),
      advice: 'Call them.',
    });
    clock = START + HOUR;
    await dispatcher.tick();
    expect(receiver.received).toHaveLength(5);
    expect(JSON.parse(receiver.received[4]?.body ?? '')).toMatchObject({ total: 6 });
  });

  it('counts what was accepted before the start of the process', async () => {
    const before = messages(3).map((row) => ({
      ...row,
      state: 'delivered' as const,
      delivered_at: START,
      version: 2,
    }));
    const store = createMemoryOutbox([
      ...before,
      aDelivery({ webhook_id: 'msg_4' }),
      aDelivery({ webhook_id: 'msg_5' }),
    ]);
    clock = START + MINUTE;
    await dispatch(store, [sales({ maxPerHour: 4 })]).tick();
    expect(ids()).toEqual(['msg_4']);
    expect(store.row('msg_5')?.state).toBe('gathered');
  });

  it('does not count what failed, nor turn into an item what was tried already', async () => {
    const store = createMemoryOutbox(messages(2));
    const dispatcher = dispatch(store, [sales({ maxPerHour: 1, concurrency: 1 })]);
    receiver.script([{ status: 500 }]);
    await dispatcher.tick();
    expect(ids()).toEqual(['msg_000', 'msg_001']);
    clock += 5_000;
    await dispatcher.tick();
    expect(ids()).toEqual(['msg_000', 'msg_001', 'msg_000']);
  });

  it('tells of a deal that is not stored any more by its id', async () => {
    const store = createMemoryOutbox(messages(1));
    await dispatch(store, [sales({ maxPerHour: 0 })]).tick();
    expect(JSON.parse(store.row('msg_000')?.body ?? '')).toMatchObject({
      deal_name: 'deal_msg_000',
      kind: 'stalled',
    });
  });
});

describe('a digest', () => {
  const due = START - MINUTE;
  const digests = (store: MemoryOutbox): Delivery[] =>
    store.rows().filter(({ type }) => type === 'deals.digest');

  it('is one message of all that has gathered and is due', async () => {
    const items = ['al_1', 'al_2', 'al_3'].map((id) =>
      aGathered({ alert_id: id }, 0, { next_attempt_at: due }),
    );
    const later = aGathered({ alert_id: 'al_4' }, 0, { next_attempt_at: START + HOUR });
    const store = createMemoryOutbox([...items, later]);
    await dispatch(store, [sales()]).tick();
    expect(receiver.received).toHaveLength(1);
    const [digest] = digests(store);
    expect(digest).toMatchObject({ state: 'delivered', alert_id: '', attempts: 1 });
    expect(receiver.received[0]).toMatchObject({
      id: digest?.webhook_id,
      isSigned: true,
      body: digest?.body,
    });
    expect(JSON.parse(digest?.body ?? '')).toMatchObject({ total: 3 });
    for (const item of items) {
      expect(store.row(item.webhook_id)).toMatchObject({ state: 'in_digest', digest_id: digest?.webhook_id });
    }
    expect(store.row(later.webhook_id)?.state).toBe('gathered');
  });

  it('is stored with its items in one write before it is sent, and keeps its body and id on retry', async () => {
    const store = createMemoryOutbox([aGathered({ alert_id: 'al_1' }, 0, { next_attempt_at: due })]);
    const storedWhenSent: (string | undefined)[] = [];
    const send: Send = (request, options) => {
      storedWhenSent.push(store.row(request.id)?.body);
      return sender.send(request, options);
    };
    const dispatcher = dispatch(store, [sales()], { send });
    receiver.script([{ status: 500 }]);
    await dispatcher.tick();
    expect(store.writes[0]).toBe(2);
    await store.writeDeliveries([aGathered({ alert_id: 'al_2' }, 0, { next_attempt_at: START + HOUR })]);
    clock += 5_000;
    await dispatcher.tick();
    expect(receiver.received).toHaveLength(2);
    expect(new Set(receiver.received.map(({ id, body }) => `${id} ${body}`)).size).toBe(1);
    expect(storedWhenSent).toEqual(receiver.received.map(({ body }) => body));
  });

  it('is made again, the same, by whoever follows one that was killed before it was stored', async () => {
    const store = createMemoryOutbox([aGathered({ alert_id: 'al_1' }, 0, { next_attempt_at: due })]);
    store.before = (access) => {
      if (access === 'writeDeliveries') throw new Error('killed');
    };
    await dispatch(store, [sales()]).tick();
    expect(receiver.received).toHaveLength(0);
    store.before = () => undefined;
    await dispatch(store, [sales()]).tick();
    await dispatch(store, [sales()]).tick();
    expect(receiver.received).toHaveLength(1);
  });

  it('of the same instant as an earlier one is another message', async () => {
    const store = createMemoryOutbox([aGathered({ alert_id: 'al_1' }, 0, { next_attempt_at: due })]);
    const dispatcher = dispatch(store, [sales()]);
    await dispatcher.tick();
    await store.writeDeliveries([aGathered({ alert_id: 'al_2' }, 0, { next_attempt_at: due })]);
    await dispatcher.tick();
    expect(new Set(ids()).size).toBe(2);
  });

  it('takes so many items, the others go into the next one', async () => {
    const items = Array.from({ length: 5 }, (_, index) =>
      aGathered({ alert_id: `al_${index}` }, 0, { next_attempt_at: due }),
    );
    const store = createMemoryOutbox(items);
    const dispatcher = dispatch(store, [sales()], { mostItems: 3 });
    await dispatcher.tick();
    await dispatcher.tick();
    await dispatcher.tick();
    const totals = receiver.received.map(({ body }) => (JSON.parse(body) as { total: number }).total);
    expect(totals).toEqual([3, 2]);
  });

  it('leaves out what began and ended before it went out', async () => {
    const items = [
      aGathered({ alert_id: 'al_short' }, 0, { next_attempt_at: due }),
      aGathered({ alert_id: 'al_short', severity: 'critical' }, 1, { next_attempt_at: due }),
      aGathered({ alert_id: 'al_short', severity: 'critical', status: 'resolved' }, 2, {
        next_attempt_at: due,
      }),
      aGathered({ alert_id: 'al_stays' }, 0, { next_attempt_at: due }),
    ];
    const store = createMemoryOutbox(items);
    await dispatch(store, [sales()]).tick();
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ alerts: [['al_stays', 'firing']] });
    expect(items.map(({ webhook_id: id }) => store.row(id)?.state)).toEqual([
      'dropped',
      'dropped',
      'dropped',
      'in_digest',
    ]);
  });

  it('tells the end of what was told before, also where it was to be repeated', async () => {
    const store = createMemoryOutbox([
      aGathered({ alert_id: 'al_old' }, 1, { next_attempt_at: due }),
      aGathered({ alert_id: 'al_old', status: 'resolved' }, 2, { next_attempt_at: due }),
    ]);
    await dispatch(store, [sales()]).tick();
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toMatchObject({ alerts: [['al_old', 'resolved']] });
  });

  it('with nothing to tell is not sent', async () => {
    const store = createMemoryOutbox([
      aGathered({ alert_id: 'al_short' }, 0, { next_attempt_at: due }),
      aGathered({ alert_id: 'al_short', status: 'resolved' }, 1, { next_attempt_at: due }),
    ]);
    await dispatch(store, [sales()]).tick();
    expect(receiver.received).toHaveLength(0);
    expect(store.rows().map(({ state }) => state)).toEqual(['dropped', 'dropped']);
  });

  it('that cannot be made keeps nothing else from being sent', async () => {
    const store = createMemoryOutbox([
      aGathered({ alert_id: 'al_1' }, 0, { endpoint: 'digests', next_attempt_at: due }),
      aDelivery({ webhook_id: 'msg_1' }),
    ]);
    const dispatcher = dispatch(store, [sales({ name: 'digests' }), sales()], {
      renderDigest: () => {
        throw new RangeError('a digest does not fit');
      },
    });
    await dispatcher.tick();
    expect(ids()).toEqual(['msg_1']);
    expect(warnings).toEqual(['the digest of endpoint digests could not be made: a digest does not fit']);
  });

  it('is not held up by an item that cannot be read', async () => {
    const store = createMemoryOutbox([
      aGathered({ alert_id: 'al_1' }, 0, { next_attempt_at: due, body: '{"torn' }),
      aGathered({ alert_id: 'al_2' }, 0, { next_attempt_at: due }),
    ]);
    await dispatch(store, [sales()]).tick();
    expect(receiver.received).toHaveLength(1);
    expect(store.rows().filter(({ state }) => state === 'failed')).toHaveLength(1);
  });
});

describe('running', () => {
  it('sends what comes when it is woken, and stores what is under way before it stops', async () => {
    const store = createMemoryOutbox();
    const dispatcher = dispatch(store, [sales()]);
    const stopping = new AbortController();
    const running = dispatcher.run(stopping.signal);
    await store.writeDeliveries(messages(3));
    dispatcher.wake();
    await receiver.until(3);
    stopping.abort();
    await running;
    expect(store.rows().map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('goes on when the store is back', async () => {
    const store = createMemoryOutbox(messages(1));
    let failures = 0;
    store.before = (access) => {
      if (access === 'outbox' && failures === 0) {
        failures += 1;
        throw new Error('the store is away');
      }
    };
    const stopping = new AbortController();
    const running = dispatch(store, [sales()]).run(stopping.signal);
    await receiver.until(1);
    stopping.abort();
    await running;
    expect(warnings).toEqual(['alerts wait for the store: the store is away']);
    expect(store.row('msg_000')?.state).toBe('delivered');
  });
});
