import type { ClickHouseClient } from '@clickhouse/client';
import { contentHashOf, type StoredContent } from './content-hash.js';
import { instantOf } from './encode.js';
import type { DealEvents, EventKey, EventRow, Identity, IdentityClaim } from './event-row.js';
import { chunksOf, select } from './select.js';
import { isLastWins } from './versions.js';

const DEALS_A_QUERY = 500;
const EVENTS_A_QUERY = 20_000;
const DEAL_IDS_A_PAGE = 10_000;
const IDENTITIES_A_QUERY = 10_000;

const COLUMNS =
  'deal_id, time_ms, source, id, type, family, schemaversion, data, extensions, content_hash, recorded_at';

interface StoredEvent {
  readonly deal_id: string;
  readonly time_ms: number | string;
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly family: string;
  readonly schemaversion: number;
  readonly data: string;
  readonly extensions: string;
  readonly content_hash: string;
  readonly recorded_at: string;
}

function eventOf({ time_ms, recorded_at, ...rest }: StoredEvent): EventRow {
  // Older servers print 64-bit integers in quotes.
  const event = { ...rest, time: Number(time_ms), recorded_at: instantOf(recorded_at) };
  if (rest.content_hash !== '') return event;
  // Only worked out where it is asked for: whoever folds events does not.
  return Object.defineProperty(event, 'content_hash', {
    get: () => contentHashOf({ ...rest, time: event.time }),
  });
}

/** One page of the events of these deals, after a place in the order. */
async function eventPage(
  client: ClickHouseClient,
  dealIds: readonly string[],
  after: EventRow | undefined,
): Promise<readonly EventRow[]> {
  const beyond =
    after === undefined
      ? ''
      : 'AND (deal_id, time_ms, source, id) > ({deal:String}, {time:Int64}, {source:String}, {id:String})';
  const rows = await select<StoredEvent>(
    client,
    `SELECT ${COLUMNS} FROM event_store FINAL
     WHERE deal_id IN {deal_ids:Array(String)} ${beyond}
     ORDER BY deal_id, time_ms, source, id
     LIMIT {limit:UInt32}`,
    {
      deal_ids: dealIds,
      limit: EVENTS_A_QUERY,
      ...(after === undefined
        ? {}
        : { deal: after.deal_id, time: after.time, source: after.source, id: after.id }),
    },
  );
  return rows.map(eventOf);
}

/** The order of the engine: by the bytes of UTF-8, which is by code point. */
function inStoredOrder(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
    .map((text) => ({ text, bytes: Buffer.from(text, 'utf8') }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ text }) => text);
}

export async function* readEvents(
  client: ClickHouseClient,
  dealIds: readonly string[],
): AsyncGenerator<DealEvents> {
  for (const chunk of chunksOf(inStoredOrder(dealIds), DEALS_A_QUERY)) {
    let events: EventRow[] = [];
    let page: readonly EventRow[] = [];
    do {
      page = await eventPage(client, chunk, page.at(-1));
      for (const event of page) {
        const [first] = events;
        if (first !== undefined && first.deal_id !== event.deal_id) {
          yield { deal_id: first.deal_id, events };
          events = [];
        }
        events.push(event);
      }
    } while (page.length === EVENTS_A_QUERY);
    const [first] = events;
    if (first !== undefined) yield { deal_id: first.deal_id, events };
  }
}

/** These events, where they count, in no order. */
export async function readEventsAt(
  client: ClickHouseClient,
  keys: readonly EventKey[],
): Promise<readonly EventRow[]> {
  const found: EventRow[] = [];
  for (const chunk of chunksOf(keys, IDENTITIES_A_QUERY)) {
    const rows = await select<StoredEvent>(
      client,
      `SELECT ${COLUMNS} FROM event_store FINAL
       WHERE (deal_id, time_ms, source, id) IN (SELECT arrayJoin(arrayZip(
         {deals:Array(String)}, {times:Array(Int64)}, {sources:Array(String)}, {ids:Array(String)})))`,
      {
        deals: chunk.map(({ deal_id: dealId }) => dealId),
        times: chunk.map(({ time }) => time),
        sources: chunk.map(({ source }) => source),
        ids: chunk.map(({ id }) => id),
      },
    );
    found.push(...rows.map(eventOf));
  }
  return found;
}

export async function* readDealIds(client: ClickHouseClient): AsyncGenerator<readonly string[]> {
  let after: string | undefined;
  let page: readonly string[];
  do {
    const rows = await select<{ deal_id: string }>(
      client,
      `SELECT DISTINCT deal_id FROM event_store
       ${after === undefined ? '' : 'WHERE deal_id > {after:String}'}
       ORDER BY deal_id LIMIT {limit:UInt32}`,
      { limit: DEAL_IDS_A_PAGE, ...(after === undefined ? {} : { after }) },
    );
    page = rows.map(({ deal_id }) => deal_id);
    if (page.length > 0) yield page;
    after = page.at(-1);
  } while (page.length === DEAL_IDS_A_PAGE);
}

/**
 * The index finds the keys that claim an identity by its hash; `event_store` says which of them count. GLOBAL: on
 * a cluster the index is read once, and each shard looks up the keys found anywhere.
 */
const IDENTITY_QUERY = `
SELECT deal_id, time_ms, source, id, content_hash, linked_by, version, type,
  if(content_hash = '', data, '') AS data
FROM event_store FINAL
WHERE (deal_id, time_ms, source, id) GLOBAL IN (
  SELECT deal_id, time_ms, source, id FROM event_identities
  WHERE identity IN (
    SELECT sipHash64(wanted.1, wanted.2)
    FROM (SELECT arrayJoin(arrayZip({sources:Array(String)}, {ids:Array(String)})) AS wanted)
  )
)
ORDER BY deal_id, time_ms, source, id`;

export async function readIdentities(
  client: ClickHouseClient,
  identities: readonly Identity[],
): Promise<readonly IdentityClaim[]> {
  const claims: IdentityClaim[] = [];
  for (const chunk of chunksOf(identities, IDENTITIES_A_QUERY)) {
    const rows = await select<
      Omit<StoredContent, 'time'> & {
        time_ms: number | string;
        linked_by: string;
        version: number | string;
      }
    >(client, IDENTITY_QUERY, { sources: chunk.map(({ source }) => source), ids: chunk.map(({ id }) => id) });
    for (const { time_ms, version, linked_by, ...rest } of rows) {
      const stored = { ...rest, time: Number(time_ms) };
      const { deal_id, time, source, id } = stored;
      claims.push({
        ...{ deal_id, time, source, id, linked_by },
        content_hash: contentHashOf(stored),
        has_won: linked_by === '' && isLastWins(Number(version)),
      });
    }
  }
  return claims;
}
