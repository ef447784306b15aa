import type { Instant } from '#domain/time/instant.js';

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open, milliseconds. */
  readonly openFor: number;
}

export const breakerDefaults: BreakerOptions = { failures: 5, openFor: 60_000 };

/**
 * Keeps an endpoint that doesn't answer from being tried with message after message: after some failures in a row
 * nothing is sent for a while, then one message shows whether it answers again.
 */
export interface Breaker {
  /** How many messages may be under way at once: all, one or none. */
  allowance(now: Instant, all: number): number;
  succeeded(): void;
  failed(now: Instant): void;
  /** `probing`: the next message decides. */
  state(now: Instant): 'closed' | 'open' | 'probing';
}

export function createBreaker({ failures, openFor }: BreakerOptions): Breaker {
  let inARow = 0;
  let probedFrom: Instant | null = null;
  const state = (now: Instant): 'closed' | 'open' | 'probing' => {
    if (probedFrom === null) return 'closed';
    return now < probedFrom ? 'open' : 'probing';
  };
  return {
    allowance(now, all) {
      const is = state(now);
      if (is === 'closed') return all;
      return is === 'open' ? 0 : 1;
    },
    succeeded() {
      inARow = 0;
      probedFrom = null;
    },
    failed(now) {
      inARow += 1;
      if (inARow >= failures) probedFrom = now + openFor;
    },
    state,
  };
}
