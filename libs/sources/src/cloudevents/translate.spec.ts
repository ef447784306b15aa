import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultMapping } from '../native/mapping.js';
import { faultsOf } from '../native/draft.js';
import type { NativeRecord } from '../native/record.js';
import { mutated } from '../testing/mutations.js';
import { translateCloudEvent } from './translate.js';

const asked = {
  specversion: '1.0',
  id: 'e-1',
  source: 'portal/eu',
  type: 'close.asked',
  subject: 'd1',
  time: '2026-03-10T10:00:00.1234+01:00',
  datacontenttype: 'application/json',
  data: { for: 'order', odd: [1] },
  schemaversion: 1,
  recordedtime: '2026-03-10T10:05:00Z',
  traceparent: '00-x',
};

/** An event's attributes as headers, its data as value. */
function binary(event: Readonly<Record<string, unknown>>): NativeRecord {
  const { data, datacontenttype, ...attributes } = event;
  const named = Object.entries(attributes).map(([name, value]) => [`ce_${name}`, String(value)]);
  const type = datacontenttype === undefined ? [] : [['content-type', datacontenttype]];
  return { value: data, headers: Object.fromEntries([...named, ...type]) as Record<string, string> };
}

const translated = (record: NativeRecord | object, mapping = defaultMapping): unknown => {
  const result = translateCloudEvent('value' in record ? record : { value: record }, mapping);
  return 'reasons' in result ? result.reasons : result.events[0];
};

describe('an event in structured mode', () => {
  it('passes as the very object that came', () => {
    const result = translateCloudEvent({ value: asked }, defaultMapping);
    expect(result).toEqual({ events: [asked], source: 'portal/eu' });
    expect('events' in result && result.events[0]).toBe(asked);
  });

  it.each<[string, object, object]>([
    ['no schemaversion', { schemaversion: undefined }, { ...asked, schemaversion: 1 }],
    ['a schemaversion of null', { schemaversion: null }, { ...asked, schemaversion: 1 }],
    ['a meeting without a deal', { type: 'meeting.cancelled', subject: undefined, data: { meeting_id: 'm' } }, { id: 'e-1', type: 'meeting.cancelled' }], // prettier-ignore
    ['a message without a deal', { type: 'message.sent', subject: undefined, data: { channel: 'email' } }, { type: 'message.sent' }], // prettier-ignore
    ['an event without data', { type: 'reference.given', data: undefined }, { type: 'reference.given' }],
    ['data in base64', { data: undefined, data_base64: Buffer.from('{"for":"order"}').toString('base64') }, { data: { for: 'order' } }], // prettier-ignore
  ])('may be or have %s', (_, change, expected) => {
    const event = translated(JSON.parse(JSON.stringify({ ...asked, ...change })) as object);
    expect(event).toMatchObject(expected);
    expect(Object.keys(event as object)).not.toContain('data_base64');
  });

  it('has no subject rather than null', () => {
    const given = { ...asked, type: 'meeting.cancelled', subject: null, data: { meeting_id: 'm' } };
    expect(Object.keys(translated(given) as object)).not.toContain('subject');
  });

  it('takes its time from the log where it has none, and only there', () => {
    const { time: _time, ...timeless } = asked;
    const timestamp = Date.UTC(2026, 2, 10, 9);
    expect(translated({ value: timeless, timestamp })).toMatchObject({ time: '2026-03-10T09:00:00.000Z' });
    expect(translated({ value: asked, timestamp })).toMatchObject({ time: asked.time });
    expect(translated({ value: timeless })).toEqual([
      'time: expected an RFC 3339 instant with an offset, got nothing',
    ]);
  });

  it('is renamed by the mapping', () => {
    const mapping = { ...defaultMapping, types: new Map([['com.example.asked', 'close.asked' as const]]) };
    expect(translated({ ...asked, type: 'com.example.asked' }, mapping)).toEqual(asked);
    expect(translated(asked, mapping)).toBe(asked);
  });

  it('keeps fields such as __proto__', () => {
    const text =
      '{"specversion":"1.0","id":"1","source":"s","type":"reference.given","subject":"d","time":"2026-03-10T10:00:00Z","__proto__":"x"}';
    expect(JSON.stringify(translated(JSON.parse(text) as object))).toContain('"__proto__":"x"');
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', 7, /^record: expected a CloudEvent/],
    ['another specversion', { ...asked, specversion: '0.3' }, /^specversion: expected one of 1.0/],
    ['no id', { ...asked, id: undefined }, /^id: /],
    ['an empty id', { ...asked, id: '' }, /^id: /],
    ['no source', { ...asked, source: undefined }, /^source: /],
    ['an empty source', { ...asked, source: '' }, /^source: /],
    ['no type', { ...asked, type: undefined }, /^type: /],
    ['an empty type', { ...asked, type: '' }, /^type: /],
    ['an unknown type', { ...asked, type: 'close.askd' }, /^type: unknown event type "close.askd"$/],
    ['a type that every object has', { ...asked, type: 'constructor' }, /^type: unknown event type/],
    ['an empty time', { ...asked, time: '' }, /^time: /],
    ['a time without an offset', { ...asked, time: '2026-03-10T10:00:00' }, /^time: /],
    [
      'a time before 1990',
      { ...asked, time: '1815-06-18T10:00:00Z' },
      /^time: expected an instant between 1990/,
    ],
    [
      'a time after 2100',
      { ...asked, time: '9999-12-31T10:00:00Z' },
      /^time: expected an instant between 1990/,
    ],
    ['no subject', { ...asked, subject: undefined }, /^subject: expected the deal's id/],
    ['an empty subject', { ...asked, subject: '' }, /^subject: /],
    ['a next step without a deal', { ...asked, type: 'next_step.completed', subject: undefined, data: { next_step_id: 's' } }, /^subject: expected the deal's id/], // prettier-ignore
    ['a gap without a deal', { ...asked, type: 'deal.history_gap', subject: null, data: {} }, /^subject: /],
    ['a newer schema', { ...asked, schemaversion: 99 }, /^schemaversion: /],
    ['a schema in words', { ...asked, schemaversion: 'one' }, /^schemaversion: /],
    ['wrong data', { ...asked, data: { for: 'money' } }, /^data.for: /],
    ['data that is a text', { ...asked, data: '{"for":"order"}' }, /^data: expected an object/],
    ['a rescheduled meeting without its times', { ...asked, type: 'meeting.rescheduled', data: { meeting_id: 'm' } }, /^data.starts_at: /], // prettier-ignore
    ['data twice', { ...asked, data_base64: 'e30=' }, /^data_base64: expected either data or data_base64/],
    ['base64 that is none', { ...asked, data: undefined, data_base64: '{"for":"order"}' }, /^data_base64: expected base64/], // prettier-ignore
    [
      'base64 of no JSON',
      { ...asked, data: undefined, data_base64: 'bm9wZQ==' },
      /^data_base64: expected JSON/,
    ],
    ['base64 of no text', { ...asked, data: undefined, data_base64: '/w==' }, /^data_base64: expected JSON in UTF-8/], // prettier-ignore
  ])('is refused for %s', (_, value, reason) => {
    expect(translated({ value })).toEqual(expect.arrayContaining([expect.stringMatching(reason)]));
  });
});

describe('an event in binary mode', () => {
  it('is the same event', () => {
    expect(translated(binary(asked))).toEqual(asked);
  });

  it.each<[string, NativeRecord, object | readonly string[]]>([
    ['data as text', { ...binary(asked), value: '{"for":"order"}' }, { data: { for: 'order' } }],
    ['no data', { ...binary({ ...asked, type: 'reference.given' }), value: '' }, { type: 'reference.given' }],
    [
      'data of null',
      { ...binary({ ...asked, type: 'reference.given' }), value: null },
      { type: 'reference.given' },
    ],
    ['data that is no JSON', { ...binary(asked), value: 'nope' }, ['data: expected JSON, got "nope"']],
    ['data that is a list', { ...binary(asked), value: [1] }, ['data: expected an object, got a list']],
    [
      'a schemaversion in words',
      binary({ ...asked, schemaversion: 'one' }),
      ['schemaversion: expected a whole number from 1, got "one"'],
    ],
    ['headers in capitals', { value: asked.data, headers: { CE_ID: 'e-2', ...binary({ ...asked, id: undefined }).headers, ce_id: 'e-2' } }, { id: 'e-2' }], // prettier-ignore
  ])('may have %s', (_, record, expected) => {
    const result = translated(record);
    if (Array.isArray(expected)) expect(result).toEqual(expect.arrayContaining([...(expected as string[])]));
    else expect(result).toMatchObject(expected);
  });

  it('takes its time from the log where it has none', () => {
    const { time: _time, ...timeless } = asked;
    const timestamp = Date.UTC(2026, 2, 10, 9);
    expect(translated({ ...binary(timeless), timestamp })).toMatchObject({
      time: '2026-03-10T09:00:00.000Z',
    });
  });
});

it('whatever is sent, nothing throws, and no event has a fault', () => {
  const twice = { ...asked, data: undefined, data_base64: Buffer.from('{"for":"order"}').toString('base64') };
  fc.assert(
    fc.property(mutated([asked, twice, binary(asked)]), (value) => {
      for (const record of [{ value }, value as NativeRecord]) {
        if (typeof record !== 'object' || (record as unknown) === null || Array.isArray(record)) continue;
        const result = translateCloudEvent({ value: record.value }, defaultMapping);
        if ('events' in result) expect(result.events.flatMap(faultsOf)).toEqual([]);
        else expect(result.reasons).not.toEqual([]);
        expect(translateCloudEvent({ value: record.value }, defaultMapping)).toEqual(result);
      }
    }),
  );
});
