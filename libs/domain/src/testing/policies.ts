import fc from 'fast-check';
import { eventFamilies } from '../events/catalogue.js';
import { findingKinds } from '../findings/kinds.js';
import { defaultPolicy } from '../policy/default-policy.js';
import type { RuleBook } from '../policy/rules.js';
import { bookOf, type PolicyFile } from './given.js';

/** Zones with their shifts at odd hours, half-hour shifts, and midnights that are missing. */
export const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Jerusalem',
  'Asia/Beirut',
  'America/Santiago',
];

export const STAGES = ['qualification', 'discovery', 'solution', 'proposal', 'negotiation', 'closing'];

const holiday = fc.nat(364).map((day) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10));

export const calendarSettings = fc.record({
  timezone: fc.constantFrom(...ZONES),
  workdays: fc.constantFrom(
    ['mon', 'tue', 'wed', 'thu', 'fri'],
    ['mon', 'tue', 'wed', 'thu', 'fri'],
    ['sun', 'mon', 'tue', 'wed', 'thu'],
    ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
    ['tue', 'sat'],
  ),
  holidays: fc.array(holiday, { maxLength: 12 }),
});

const kinds = Object.values(findingKinds).flat();

/** Smaller and odder numbers than the defaults, so that short streams meet the limits. */
function number(name: string): fc.Arbitrary<number> {
  if (name.includes('below')) return fc.constantFrom(0.3, 0.5, 0.8, 1);
  if (/order|people|times|messages|gap|nps|csat/.test(name)) return fc.integer({ min: 1, max: 5 });
  if (name.includes('factor')) return fc.constantFrom(1, 1.5, 2, 3);
  return fc.constantFrom(0, 0.5, 1, 2, 2.5, 5, 10, 20, 30);
}

/** A kind switched off, or one of its numbers set. */
const findings = fc
  .array(
    fc.constantFrom(...kinds).chain((kind): fc.Arbitrary<[string, object]> => {
      const names = Object.keys(defaultPolicy.findings[kind]).filter((name) => name !== 'enabled');
      const off = fc.constant<[string, object]>([kind, { enabled: false }]);
      if (names.length === 0) return off;
      const set = fc
        .constantFrom(...names)
        .chain((name) => number(name).map((value): [string, object] => [kind, { [name]: value }]));
      return fc.oneof({ weight: 1, arbitrary: off }, { weight: 4, arbitrary: set });
    }),
    { maxLength: 5 },
  )
  .map((entries) => Object.fromEntries(entries));

const ladder = fc
  .array(
    fc.record({
      requires: fc.integer({ min: 0, max: 6 }),
      called_for_at: fc.option(fc.integer({ min: 0, max: 7 })),
      expected_days: fc.option(fc.constantFrom(0, 1, 2.5, 5, 10)),
    }),
    { minLength: STAGES.length, maxLength: STAGES.length },
  )
  .map((stages) =>
    stages.map((stage, index) => ({
      ...stage,
      id: STAGES[index],
      order: index + 1,
      aliases: index === 1 ? ['DISCO-1'] : [],
    })),
  );

/** Policy files as companies could write them; shrinks towards the defaults. */
export const policyFiles: fc.Arbitrary<PolicyFile> = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      calendar: calendarSettings,
      findings,
      tracks: fc.subarray([...eventFamilies], { minLength: 6 }),
      points: fc.constantFrom({ critical: 60 }, { warning: 33.3, info: 0 }, { critical: 100, warning: 0.05 }),
      ready_to_buy: fc.integer({ min: 0, max: 7 }),
      seller_domains: fc.constantFrom([], ['Seller.Example', 'other.example']),
      pipelines: fc.oneof(
        ladder.map((stages) => ({ enterprise: { stages } })),
        fc
          .record({ stages: ladder, findings })
          .map((own) => ({ default: { stages: own.stages }, enterprise: { findings: own.findings } })),
      ),
    },
    { requiredKeys: [] },
  ),
);

/** Their rule books; each is printed as its policy file. */
export const ruleBooks: fc.Arbitrary<RuleBook> = policyFiles.map((file) =>
  Object.assign(bookOf(file), { [fc.toStringMethod]: () => JSON.stringify(file) }),
);
