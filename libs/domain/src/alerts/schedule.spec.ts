import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { at, DAY, HOUR, MINUTE } from '../testing/alerts.js';
import { ZONES } from '../testing/policies.js';
import { formatInstant } from '../time/instant.js';
import { nextBusinessHour, nextDigestAt, windowEnd } from './schedule.js';
import type { BusinessHours, DigestSchedule, Weekday } from './types.js';

const clock = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const short = (instant: number): string => formatInstant(instant).slice(0, 16);
const daily = (time: string, zone: string): DigestSchedule => ({
  every: 'daily',
  minute: clock(time),
  day: 1,
  zone,
});
const weekdays: readonly Weekday[] = [1, 2, 3, 4, 5];
const office = (from: string, to: string, zone: string, days = weekdays): BusinessHours => ({
  from: clock(from),
  to: clock(to),
  days,
  zone,
});
const instants = fc
  .tuple(fc.nat(365 * 24), fc.oneof(fc.constantFrom(0, 1, HOUR / 2, HOUR - 1), fc.nat(HOUR)))
  .map(([hour, rest]) => at('2026-01-01T00:00:00') + hour * HOUR + rest);
const zones = fc.constantFrom(...ZONES);

/** Minutes after midnight and the weekday by a clock of the zone, told by another library than the one in use. */
function wallClock(instant: number, zone: string): { minute: number; weekday: number } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(instant);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return {
    minute: Number(part('hour')) * 60 + Number(part('minute')),
    weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(part('weekday')),
  };
}

describe('the next digest', () => {
  it.each([
    ['08:00', 'UTC', '2026-03-02T07:59:59.999', '2026-03-02T08:00'],
    ['08:00', 'UTC', '2026-03-02T08:00:00', '2026-03-03T08:00'],
    ['08:00', 'Europe/Berlin', '2026-03-28T12:00:00', '2026-03-29T06:00'],
    ['00:00', 'America/New_York', '2026-03-02T04:59:00', '2026-03-02T05:00'],
    // 02:30 does not exist on 29 March in Berlin: it is half past three by the clock.
    ['02:30', 'Europe/Berlin', '2026-03-28T12:00:00', '2026-03-29T01:30'],
    ['02:30', 'Europe/Berlin', '2026-03-29T01:30:00', '2026-03-30T00:30'],
    // 02:30 comes twice on 25 October: the first is taken, and the second is not another.
    ['02:30', 'Europe/Berlin', '2026-10-24T12:00:00', '2026-10-25T00:30'],
    ['02:30', 'Europe/Berlin', '2026-10-25T00:30:00', '2026-10-26T01:30'],
    ['01:30', 'America/New_York', '2026-11-01T05:30:00', '2026-11-02T06:30'],
    // Midnight is skipped in Beirut, so that the day begins at one.
    ['00:00', 'Asia/Beirut', '2026-03-28T12:00:00', '2026-03-28T22:00'],
    // The hour before midnight is skipped in Nuuk: what is due in it comes on the next day, already begun.
    ['23:30', 'America/Nuuk', '2026-03-29T01:10:00', '2026-03-29T01:30'],
    // 02:15 is skipped by half an hour.
    ['02:15', 'Australia/Lord_Howe', '2026-10-03T00:00:00', '2026-10-03T15:45'],
  ])('daily at %s in %s after %s is at %s', (time, zone, after, due) => {
    expect(short(nextDigestAt(daily(time, zone), at(after)))).toBe(due);
  });

  it.each([
    ['2026-03-02T07:00:00', 1, '2026-03-02T08:00'],
    ['2026-03-02T08:00:00', 1, '2026-03-09T08:00'],
    ['2026-03-02T08:00:00', 0, '2026-03-08T08:00'],
    ['2026-03-02T08:00:00', 6, '2026-03-07T08:00'],
  ] as const)('weekly after %s on weekday %d is at %s', (after, day, due) => {
    const schedule: DigestSchedule = { every: 'weekly', minute: clock('08:00'), day, zone: 'UTC' };
    expect(short(nextDigestAt(schedule, at(after)))).toBe(due);
  });

  it('weekly at a time that the zone skips comes in that week too', () => {
    const schedule: DigestSchedule = {
      every: 'weekly',
      minute: clock('02:30'),
      day: 0,
      zone: 'Europe/Berlin',
    };
    expect(short(nextDigestAt(schedule, at('2026-03-23T00:00:00')))).toBe('2026-03-29T01:30');
  });

  it('is after the instant, within a day of the schedule, and there is none before it', () => {
    fc.assert(
      fc.property(
        zones,
        fc.nat(1439),
        fc.constantFrom('daily' as const, 'weekly' as const),
        fc.constantFrom<Weekday>(0, 1, 2, 3, 4, 5, 6),
        instants,
        (zone, minute, every, day, after) => {
          const schedule = { every, minute, day, zone };
          const due = nextDigestAt({ ...schedule }, after);
          expect(due).toBeGreaterThan(after);
          expect(due - after).toBeLessThanOrEqual((every === 'daily' ? DAY : 7 * DAY) + 2 * HOUR);
          const told = wallClock(due, zone);
          if (every === 'weekly') expect(told.weekday).toBe(day);
          // Later by what the zone skips only, where there is no such time.
          expect([0, 30, 60]).toContain(told.minute - minute);
          expect(nextDigestAt({ ...schedule }, due - 1)).toBe(due);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is the same whatever was asked before', () => {
    fc.assert(
      fc.property(zones, fc.nat(1439), fc.array(instants, { maxLength: 8 }), (zone, minute, asked) => {
        const schedule: DigestSchedule = { every: 'daily', minute, day: 0, zone };
        for (const one of asked) expect(nextDigestAt(schedule, one)).toBe(nextDigestAt({ ...schedule }, one));
      }),
      { numRuns: 100 },
    );
  });
});

describe('the next business hour', () => {
  it.each([
    ['09:00', '17:00', 'UTC', '2026-03-02T09:00', '2026-03-02T09:00'],
    ['09:00', '17:00', 'UTC', '2026-03-02T16:59', '2026-03-02T16:59'],
    ['09:00', '17:00', 'UTC', '2026-03-02T17:00', '2026-03-03T09:00'],
    ['09:00', '17:00', 'UTC', '2026-03-02T08:59', '2026-03-02T09:00'],
    // From Friday evening to Monday, over the change of the clocks.
    ['08:00', '18:00', 'Europe/Berlin', '2026-03-27T17:00', '2026-03-30T06:00'],
    ['08:00', '18:00', 'Europe/Berlin', '2026-10-23T16:00', '2026-10-26T07:00'],
    // Hours over midnight belong to the day on which they begin.
    ['22:00', '06:00', 'UTC', '2026-03-03T03:00', '2026-03-03T03:00'],
    ['22:00', '06:00', 'UTC', '2026-03-02T03:00', '2026-03-02T22:00'],
    ['22:00', '06:00', 'UTC', '2026-03-07T03:00', '2026-03-07T03:00'],
    ['00:00', '24:00', 'UTC', '2026-03-06T23:59', '2026-03-06T23:59'],
    ['00:00', '24:00', 'UTC', '2026-03-07T00:00', '2026-03-09T00:00'],
  ])('of %s to %s in %s, at %s, is %s', (from, to, zone, instant, expected) => {
    expect(short(nextBusinessHour(office(from, to, zone), at(`${instant}:00`)))).toBe(expected);
  });

  it('that the zone skips is that of the week after, or begins when the clocks have gone on', () => {
    const skipped = office('02:00', '03:00', 'Europe/Berlin', [0]);
    expect(short(nextBusinessHour(skipped, at('2026-03-28T00:00:00')))).toBe('2026-04-05T00:00');
    const half = office('02:30', '05:00', 'Europe/Berlin', [0]);
    expect(short(nextBusinessHour(half, at('2026-03-28T00:00:00')))).toBe('2026-03-29T01:30');
  });

  it('that comes twice is one stretch from the first to the second', () => {
    const doubled = office('02:30', '03:30', 'Europe/Berlin', [0]);
    expect(short(nextBusinessHour(doubled, at('2026-10-24T23:00:00')))).toBe('2026-10-25T00:30');
    expect(short(nextBusinessHour(doubled, at('2026-10-25T01:15:00')))).toBe('2026-10-25T01:15');
  });

  it('is over when the end comes the first of two times', () => {
    const evening = office('16:00', '23:30', 'America/Santiago', [6]);
    expect(short(nextBusinessHour(evening, at('2026-04-05T02:29:00')))).toBe('2026-04-05T02:29');
    expect(short(nextBusinessHour(evening, at('2026-04-05T03:10:00')))).toBe('2026-04-11T20:00');
  });

  it('is at once where no day has any', () => {
    expect(nextBusinessHour(office('09:00', '17:00', 'UTC', []), 1)).toBe(1);
  });

  it('is the first instant from the given one on that the clock of the zone has within the hours', () => {
    const hours = fc.record({
      from: fc.integer({ min: 4 * 60, max: 12 * 60 }),
      // Not in the hour before midnight, which comes twice in Beirut and Santiago.
      to: fc.oneof(fc.integer({ min: 13 * 60, max: 23 * 60 }), fc.constant(1440)),
      days: fc.subarray<Weekday>([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
      zone: zones,
    });
    const isWithin = ({ from, to, days, zone }: BusinessHours, instant: number): boolean => {
      const { minute, weekday } = wallClock(instant, zone);
      return minute >= from && minute < to && days.some((day) => day === weekday);
    };
    fc.assert(
      fc.property(hours, instants, fc.array(instants, { maxLength: 3 }), (given, instant, asked) => {
        for (const one of asked) nextBusinessHour(given, one);
        const next = nextBusinessHour(given, instant);
        expect(next).toBe(nextBusinessHour({ ...given }, instant));
        expect(isWithin(given, next)).toBe(true);
        if (next !== instant) {
          expect(next).toBeGreaterThan(instant);
          expect(isWithin(given, instant)).toBe(false);
          expect(isWithin(given, next - 1)).toBe(false);
          expect(next - instant).toBeLessThanOrEqual(7 * DAY + 2 * HOUR);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the window of a backlog', () => {
  it.each([
    ['2026-03-02T12:00:00', '2026-03-02T12:05'],
    ['2026-03-02T12:04:59.999', '2026-03-02T12:05'],
    ['2026-03-02T12:05:00', '2026-03-02T12:10'],
  ])('of %s ends at %s, for whoever gathers in it', (instant, end) => {
    expect(short(windowEnd(at(instant), 5 * MINUTE))).toBe(end);
  });

  it('ends at once where it has no length', () => {
    expect(windowEnd(7, 0)).toBe(7);
  });
});
