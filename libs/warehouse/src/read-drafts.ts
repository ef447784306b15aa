import type { ClickHouseClient } from '@clickhouse/client';
import type {
  DealKey,
  DirectoryRow,
  EventStanding,
  LifecycleRow,
  LinkedBy,
  StoredDraft,
} from './draft-row.js';
import { contentHashOf } from './content-hash.js';
import { instantOf } from './encode.js';
import type { EventKey, Identity } from './event-row.js';
import { chunksOf, select } from './select.js';

const ITEMS_A_QUERY = 5_000;

/** Rows of a query that is asked in chunks of its items. */
async function inChunks<T, R>(
  items: readonly T[],
  ask: (chunk: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const found: R[] = [];
  for (const chunk of chunksOf(items, ITEMS_A_QUERY)) found.push(...(await ask(chunk)));
  return found;
}

function identityParams(identities: readonly Identity[]): { sources: string[]; ids: string[] } {
  return { sources: identities.map(({ source }) => source), ids: identities.map(({ id }) => id) };
}

const IDENTITIES = `(SELECT arrayJoin(arrayZip({sources:Array(String)}, {ids:Array(String)})))`;

interface DraftTexts extends Omit<StoredDraft, 'time' | 'recorded_at' | 'version'> {
  readonly time_ms: number | string;
  readonly recorded_at: string;
  readonly version: number | string;
}

const DRAFT_COLUMNS =
  'source, id, time_ms, type, family, origin, deal_id, schemaversion, data, extensions, content_hash, recorded_at, keys, version';

/** The drafts that stand under these identities. */
export function readDrafts(
  client: ClickHouseClient,
  identities: readonly Identity[],
): Promise<StoredDraft[]> {
  return inChunks(identities, async (chunk) => {
    const rows = await select<DraftTexts>(
      client,
      `SELECT ${DRAFT_COLUMNS} FROM draft_store FINAL WHERE (source, id) IN ${IDENTITIES}`,
      identityParams(chunk),
    );
    return rows.map(draftOf);
  });
}

function draftOf({ time_ms, recorded_at, version, ...rest }: DraftTexts): StoredDraft {
  return {
    ...rest,
    time: Number(time_ms),
    recorded_at: instantOf(recorded_at),
    version: Number(version),
  };
}

/** Identities of all drafts, in order, in pages. */
export async function* readDraftIdentities(client: ClickHouseClient): AsyncGenerator<readonly Identity[]> {
  let after: Identity = { source: '', id: '' };
  let page: readonly Identity[];
  do {
    page = await select<Identity>(
      client,
      `SELECT DISTINCT source, id FROM draft_store
       WHERE (source, id) > ({source:String}, {id:String}) ORDER BY source, id LIMIT {limit:UInt32}`,
      { source: after.source, id: after.id, limit: ITEMS_A_QUERY },
    );
    if (page.length > 0) yield page;
    after = page.at(-1) ?? after;
  } while (page.length === ITEMS_A_QUERY);
}

/** Identities of drafts that have, or had, one of these keys. */
export function readDraftsByKeys(client: ClickHouseClient, keys: readonly string[]): Promise<Identity[]> {
  return inChunks(keys, (chunk) =>
    select<Identity>(client, 'SELECT DISTINCT source, id FROM draft_keys WHERE key IN {keys:Array(String)}', {
      keys: chunk,
    }),
  );
}

/** Sources of which there are drafts. */
export async function readDraftSources(client: ClickHouseClient): Promise<ReadonlySet<string>> {
  const rows = await select<{ source: string }>(client, 'SELECT DISTINCT source FROM draft_store');
  return new Set(rows.map(({ source }) => source));
}

/** Which deals are known by these keys. */
export function readDealsByKeys(
  client: ClickHouseClient,
  keys: readonly string[],
): Promise<{ key: string; deal_id: string }[]> {
  return inChunks(keys, (chunk) =>
    select<{ key: string; deal_id: string }>(
      client,
      `SELECT DISTINCT key, deal_id FROM deal_keys FINAL
       WHERE (deal_id, key) GLOBAL IN (SELECT deal_id, key FROM deals_by_key WHERE key IN {keys:Array(String)})`,
      { keys: chunk },
    ),
  );
}

/** What these deals are known by. */
export async function readKeysOfDeals(
  client: ClickHouseClient,
  dealIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await inChunks(dealIds, (chunk) =>
    select<{ key: string }>(
      client,
      'SELECT DISTINCT key FROM deal_keys FINAL WHERE deal_id IN {deal_ids:Array(String)}',
      { deal_ids: chunk },
    ),
  );
  return [...new Set(rows.map(({ key }) => key))];
}

/** The word that counts on each field of these people and accounts. */
export function readDirectory(
  client: ClickHouseClient,
  refs: readonly Pick<DirectoryRow, 'scope' | 'ref'>[],
): Promise<Omit<DirectoryRow, 'time'>[]> {
  return inChunks(refs, (chunk) =>
    select<Omit<DirectoryRow, 'time'>>(
      client,
      `SELECT scope, ref, field, argMax(value, (time_ms, value)) AS value FROM directory_store
       WHERE (scope, ref) IN (SELECT arrayJoin(arrayZip({scopes:Array(String)}, {refs:Array(String)})))
       GROUP BY scope, ref, field`,
      { scopes: chunk.map(({ scope }) => scope), refs: chunk.map(({ ref }) => ref) },
    ),
  );
}

/** Who has, or had, one of these addresses or domains. */
export function readDirectoryByValues(
  client: ClickHouseClient,
  field: 'email' | 'domain',
  values: readonly string[],
): Promise<Pick<DirectoryRow, 'scope' | 'ref'>[]> {
  return inChunks(values, (chunk) =>
    select<Pick<DirectoryRow, 'scope' | 'ref'>>(
      client,
      `SELECT DISTINCT scope, ref FROM directory_by_value
       WHERE field = {field:String} AND value IN {values:Array(String)}`,
      { field, values: chunk },
    ),
  );
}

interface LifecycleTexts extends Omit<LifecycleRow, 'time'> {
  readonly time_ms: number | string;
}

/**
 * The events of these types of these deals that count, in the order of the fold.
 * @param types few of many: those that open and close deals
 */
export async function readLifecycles(
  client: ClickHouseClient,
  dealIds: readonly string[],
  types: readonly string[],
): Promise<readonly LifecycleRow[]> {
  const rows = await inChunks(dealIds, (chunk) =>
    select<LifecycleTexts>(
      client,
      `SELECT deal_id, time_ms, source, id, type, linked_by FROM event_store FINAL
       WHERE deal_id IN {deal_ids:Array(String)} AND type IN {types:Array(String)}
       ORDER BY deal_id, time_ms, source, id`,
      { deal_ids: chunk, types },
    ),
  );
  return rows.map(({ time_ms, ...rest }) => ({ ...rest, time: Number(time_ms) }));
}

interface StandingTexts {
  readonly deal_id: string;
  readonly time_ms: number | string;
  readonly source: string;
  readonly id: string;
  readonly hash: string;
  readonly link: LinkedBy;
  readonly is_shared: number;
  readonly event_type: string;
  /** '' where the hash is known. */
  readonly event_data: string;
  readonly gone: number;
  readonly top: number | string;
}

/** Whatever stands, or stood, in `event_store` under these identities. */
export function readStandings(
  client: ClickHouseClient,
  identities: readonly Identity[],
): Promise<EventStanding[]> {
  return inChunks(identities, async (chunk) => {
    const rows = await select<StandingTexts>(
      client,
      `SELECT deal_id, time_ms, source, id,
         argMax(content_hash, version) AS hash, argMax(linked_by, version) AS link,
         argMax(type, version) AS event_type, argMax(if(content_hash = '', data, ''), version) AS event_data,
         argMax(shared, version) AS is_shared, argMax(superseded, version) AS gone, max(version) AS top
       FROM event_store
       WHERE (deal_id, time_ms, source, id) GLOBAL IN (
         SELECT deal_id, time_ms, source, id FROM event_identities
         WHERE identity IN (
           SELECT sipHash64(wanted.1, wanted.2)
           FROM (SELECT arrayJoin(arrayZip({sources:Array(String)}, {ids:Array(String)})) AS wanted)
         )
       )
       GROUP BY deal_id, time_ms, source, id`,
      identityParams(chunk),
    );
    return rows.map(({ deal_id, time_ms, source, id, hash, link, is_shared, gone, top, ...event }) => ({
      deal_id,
      time: Number(time_ms),
      source,
      id,
      content_hash:
        gone === 1
          ? hash
          : contentHashOf({
              ...{ deal_id, time: Number(time_ms), source, id, content_hash: hash },
              type: event.event_type,
              data: event.event_data,
            }),
      linked_by: link,
      shared: is_shared === 1,
      superseded: gone === 1,
      version: Number(top),
    }));
  });
}

/** Of these identities, those that stand aside, and the version that says so or that they do not. */
export function readAside(
  client: ClickHouseClient,
  identities: readonly Identity[],
): Promise<(Identity & { aside: boolean; content_hash: string; version: number })[]> {
  return inChunks(identities, async (chunk) => {
    const rows = await select<Identity & { hash: string; gone: number; top: number | string }>(
      client,
      `SELECT source, id, argMax(content_hash, version) AS hash, argMax(linked, version) AS gone, max(version) AS top
       FROM unlinked_store WHERE (source, id) IN ${IDENTITIES} GROUP BY source, id`,
      identityParams(chunk),
    );
    return rows.map(({ source, id, hash, gone, top }) => ({
      source,
      id,
      content_hash: hash,
      aside: gone === 0,
      version: Number(top),
    }));
  });
}

/** What these events have said that their deals are known by. */
export function readKeysToldBy(
  client: ClickHouseClient,
  events: readonly Pick<EventKey, 'deal_id' | 'source' | 'id'>[],
): Promise<Omit<DealKey, 'time'>[]> {
  return inChunks(events, (chunk) =>
    select<Omit<DealKey, 'time'>>(
      client,
      `SELECT deal_id, key, source, id FROM deal_keys FINAL
       WHERE deal_id IN {deal_ids:Array(String)} AND (source, id) IN ${IDENTITIES}`,
      { deal_ids: chunk.map(({ deal_id: dealId }) => dealId), ...identityParams(chunk) },
    ),
  );
}

/** Addresses that these people have, or had. */
export async function readAddressesOf(
  client: ClickHouseClient,
  people: readonly Pick<DirectoryRow, 'scope' | 'ref'>[],
): Promise<string[]> {
  const rows = await inChunks(people, (chunk) =>
    select<{ value: string }>(
      client,
      `SELECT DISTINCT value FROM directory_store
       WHERE (scope, ref) IN (SELECT arrayJoin(arrayZip({scopes:Array(String)}, {refs:Array(String)})))
         AND field = 'email' AND value != ''`,
      { scopes: chunk.map(({ scope }) => scope), refs: chunk.map(({ ref }) => ref) },
    ),
  );
  return rows.map(({ value }) => value);
}
