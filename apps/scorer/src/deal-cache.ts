import { compareEvents, type DomainEvent } from '#domain/events/domain-event.js';
import type { StoredRecord } from '#warehouse/record-changes.js';

/** What the scorer remembers of a deal, so as not to read it from the store again. */
export interface CachedDeal {
  /** In the order of `compareEvents`, each identity once. */
  events: DomainEvent[];
  /** Everything stored of the deal, deleted records included. */
  stored: readonly StoredRecord[];
}

/** What a deal weighs in the cache: its events and what is stored of it; one without either is not free. */
function weightOf(deal: CachedDeal): number {
  return 1 + deal.events.length + deal.stored.length;
}

/**
 * Deals by id, the least recently used dropped first once all together weigh more than the bound: nothing in the
 * process grows with the number of deals.
 * @param maxWeight events and stored records
 */
export function createDealCache(maxWeight: number) {
  const deals = new Map<string, CachedDeal>();
  let held = 0;
  let hits = 0;
  let misses = 0;
  const drop = (dealId: string): void => {
    const deal = deals.get(dealId);
    if (deal === undefined) return;
    held -= weightOf(deal);
    deals.delete(dealId);
  };
  return {
    get(dealId: string): CachedDeal | undefined {
      const deal = deals.get(dealId);
      if (deal === undefined) {
        misses += 1;
        return undefined;
      }
      hits += 1;
      deals.delete(dealId);
      deals.set(dealId, deal);
      return deal;
    },
    set(dealId: string, deal: CachedDeal): void {
      drop(dealId);
      held += weightOf(deal);
      deals.set(dealId, deal);
      for (const oldest of deals.keys()) {
        if (held <= maxWeight || oldest === dealId) break;
        drop(oldest);
      }
    },
    drop,
    clear(): void {
      deals.clear();
      held = 0;
    },
    /** Deals held, what they weigh, and how often one was found since the start. */
    state: () => ({ deals: deals.size, weight: held, hits, misses }),
  };
}

export type DealCache = ReturnType<typeof createDealCache>;

/** Adds events to a deal's, which are in order before and after; each identity once. */
export function mergeEvents(events: readonly DomainEvent[], added: readonly DomainEvent[]): DomainEvent[] {
  const merged = [...events];
  let inOrder = true;
  let latest = events.at(-1);
  for (const event of added) {
    if (latest !== undefined && compareEvents(latest, event) >= 0) inOrder = false;
    merged.push(event);
    latest = event;
  }
  if (inOrder) return merged;
  merged.sort(compareEvents);
  return merged.filter((event, index) => {
    const before = merged[index - 1];
    return before === undefined || compareEvents(before, event) !== 0;
  });
}
