import type { EventType } from '#domain/events/catalogue.js';
import { type Instant, MILLISECONDS_PER_DAY } from '#domain/time/instant.js';

/** The types of events that open and close deals, and those that take a deal away or bring it back. */
export const lifecycleTypes = [
  'deal.opened',
  'deal.won',
  'deal.lost',
  'deal.walked_away',
  'deal.reopened',
  'deal.removed',
  'deal.restored',
  'deal.merged',
  'customer.churned',
] as const satisfies readonly EventType[];

const types: ReadonlySet<string> = new Set(lifecycleTypes);

export function opensOrCloses(type: EventType): boolean {
  return types.has(type);
}

const TOLERANCE_MS = 30 * MILLISECONDS_PER_DAY;

/** When a deal was open: `to` is exclusive, and infinite while it still is. */
export interface OpenSpan {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * The spans in which a deal was open; none for one that was never opened, or is removed or merged.
 * @param events of `lifecycleTypes`, in the order of the fold
 */
export function openSpans(
  events: readonly { readonly type: string; readonly time: Instant }[],
): readonly OpenSpan[] {
  const spans: OpenSpan[] = [];
  let isGone = false;
  let openSince: Instant | undefined;
  for (const { type, time } of events) {
    if (type === 'deal.removed' || type === 'deal.merged') isGone = true;
    else if (type === 'deal.restored') isGone = false;
    else if (type === 'deal.opened' || type === 'deal.reopened') openSince ??= time;
    else if (openSince !== undefined) {
      spans.push({ from: openSince, to: time });
      openSince = undefined;
    }
  }
  if (openSince !== undefined) spans.push({ from: openSince, to: Number.POSITIVE_INFINITY });
  return isGone ? [] : spans;
}

/** Whether a deal was open at the time, was opened up to 30 days after it, or closed up to 30 days before. */
export function isNear(spans: readonly OpenSpan[], at: Instant): boolean {
  return spans.some(({ from, to }) => at >= from - TOLERANCE_MS && at <= to + TOLERANCE_MS);
}

/** Whether a deal was open at the time. */
export function isOpen(spans: readonly OpenSpan[], at: Instant): boolean {
  return spans.some(({ from, to }) => at >= from && at < to);
}

/**
 * Since when the deal's account is a customer by it; undefined where it isn't (any more).
 * @param events of `lifecycleTypes`, in the order of the fold
 */
export function customerSince(
  events: readonly { readonly type: string; readonly time: Instant }[],
): Instant | undefined {
  let since: Instant | undefined;
  let isGone = false;
  for (const { type, time } of events) {
    if (type === 'deal.won') since ??= time;
    else if (type === 'deal.removed' || type === 'deal.merged') isGone = true;
    else if (type === 'deal.restored') isGone = false;
    else since = undefined;
  }
  return isGone ? undefined : since;
}
