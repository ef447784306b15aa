import type { DealKey, DirectoryRow } from '#warehouse/draft-row.js';
import type { LinkingReads } from '#warehouse/warehouse.js';
import type { Claim } from './claims.js';
import { dealKeysOf, keys, mayHaveDealKeys, movesStage } from './linking/keys.js';
import { opensOrCloses } from './linking/lifecycle.js';

/** What the events of a batch that name their deal say that their deals are known by. */
export function dealKeysIn(claims: readonly Claim[]): readonly DealKey[] {
  return claims.flatMap(({ row, keyed }) => {
    if (row.deal_id === '' || !mayHaveDealKeys(keyed.type)) return [];
    const { deal_id, source, id, time } = row;
    return dealKeysOf(keyed).map((key) => ({ deal_id, key, source, id, time }));
  });
}

/** Keys of deals that drafts were linked by already: they need not be looked at for each event that repeats them. */
export function createRemembered(most: number) {
  const known = new Set<string>();
  const textOf = ({ deal_id, key }: Pick<DealKey, 'deal_id' | 'key'>): string =>
    JSON.stringify([deal_id, key]);
  return {
    isNew: (key: DealKey): boolean => !known.has(textOf(key)),
    remember(dealKeys: readonly DealKey[]): void {
      for (const key of dealKeys) {
        if (known.size >= most) known.clear();
        known.add(textOf(key));
      }
    },
    /** What was said of deals by events that count no more: whoever says it again is news. */
    forget(dealKeys: readonly Pick<DealKey, 'deal_id' | 'key'>[]): void {
      for (const key of dealKeys) known.delete(textOf(key));
    },
  };
}

export type Remembered = ReturnType<typeof createRemembered>;

/**
 * The keys by which drafts may now be completed otherwise: what deals are known by since this batch, all that a deal
 * is known by where it opened or closed, and what CRMs said of people and accounts.
 */
export async function changedKeys(
  read: LinkingReads,
  changes: {
    readonly counted: readonly Claim[];
    readonly dealKeys: readonly DealKey[];
    readonly directory: readonly DirectoryRow[];
  },
): Promise<readonly string[]> {
  const changed = new Set(changes.dealKeys.map(({ key }) => draftsKeyOf(key)));
  const deals = new Set<string>();
  for (const { row, keyed } of changes.counted) {
    if (row.deal_id === '') continue;
    if (opensOrCloses(keyed.type)) deals.add(row.deal_id);
    if (movesStage(keyed.type)) changed.add(keys.deal(row.deal_id));
  }
  for (const key of await read.keysOfDeals([...deals])) changed.add(draftsKeyOf(key));
  for (const { scope, ref, field, value } of changes.directory) {
    if (ref.startsWith('account/')) changed.add(keys.account(scope, ref.slice('account/'.length)));
    else changed.add(keys.ref(scope, ref));
    if (field === 'domain') changed.add(keys.domain(value));
  }
  const people = changes.directory.filter(({ ref }) => !ref.startsWith('account/'));
  for (const address of await read.addressesOf(people)) changed.add(keys.contact(address));
  return [...changed];
}

/** Drafts don't tell whether their people are contacts or were at a meeting: both are found by their address. */
function draftsKeyOf(dealKey: string): string {
  return dealKey.startsWith('attendee ') ? `contact ${dealKey.slice('attendee '.length)}` : dealKey;
}
