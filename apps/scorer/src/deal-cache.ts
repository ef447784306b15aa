import { compareEvents, type DomainEvent } from '#domain/events/domain-event.js';
import type { StoredRecord } from '#warehouse/record-changes.js';

/** What the scorer remembers of a deal, so as not to read it from the store again. */
export interface CachedDeal {
  /** In the order of `compareEvents`, each identity once. */
  events: DomainEvent[];
  /** Everything stored of the deal, deleted records included. */
  stored: readonly StoredRecord[];
}

/**
 * Deals by id, the least recently used dropped first once they hold more events than the bound: nothing in the
 * process grows with the number of deals.
 */
export function createDealCache(maxEvents: number) {
  const deals = new Map<string, CachedDeal>();
  let held = 0;
  return {
    get(dealId: string): CachedDeal | undefined {
      const deal = deals.get(dealId);
      if (deal === undefined) return undefined;
      deals.delete(dealId);
      deals.set(dealId, deal);
      return deal;
    },
    set(dealId: string, deal: CachedDeal): void {
      held += deal.events.length - (deals.get(dealId)?.events.length ?? 0);
      deals.delete(dealId);
      deals.set(dealId, deal);
      for (const [oldest, { events }] of deals) {
        if (held <= maxEvents || oldest === dealId) break;
        deals.delete(oldest);
        held -= events.length;
      }
    },
    drop(dealId: string): void {
      held -= deals.get(dealId)?.events.length ?? 0;
      deals.delete(dealId);
    },
    clear(): void {
      deals.clear();
      held = 0;
    },
    /** Deals and events held. */
    size: () => ({ deals: deals.size, events: held }),
  };
}

export type DealCache = ReturnType<typeof createDealCache>;

/** Adds events to a deal's, each identity once; the lists are in order before and after. */
export function mergeEvents(events: readonly DomainEvent[], added: readonly DomainEvent[]): DomainEvent[] {
  const last = events.at(-1);
  const merged = [...events];
  let inOrder = true;
  let latest = last;
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
