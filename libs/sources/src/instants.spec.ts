import { describe, expect, it } from '@jest/globals';
import { isPlausible, isTimezone, localTimesOf, readInstant } from './instants.js';

const utc = (text: string): number => Date.parse(text);

describe('an instant', () => {
  it('is RFC 3339 with an offset, or an epoch in seconds or, from 1e11, in milliseconds', () => {
    expect(readInstant('2026-03-01T10:00:00.1239+01:00')).toBe(utc('2026-03-01T09:00:00.123Z'));
    expect(readInstant('1772355600')).toBe(1772355600000);
    expect(readInstant('99999999999')).toBe(99999999999000);
    expect(readInstant('100000000000')).toBe(100000000000);
    for (const text of ['2026-03-01T10:00:00', '1e12', '-1', '12.5', ''])
      expect(readInstant(text)).toBeUndefined();
  });

  it('is plausible from 1990 to 2100', () => {
    expect(isPlausible(utc('1990-01-01T00:00:00Z'))).toBe(true);
    expect(isPlausible(utc('1990-01-01T00:00:00Z') - 1)).toBe(false);
    expect(isPlausible(utc('2100-12-31T23:59:59.999Z'))).toBe(true);
    expect(isPlausible(utc('2101-01-01T00:00:00Z'))).toBe(false);
  });
});

describe('a local time', () => {
  it('is read by the rules of its zone, the first of two, a skipped one with the offset before', () => {
    const berlin = localTimesOf('Europe/Berlin');
    expect(berlin(utc('2026-07-01T12:00:00Z'))).toBe(utc('2026-07-01T10:00:00Z'));
    expect(berlin(utc('2026-10-25T02:30:00Z'))).toBe(utc('2026-10-25T00:30:00Z'));
    expect(berlin(utc('2026-03-29T02:30:00Z'))).toBe(utc('2026-03-29T01:30:00Z'));
    expect(localTimesOf('UTC')(5)).toBe(5);
  });

  it('is the same when it is asked for again, after many others', () => {
    const berlin = localTimesOf('Europe/Berlin');
    const first = utc('2026-07-01T12:00:00Z');
    const before = berlin(first);
    for (let minute = 1; minute <= 20_001; minute += 1) berlin(first + minute * 60_000);
    expect(berlin(first)).toBe(before);
  });
});

describe('a time zone', () => {
  it('is known by its IANA name', () => {
    expect(isTimezone('America/Chicago')).toBe(true);
    expect(isTimezone('Mars/Olympus')).toBe(false);
    expect(isTimezone('+01:00')).toBe(false);
    expect(isTimezone('')).toBe(false);
  });
});
