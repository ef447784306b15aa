import type { DomainEvent } from '#domain/events/domain-event.js';
import type { RuleBook } from '#domain/policy/rules.js';
import { chronicle } from '#domain/score/chronicle.js';
import type { Instant } from '#domain/time/instant.js';
import { changesOf, type DealChanges, type StoredRecord } from '#warehouse/record-changes.js';
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

/** Deals read from the store at once: bounds the memory of a batch that touches very many. */
const DEALS_PER_READ = 500;

/**
 * @param options.cacheWeight how many events and stored records of deals are remembered
 */
export function createScoring(
  warehouse: Warehouse,
  book: RuleBook,
  options: { readonly cacheWeight: number },
): Scoring {
  const cache = createDealCache(options.cacheWeight);

  const score = async (news: ReadonlyMap<string, DealNews>, asOf: Instant): Promise<number> => {
    let changed = 0;
    const ids = [...news.keys()];
    for (let from = 0; from < ids.length; from += DEALS_PER_READ) {
      const page = ids.slice(from, from + DEALS_PER_READ);
      for (const dealId of page) if (news.get(dealId)?.reload === true) cache.drop(dealId);
      const deals = await loadDeals(warehouse, cache, page);
      const changes: DealChanges[] = [];
      const scored = new Map<string, CachedDeal>();
      for (const dealId of page) {
        const { added, retracted } = news.get(dealId) ?? NO_NEWS;
        const { events: known, stored } = deals.get(dealId) ?? { events: [], stored: [] };
        const events = mergeEvents(without(known, retracted), added);
        const change = changesOf(dealId, stored, chronicle(dealId, events, asOf, book).records);
        if (change !== null) changes.push(change);
        scored.set(dealId, { events, stored: change === null ? stored : afterChange(stored, change) });
      }
      try {
        await warehouse.write.records(changes);
      } catch (error) {
        // What of it is stored is not known: the next attempt must look.
        for (const dealId of page) cache.drop(dealId);
        throw error;
      }
      for (const [dealId, deal] of scored) cache.set(dealId, deal);
      changed += changes.length;
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
  for (const id of missing) found.set(id, { events: [], stored: stored.get(id) ?? [] });
  for await (const deal of warehouse.read.events(missing)) {
    found.set(deal.deal_id, {
      events: deal.events.map(toDomainEvent),
      stored: stored.get(deal.deal_id) ?? [],
    });
  }
  return found;
}

export function without(events: DomainEvent[], retracted: readonly EventKey[]): DomainEvent[] {
  if (retracted.length === 0) return events;
  const gone = new Set(retracted.map(keyOf));
  return events.filter((event) => !gone.has(keyOf(event)));
}

function keyOf({ source, id, time }: EventKey): string {
  return JSON.stringify([source, id, time]);
}

/** What is stored of a deal once a change is written. */
function afterChange(stored: readonly StoredRecord[], change: DealChanges): StoredRecord[] {
  const { version } = change;
  const after = new Map(stored.map((row) => [`${row.record} ${row.key}`, row]));
  for (const { content, digest } of change.written) {
    const { record, key } = content;
    after.set(`${record} ${key}`, { record, key, digest, version, is_deleted: false });
  }
  for (const { record, key } of change.deleted) {
    after.set(`${record} ${key}`, { record, key, digest: '', version, is_deleted: true });
  }
  return [...after.values()];
}
