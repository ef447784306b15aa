import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventCatalogue, type EventType } from '#domain/events/catalogue.js';
import { cloudEvent, eventExamples } from '#domain/testing/event-examples.js';
import { dataOf } from '#domain/testing/event-data.js';
import { defaultMapping } from '#sources/native/mapping.js';
import type { EventRow } from '#warehouse/event-row.js';
import { createEventBlock } from '#warehouse/fast-events/event-block.js';
import { readBatch } from '../read-batch.js';
import { fastTypes } from './fast-path.js';
import { createRecogniser, type Recogniser } from './recognise.js';

const types = Object.keys(eventCatalogue) as EventType[];
const newRecogniser = (): Recogniser => createRecogniser(fastTypes(defaultMapping));

/** What the careful path makes of a record: undefined where it isn't stored just as it came. */
function careful(value: Buffer): EventRow | undefined {
  const record = { key: null, value, headers: {}, timestamp: 5, offset: 0 };
  const read = readBatch({ topic: 't', partition: 0, records: [record] }, 'cloudevents', defaultMapping, 9);
  const [claim] = read.claims;
  if (claim === undefined || read.claims.length > 1 || read.deadLetters.length + read.directory.length > 0)
    return undefined;
  return claim.draft === undefined && claim.value === value ? claim.row : undefined;
}

/** The same, as the recogniser has it. */
function fast(recogniser: Recogniser, value: Buffer): object | undefined {
  // It stands among other bytes, which must not be taken for a part of it.
  const bytes = Buffer.concat([Buffer.from('"}'), value, Buffer.from('"}1,')]);
  const [start, end] = [2, 2 + value.length];
  if (!recogniser.accepts(bytes, start, end, `${'x'.repeat(7)}${value.toString('latin1')}{`, 7))
    return undefined;
  const block = createEventBlock(1);
  block.begin(bytes, 1, bytes.length);
  block.add(recogniser.fields);
  expect(block.value(0)).toEqual(value);
  const { extensions, moreExtensions } = block.columns;
  const ranges = extensions.flatMap(({ at, length }) => {
    const from = (at[0] ?? 0) - 1;
    return length[0] === 0 ? [] : [value.toString('utf8', from, from + (length[0] ?? 0))];
  });
  const more = moreExtensions.bytes.toString('utf8', 0, moreExtensions.offsets[1]);
  return {
    deal_id: block.dealId(0),
    time: block.time(0),
    ...block.identity(0),
    type: recogniser.types[block.type(0)],
    data: block.data(0),
    extensions: more === '' ? `{${ranges.join(',')}}` : more,
  };
}

function expected({ deal_id, time, source, id, type, data, extensions }: EventRow): object {
  return { deal_id, time, source, id, type, data, extensions };
}

/** Whatever is taken must be what the careful path makes of it. */
function check(recogniser: Recogniser, value: Buffer): boolean {
  const taken = fast(recogniser, value);
  if (taken === undefined) return false;
  const claim = careful(value);
  if (claim === undefined) throw new Error(`taken, but refused or changed: ${value.toString('utf8')}`);
  expect(taken).toEqual(expected(claim));
  return true;
}

const note = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('plain', 'é€😀', 'a"b\\c\n\u0001', '\\', '\\"', 'x'.repeat(60), `${'y'.repeat(40)}\\"`),
);
const moment = (): fc.Arbitrary<string> =>
  fc.constantFrom(
    '2026-03-31',
    '2026-02-28T09:00:00Z',
    '2026-03-02T09:00:00.5+02:00',
    '2026-04-30T23:59:59.999Z',
  );

const anyEvent: fc.Arbitrary<Record<string, unknown>> = fc
  .constantFrom(...types)
  .chain((type) => {
    const told = dataOf[type];
    const data = (typeof told === 'function' ? told(moment) : told) as fc.Arbitrary<object>;
    return fc.record({
      type: fc.constant(type),
      data: fc
        .tuple(data, fc.option(fc.record({ note }), { nil: {} }))
        .map(([own, more]) => ({ ...own, ...more })),
      id: fc.oneof(fc.uuid(), fc.constantFrom('e1', 'é', 'a"b', 'x'.repeat(900))),
      time: fc.constantFrom(
        ...['2026-03-02T09:00:00.000Z', '2026-03-02T09:00:00Z', '2026-03-31T09:00:00.123Z'],
        ...['2026-03-02T09:00:00+01:00', '1989-12-31T23:59:59Z', '2026-03-02t09:00:00z'],
      ),
      extra: fc.constantFrom(
        {},
        { partitionkey: 'eu-1' },
        { recordedtime: '2026-03-02T10:00:00Z', flag: true },
      ),
      order: fc.boolean(),
    });
  })
  .map(({ type, data, id, time, extra, order }) => {
    const event = cloudEvent(type, data, { id, time, ...extra });
    return order ? Object.fromEntries(Object.entries(event).reverse()) : event;
  });

/** Changes of the text, most of them faults. */
const change = fc.oneof(
  fc.record({
    find: fc.constantFrom('"', ',', ':', '{', '}', '1', 'e', '0', '"1.0"', '2026-03', ':1'),
    by: fc.constantFrom(
      '',
      '"',
      '\\',
      ' ',
      '-0',
      '1e3',
      '1.50',
      '01',
      'null',
      '[1]',
      '\\u00e9',
      '\\ud800',
      '\\/',
      '\u0000',
      '"x":1,',
      'true',
      '2026-02-31',
      '9999999999999999',
      '0.0000001',
    ),
  }),
);

describe('the recogniser', () => {
  it('takes nothing but what the careful path takes, and with the same fields', () => {
    const recogniser = newRecogniser();
    let taken = 0;
    fc.assert(
      fc.property(anyEvent, (event) => {
        const value = Buffer.from(JSON.stringify(event));
        // Walked through the first time, by a template from then on.
        const first = check(recogniser, value);
        expect(check(recogniser, value)).toBe(first);
        if (first) taken += 1;
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(1000);
  });

  it('takes nothing of that kind from texts that were changed', () => {
    const recogniser = newRecogniser();
    fc.assert(
      fc.property(anyEvent, change, fc.nat(), fc.boolean(), (event, { find, by }, nth, after) => {
        const text = JSON.stringify(event);
        check(recogniser, Buffer.from(text));
        const places = [...text.matchAll(new RegExp(find.replace(/[{}.]/g, '\\$&'), 'g'))];
        const place = places[nth % Math.max(places.length, 1)];
        if (place === undefined) return;
        const behind = place.index + (after ? 0 : find.length);
        check(recogniser, Buffer.from(text.slice(0, place.index) + by + text.slice(behind)));
      }),
      { numRuns: 6000 },
    );
  });

  it('takes nothing of that kind from bytes that were changed', () => {
    const recogniser = newRecogniser();
    fc.assert(
      fc.property(anyEvent, fc.nat(), fc.integer({ min: 0, max: 255 }), (event, at, byte) => {
        const value = Buffer.from(JSON.stringify(event));
        check(recogniser, value);
        const changed = Buffer.from(value);
        changed[at % value.length] = byte;
        check(recogniser, changed);
      }),
      { numRuns: 4000 },
    );
  });

  it.each(types)('takes %s as JSON.stringify writes it', (type) => {
    const recogniser = newRecogniser();
    const full: object = eventExamples[type].full;
    const data = Object.assign({}, full, { note: 'é "x"' });
    const text = JSON.stringify(cloudEvent(type, data))
      .replace(/"ref":"[^"]*",?|,"ref":"[^"]*"/g, '')
      .replace(/,}/g, '}');
    expect(check(recogniser, Buffer.from(text))).toBe(true);
    expect(check(recogniser, Buffer.from(text))).toBe(true);
  });

  it.each([
    ['a number with a zero at its end', '"amount":1.50'],
    ['an exponent', '"amount":1e3'],
    ['white space', '"amount": 1'],
    ['a key twice', '"amount":1,"amount":1'],
    ['an escape that is not needed', '"amount":1,"note":"\\u0041"'],
    ['half a surrogate pair', '"amount":1,"note":"\\ud800"'],
    ['a person who is known by reference', '"amount":1,"person":{"ref":"contact/1"}'],
  ])('leaves %s to the careful path', (_, data) => {
    const text = JSON.stringify(cloudEvent('deal.amount_changed', {})).replace(
      '"data":{}',
      `"data":{${data}}`,
    );
    const sound = text.replace(data, '"amount":1');
    const recogniser = newRecogniser();
    expect(check(recogniser, Buffer.from(sound))).toBe(true);
    expect(check(recogniser, Buffer.from(text))).toBe(false);
  });
});
