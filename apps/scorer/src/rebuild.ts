import type { RuleBook } from '#domain/policy/rules.js';
import { chronicle } from '#domain/score/chronicle.js';
import type { Instant } from '#domain/time/instant.js';
import { changesOf, type DealChanges } from '#warehouse/record-changes.js';
import { chunksOf } from '#warehouse/select.js';
import type { RecordedDeal } from './alerts/alerting.js';
import { toDomainEvent } from '#warehouse/stored-events.js';
import type { Warehouse } from '#warehouse/warehouse.js';

export interface RebuildResult {
  readonly deals: number;
  /** Deals whose stored records differed from what their events say. */
  readonly changed: number;
  /** Of the deals that were asked for, those of which nothing is stored; left out where there is none. */
  readonly unknown?: readonly string[];
}

export interface RebuildOptions {
  /** None: all that have events. */
  readonly dealIds?: readonly string[];
  readonly progress?: (progress: RebuildResult) => void;
  /**
   * Told of deals whose records change, in pages, before they are written and again after it: scorers that remember
   * them read them anew. Were they told only after it, a crash between the two would leave them with what is no more
   * stored, and what they write next would be lost against it.
   */
  readonly tell?: (dealIds: readonly string[]) => Promise<void>;
  /** Plans the alerts of deals whose records change, before they are written. */
  readonly foresee?: (deals: readonly RecordedDeal[], asOf: Instant) => Promise<void>;
}

/** Bounds what is held of a rebuild that changes everything. */
const DEALS_A_PAGE = 1_000;

/** Scores deals again from their stored events, and mends what is stored of them. */
export async function rebuild(
  warehouse: Warehouse,
  book: RuleBook,
  asOf: Instant,
  { dealIds, progress, tell, foresee }: RebuildOptions,
): Promise<RebuildResult> {
  let deals = 0;
  let changed = 0;
  const unknown: string[] = [];
  for await (const page of pagesOf(warehouse, dealIds)) {
    const stored = await warehouse.read.storedRecords(page);
    const changes: DealChanges[] = [];
    const recorded: RecordedDeal[] = [];
    const seen = new Set<string>();
    for await (const { deal_id: dealId, events } of warehouse.read.events(page)) {
      seen.add(dealId);
      const { records } = chronicle(dealId, events.map(toDomainEvent), asOf, book);
      const change = changesOf(dealId, stored.get(dealId) ?? [], records);
      if (change === null) continue;
      changes.push(change);
      recorded.push({ dealId, records });
    }
    // A deal none of whose events counts any more is no deal.
    for (const [dealId, rows] of stored) {
      const change = seen.has(dealId) ? null : changesOf(dealId, rows, []);
      if (change !== null) changes.push(change);
    }
    if (changes.length > 0) {
      const ids = changes.map(({ deal_id: dealId }) => dealId);
      await tell?.(ids);
      await foresee?.(recorded, asOf);
      await warehouse.write.records(changes);
      await tell?.(ids);
    }
    deals += seen.size;
    changed += changes.length;
    if (dealIds !== undefined) unknown.push(...page.filter((id) => !seen.has(id) && !stored.has(id)));
    progress?.({ deals, changed });
  }
  return { deals, changed, ...(unknown.length === 0 ? {} : { unknown }) };
}

async function* pagesOf(
  warehouse: Warehouse,
  dealIds: readonly string[] | undefined,
): AsyncGenerator<readonly string[]> {
  if (dealIds !== undefined) yield* chunksOf([...new Set(dealIds)], DEALS_A_PAGE);
  else for await (const ids of warehouse.read.dealIds()) yield* chunksOf(ids, DEALS_A_PAGE);
}
