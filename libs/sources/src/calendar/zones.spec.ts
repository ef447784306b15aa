import { describe, expect, it } from '@jest/globals';
import { wallClockOf } from './zones.js';

const at = (zone: string, local: string): string | undefined => {
  const instant = wallClockOf(zone)?.(Date.parse(`${local}Z`));
  return instant === undefined ? undefined : new Date(instant).toISOString();
};

describe('the wall clock of a time zone', () => {
  it.each([
    ['UTC', '2026-03-10T14:00:00', '2026-03-10T14:00:00.000Z'],
    ['Etc/UTC', '2026-03-10T14:00:00', '2026-03-10T14:00:00.000Z'],
    ['Europe/Berlin', '2026-03-10T14:00:00', '2026-03-10T13:00:00.000Z'],
    ['US/Pacific', '2026-07-10T14:00:00', '2026-07-10T21:00:00.000Z'],
    ['W. Europe Standard Time', '2026-07-10T14:00:00', '2026-07-10T12:00:00.000Z'],
    ['Romance Standard Time', '2026-01-10T14:00:00', '2026-01-10T13:00:00.000Z'],
    ['GMT Standard Time', '2026-07-10T14:00:00', '2026-07-10T13:00:00.000Z'],
    ['Greenwich Standard Time', '2026-07-10T14:00:00', '2026-07-10T14:00:00.000Z'],
    ['Pacific Standard Time', '2026-03-10T07:00:00', '2026-03-10T14:00:00.000Z'],
    ['Central Standard Time', '2026-01-10T07:00:00', '2026-01-10T13:00:00.000Z'],
    ['Central Standard Time (Mexico)', '2026-07-10T07:00:00', '2026-07-10T13:00:00.000Z'],
    ['US Mountain Standard Time', '2026-07-10T07:00:00', '2026-07-10T14:00:00.000Z'],
    ['India Standard Time', '2026-03-10T14:00:00', '2026-03-10T08:30:00.000Z'],
    ['Nepal Standard Time', '2026-03-10T14:00:00', '2026-03-10T08:15:00.000Z'],
    ['Dateline Standard Time', '2026-03-10T14:00:00', '2026-03-11T02:00:00.000Z'],
    ['Line Islands Standard Time', '2026-03-10T14:00:00', '2026-03-10T00:00:00.000Z'],
    ['UTC-02', '2026-03-10T14:00:00', '2026-03-10T16:00:00.000Z'],
    ['UTC+13', '2026-03-10T14:00:00', '2026-03-10T01:00:00.000Z'],
  ])('%s reads %s', (zone, local, expected) => {
    expect(at(zone, local)).toBe(expected);
  });

  it.each([
    ['the first of two', 'W. Europe Standard Time', '2026-10-25T02:30:00', '2026-10-25T00:30:00.000Z'],
    ['the offset before', 'W. Europe Standard Time', '2026-03-29T02:30:00', '2026-03-29T01:30:00.000Z'],
    ['the first of two', 'America/New_York', '2026-11-01T01:30:00', '2026-11-01T05:30:00.000Z'],
    ['the offset before', 'Eastern Standard Time', '2026-03-08T02:30:00', '2026-03-08T07:30:00.000Z'],
    ['a skipped midnight', 'Middle East Standard Time', '2026-03-29T00:00:00', '2026-03-28T22:00:00.000Z'],
  ])('takes %s: %s, %s', (_which, zone, local, expected) => {
    expect(at(zone, local)).toBe(expected);
  });

  it.each([
    '',
    'tzone://Microsoft/Custom',
    'tzone://Microsoft/Utc',
    'Customized Time Zone',
    'w. europe standard time',
    'W. Europe Standard Time ',
    'Mid-Atlantic Standard Time',
    'Mars/Olympus',
    '+01:00',
    'UTC+01:00',
    '(UTC+01:00) Amsterdam, Berlin',
    'constructor',
    '__proto__',
    '2026-03-10T00:00[Europe/Berlin]',
    '\ud800',
  ])('knows no zone %j', (name) => {
    expect(wallClockOf(name)).toBeUndefined();
  });

  it('knows no zone with an endless name', () => {
    expect(wallClockOf('x'.repeat(2_000_000))).toBeUndefined();
  });

  it('keeps reading however many spellings came before', () => {
    for (let index = 0; index < 1100; index += 1) {
      const name = Array.from('europe/berlin', (letter, place) =>
        (index >> place) & 1 ? letter.toUpperCase() : letter,
      ).join('');
      expect(wallClockOf(name)?.(0)).toBe(-3_600_000);
    }
    expect(at('Europe/Berlin', '2026-03-10T14:00:00')).toBe('2026-03-10T13:00:00.000Z');
  });
});
