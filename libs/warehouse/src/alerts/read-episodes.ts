import type { ClickHouseClient } from '@clickhouse/client';
import type { AlertDeal, AlertFinding } from '#domain/alerts/types.js';
import type { FindingKind } from '#domain/findings/kinds.js';
import type { DealRecord, FindingRecord } from '#domain/score/records.js';
import { columnNames, decodeRecord } from '../record-columns.js';
import { type Row, chunksOf, select } from '../select.js';

const DEALS_A_QUERY = 2_000;

/** A deal with the last episode of each kind of finding that it ever had, open or closed. */
export interface DealEpisodes {
  readonly deal: AlertDeal;
  readonly episodes: readonly AlertFinding[];
}

/** An episode that is open, with its deal. */
export interface OpenEpisode {
  readonly deal: AlertDeal;
  readonly finding: AlertFinding;
}

/** A place in the order of open episodes. */
export interface EpisodePlace {
  readonly deal_id: string;
  readonly kind: string;
}

export interface OpenEpisodesPage {
  readonly limit: number;
  /** Left out: all. */
  readonly kinds?: readonly FindingKind[] | undefined;
  readonly after?: EpisodePlace | undefined;
}

/** Columns of the deal's record that an AlertDeal is made of. */
const DEAL_COLUMNS =
  'name, owner_id, owner_name, team, segment, pipeline, stage, amount, currency, amount_reporting, health, paused';
const FINDING_COLUMNS = columnNames('finding').join(', ');

type DealRow = Pick<
  DealRecord,
  | 'deal_id'
  | 'name'
  | 'owner_id'
  | 'owner_name'
  | 'team'
  | 'segment'
  | 'pipeline'
  | 'stage'
  | 'amount'
  | 'currency'
  | 'amount_reporting'
  | 'health'
  | 'paused'
>;

function dealOf(row: Row): AlertDeal {
  // These columns are printed as the record has them.
  const { deal_id: id, name, owner_id, owner_name, ...rest } = row as unknown as DealRow;
  const { team, segment, pipeline, stage, amount, currency, amount_reporting, health, paused } = rest;
  const owner = { id: owner_id, name: owner_name };
  return {
    id,
    name,
    owner,
    team,
    segment,
    pipeline,
    stage,
    amount,
    currency,
    amount_reporting,
    health,
    paused,
  };
}

function findingOf(row: Row): AlertFinding {
  const record = decodeRecord('finding', row) as FindingRecord;
  return {
    kind: record.kind,
    family: record.family,
    severity: record.severity,
    since: Date.parse(record.opened_at),
    closed_at: record.closed_at === null ? null : Date.parse(record.closed_at),
    advice: record.advice,
    numbers: record.numbers,
    evidence: record.evidence,
  };
}

/**
 * These deals as their scoring was stored, by deal id, each of one scoring; one that is not stored is left out.
 * @returns episodes by kind, instants held within the years 1900 to 2299
 */
export async function readEpisodesOf(
  client: ClickHouseClient,
  dealIds: readonly string[],
): Promise<DealEpisodes[]> {
  const found: { readonly deal: AlertDeal; readonly episodes: AlertFinding[] }[] = [];
  for (const chunk of chunksOf(dealIds, DEALS_A_QUERY)) {
    // One reading, as two could fall before and after a new scoring.
    const rows = await select(
      client,
      `SELECT record, deal_id, ${DEAL_COLUMNS}, ${FINDING_COLUMNS} FROM deal_records FINAL
       PREWHERE record IN ('deal', 'finding') AND deal_id IN {deal_ids:Array(String)}
       ORDER BY deal_id, record, kind, opened_at DESC
       LIMIT 1 BY deal_id, record, kind`,
      { deal_ids: chunk },
    );
    for (const row of rows) {
      // A deal's record comes before its findings.
      const last = found.at(-1);
      if (row['record'] === 'deal') found.push({ deal: dealOf(row), episodes: [] });
      else if (last !== undefined && last.deal.id === row['deal_id']) last.episodes.push(findingOf(row));
    }
  }
  return found;
}

async function openFindings(
  client: ClickHouseClient,
  { limit, kinds, after }: OpenEpisodesPage,
): Promise<readonly Row[]> {
  const ofKinds = kinds === undefined ? '' : 'AND kind IN {kinds:Array(String)}';
  const beyond = after === undefined ? '' : 'AND (deal_id, kind) > ({deal:String}, {kind:String})';
  return select(
    client,
    `SELECT deal_id, ${FINDING_COLUMNS} FROM deal_records FINAL
     PREWHERE record = 'finding' ${after === undefined ? '' : 'AND deal_id >= {deal:String}'}
     WHERE closed_at IS NULL ${ofKinds} ${beyond}
     ORDER BY deal_id, kind LIMIT {limit:UInt32}`,
    {
      limit,
      ...(kinds === undefined ? {} : { kinds }),
      ...(after === undefined ? {} : { deal: after.deal_id, kind: after.kind }),
    },
  );
}

async function dealsById(
  client: ClickHouseClient,
  dealIds: readonly string[],
): Promise<ReadonlyMap<string, AlertDeal>> {
  const deals = new Map<string, AlertDeal>();
  for (const chunk of chunksOf(dealIds, DEALS_A_QUERY)) {
    const rows = await select(
      client,
      `SELECT deal_id, ${DEAL_COLUMNS} FROM deal_records FINAL
       PREWHERE record = 'deal' AND deal_id IN {deal_ids:Array(String)}`,
      { deal_ids: chunk },
    );
    for (const row of rows) deals.set(row['deal_id'] as string, dealOf(row));
  }
  return deals;
}

/** Episodes that are open, by deal id and kind, after a place in that order; fewer than the limit are the last ones. */
export async function readOpenEpisodes(
  client: ClickHouseClient,
  page: OpenEpisodesPage,
): Promise<OpenEpisode[]> {
  const found: OpenEpisode[] = [];
  let { after } = page;
  let wanted = page.limit;
  while (wanted > 0) {
    const rows = await openFindings(client, { ...page, after, limit: wanted });
    const deals = await dealsById(client, [...new Set(rows.map((row) => row['deal_id'] as string))]);
    for (const row of rows) {
      const finding = findingOf(row);
      after = { deal_id: row['deal_id'] as string, kind: finding.kind };
      // Its deal may be gone since: then there is another to fill the page.
      const deal = deals.get(after.deal_id);
      if (deal !== undefined) found.push({ deal, finding });
    }
    if (rows.length < wanted) break;
    wanted = page.limit - found.length;
  }
  return found;
}
