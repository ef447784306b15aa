import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { faultsOf } from '../native/draft.js';
import { defaultMapping, type SourceMapping } from '../native/mapping.js';
import { changeEvent, ids } from './testing/change-event.js';
import { translateSalesforce } from './translate.js';

const mapping: SourceMapping = {
  ...defaultMapping,
  currency: 'EUR',
  assumeAccepted: true,
  rules: [
    { object: 'Opportunity', field: 'Fit__c', emit: 'fit.assessed', data: { score: { field: 'Fit__c', as: 'number', divide: 100 } } }, // prettier-ignore
    { object: 'Task', field: 'Mutual__c', equals: true, data: {}, set: { mutual: true } },
  ],
};

const opportunity = {
  Name: 'Acme',
  AccountId: ids.account,
  OwnerId: ids.user,
  StageName: 'Signed',
  IsClosed: true,
  IsWon: true,
  Amount: 40000,
  CurrencyIsoCode: 'USD',
  CloseDate: '2026-05-29',
  CreatedDate: '2026-03-02T09:00:00.000Z',
  Fit__c: 72,
};
const task = { WhatId: ids.deal, WhoId: ids.contact, Subject: 'Send it', ActivityDate: '2026-03-12', Status: 'Open', IsClosed: false, Mutual__c: true }; // prettier-ignore
const event = { WhatId: ids.account, WhoId: ids.lead, OwnerId: ids.user, Subject: 'Demo', StartDateTime: '2026-03-16T14:00:00.000Z', EndDateTime: '2026-03-16T15:00:00.000Z', DurationInMinutes: 60 }; // prettier-ignore
const guest = { EventId: ids.meeting, RelationId: ids.contact, Status: 'Accepted' };
const role = { OpportunityId: ids.deal, ContactId: ids.contact, Role: 'Champion' };
const contact = { Email: 'ann@customer.example', Name: { FirstName: 'Ann', LastName: 'Lee' }, AccountId: ids.account }; // prettier-ignore

const sound = [
  ...['CREATE', 'UPDATE', 'DELETE', 'GAP_DELETE'].flatMap((kind) => [
    changeEvent(kind, 'Opportunity', [ids.deal, ids.otherDeal], opportunity),
    changeEvent(kind, 'Task', ids.task, task),
    changeEvent(kind, 'Event', ids.meeting, event),
    changeEvent(kind, 'EventRelation', ids.relation, guest),
    changeEvent(kind, 'OpportunityContactRole', ids.role, role),
    changeEvent(kind, 'Contact', ids.contact, contact),
  ]),
  changeEvent('GAP_OVERFLOW', 'Opportunity', '000000000000000AAA'),
].flatMap((payload) => [payload, { data: { schema: 'x', payload, event: { replayId: 1 } } }]);

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let n = 0; n < depth; n += 1) value = n % 2 === 0 ? [value] : { value };
  return value;
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, '', ' ', 0, -1, 1.5, 1e300, Number.NaN, Number.MAX_SAFE_INTEGER),
  fc.constantFrom<unknown>(
    true,
    false,
    'true',
    [],
    {},
    [[]],
    [null],
    [ids.deal],
    '006*',
    '0x400000',
    'UPDATE',
  ),
  fc.constantFrom<unknown>(
    '\ud800',
    'x'.repeat(200_000),
    '\u{1f600}'.repeat(5000),
    '2026-02-30',
    '99999-01-01',
  ),
  fc.constantFrom<unknown>('__proto__', 'constructor', { __proto__: null, email: 1 }, ids.deal, ids.contact),
  fc.constantFrom(40, 10_000).map(nested),
  fc.jsonValue({ maxDepth: 3 }),
);

type Path = readonly (string | number)[];

/** All places of a value, itself included. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]))];
}

/** The value with another one at a place; `undefined` drops the field. */
function withAt(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  if (typeof value !== 'object' || value === null) return value;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
  const inner = withAt(copy[key], rest, other);
  if (inner === undefined && !Array.isArray(copy)) {
    return Object.fromEntries(Object.entries(copy).filter(([name]) => name !== String(key)));
  }
  Object.defineProperty(copy, key, { value: inner, enumerable: true, configurable: true, writable: true });
  return copy;
}

const mutated = fc
  .tuple(
    fc.constantFrom<unknown>(...sound),
    fc.array(fc.tuple(fc.nat(), odd, fc.constantFrom<Path>([], ['__proto__'], ['constructor'])), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([record, changes]) =>
    changes.reduce((value, [at, other, further]) => {
      const places = placesOf(record);
      return withAt(value, [...(places[at % places.length] ?? []), ...further], other);
    }, record),
  );

describe('a change event that was mutated', () => {
  it('never throws, never gives an event with a fault, and always gives the same', () => {
    const seen = { told: 0, silent: 0, refused: 0 };
    fc.assert(
      fc.property(mutated, (value) => {
        const result = translateSalesforce({ value }, mapping);
        expect(JSON.stringify(translateSalesforce({ value }, mapping))).toBe(JSON.stringify(result));
        if ('reasons' in result) {
          seen.refused += 1;
          expect(result.reasons.length).toBeGreaterThan(0);
          expect(result.reasons.join('').length).toBeLessThan(20_000);
          return;
        }
        seen[result.events.length > 0 ? 'told' : 'silent'] += 1;
        for (const draft of result.events) expect(faultsOf(draft)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
    expect(Math.min(seen.told, seen.silent, seen.refused)).toBeGreaterThan(50);
  });

  it('is sound before that', () => {
    for (const value of sound) {
      const result = translateSalesforce({ value }, mapping);
      expect(result).not.toHaveProperty('reasons');
    }
  });
});
