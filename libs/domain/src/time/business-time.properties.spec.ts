import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { calendarSettings } from '../testing/policies.js';
import { businessDays, fewerAt, overAt, type Pause, withinAt } from './business-time.js';
import { createCalendar } from './calendar.js';
import { formatInstant, type Instant, MILLISECONDS_PER_DAY } from './instant.js';

const RUNS = { numRuns: 1000 };
const HOUR = 3_600_000;
const YEAR = Date.UTC(2026, 0, 1);

/** Calendars by their settings, so that a failure prints them. */
const calendars = calendarSettings.map((settings) =>
  Object.assign(createCalendar(settings), { [fc.toStringMethod]: () => JSON.stringify(settings) }),
);
/** Half of them on the full hour, where days begin and clocks change. */
const instants: fc.Arbitrary<Instant> = fc
  .tuple(fc.nat(365 * 24), fc.oneof(fc.constantFrom(0, 0, 1, -1, HOUR / 2), fc.nat(HOUR)))
  .map(([hour, rest]) => YEAR + hour * HOUR + rest);
const numbersOfDays = fc.oneof(
  fc.nat(40),
  fc.constantFrom(0.5, 1.5, 2.25, 1 / 3),
  fc.double({ min: 0, max: 30, noNaN: true }),
);
/** Disjoint and in order, the last of them now and then without an end. */
const pauses: fc.Arbitrary<Pause[]> = fc
  .tuple(fc.uniqueArray(instants, { maxLength: 6 }), fc.nat(5))
  .map(([bounds, ends]) => {
    const sorted = bounds.sort((a, b) => a - b);
    const list: Pause[] = [];
    for (let index = 0; index + 1 < sorted.length; index += 2)
      list.push({ from: sorted[index] ?? 0, to: sorted[index + 1] ?? 0 });
    if (ends === 0 && sorted.length % 2 === 1)
      list.push({ from: sorted.at(-1) ?? 0, to: Number.POSITIVE_INFINITY });
    return list;
  });

describe('business days', () => {
  it('add up: from a to c are those from a to b and from b to c', () => {
    fc.assert(
      fc.property(calendars, pauses, fc.tuple(instants, instants, instants), (calendar, list, three) => {
        const [a, b, c] = three.sort((x, y) => x - y);
        const whole = businessDays(calendar, a, c, list);
        expect(businessDays(calendar, a, b, list) + businessDays(calendar, b, c, list)).toBeCloseTo(whole, 9);
        expect(whole).toBeGreaterThanOrEqual(0);
        expect(businessDays(calendar, c, a, list)).toBe(0);
      }),
      RUNS,
    );
  });

  it('never run backwards, and never faster than a day in the shortest day', () => {
    fc.assert(
      fc.property(calendars, pauses, instants, fc.nat(3 * 24 * HOUR), (calendar, list, a, more) => {
        const b = a + 5 * MILLISECONDS_PER_DAY;
        const gained = businessDays(calendar, a, b + more, list) - businessDays(calendar, a, b, list);
        expect(gained).toBeGreaterThanOrEqual(-1e-9);
        expect(gained).toBeLessThanOrEqual(more / (22.5 * HOUR) + 1e-9);
      }),
      RUNS,
    );
  });

  it('are one for a working day, however long, and none for any other', () => {
    fc.assert(
      fc.property(calendars, instants, (calendar, within) => {
        const day = calendar.dayOf(within);
        const [start, end] = [calendar.startOf(day), calendar.startOf(day + 1)];
        expect(businessDays(calendar, start, end)).toBe(calendar.isWorkingDay(day) ? 1 : 0);
      }),
      RUNS,
    );
  });

  it('stand still while the deal is paused', () => {
    fc.assert(
      fc.property(calendars, pauses, instants, (calendar, list, a) => {
        for (const { from, to } of list) {
          const end = Math.min(to, from + 90 * MILLISECONDS_PER_DAY);
          expect(businessDays(calendar, from, end, list)).toBe(0);
          expect(businessDays(calendar, a, Math.max(a, end), list)).toBeCloseTo(
            businessDays(calendar, a, Math.max(a, from), list),
            9,
          );
        }
      }),
      RUNS,
    );
  });
});

describe('the instant of a limit', () => {
  it('is the first millisecond at which more business days have passed', () => {
    fc.assert(
      fc.property(calendars, pauses, instants, numbersOfDays, (calendar, list, a, days) => {
        const over = overAt(calendar, list, a, days);
        if (over === Number.POSITIVE_INFINITY) {
          expect(list.at(-1)?.to).toBe(Number.POSITIVE_INFINITY);
          expect(businessDays(calendar, a, a + 4000 * MILLISECONDS_PER_DAY, list)).toBeLessThanOrEqual(
            days + 1e-9,
          );
          return;
        }
        expect(over).toBeGreaterThan(a);
        expect([formatInstant(over), businessDays(calendar, a, over, list) > days]).toEqual([
          ...[formatInstant(over), true],
        ]);
        expect(businessDays(calendar, a, over - 1, list)).toBeLessThanOrEqual(days + 1e-9);
      }),
      RUNS,
    );
  });

  it('is, looking ahead, the first millisecond at which no more, or fewer, business days remain', () => {
    fc.assert(
      fc.property(calendars, instants, numbersOfDays, (calendar, b, days) => {
        const within = withinAt(calendar, b, days);
        const fewer = fewerAt(calendar, b, days);
        expect(businessDays(calendar, within, b)).toBeLessThanOrEqual(days + 1e-9);
        expect(businessDays(calendar, fewer, b)).toBeLessThanOrEqual(days + 1e-9);
        expect(fewer).toBeGreaterThan(within - 1);
        if (days > 0) {
          expect(businessDays(calendar, within - 1, b)).toBeGreaterThan(days - 1e-9);
          expect(businessDays(calendar, fewer - 1, b)).toBeGreaterThanOrEqual(days - 1e-9);
          expect(businessDays(calendar, fewer, b)).toBeLessThan(days);
        }
      }),
      RUNS,
    );
  });
});
