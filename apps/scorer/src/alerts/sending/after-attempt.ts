import type { Delivery } from '#domain/alerts/types.js';
import type { Instant } from '#domain/time/instant.js';
import { retryAfterDelay, retryDelay } from './retry.js';
import type { Outcome } from './send.js';

export interface Attempt {
  /** When it began. */
  readonly at: Instant;
  readonly now: Instant;
  /** From 0 to below 1. */
  readonly random: number;
}

/** How long an endpoint asked to be left alone, milliseconds; null: it did not. */
export function askedFor(outcome: Outcome, now: Instant): number | null {
  return retryAfterDelay(outcome.retryAfter, now);
}

/** The message as it stands after an attempt: delivered, waiting for the next one, or given up. */
export function afterAttempt(delivery: Delivery, outcome: Outcome, { at, now, random }: Attempt): Delivery {
  const attempts = delivery.attempts + 1;
  const attempted: Delivery = {
    ...delivery,
    attempts,
    http_status: outcome.httpStatus,
    error: outcome.error,
    response: outcome.response,
    latency_ms: outcome.latencyMs,
    attempted_at: at,
    next_attempt_at: null,
    version: delivery.version + 1,
  };
  if (outcome.result === 'delivered') return { ...attempted, state: 'delivered', delivered_at: now };
  const delay = outcome.result === 'gone' ? null : retryDelay(attempts, random);
  if (delay === null) return { ...attempted, state: 'failed' };
  // Never before it asked for, and never so often that the attempts are used up while it goes on asking.
  return { ...attempted, next_attempt_at: now + Math.max(delay, askedFor(outcome, now) ?? 0) };
}
