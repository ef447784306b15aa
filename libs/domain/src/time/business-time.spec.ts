import { describe, expect, it } from '@jest/globals';
import { businessDays, fewerAt, overAt, withinAt } from './business-time.js';
import { createCalendar } from './calendar.js';
import { formatInstant, parseInstant } from './instant.js';

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri'];
const utc = createCalendar({ timezone: 'UTC', workdays: WEEK, holidays: ['2026-03-09'] });
const berlin = createCalendar({ timezone: 'Europe/Berlin', workdays: [...WEEK, 'sat', 'sun'], holidays: [] });
const at = (text: string) => parseInstant(`2026-${text}Z`) ?? Number.NaN;
const pause = { from: at('03-03T12:00:00'), to: at('03-05T12:00:00') };

describe('business days', () => {
  it.each([
    ['03-13T12:00:00', '03-16T12:00:00', 1, 'Friday noon to Monday noon'],
    ['03-07T00:00:00', '03-08T23:00:00', 0, 'a weekend'],
    ['03-06T12:00:00', '03-10T12:00:00', 1, 'over a weekend and a holiday'],
    ['03-02T09:00:00', '03-02T09:00:00', 0, 'no time'],
    ['03-03T09:00:00', '03-02T09:00:00', 0, 'backwards'],
    ['03-02T06:00:00', '03-02T18:00:00', 0.5, 'half a day'],
  ])('from %s to %s are %d: %s', (from, to, days) => {
    expect(businessDays(utc, at(from), at(to))).toBe(days);
  });

  it('do not count the time of pauses (8)', () => {
    expect(businessDays(utc, at('03-02T12:00:00'), at('03-06T12:00:00'), [pause])).toBe(2);
    expect(businessDays(utc, at('03-04T00:00:00'), at('03-06T00:00:00'), [pause])).toBe(0.5);
    const endless = { from: at('03-05T12:00:00'), to: Number.POSITIVE_INFINITY };
    expect(businessDays(utc, at('03-02T12:00:00'), at('12-01T12:00:00'), [endless])).toBe(3);
  });

  it('take a day of 23 or 25 hours for one, by the share of its own length (6)', () => {
    expect(businessDays(berlin, at('03-28T23:00:00'), at('03-29T22:00:00'))).toBe(1);
    expect(businessDays(berlin, at('03-28T23:00:00'), at('03-29T10:30:00'))).toBeCloseTo(0.5, 12);
    expect(businessDays(berlin, at('10-24T22:00:00'), at('10-25T23:00:00'))).toBe(1);
  });
});

describe('the first millisecond', () => {
  const told = (instant: number) => formatInstant(instant).slice(5, -1);

  it.each([
    ['03-02T09:00:00', 1, '03-03T09:00:00.001'],
    ['03-02T09:00:00', 0, '03-02T09:00:00.001'],
    ['03-02T00:00:00', 0.5, '03-02T12:00:00.001'],
    // Used up at the end of a Friday, exceeded on the next working day, a Tuesday here (1).
    ['03-05T00:00:00', 2, '03-10T00:00:00.001'],
    ['03-07T15:00:00', 0, '03-10T00:00:00.001'],
  ])('over, from %s, %d business days is %s', (from, days, expected) => {
    expect(told(overAt(utc, [], at(from), days))).toBe(expected);
  });

  it('over a limit moves by a pause, also by one without an end', () => {
    expect(told(overAt(utc, [pause], at('03-02T12:00:00'), 3))).toBe('03-10T12:00:00.001');
    expect(told(overAt(utc, [pause], at('03-02T12:00:00'), 1))).toBe('03-05T12:00:00.001');
    expect(told(overAt(utc, [pause], at('03-02T12:00:00'), 0.5))).toBe('03-03T00:00:00.001');
    const endless = [{ from: at('03-03T12:00:00'), to: Number.POSITIVE_INFINITY }];
    expect(overAt(utc, endless, at('03-02T12:00:00'), 1)).toBe(Number.POSITIVE_INFINITY);
    expect(told(overAt(utc, endless, at('03-02T12:00:00'), 0.5))).toBe('03-03T00:00:00.001');
  });

  it('with at most, and with fewer than, so many business days to come', () => {
    const due = at('03-13T12:00:00');
    expect([told(withinAt(utc, due, 2)), told(fewerAt(utc, due, 2))]).toEqual([
      '03-11T12:00:00.000',
      '03-11T12:00:00.001',
    ]);
    // Two days remain from Friday's end on, all through the weekend and the holiday.
    const monday = at('03-12T00:00:00');
    expect([told(withinAt(utc, monday, 2)), told(fewerAt(utc, monday, 2))]).toEqual([
      '03-07T00:00:00.000',
      '03-10T00:00:00.001',
    ]);
  });

  it('never comes where no day is a working day', () => {
    const none = createCalendar({ timezone: 'UTC', workdays: [], holidays: [] });
    expect(overAt(none, [], at('03-02T00:00:00'), 0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a limit that is used up across a change of the clocks', () => {
  it.each(['Australia/Lord_Howe', 'Asia/Jerusalem', 'America/New_York'])(
    'is exceeded in the first millisecond after it, whatever the rounding of days of odd lengths, in %s',
    (timezone) => {
      const calendar = createCalendar({
        timezone,
        workdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
        holidays: [],
      });
      const early: string[] = [];
      for (const change of [
        '2017-03-20',
        '2017-10-01',
        '2026-03-08',
        '2026-10-01',
        '2034-03-20',
        '2034-10-20',
      ]) {
        for (let hour = 0; hour < 30 * 24; hour += 1) {
          const a = Date.parse(`${change}T00:17:23.457Z`) + hour * 3_600_000;
          for (const days of [0, 1, 2, 5]) {
            const over = overAt(calendar, [], a, days);
            if (businessDays(calendar, a, over) <= days) early.push(`${new Date(a).toISOString()} + ${days}`);
          }
        }
      }
      expect(early).toEqual([]);
    },
  );
});
