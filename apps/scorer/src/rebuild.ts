import type { RuleBook } from '#domain/policy/rules.js';
import { chronicle } from '#domain/score/chronicle.js';
import type { Instant } from '#domain/time/instant.js';
import { changesOf, type DealChanges } from '#warehouse/record-changes.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import { toDomainEvent } from '#warehouse/stored-events.js';

export interface RebuildResult {
  readonly deals: number;
  /** Deals whose stored records differed from what their events say. */
  readonly changed: number;
}

/**
 * Scores deals again from their stored events, and mends what is stored of them.
 * @param dealIds none: all that have events
 */
export async function rebuild(
  warehouse: Warehouse,
  book: RuleBook,
  asOf: Instant,
  options: { readonly dealIds?: readonly string[]; readonly progress?: (progress: RebuildResult) => void },
): Promise<RebuildResult> {
  let deals = 0;
  let changed = 0;
  const pages = options.dealIds === undefined ? warehouse.read.dealIds() : [options.dealIds];
  for await (const page of pages) {
    const stored = await warehouse.read.storedRecords(page);
    const changes: DealChanges[] = [];
    const seen = new Set<string>();
    for await (const { deal_id: dealId, events } of warehouse.read.events(page)) {
      seen.add(dealId);
      const { records } = chronicle(dealId, events.map(toDomainEvent), asOf, book);
      const change = changesOf(dealId, stored.get(dealId) ?? [], records);
      if (change !== null) changes.push(change);
    }
    // A deal none of whose events counts any more is no deal.
    for (const [dealId, rows] of stored) {
      const change = seen.has(dealId) ? null : changesOf(dealId, rows, []);
      if (change !== null) changes.push(change);
    }
    if (changes.length > 0) await warehouse.write.records(changes);
    deals += seen.size;
    changed += changes.length;
  }
  return { deals, changed };
}
