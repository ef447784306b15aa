import { describe, expect, it } from '@jest/globals';
import { randomFor } from './random.js';

const first = (seed: number, key: string, count = 50): number[] => {
  const rng = randomFor(seed, key);
  return Array.from({ length: count }, () => rng.next());
};

describe('randomFor', () => {
  it('repeats itself for the same seed and key', () => {
    expect(first(7, 'deal/1')).toEqual(first(7, 'deal/1'));
  });

  it('gives each key and each seed its own sequence', () => {
    const sequences = [first(7, 'deal/1'), first(7, 'deal/2'), first(8, 'deal/1'), first(71, 'deal/')];
    expect(new Set(sequences.map(([number]) => number)).size).toBe(sequences.length);
  });

  it('spreads evenly over the unit interval', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const number of first(3, 'even', 20_000)) {
      const tenth = Math.floor(number * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) {
      expect(count).toBeGreaterThan(1800);
      expect(count).toBeLessThan(2200);
    }
  });

  it('includes both ends of a whole range and nothing outside of it', () => {
    const rng = randomFor(1, 'whole');
    const seen = new Set(Array.from({ length: 500 }, () => rng.whole(3, 6)));
    expect([...seen].sort((a, b) => a - b)).toEqual([3, 4, 5, 6]);
  });

  it('weighs by weight, and never takes what weighs nothing', () => {
    const rng = randomFor(1, 'weights');
    const drawn = Array.from({ length: 4000 }, () =>
      rng.weighted([
        ['often', 3],
        ['never', 0],
        ['seldom', 1],
      ]),
    );
    expect(drawn).not.toContain('never');
    expect(drawn.filter((d) => d === 'often').length / drawn.length).toBeCloseTo(0.75, 1);
  });

  it('shuffles without losing anything', () => {
    const items = [1, 2, 3, 4, 5, 6, 7, 8];
    const shuffled = randomFor(5, 'shuffle').shuffled(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });

  it('deviates by one around zero when it draws normally', () => {
    const rng = randomFor(2, 'normal');
    const drawn = Array.from({ length: 20_000 }, () => rng.normal());
    const mean = drawn.reduce((a, b) => a + b, 0) / drawn.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(Math.sqrt(drawn.reduce((sum, n) => sum + (n - mean) ** 2, 0) / drawn.length)).toBeCloseTo(1, 1);
  });

  it('says that there is nothing to choose from an empty list', () => {
    expect(() => randomFor(1, 'none').pick([])).toThrow(RangeError);
  });
});
