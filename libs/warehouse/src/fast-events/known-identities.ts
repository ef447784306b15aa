import type { ClickHouseClient } from '@clickhouse/client';
import { createHashFilter, type HashFilter } from './identity-filter.js';
import { IDENTITY_HASH_SQL } from './identity-hash.js';

const LEAST_CAPACITY = 4_000_000;
/** Takes 128 MB; beyond, ever more identities are looked up that are new. */
const MOST_CAPACITY = 100_000_000;
/** Hashes read in one answer. */
const PAGE = 500_000;

/**
 * Which identities are in the store, without asking the engine for each: a look-up reads a granule of a thousand for
 * every one, and so costs the more the more there are. It knows those that were stored when it first was asked, and
 * those that it was told of since: whatever stores events in this process must tell. Another can't, as the engine's
 * directory is open in one process at a time.
 */
export interface KnownIdentities {
  add(hash: number): void;
  /** False: it is not in the store. */
  mayHave(hash: number): boolean;
  /** Takes in what it does not know yet. Nothing must be on its way into the store meanwhile. */
  refresh(): Promise<void>;
}

export function createKnownIdentities(client: ClickHouseClient): KnownIdentities {
  let filter: HashFilter | undefined;
  let capacity = LEAST_CAPACITY;

  async function load(): Promise<HashFilter> {
    const stored = await count(client);
    while (capacity < MOST_CAPACITY && capacity < 2 * stored)
      capacity = Math.min(4 * capacity, MOST_CAPACITY);
    const loaded = createHashFilter(capacity);
    const pages = Math.max(1, Math.ceil(stored / PAGE));
    for (let page = 0; page < pages; page += 1)
      for (const hash of await hashes(client, page, pages)) loaded.add(hash);
    return loaded;
  }

  return {
    add: (hash) => filter?.add(hash),
    mayHave: (hash) => filter?.mayHave(hash) ?? true,
    async refresh() {
      if (filter === undefined || (filter.isFull && capacity < MOST_CAPACITY)) filter = await load();
    },
  };
}

async function count(client: ClickHouseClient): Promise<number> {
  const result = await client.query({
    query: 'SELECT count() AS n FROM event_identities',
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ n: number | string }>();
  return Number(row?.n ?? 0);
}

async function hashes(client: ClickHouseClient, page: number, pages: number): Promise<readonly number[]> {
  const bound = (n: number): string => String((2n ** 64n * BigInt(n)) / BigInt(pages));
  const end = page + 1 === pages ? '' : `AND identity < toUInt64({end:String})`;
  const result = await client.query({
    query: `SELECT groupArray(${IDENTITY_HASH_SQL}) AS hashes FROM event_identities
      WHERE identity >= toUInt64({start:String}) ${end}`,
    query_params: { start: bound(page), end: bound(page + 1) },
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ hashes: readonly number[] }>();
  return row?.hashes ?? [];
}
