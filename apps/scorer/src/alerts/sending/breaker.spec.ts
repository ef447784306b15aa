import { describe, expect, it } from '@jest/globals';
import { createBreaker } from './breaker.js';

const options = { failures: 3, openFor: 60_000 };

describe('the breaker', () => {
  it('opens after failures in a row, and lets one message through after a while', () => {
    const breaker = createBreaker(options);
    breaker.failed(0);
    breaker.failed(0);
    expect(breaker.allowance(0, 4)).toBe(4);
    breaker.failed(1_000);
    expect(breaker.state(1_000)).toBe('open');
    expect(breaker.allowance(60_999, 4)).toBe(0);
    expect(breaker.state(61_000)).toBe('probing');
    expect(breaker.allowance(61_000, 4)).toBe(1);
  });

  it('opens again at once when the probe fails', () => {
    const breaker = createBreaker(options);
    for (let failure = 0; failure < 3; failure += 1) breaker.failed(0);
    breaker.failed(60_000);
    expect(breaker.allowance(119_999, 4)).toBe(0);
    expect(breaker.allowance(120_000, 4)).toBe(1);
  });

  it('closes when the probe succeeds, and counts anew', () => {
    const breaker = createBreaker(options);
    for (let failure = 0; failure < 3; failure += 1) breaker.failed(0);
    breaker.succeeded();
    expect(breaker.allowance(60_000, 4)).toBe(4);
    breaker.failed(60_000);
    breaker.failed(60_000);
    expect(breaker.state(60_000)).toBe('closed');
  });

  it('does not add up failures with a success in between', () => {
    const breaker = createBreaker(options);
    for (const fails of [true, true, false, true, true]) {
      if (fails) breaker.failed(0);
      else breaker.succeeded();
    }
    expect(breaker.state(0)).toBe('closed');
  });
});
