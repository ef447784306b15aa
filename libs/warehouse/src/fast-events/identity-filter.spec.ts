import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHashFilter } from './identity-filter.js';

const hash = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

describe('a filter of hashes', () => {
  it('has every hash that it was given', () => {
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 500 }), (hashes) => {
        const filter = createHashFilter(100);
        for (const one of hashes) filter.add(one);
        expect(hashes.filter((one) => !filter.mayHave(one))).toEqual([]);
        expect(filter.isFull).toBe(hashes.length > 100);
      }),
    );
  });

  it('takes few others for one that it was given, up to its capacity', () => {
    const filter = createHashFilter(100_000);
    for (let n = 0; n < 100_000; n += 1) filter.add(Math.imul(n, 0x9e3779b1) ^ (n >>> 3));
    let wrong = 0;
    for (let n = 100_000; n < 200_000; n += 1) if (filter.mayHave(Math.imul(n, 0x85ebca6b) ^ n)) wrong += 1;
    expect(wrong).toBeLessThan(5_000);
  });
});
