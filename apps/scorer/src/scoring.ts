import type { DomainEvent } from '#domain/events/domain-event.js';
import type { RuleBook } from '#domain/policy/rules.js';
import { startChronicle } from '#domain/score/chronicle.js';
import type { Instant } from '#domain/time/instant.js';
import { changesFrom, type DealChanges, noteStored, standingRecords } from '#warehouse/record-changes.js';
import type { DueDeal } from '#warehouse/read-rows.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import { type CachedDeal, createDealCache, type DealCache, mergeEvents } from './deal-cache.js';
import { toDomainEvent } from '#warehouse/stored-events.js';

export type EventKey = Pick<DomainEvent, 'source' | 'id' | 'time'>;

/** What the log told of a deal since it was last scored. */
export interface DealNews {
  added: DomainEvent[];
  /** Events whose identity another event has claimed rightfully: they count no more. */
  readonly retracted: EventKey[];
  /** What is remembered of the deal is not enough: read it from the store. */
  reload: boolean;
}

export interface Scoring {
  /**
   * Scores these deals as of the instant and stores what changed.
   * @returns how many deals' records changed
   */
  score(news: ReadonlyMap<string, DealNews>, asOf: Instant): Promise<number>;
  /**
   * Scores again what is due by time alone.
   * @param limit of deals that are scored at once
   * @param isOurs whether the deal is this replica's to score
   * @returns whether there may be more
   */
  sweep(asOf: Instant, limit: number, isOurs: (dealId: string) => boolean): Promise<boolean>;
  /** Forgets what it remembers of the deals: the store was changed by another. */
  forget(): void;
  /** What it remembers, and how often that was of use since the start. */
  cacheState(): { deals: number; weight: number; hits: number; misses: number };
}

const NO_NEWS: DealNews = { added: [], retracted: [], reload: false };

/** Deals read, scored and stored at once: bounds the memory of a batch that touches very many. */
const DEALS_PER_PAGE = 500;

/** Deals that were scored together, not stored yet. */
interface Page {
  readonly scored: Map<string, CachedDeal>;
  readonly changes: DealChanges[];
}

/**
 * @param options.cacheWeight how many events and stored records of deals are remembered
 */
export function createScoring(
  warehouse: Warehouse,
  book: RuleBook,
  options: { readonly cacheWeight: number },
): Scoring {
  const cache = createDealCache(options.cacheWeight);

  const scorePage = (
    deals: ReadonlyMap<string, CachedDeal>,
    news: ReadonlyMap<string, DealNews>,
    asOf: Instant,
  ): Page => {
    const page: Page = { scored: new Map(), changes: [] };
    for (const [dealId, deal] of deals) {
      const told = scoreDeal(dealId, deal, news.get(dealId) ?? NO_NEWS, book, asOf);
      if (told === null) continue;
      page.scored.set(dealId, told.deal);
      if (told.change !== null) page.changes.push(told.change);
    }
    return page;
  };

  const store = async ({ scored, changes }: Page): Promise<void> => {
    await warehouse.write.records(changes);
    for (const change of changes) {
      const deal = scored.get(change.deal_id);
      if (deal !== undefined) noteStored(deal.standing, change);
    }
    for (const [dealId, deal] of scored) cache.set(dealId, deal);
  };

  const score = async (news: ReadonlyMap<string, DealNews>, asOf: Instant): Promise<number> => {
    let changed = 0;
    let underWay = Promise.resolve();
    for (const [dealId, { reload }] of news) if (reload) cache.drop(dealId);
    const pages = pagesOf([...news.keys()]);
    const load = (page: readonly string[] | undefined): ReturnType<typeof loadDeals> =>
      loadDeals(warehouse, cache, page ?? []);
    // No deal is in two pages: while one is scored, the one before is stored and the next is read.
    let ahead = load(pages[0]);
    try {
      for (const index of pages.keys()) {
        const deals = await ahead;
        ahead = load(pages[index + 1]);
        // Where this page fails first, that one's failure must not end the process.
        ahead.catch(() => undefined);
        const page = scorePage(deals, news, asOf);
        await underWay;
        underWay = store(page);
        underWay.catch(() => undefined);
        changed += page.changes.length;
      }
      await underWay;
    } catch (error) {
      await Promise.allSettled([underWay, ahead]);
      // What of it is stored is not known, and the chronicles have gone on: the next attempt must look.
      for (const dealId of news.keys()) cache.drop(dealId);
      throw error;
    }
    return changed;
  };

  return {
    score,
    async sweep(asOf, limit, isOurs) {
      let after: DueDeal | undefined;
      for (;;) {
        const due = await warehouse.read.dealsDue(asOf, { limit, after });
        const ours = due.filter(({ deal_id: dealId }) => isOurs(dealId));
        await score(new Map(ours.map(({ deal_id: dealId }) => [dealId, NO_NEWS])), asOf);
        if (ours.length > 0 || due.length < limit) return due.length === limit;
        // A whole page of deals that others score: ours may come behind them.
        after = due.at(-1);
      }
    },
    forget: () => {
      cache.clear();
    },
    cacheState: () => cache.state(),
  };
}

function pagesOf(ids: readonly string[]): string[][] {
  const pages: string[][] = [];
  for (let from = 0; from < ids.length; from += DEALS_PER_PAGE)
    pages.push(ids.slice(from, from + DEALS_PER_PAGE));
  return pages;
}

/** @returns null where the news is none and nothing is due: the deal stands as it was scored */
function scoreDeal(
  dealId: string,
  deal: CachedDeal,
  { added, retracted }: DealNews,
  book: RuleBook,
  asOf: Instant,
): { readonly deal: CachedDeal; readonly change: DealChanges | null } | null {
  const { standing, scored } = deal;
  const left = without(deal.events, retracted);
  const events = mergeEvents(left, added);
  if (scored !== undefined && events === deal.events && scored.at <= asOf && asOf < scored.rescoreAt)
    return null;
  const chronicle =
    scored !== undefined && left === deal.events && scored.chronicle.goesOn(events, asOf)
      ? scored.chronicle
      : startChronicle(dealId, book);
  const { records, rescoreAt } = chronicle.advance(events, asOf);
  return {
    deal: { events, standing, scored: { chronicle, at: asOf, rescoreAt } },
    change: changesFrom(dealId, standing, records),
  };
}

async function loadDeals(
  warehouse: Warehouse,
  cache: DealCache,
  ids: readonly string[],
): Promise<Map<string, CachedDeal>> {
  const found = new Map<string, CachedDeal>();
  const missing: string[] = [];
  for (const id of ids) {
    const cached = cache.get(id);
    if (cached === undefined) missing.push(id);
    else found.set(id, cached);
  }
  if (missing.length === 0) return found;
  const stored = await warehouse.read.storedRecords(missing);
  const unscored = (dealId: string, events: readonly DomainEvent[]): CachedDeal => ({
    events,
    standing: standingRecords(stored.get(dealId) ?? []),
    scored: undefined,
  });
  for (const id of missing) found.set(id, unscored(id, []));
  for await (const { deal_id: dealId, events } of warehouse.read.events(missing))
    found.set(dealId, unscored(dealId, events.map(toDomainEvent)));
  return found;
}

/** The events but those; the same list where none of those is in it. */
export function without(
  events: readonly DomainEvent[],
  retracted: readonly EventKey[],
): readonly DomainEvent[] {
  if (retracted.length === 0) return events;
  const gone = new Set(retracted.map(keyOf));
  const left = events.filter((event) => !gone.has(keyOf(event)));
  return left.length === events.length ? events : left;
}

function keyOf({ source, id, time }: EventKey): string {
  return JSON.stringify([source, id, time]);
}
