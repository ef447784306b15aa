import type { DealDiff } from './compare-deal.js';

/** The deals with the largest amounts among all that are offered; never more than the limit are held. */
export function createLargest(limit: number) {
  let held: DealDiff[] = [];
  const inOrder = (): DealDiff[] =>
    held.sort(
      (a, b) => (b.amount_reporting ?? -1) - (a.amount_reporting ?? -1) || (a.deal_id < b.deal_id ? -1 : 1),
    );
  return {
    offer(diff: DealDiff): void {
      held.push(diff);
      // In heaps of as many again, so that sorting costs little.
      if (held.length >= 2 * limit) held = inOrder().slice(0, limit);
    },
    list: (): readonly DealDiff[] => inOrder().slice(0, limit),
  };
}
