import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { calendarSettings } from '../testing/policies.js';
import { businessDays } from './business-time.js';
import { createCalendar } from './calendar.js';
import { type DayNumber, formatDate, formatInstant, parseDate, parseInstant } from './instant.js';

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri'];
const HOUR = 3_600_000;

const inZone = (timezone: string) => createCalendar({ timezone, workdays: WEEK, holidays: [] });
const day = (date: string): DayNumber => parseDate(date) ?? Number.NaN;
const at = (text: string) => parseInstant(text) ?? Number.NaN;

describe('a local day', () => {
  it.each([
    ['UTC', '2026-03-29', '2026-03-29T00:00:00.000Z', 24],
    ['Europe/Berlin', '2026-03-02', '2026-03-01T23:00:00.000Z', 24],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z', 23],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00.000Z', 25],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00.000Z', 23],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z', 25],
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-04T13:00:00.000Z', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', '2026-10-03T13:30:00.000Z', 23.5],
    ['Asia/Jerusalem', '2026-03-27', '2026-03-26T22:00:00.000Z', 23],
    // Midnight is skipped: the day starts at one o'clock.
    ['America/Santiago', '2026-09-06', '2026-09-06T04:00:00.000Z', 23],
    ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00:00.000Z', 23],
    // Midnight comes twice: the day starts at the first.
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00.000Z', 25],
  ])('of %s, %s, starts at %s and has %d hours (6)', (zone, date, start, hours) => {
    const calendar = inZone(zone);
    expect(formatInstant(calendar.startOf(day(date)))).toBe(start);
    expect((calendar.startOf(day(date) + 1) - calendar.startOf(day(date))) / HOUR).toBe(hours);
  });

  it('that a zone skipped altogether has no length, and no instant bears its date', () => {
    const apia = inZone('Pacific/Apia');
    expect(apia.startOf(day('2011-12-30'))).toBe(apia.startOf(day('2011-12-31')));
    expect(formatDate(apia.dayOf(apia.startOf(day('2011-12-30'))))).toBe('2011-12-31');
  });

  it('is found at and beside its edges, in any zone, at any time from 0001 to 9999', () => {
    const days = fc.oneof(
      fc.integer({ min: day('2025-01-01'), max: day('2027-12-31') }),
      fc.integer({ min: day('0001-01-02'), max: day('9999-12-31') }),
    );
    fc.assert(
      fc.property(calendarSettings, days, (settings, one) => {
        const calendar = createCalendar(settings);
        const start = calendar.startOf(one);
        expect(calendar.dayOf(start)).toBe(one);
        expect(calendar.dayOf(start - 1)).toBe(one - 1);
        expect(calendar.dayOf(calendar.startOf(one + 1) - 1)).toBe(one);
      }),
      { numRuns: 300 },
    );
  });
});

describe('working days', () => {
  it('are the days of the week that the policy names, without holidays', () => {
    const calendar = createCalendar({
      timezone: 'UTC',
      workdays: ['sun', 'mon'],
      holidays: ['2026-03-02', '2026-03-03'],
    });
    const working = Array.from({ length: 9 }, (_, index) => day('2026-03-01') + index)
      .filter((one) => calendar.isWorkingDay(one))
      .map(formatDate);
    expect(working).toEqual(['2026-03-01', '2026-03-08', '2026-03-09']);
  });

  it('are numbered without a gap', () => {
    const days = fc.integer({ min: day('2025-06-01'), max: day('2027-06-01') });
    fc.assert(
      fc.property(calendarSettings, days, (settings, one) => {
        const calendar = createCalendar(settings);
        const before = calendar.workingDaysBefore(one);
        expect(calendar.workingDaysBefore(one + 1) - before).toBe(calendar.isWorkingDay(one) ? 1 : 0);
        const next = calendar.workingDay(before) ?? Number.NaN;
        expect(next).toBeGreaterThanOrEqual(one);
        expect([calendar.isWorkingDay(next), calendar.workingDaysBefore(next)]).toEqual([true, before]);
      }),
      { numRuns: 300 },
    );
  });

  it('may be none at all', () => {
    const calendar = createCalendar({ timezone: 'UTC', workdays: [], holidays: ['2026-03-02'] });
    expect(calendar.workingDay(0)).toBeUndefined();
    expect(businessDays(calendar, 0, at('2026-03-02T00:00:00Z'))).toBe(0);
  });
});
