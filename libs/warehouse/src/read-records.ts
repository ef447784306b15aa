import type { ClickHouseClient } from '@clickhouse/client';
import type { ScorerRecord } from '#domain/score/records.js';
import { type Instant } from '#domain/time/instant.js';
import { instantTextOf, sqlInstant, sqlInstantOf } from './encode.js';
import type { DealFilter, DealNow, DueDeal, HealthAsOf } from './read-rows.js';
import type { RecordKind, StoredRecord } from './record-changes.js';
import { columnNames, decodeFields, decodeRecord, recordKinds } from './record-columns.js';
import { type Row, chunksOf, select } from './select.js';

const DEALS_A_QUERY = 2_000;
/** Deals whose being stored is asked for at once: little is read of each. */
const IDS_A_QUERY = 10_000;
const RECORDS_A_PAGE = 10_000;

interface StoredRow {
  readonly record: RecordKind;
  readonly deal_id: string;
  readonly key: string;
  readonly latest: readonly [number | string, string, number];
  /** The same of the other end, where several have the highest version. */
  readonly rival: readonly [number | string, string, number];
}

/**
 * Those of the deals of which anything is stored. Whatever is stored of a deal came with its own record, of which there
 * is one a deal: a new deal, whose records would lie anywhere in the table, costs little that way.
 */
async function readStoredDeals(
  client: ClickHouseClient,
  dealIds: readonly string[],
): Promise<readonly string[]> {
  const stored: string[] = [];
  for (const chunk of chunksOf(dealIds, IDS_A_QUERY)) {
    const rows = await select<{ deal_id: string }>(
      client,
      `SELECT DISTINCT deal_id FROM deal_records
       WHERE record = {record:String} AND deal_id IN {deal_ids:Array(String)}`,
      { record: 'deal', deal_ids: chunk },
    );
    for (const { deal_id } of rows) stored.push(deal_id);
  }
  return stored;
}

/**
 * Deleted records are wanted too: their versions count. So this reads without FINAL, and takes the latest itself. Two
 * scorers, one of them too late, may have written a record with one version: which of the two stands is for the engine
 * to say, so its digest is told as '', which no record has, and whoever scores the deal writes it again.
 */
export async function readStoredRecords(
  client: ClickHouseClient,
  dealIds: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredRecord[]>> {
  const stored = new Map<string, StoredRecord[]>();
  for (const chunk of chunksOf(await readStoredDeals(client, dealIds), DEALS_A_QUERY)) {
    const rows = await select<StoredRow>(
      client,
      `SELECT record, deal_id, key, max((version, digest, is_deleted)) AS latest,
         min((-toInt64(version), digest, is_deleted)) AS rival
       FROM deal_records
       WHERE record IN {records:Array(String)} AND deal_id IN {deal_ids:Array(String)}
       GROUP BY record, deal_id, key
       ORDER BY record, deal_id, key`,
      { records: recordKinds, deal_ids: chunk },
    );
    for (const { record, deal_id, key, latest, rival } of rows) {
      const [version, digest, deleted] = latest;
      const isOne = rival[1] === digest && rival[2] === deleted;
      const row = {
        ...{ record, key, version: Number(version) },
        ...{ digest: isOne ? digest : '', is_deleted: isOne && deleted === 1 },
      };
      const others = stored.get(deal_id);
      if (others === undefined) stored.set(deal_id, [row]);
      else others.push(row);
    }
  }
  return stored;
}

async function* pagesOfKind(
  client: ClickHouseClient,
  kind: RecordKind,
  dealIds: readonly string[] | undefined,
): AsyncGenerator<readonly ScorerRecord[]> {
  const columns = ['deal_id', 'key', ...columnNames(kind)].join(', ');
  const ofDeals = dealIds === undefined ? '' : 'AND deal_id IN {deal_ids:Array(String)}';
  let last: Row | undefined;
  let page: readonly Row[];
  do {
    const beyond = last === undefined ? '' : 'AND (deal_id, key) > ({deal:String}, {key:String})';
    page = await select(
      client,
      `SELECT ${columns} FROM deal_records FINAL
       WHERE record = {record:String} ${ofDeals} ${beyond}
       ORDER BY deal_id, key LIMIT {limit:UInt32}`,
      {
        record: kind,
        limit: RECORDS_A_PAGE,
        ...(dealIds === undefined ? {} : { deal_ids: dealIds }),
        ...(last === undefined ? {} : { deal: last['deal_id'], key: last['key'] }),
      },
    );
    if (page.length > 0) yield page.map((row) => decodeRecord(kind, row));
    last = page.at(-1);
  } while (page.length === RECORDS_A_PAGE);
}

export async function* readRecords(
  client: ClickHouseClient,
  dealIds: readonly string[] | undefined,
): AsyncGenerator<readonly ScorerRecord[]> {
  for (const kind of recordKinds) yield* pagesOfKind(client, kind, dealIds);
}

export async function readDealsDue(
  client: ClickHouseClient,
  at: Instant,
  { limit, after }: { readonly limit: number; readonly after?: DueDeal | undefined },
): Promise<readonly DueDeal[]> {
  const rows = await select<DueDeal>(
    client,
    `SELECT deal_id, rescore_at FROM deal_health_now
     WHERE rescore_at <= {at:DateTime64(3, 'UTC')}
       ${after === undefined ? '' : "AND (rescore_at, deal_id) > ({after_at:DateTime64(3, 'UTC')}, {after_deal:String})"}
     ORDER BY rescore_at, deal_id LIMIT {limit:UInt32}`,
    {
      at: sqlInstant(at),
      limit,
      ...(after === undefined ? {} : { after_at: sqlInstantOf(after.rescore_at), after_deal: after.deal_id }),
    },
  );
  return rows.map(({ deal_id, rescore_at }) => ({ deal_id, rescore_at: instantTextOf(rescore_at) }));
}

const CONDITIONS: readonly (readonly [keyof DealFilter, string])[] = [
  ['deal_ids', 'deal_id IN {deal_ids:Array(String)}'],
  ['statuses', 'status IN {statuses:Array(String)}'],
  ['owner_ids', 'owner_id IN {owner_ids:Array(String)}'],
  ['teams', 'team IN {teams:Array(String)}'],
];

const ORDERS = {
  deal_id: 'deal_id',
  worst_first: 'health ASC NULLS LAST, amount_reporting DESC NULLS LAST, deal_id',
} as const;

export async function readDealsNow(
  client: ClickHouseClient,
  filter: DealFilter,
): Promise<readonly DealNow[]> {
  const { order = 'deal_id', limit, offset = 0 } = filter;
  const wanted = CONDITIONS.filter(([name]) => filter[name] !== undefined);
  const where = wanted.length === 0 ? '' : `WHERE ${wanted.map(([, condition]) => condition).join(' AND ')}`;
  const page = limit === undefined ? '' : 'LIMIT {limit:UInt64} OFFSET {offset:UInt64}';
  const rows = await select(
    client,
    `SELECT * FROM deal_health_now ${where} ORDER BY ${ORDERS[order]} ${page}`,
    {
      ...Object.fromEntries(wanted.map(([name]) => [name, filter[name]])),
      ...(limit === undefined ? {} : { limit, offset }),
    },
  );
  return rows.map((row) => {
    const { deal_id, worst_kind, worst_severity, worst_advice } = row;
    // The view has a column for each field of the deal's record.
    return {
      deal_id,
      ...decodeFields('deal', row),
      worst_kind,
      worst_severity,
      worst_advice,
    } as unknown as DealNow;
  });
}

export async function readHealthAsOf(client: ClickHouseClient, at: Instant): Promise<readonly HealthAsOf[]> {
  const rows = await select(
    client,
    `SELECT * FROM deal_health_history
     WHERE valid_from <= {at:DateTime64(3, 'UTC')} AND (valid_to > {at:DateTime64(3, 'UTC')} OR valid_to IS NULL)
     ORDER BY deal_id`,
    { at: sqlInstant(at) },
  );
  return rows.map(
    (row) => ({ deal_id: row['deal_id'], ...decodeFields('health', row) }) as unknown as HealthAsOf,
  );
}
