import { describe, expect, it } from '@jest/globals';
import { readAddress, readDomain } from './directory.js';
import { Reasons } from './values.js';

describe('an address', () => {
  it.each([
    [' Ann@Customer.Example ', 'ann@customer.example'],
    ['Ω@пример.example', 'ω@пример.example'],
    ['', undefined],
    [null, undefined],
  ])('%j is read as %j', (value, expected) => {
    const reasons = new Reasons();
    expect(readAddress(reasons, 'email', value)).toBe(expected);
    expect(reasons.list).toEqual([]);
  });

  it.each(['nobody', 'a b@c.example', 'a@b@c', '@', {}])('%j is none', (value) => {
    const reasons = new Reasons();
    expect(readAddress(reasons, 'email', value)).toBeUndefined();
    expect(reasons.list).toHaveLength(1);
  });
});

describe('a domain', () => {
  it.each([
    ['Customer.Example', 'customer.example'],
    ['www.customer.example', 'customer.example'],
    ['https://www.customer.example:8443/about?x#y', 'customer.example'],
    ['http://shop.customer.example', 'shop.customer.example'],
  ])('%j is read as %j', (value, expected) => {
    const reasons = new Reasons();
    expect(readDomain(reasons, 'domain', value)).toBe(expected);
    expect(reasons.list).toEqual([]);
  });

  it.each(['customer', 'a b.example', 'ann@customer.example', '.', 'https://', 7, []])(
    '%j is none',
    (value) => {
      const reasons = new Reasons();
      expect(readDomain(reasons, 'domain', value)).toBeUndefined();
      expect(reasons.list).toHaveLength(1);
    },
  );
});
