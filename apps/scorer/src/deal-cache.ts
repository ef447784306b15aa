import { compareEvents, type DomainEvent } from '#domain/events/domain-event.js';
import type { Chronicle } from '#domain/score/chronicle.js';
import type { ScorerRecord } from '#domain/score/records.js';
import type { Instant } from '#domain/time/instant.js';
import { sizeOf, type StandingRecords } from '#warehouse/record-changes.js';

/** What the scorer remembers of a deal, so as neither to read it from the store again nor to fold it again. */
export interface CachedDeal {
  /** In the order of `compareEvents`, each identity once. */
  readonly events: readonly DomainEvent[];
  /** What stands of the deal in the store. */
  readonly standing: StandingRecords;
  /** Undefined: it was not scored yet. */
  readonly scored: Scored | undefined;
}

/** How far a deal was scored. */
export interface Scored {
  readonly chronicle: Chronicle;
  /** Everything that it said of the deal. */
  readonly records: readonly ScorerRecord[];
  readonly at: Instant;
  /** Until when (excluded) the records stay as they are if no event comes. */
  readonly rescoreAt: Instant;
}

/** What a deal takes besides its events and records, in units of those, which take about 550 bytes each. */
const BARE_DEAL = 25;

/** What a deal weighs in the cache: its events and what is stored of it; one without either is not free. */
function weightOf({ events, standing }: CachedDeal): number {
  return BARE_DEAL + events.length + sizeOf(standing);
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
    /** Without counting as a use. */
    has: (dealId: string): boolean => deals.has(dealId),
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

/**
 * Adds events to a deal's.
 * @param events in the order of `compareEvents`, each identity once
 * @returns likewise; the same list where all of the added are in it already
 */
export function mergeEvents(
  events: readonly DomainEvent[],
  added: readonly DomainEvent[],
): readonly DomainEvent[] {
  const news = added.filter((event) => !includes(events, event));
  if (news.length === 0) return events;
  let latest = events.at(-1);
  let inOrder = true;
  for (const event of news) {
    if (latest !== undefined && compareEvents(latest, event) >= 0) inOrder = false;
    latest = event;
  }
  const merged = [...events, ...news];
  if (inOrder) return merged;
  merged.sort(compareEvents);
  return merged.filter((event, index) => {
    const before = merged[index - 1];
    return before === undefined || compareEvents(before, event) !== 0;
  });
}

function includes(events: readonly DomainEvent[], wanted: DomainEvent): boolean {
  let low = 0;
  let high = events.length;
  const latest = events.at(-1);
  // Nearly all that comes is later than all before.
  if (latest === undefined || latest.time < wanted.time) return false;
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = events[middle];
    if (event === undefined) return false;
    const order = compareEvents(event, wanted);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}
