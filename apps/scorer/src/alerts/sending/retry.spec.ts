import { describe, expect, it } from '@jest/globals';
import { retryAfterDelay, retryDelay } from './retry.js';

const HOUR = 3_600_000;

describe('the retry table', () => {
  it('waits 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h and then gives up', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((attempts) => retryDelay(attempts, 0));
    expect(delays).toEqual([
      5_000,
      300_000,
      1_800_000,
      2 * HOUR,
      5 * HOUR,
      10 * HOUR,
      14 * HOUR,
      20 * HOUR,
      24 * HOUR,
      null,
    ]);
  });

  it('adds up to a fifth', () => {
    expect(retryDelay(1, 0.5)).toBe(5_500);
    expect(retryDelay(1, 0.999_999)).toBe(6_000);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-03-02T12:00:00Z');
  it.each([
    ['120', 120_000],
    [' 120 ', 120_000],
    ['0', 0],
    ['999999', 24 * HOUR],
    ['99999999999999999999999', 24 * HOUR],
    ['Mon, 02 Mar 2026 12:05:00 GMT', 300_000],
    ['Mon, 02 Mar 2026 11:00:00 GMT', 0],
    ['Tue, 02 Mar 2027 12:00:00 GMT', 24 * HOUR],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['', null],
    ['2026-03-02T12:05:00Z', null],
    ['Mon, 99 Mar 2026 12:05:00 GMT', null],
    [null, null],
  ])('%s is %s ms', (header, delay) => {
    expect(retryAfterDelay(header, now)).toBe(delay);
  });
});
