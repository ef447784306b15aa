import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { translateGoogleCalendar } from '../google-calendar/translate.js';
import { translateMicrosoftGraph } from '../microsoft-graph/translate.js';
import { faultsOf } from '../native/draft.js';
import { defaultMapping } from '../native/mapping.js';
import type { NativeRecord, TranslateRecord } from '../native/record.js';
import { isObject } from '../native/values.js';

const googleEvent = {
  kind: 'calendar#event',
  id: '5abc_20260310T140000Z',
  status: 'confirmed',
  updated: '2026-03-03T10:00:00.000Z',
  summary: 'Demo',
  organizer: { email: 'rep@seller.example', displayName: 'Rep' },
  start: { dateTime: '2026-03-10T15:00:00', timeZone: 'Europe/Berlin' },
  end: { date: '2026-03-12' },
  recurringEventId: '5abc',
  originalStartTime: { dateTime: '2026-03-10T15:00:00+01:00' },
  iCalUID: '5abc@google.com',
  attendees: [
    { email: 'ann@customer.example', displayName: 'Ann', responseStatus: 'accepted', resource: false },
    { email: 'room@resource.calendar.google.com', resource: true },
  ],
  attendeesOmitted: false,
  visibility: 'default',
  extendedProperties: { shared: { deal_id: '006A' }, private: { deal_id: '006B' } },
};
const graphEvent = {
  '@odata.type': '#microsoft.graph.event',
  id: 'AAMkAGI1',
  lastModifiedDateTime: '2026-03-03T10:00:00.1234567Z',
  iCalUId: '040000008200E000',
  subject: 'Demo',
  sensitivity: 'normal',
  isCancelled: false,
  isDraft: false,
  seriesMasterId: 'M1',
  type: 'occurrence',
  start: { dateTime: '2026-03-10T14:00:00.0000000', timeZone: 'Pacific Standard Time' },
  end: { dateTime: '2026-03-10T15:00:00.0000000', timeZone: 'Pacific Standard Time' },
  attendees: [
    {
      type: 'required',
      status: { response: 'accepted' },
      emailAddress: { name: 'Ann', address: 'ann@customer.example' },
    },
  ],
  organizer: { emailAddress: { name: 'Rep', address: 'rep@seller.example' } },
};
const graphNotification = {
  changeType: 'deleted',
  resource: 'Users/u/Events/AAMkAGI1',
  resourceData: { '@odata.type': '#Microsoft.Graph.Event', id: 'AAMkAGI1' },
};

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null || path.length > 8) return [path];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : Object.entries(value);
  return [path, ...entries.flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** The value with another one at a path; undefined there: without the field. */
function changed(value: unknown, [key, ...rest]: Path, put: unknown): unknown {
  if (key === undefined) return put;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === key ? changed(item, rest, put) : item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (name !== key) return [[name, inner]];
      const other = changed(inner, rest, put);
      return other === undefined ? [] : [[name, other]];
    }),
  );
}

/** Stands for what is nested too deeply to be printed where a property fails. */
const DEEP = 'a deeply nested list';
const deepList: unknown = JSON.parse('['.repeat(5000) + ']'.repeat(5000));
const oddKeys: unknown = JSON.parse(
  '{"__proto__":{"email":"x@x.example"},"constructor":"x","toString":1,"hasOwnProperty":null,"length":-1}',
);
const hostile = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, '', ' ', '@', 0, -1, 1e300, Number.NaN, true, false, [], {}),
  fc.constantFrom<unknown>('cancelled', 'declined', 'private', 'Customized Time Zone', '\ud800', '\u0000'),
  fc.constantFrom<unknown>(
    '9999-12-31T23:59:59',
    '2100-12-31',
    '1990-01-01T00:00:00+14:00',
    '1e5',
    4102444799999,
  ),
  fc.constantFrom<unknown>('x'.repeat(200_000), `${'x'.repeat(1020)}@x`, DEEP, oddKeys, [oddKeys]),
  fc.jsonValue(),
);

const mutations = fc.array(fc.tuple(fc.nat(), hostile), { minLength: 0, maxLength: 4 });

const page = fc.option(
  fc.record(
    { updated: hostile, timeZone: fc.oneof(fc.constant('Europe/Berlin'), hostile) },
    { requiredKeys: [] },
  ),
  { nil: undefined },
);
const timestamp = fc.option(fc.oneof(fc.constant(1_772_532_000_000), fc.double()), { nil: undefined });

describe.each<[string, TranslateRecord, readonly object[]]>([
  ['Google Calendar', translateGoogleCalendar, [googleEvent, { ...googleEvent, status: 'cancelled' }]],
  [
    'Microsoft Graph',
    translateMicrosoftGraph,
    [graphEvent, graphNotification, { ...graphEvent, isCancelled: true }],
  ],
])('records of %s', (_name, translate, records) => {
  it('give sound events or reasons whatever is wrong with them, and the same each time', () => {
    fc.assert(
      fc.property(fc.constantFrom(...records), mutations, page, timestamp, (sound, changes, ofPage, at) => {
        const value = changes.reduce<unknown>((record, [where, put]) => {
          const paths = pathsOf(record);
          return changed(record, paths[where % paths.length] ?? [], put === DEEP ? deepList : put);
        }, sound);
        const record: NativeRecord = {
          value,
          ...(ofPage === undefined ? {} : { page: ofPage }),
          ...(at === undefined ? {} : { timestamp: at }),
        };
        const result = translate(record, defaultMapping);
        if ('reasons' in result) {
          expect(result.reasons.length).toBeGreaterThan(0);
        } else {
          expect(result.events.length).toBeLessThanOrEqual(1);
          expect(result.events.flatMap(faultsOf)).toEqual([]);
        }
        expect(JSON.stringify(translate(record, defaultMapping))).toBe(JSON.stringify(result));
      }),
      { numRuns: 1500 },
    );
  });

  it('give an event where nothing is wrong', () => {
    for (const value of records) expect(translate({ value }, defaultMapping)).toMatchObject({ events: [{}] });
  });
});

it('keys that objects inherit are fields of no record', () => {
  const bare: unknown = JSON.parse('{"__proto__":{"id":"x","status":"cancelled"}}');
  expect(translateGoogleCalendar({ value: bare }, defaultMapping)).toHaveProperty('reasons');
  expect(translateMicrosoftGraph({ value: bare }, defaultMapping)).toHaveProperty('reasons');
});
