import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { FIRST_DAY, cloudEvents } from '../testing/streams.js';
import { canonicalJson } from './canonical-json.js';
import { eventCatalogue, type EventType, isEventType } from './catalogue.js';
import { compileShape, instantiate } from './compiled-shape.js';
import { validateEvent } from './validate.js';

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    ' ',
    'soon',
    '2026-02-30',
    '2026-03-02',
    0,
    -1,
    11,
    Number.NaN,
    true,
  ),
  fc.constantFrom<unknown>(
    [],
    [null],
    [[]],
    [{}],
    ['x'],
    {},
    { email: 7 },
    '\ud800',
    'x'.repeat(2000),
    Infinity,
  ),
  fc.constant(new Date(FIRST_DAY).toISOString()),
  fc.jsonValue(),
);

/** A value with junk at some place: a field, an item, a field of an item, or the whole. */
function spoil(value: unknown, path: readonly number[], how: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return how;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return how;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? spoil(item, rest, how) : item));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [
      name,
      name === key ? spoil(inner, rest, how) : inner,
    ]),
  );
}

const spoiled = fc.tuple(
  cloudEvents,
  fc.array(fc.tuple(fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }), junk), {
    minLength: 20,
    maxLength: 20,
  }),
);

function isSoundByClassValidator(type: EventType, data: object): boolean {
  const shape = eventCatalogue[type].data;
  return compileShape(shape).properties.length === 0 || validateSync(instantiate(shape, data)).length === 0;
}

describe('the fast validator', () => {
  it('accepts what class-validator accepts, and refuses what it refuses', () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(spoiled, ([events, ways]) => {
        events.forEach((event, index) => {
          const [path, how] = ways[index % ways.length] ?? [[], null];
          const data = spoil(event.data, path, how);
          if (!isEventType(event.type) || typeof data !== 'object' || data === null || Array.isArray(data))
            return;
          const fast = compileShape(eventCatalogue[event.type].data).accepts(data);
          seen[fast ? 'accepted' : 'refused'] += 1;
          expect([event.type, data, fast]).toEqual([
            event.type,
            data,
            isSoundByClassValidator(event.type, data),
          ]);
        });
      }),
      { numRuns: 200 },
    );
    expect(seen.accepted).toBeGreaterThan(200);
    expect(seen.refused).toBeGreaterThan(200);
  });

  it('says of every event either that it is sound or at least one reason against it', () => {
    fc.assert(
      fc.property(spoiled, ([events, ways]) => {
        events.forEach((event, index) => {
          const [path, how] = ways[index % ways.length] ?? [[], null];
          const verdict = validateEvent(spoil(event, path, how));
          if (verdict.outcome !== 'invalid') return;
          expect(verdict.reasons.length).toBeGreaterThan(0);
          for (const reason of verdict.reasons) expect(reason).toMatch(/expected (?!expected).*, got /);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('never throws, whatever JSON it is given', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withSparseArray: true }), (candidate) => {
        expect(validateEvent(candidate).outcome).toMatch(/^(valid|invalid|unknown_type)$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('canonical JSON', () => {
  it('is equal for equal values whatever the order of their keys, and means the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const turned = JSON.stringify(value, (_key, inner: unknown) =>
          typeof inner === 'object' && inner !== null && !Array.isArray(inner)
            ? Object.fromEntries(Object.entries(inner).reverse())
            : inner,
        );
        expect(canonicalJson(JSON.parse(turned))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 500 },
    );
  });
});
