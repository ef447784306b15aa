import type { Refused } from './parcel.js';
import type { RawRecord, RawTopic } from './raw-record.js';

/** An ordinary event, of which one thing is made wrong. */
const sound = {
  specversion: '1.0',
  id: 'poison',
  source: 'crm/poison',
  type: 'deal.stage_changed',
  subject: 'poisoned',
  time: '2024-03-04T09:00:00.000Z',
  data: { to: 'proposal' },
};

const NESTING = 10_000;
const LONG = 5 * 1024 * 1024;

function refused(
  value: string | Buffer,
  reasons: readonly string[],
  topic: RawTopic = 'cloudevents',
): Refused {
  const record: RawRecord = { topic, value: Buffer.from(value) };
  return { record, position: 0, reasons };
}

function event(changes: object, ...reasons: readonly string[]): Refused {
  return refused(JSON.stringify({ ...sound, ...changes }), reasons);
}

const NO_TEXT = 'expected a non-empty text of at most 1024 characters, got';
const NO_INSTANT = 'expected an RFC 3339 instant with an offset, got';

/** Records that none of the systems should send, one of each kind, with how the reasons of their dead letters begin. */
export const poison: readonly Refused[] = [
  refused('', ['not JSON']),
  refused('neither { nor }', ['not JSON']),
  refused(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), ['not UTF-8']),
  refused('null', ['record: expected a CloudEvent (a JSON object), got null']),
  refused('"text"', ['record: expected a CloudEvent (a JSON object), got "text"']),
  // Its time would be the log's.
  refused('{"hello":"world"}', [
    'specversion: expected one of 1.0, got nothing',
    ...['id', 'source', 'type'].map((name) => `${name}: ${NO_TEXT} nothing`),
  ]),
  event({ data: { to: 'x'.repeat(LONG) } }, `data.to: ${NO_TEXT} "xxx`),
  refused(JSON.stringify(sound).replace('"proposal"', '['.repeat(NESTING) + ']'.repeat(NESTING)), [
    'data: expected at most 32 levels of nesting, got more',
    `data.to: ${NO_TEXT} a list`,
  ]),
  event(
    { type: 'deal.amount_changed', data: { amount: 'many', currency: 7 } },
    'data.amount: expected a number or null, got "many"',
    'data.currency: expected a text of at most 100000 characters, got 7',
  ),
  event(
    { id: 7, source: [], time: {} },
    `id: ${NO_TEXT} 7`,
    `source: ${NO_TEXT} a list`,
    `time: ${NO_INSTANT} an object`,
  ),
  event({ type: 'deal.teleported' }, 'type: unknown event type "deal.teleported"'),
  event({ schemaversion: 99 }, 'schemaversion: expected 1 to 1 for deal.stage_changed, got 99'),
  event({ specversion: '3.0' }, 'specversion: expected one of 1.0, got "3.0"'),
  event({ time: '99999-01-01T00:00:00Z' }, `time: ${NO_INSTANT} "99999-01-01T00:00:00Z"`),
  event({ time: 'soon' }, `time: ${NO_INSTANT} "soon"`),
  event({ subject: undefined }, "subject: expected the deal's id, got nothing"),
  refused(JSON.stringify(sound).replace('"poisoned"', '"\\ud800"'), [`subject: ${NO_TEXT} "\\ud800"`]),
  refused(JSON.stringify(sound).replace('{"to":"proposal"}', '{"__proto__":{"to":"proposal"}}'), [
    `data.to: ${NO_TEXT} nothing`,
  ]),
  refused('{"payload":{}}', ['ChangeEventHeader: expected the header'], 'salesforce'),
  refused(
    '[{"subscriptionType":"deal.creation","objectId":{},"occurredAt":"soon"}]',
    ['occurredAt: expected an instant', 'objectId: expected an id, got {}'],
    'hubspot',
  ),
  refused(
    '{"meta":{"entity":"deal","action":"change"}}',
    ['meta.entity_id: expected an id, got nothing', 'meta.timestamp: expected an instant, got nothing'],
    'pipedrive',
  ),
  refused('{"kind":"calendar#event","status":7}', ['id: expected an id, got nothing'], 'google-calendar'),
  refused(
    '{"id":"m","lastModifiedDateTime":"never","attendees":7}',
    ['lastModifiedDateTime: expected an instant', 'attendees: expected a list, got 7'],
    'microsoft-graph',
  ),
];
