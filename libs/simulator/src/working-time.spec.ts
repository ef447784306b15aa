import { describe, expect, it } from '@jest/globals';
import { formatInstant, parseDate } from '#domain/time/instant.js';
import { holidaysOf, instantAt, isWorkday, workdaysAfter, type Zone } from './working-time.js';

function day(date: string): number {
  const number = parseDate(date);
  if (number === undefined) throw new TypeError(`no date: ${date}`);
  return number;
}

describe('working days', () => {
  it.each([
    ['2026-03-06', true],
    ['2026-03-07', false],
    ['2026-03-08', false],
    ['2026-03-09', true],
    ['2026-05-01', false],
    ['2026-12-25', false],
  ])('%s is one: %s', (date, expected) => {
    expect(isWorkday(day(date))).toBe(expected);
  });

  it('are counted over weekends and holidays', () => {
    expect(workdaysAfter(day('2026-03-06'), 1)).toBe(day('2026-03-09'));
    expect(workdaysAfter(day('2026-04-30'), 1)).toBe(day('2026-05-04'));
    expect(workdaysAfter(day('2026-03-02'), 10)).toBe(day('2026-03-16'));
  });

  it('begin with the next one where the day itself is none', () => {
    expect(workdaysAfter(day('2026-03-07'), 0)).toBe(day('2026-03-09'));
    expect(workdaysAfter(day('2026-03-09'), 0)).toBe(day('2026-03-09'));
  });

  it('have the same holidays in the policy and in the simulated calendar', () => {
    for (const holiday of holidaysOf(2027)) expect(isWorkday(day(holiday))).toBe(false);
  });
});

describe('instantAt', () => {
  const zones: readonly Zone[] = ['Europe/Berlin', 'Europe/London', 'America/New_York', 'Asia/Singapore'];

  it('agrees with the zone database on every day of four years', () => {
    for (const zone of zones) {
      const clock = new Intl.DateTimeFormat('sv-SE', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'short',
      });
      for (let at = day('2024-01-01'); at < day('2028-01-01'); at++) {
        const shown = clock.format(instantAt(at, zone, 9 * 60 + 30));
        expect(`${zone} ${shown}`).toBe(`${zone} ${formatInstant(at * 86_400_000).slice(0, 10)} 09:30`);
      }
    }
  });
});
