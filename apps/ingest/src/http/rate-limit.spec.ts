import { describe, expect, it } from '@jest/globals';
import { createRateLimit } from './rate-limit.js';

describe('the rate limit', () => {
  it('lets a minute’s allowance pass at once, and then as many as are filled in', () => {
    let now = 0;
    const limit = createRateLimit({ perMinute: 60, now: () => now });
    const passed = (): number =>
      Array.from({ length: 100 }, () => limit.take('a')).filter((wait) => wait === 0).length;
    expect(passed()).toBe(60);
    expect(limit.take('a')).toBe(1);
    now = 10_000;
    expect(passed()).toBe(10);
    now = 10_000_000;
    expect(passed()).toBe(60);
  });

  it('keeps callers apart', () => {
    const limit = createRateLimit({ perMinute: 1, now: () => 0 });
    expect([limit.take('a'), limit.take('a'), limit.take('b')]).toEqual([0, 60, 0]);
  });

  it('is not confused by a clock that is put back', () => {
    let now = 1_000_000;
    const limit = createRateLimit({ perMinute: 1, now: () => now });
    limit.take('a');
    now = 0;
    expect(limit.take('a')).toBe(60);
    now = 60_000;
    expect(limit.take('a')).toBe(0);
  });

  it('remembers a bounded number of callers, those last seen', () => {
    const limit = createRateLimit({ perMinute: 1, now: () => 0, maxCallers: 2 });
    limit.take('a');
    limit.take('b');
    limit.take('a');
    limit.take('c');
    expect([limit.take('a'), limit.take('c'), limit.take('b')]).toEqual([60, 60, 0]);
  });
});
