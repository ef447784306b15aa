import type { Instant } from '#domain/time/instant.js';
import type { DueDeal } from '#warehouse/read-rows.js';
import type { WarehouseReads } from '#warehouse/warehouse.js';

/** The deals that are due by time alone, a few at a time. */
export interface DueDeals {
  /**
   * @param limit of ids
   * @param isOurs whether the deal is this replica's
   * @returns ids, the longest due first; `more`: whether there may be others
   */
  take(
    asOf: Instant,
    limit: number,
    isOurs: (dealId: string) => boolean,
  ): Promise<{ readonly ids: readonly string[]; readonly more: boolean }>;
  /** Reads anew what is due at the next time. */
  forget(): void;
}

/** Ids that are read at once: while very many are due, finding them must not cost more than scoring them. */
const IDS_A_READING = 20_000;

export function createDueDeals(
  read: WarehouseReads['dealsDue'],
  { idsAReading = IDS_A_READING }: { readonly idsAReading?: number } = {},
): DueDeals {
  /** Read and not taken yet, from `next` on. One that is scored meanwhile is only looked at once more. */
  let waiting: readonly DueDeal[] = [];
  let next = 0;
  /** Where to read on; undefined: from the beginning. */
  let after: DueDeal | undefined;

  return {
    async take(asOf, limit, isOurs) {
      const ids: string[] = [];
      for (let isRead = false; ; isRead = true) {
        for (; next < waiting.length && ids.length < limit; next += 1) {
          const dealId = waiting[next]?.deal_id;
          if (dealId !== undefined && isOurs(dealId)) ids.push(dealId);
        }
        if (ids.length > 0) return { ids, more: next < waiting.length || after !== undefined };
        if (isRead && after === undefined) return { ids, more: false };
        waiting = await read(asOf, { limit: idsAReading, after });
        next = 0;
        // A whole reading may be of deals that others score: ours may come behind them.
        after = waiting.length === idsAReading ? waiting.at(-1) : undefined;
      }
    },
    forget() {
      waiting = [];
      next = 0;
      after = undefined;
    },
  };
}
