import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatDate, formatInstant, parseDate, parseInstant } from './instant.js';

describe('an instant', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01t00:00:00z', 0],
    ['1970-01-01 00:00:00Z', 0],
    ['1970-01-01T02:00:00+02:00', 0],
    ['1969-12-31T18:30:00-05:30', 0],
    ['1970-01-01T00:00:00-00:00', 0],
    ['2024-02-29T12:00:00Z', 1_709_208_000_000],
    ['2000-02-29T00:00:00.5Z', 951_782_400_500],
    ['0001-01-01T00:00:00Z', -62_135_596_800_000],
    ['0099-12-31T23:59:59.999Z', -59_011_459_200_001],
    ['9999-12-31T23:59:59.999Z', 253_402_300_799_999],
  ])('%s is %d milliseconds from 1970', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  it('loses what is finer than a millisecond: cut off, not rounded (1)', () => {
    expect(parseInstant('2026-03-02T09:00:00.9999999Z')).toBe(Date.UTC(2026, 2, 2, 9, 0, 0, 999));
    expect(parseInstant('1969-12-31T23:59:59.9999Z')).toBe(-1);
    expect(parseInstant('2026-03-02T09:00:00.0009+01:00')).toBe(Date.UTC(2026, 2, 2, 8));
  });

  it.each([
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-13-10T00:00:00Z',
    '2026-03-00T00:00:00Z',
    '2026-03-02T24:00:00Z',
    '2026-03-02T23:60:00Z',
    '2026-03-02T23:59:60Z',
    '2026-03-02T09:00:00+24:00',
    '2026-03-02T09:00:00+01:60',
    '2026-03-02T09:00:00',
    '2026-03-02T09:00Z',
    '2026-03-02T09:00:00.Z',
    '2026-03-02T09:00:00+0100',
    '2026-3-2T09:00:00Z',
    '+002026-03-02T09:00:00Z',
    ' 2026-03-02T09:00:00Z',
    '2026-03-02T09:00:00Z\n',
    '2026-03-02',
    '',
    'soon',
    `2026-03-02T09:00:00.${'9'.repeat(100)}x`,
  ])('%j is none', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('is read back as it was written', () => {
    const instants = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
    fc.assert(
      fc.property(instants, (instant) => {
        expect(parseInstant(formatInstant(instant))).toBe(instant);
      }),
    );
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z');
  });

  it('is printed the same whatever was printed before', () => {
    const few = fc.integer({ min: -3, max: 3 });
    // Close together and far apart by a number that many share as a divisor, so that they are mistaken if any are.
    const instants = fc.tuple(few, few).map(([near, far]) => near + far * 8_191);
    fc.assert(
      fc.property(fc.array(fc.oneof(instants, fc.constantFrom(8.64e15, -8.64e15))), (all) => {
        expect(all.map(formatInstant)).toEqual(all.map((instant) => new Date(instant).toISOString()));
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1])('%d is none that can be printed', (at) => {
    expect(() => formatInstant(at)).toThrow(RangeError);
  });
});

describe('a date', () => {
  it.each(['0001-01-01', '0099-03-01', '1970-01-01', '2024-02-29', '9999-12-31'])(
    '%s is read back',
    (date) => {
      expect(formatDate(parseDate(date) ?? Number.NaN)).toBe(date);
    },
  );

  it.each(['2026-02-29', '2026-3-2', '2026-03-02T00:00:00Z', '20260302', '', 'today'])(
    '%j is none',
    (text) => {
      expect(parseDate(text)).toBeUndefined();
    },
  );

  it('counts days from 1970', () => {
    expect(parseDate('1970-01-02')).toBe(1);
    expect(parseDate('1969-12-31')).toBe(-1);
  });

  it('after the last of four digits is told with its whole year', () => {
    expect(formatDate((parseDate('9999-12-31') ?? 0) + 1)).toBe('+010000-01-01');
  });
});
