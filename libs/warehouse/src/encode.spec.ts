import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instantOf, instantTextOf, sqlDateOf, sqlInstant, sqlInstantOf, wellFormed } from './encode.js';

const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2300, 0, 1) - 1;

describe('an instant for the engine', () => {
  it.each([
    [Date.UTC(2026, 2, 2, 12, 5, 6, 7), '2026-03-02 12:05:06.007'],
    [Date.UTC(1969, 11, 31, 23, 59, 59, 999), '1969-12-31 23:59:59.999'],
    [EARLIEST, '1900-01-01 00:00:00.000'],
    [EARLIEST - 1, '1900-01-01 00:00:00.000'],
    [LATEST, '2299-12-31 23:59:59.999'],
    [LATEST + 1, '2299-12-31 23:59:59.999'],
    [8.64e15, '2299-12-31 23:59:59.999'],
  ])('of %d is %s', (at, text) => {
    expect(sqlInstant(at)).toBe(text);
  });

  it('reads back as itself within the range of the type', () => {
    fc.assert(
      fc.property(fc.integer({ min: EARLIEST, max: LATEST }), (at) => {
        expect(instantOf(sqlInstant(at))).toBe(at);
        expect(instantTextOf(sqlInstantOf(new Date(at).toISOString()))).toBe(new Date(at).toISOString());
      }),
    );
  });

  it.each([
    ['0001-01-01', '1900-01-01'],
    ['2026-02-28', '2026-02-28'],
    ['9999-12-31', '2299-12-31'],
  ])('is clamped for dates too: %s is %s', (date, clamped) => {
    expect(sqlDateOf(date)).toBe(clamped);
  });
});

describe('a well-formed text', () => {
  it('has U+FFFD for each half of a surrogate pair that stands alone, and is the same otherwise', () => {
    expect(wellFormed('a\ud800b\udc00😀\udc00\ud800')).toBe('a\uFFFDb\uFFFD😀\uFFFD\uFFFD');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(wellFormed(text)).toBe(Buffer.from(text, 'utf8').toString('utf8'));
      }),
    );
  });
});
