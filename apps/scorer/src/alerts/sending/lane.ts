import { nextBusinessHour } from '#domain/alerts/schedule.js';
import type { Delivery, Endpoint } from '#domain/alerts/types.js';
import type { Instant } from '#domain/time/instant.js';
import { type Breaker, type BreakerOptions, createBreaker } from './breaker.js';

const HOUR = 3_600_000;

/** What one endpoint is sent; nothing in it waits for another endpoint. */
export interface Lane {
  readonly endpoint: Endpoint;
  readonly breaker: Breaker;
  /** Due, in the order of the outbox. */
  waiting: Delivery[];
  underWay: number;
  /** Nothing is sent before this: it asked so, or another replica may still be sending to it. */
  notBefore: Instant;
  /** Messages that it accepted within an hour, and that hour's beginning. */
  accepted: { readonly hour: Instant; readonly count: number };
  /** The outbox held more than there was room for. */
  hasMore: boolean;
}

export function openLane(endpoint: Endpoint, breaker: BreakerOptions, notBefore: Instant): Lane {
  return {
    endpoint,
    breaker: createBreaker(breaker),
    waiting: [],
    underWay: 0,
    notBefore,
    accepted: { hour: Number.NEGATIVE_INFINITY, count: 0 },
    hasMore: false,
  };
}

export function hourOf(now: Instant): Instant {
  return Math.floor(now / HOUR) * HOUR;
}

export function acceptedThisHour({ accepted }: Lane, now: Instant): number {
  return accepted.hour === hourOf(now) ? accepted.count : 0;
}

export function countAccepted(lane: Lane, now: Instant): void {
  lane.accepted = { hour: hourOf(now), count: acceptedThisHour(lane, now) + 1 };
}

/** Whether anything may be sent at all: what waits is otherwise left in the outbox. */
export function isOpen({ endpoint, breaker, notBefore }: Lane, now: Instant): boolean {
  return now >= notBefore && breaker.state(now) !== 'open' && isWithinHours(endpoint, now);
}

/** What a message of a lane is in for. */
export type Step = 'send' | 'wait' | 'gather';

/** A message that was tried before is not capped: it has its id already, and goes out with it or not at all. */
export function nextStep(lane: Lane, delivery: Delivery, now: Instant): Step {
  if (lane.underWay >= lane.breaker.allowance(now, lane.endpoint.concurrency)) return 'wait';
  if (delivery.attempts > 0 || isDigest(delivery)) return 'send';
  const accepted = acceptedThisHour(lane, now);
  if (accepted >= lane.endpoint.maxPerHour) return 'gather';
  // Those under way may be accepted.
  return accepted + lane.underWay < lane.endpoint.maxPerHour ? 'send' : 'wait';
}

/** When what is over the cap goes out, in one digest. */
export function gatheredUntil({ businessHours, digest }: Endpoint, now: Instant): Instant {
  const nextHour = hourOf(now) + HOUR;
  return businessHours === null || digest !== null ? nextHour : nextBusinessHour(businessHours, nextHour);
}

export function isDigest({ alert_id: alertId }: Delivery): boolean {
  return alertId === '';
}

/** A digest has an hour of its own. */
function isWithinHours({ businessHours, digest }: Endpoint, now: Instant): boolean {
  return businessHours === null || digest !== null || nextBusinessHour(businessHours, now) <= now;
}
