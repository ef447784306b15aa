import type { DomainEvent } from '#domain/events/domain-event.js';
import type { RuleBook } from '#domain/policy/rules.js';
import { startChronicle } from '#domain/score/chronicle.js';
import type { ScorerRecord } from '#domain/score/records.js';
import type { Instant } from '#domain/time/instant.js';
import { changesFrom, type DealChanges, noteStored, standingRecords } from '#warehouse/record-changes.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import type { Alerting, RecordedDeal } from './alerts/alerting.js';
import { type CachedDeal, createDealCache, type DealCache, mergeEvents } from './deal-cache.js';
import { createDueDeals } from './due-deals.js';
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

/** What is told of a deal that only time, or another policy, brings up. */
export const NO_NEWS: DealNews = { added: [], retracted: [], reload: false };

/** Deals taken up at once, and those of them that are read from the store: bounds the memory of a batch that touches very many. */
const DEALS_PER_PAGE = 1_500;
const READ_PER_PAGE = 500;

/**
 * Records from which on pages are stored: each row costs the engine less the more come together, and the rest of the
 * batch is scored meanwhile. Bounds the memory of a batch that touches very many deals.
 */
const RECORDS_AN_INSERT = 12_000;

/** Deals that were scored, not stored yet. */
interface Page {
  readonly scored: Map<string, CachedDeal>;
  readonly changes: DealChanges[];
  /** What is kept of each from now on. */
  readonly recorded: RecordedDeal[];
  /** How many records are to be written. */
  records: number;
}

function emptyPage(): Page {
  return { scored: new Map(), changes: [], recorded: [], records: 0 };
}

/**
 * @param options.cacheWeight how many events and stored records of deals are remembered
 * @param options.alerting plans the alerts of what is about to be stored; without it nobody is told
 */
export function createScoring(
  warehouse: Warehouse,
  book: RuleBook,
  options: {
    readonly cacheWeight: number;
    readonly alerting?: Pick<Alerting, 'foresee' | 'forget'> | undefined;
  },
): Scoring {
  const cache = createDealCache(options.cacheWeight);
  const { alerting } = options;
  const due = createDueDeals((at, page) => warehouse.read.dealsDue(at, page));

  const scoreInto = (
    page: Page,
    deals: ReadonlyMap<string, CachedDeal>,
    news: ReadonlyMap<string, DealNews>,
    asOf: Instant,
  ): void => {
    for (const [dealId, deal] of deals) {
      const told = scoreDeal(dealId, deal, news.get(dealId) ?? NO_NEWS, book, asOf);
      if (told === null) continue;
      page.scored.set(dealId, told.deal);
      page.recorded.push({ dealId, records: told.records });
      if (told.change === null) continue;
      page.changes.push(told.change);
      page.records += told.change.written.length;
    }
  };

  const store = async (
    { scored, changes, recorded }: Page,
    news: ReadonlyMap<string, DealNews>,
    asOf: Instant,
  ): Promise<void> => {
    // Before the records: once these are stored, nothing brings their alerts about again.
    await alerting?.foresee(recorded, asOf);
    await warehouse.write.records(changes);
    for (const change of changes) {
      const deal = scored.get(change.deal_id);
      if (deal !== undefined) noteStored(deal.standing, change);
    }
    // What only time brings up must not push out what events ask for: very much may be due at once.
    for (const [dealId, deal] of scored)
      if (news.get(dealId) !== NO_NEWS || cache.has(dealId)) cache.set(dealId, deal);
  };

  const score = async (news: ReadonlyMap<string, DealNews>, asOf: Instant): Promise<number> => {
    let changed = 0;
    let underWay = Promise.resolve();
    for (const [dealId, { reload }] of news) {
      if (!reload) continue;
      cache.drop(dealId);
      alerting?.forget(dealId);
    }
    const pages = pagesOf([...news.keys()], cache);
    const load = (page: readonly string[] | undefined): ReturnType<typeof loadDeals> =>
      loadDeals(warehouse, cache, page ?? []);
    // No deal is in two pages: while one is scored, those before are stored and the next is read.
    let ahead = load(pages[0]);
    let gathered = emptyPage();
    try {
      for (const index of pages.keys()) {
        const deals = await ahead;
        ahead = load(pages[index + 1]);
        // Where this page fails first, that one's failure must not end the process.
        ahead.catch(() => undefined);
        scoreInto(gathered, deals, news, asOf);
        if (gathered.records < RECORDS_AN_INSERT && index < pages.length - 1) continue;
        await underWay;
        changed += gathered.changes.length;
        underWay = store(gathered, news, asOf);
        underWay.catch(() => undefined);
        gathered = emptyPage();
      }
      await underWay;
    } catch (error) {
      await Promise.allSettled([underWay, ahead]);
      // What of it is stored is not known, and the chronicles have gone on: the next attempt must look.
      for (const dealId of news.keys()) {
        cache.drop(dealId);
        alerting?.forget(dealId);
      }
      throw error;
    }
    return changed;
  };

  return {
    score,
    async sweep(asOf, limit, isOurs) {
      const { ids, more } = await due.take(asOf, limit, isOurs);
      await score(new Map(ids.map((dealId) => [dealId, NO_NEWS])), asOf);
      return more;
    },
    forget: () => {
      cache.clear();
      due.forget();
      alerting?.forget();
    },
    cacheState: () => cache.state(),
  };
}

function pagesOf(ids: readonly string[], cache: DealCache): string[][] {
  const pages: string[][] = [];
  let page: string[] = [];
  let read = 0;
  for (const id of ids) {
    if (page.length === DEALS_PER_PAGE || read === READ_PER_PAGE) {
      pages.push(page);
      page = [];
      read = 0;
    }
    page.push(id);
    if (!cache.has(id)) read += 1;
  }
  if (page.length > 0) pages.push(page);
  return pages;
}

/** @returns null where the news is none and nothing is due: the deal stands as it was scored */
function scoreDeal(
  dealId: string,
  deal: CachedDeal,
  { added, retracted }: DealNews,
  book: RuleBook,
  asOf: Instant,
): {
  readonly deal: CachedDeal;
  readonly change: DealChanges | null;
  readonly records: readonly ScorerRecord[];
} | null {
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
    deal: { events, standing, scored: { chronicle, records, at: asOf, rescoreAt } },
    change: changesFrom(dealId, standing, records, scored?.records),
    records,
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
