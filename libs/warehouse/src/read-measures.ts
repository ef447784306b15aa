import type { ClickHouseClient } from '@clickhouse/client';
import type { CloseTimingCount, Counts, Grouping, NextStepCoverage, StatusCount } from './read-rows.js';
import { select } from './select.js';

/** Counts are 64-bit integers, which older servers print in quotes. */
type Printed<T> = { readonly [K in keyof T]: T[K] extends number ? number | string : T[K] };

export async function readStatusCounts(client: ClickHouseClient): Promise<readonly StatusCount[]> {
  const rows = await select<Printed<StatusCount>>(
    client,
    `SELECT status, count() AS deals, sum(ifNull(deal.amount_reporting, 0)) AS amount_reporting,
       countIf(deal.amount IS NOT NULL AND deal.amount_reporting IS NULL) AS deals_without_rate
     FROM deal_health_now AS deal
     GROUP BY status ORDER BY status`,
  );
  return rows.map((row) => ({
    status: row.status,
    deals: Number(row.deals),
    amount_reporting: Number(row.amount_reporting),
    deals_without_rate: Number(row.deals_without_rate),
  }));
}

/** The grouping is one of three words of our own, never a caller's text. */
const GROUPS: Readonly<Record<Grouping, string>> = { team: 'team', owner_id: 'owner_id', segment: 'segment' };

export async function readNextStepCoverage(
  client: ClickHouseClient,
  by: Grouping,
): Promise<readonly NextStepCoverage[]> {
  const rows = await select<Printed<NextStepCoverage>>(
    client,
    `SELECT ${GROUPS[by]} AS group, customer, count() AS held, countIf(next_step_agreed = true) AS with_next_step
     FROM (SELECT deal_id, customer, next_step_agreed FROM meetings WHERE state = 'held') AS held
     INNER JOIN (SELECT deal_id, ${GROUPS[by]} FROM deal_health_now) AS deals USING (deal_id)
     GROUP BY group, customer ORDER BY group, customer DESC`,
  );
  return rows.map((row) => ({
    group: row.group,
    customer: row.customer,
    held: Number(row.held),
    with_next_step: Number(row.with_next_step),
  }));
}

export async function readCloseTiming(
  client: ClickHouseClient,
  by: Grouping,
): Promise<readonly CloseTimingCount[]> {
  const rows = await select<Printed<CloseTimingCount>>(
    client,
    `SELECT ${GROUPS[by]} AS group, close_timing, count() AS deals,
       countIf(won_at IS NOT NULL) AS won, countIf(status = 'lost') AS lost
     FROM close_timing
     GROUP BY group, close_timing ORDER BY group, close_timing`,
  );
  return rows.map((row) => ({
    group: row.group,
    close_timing: row.close_timing,
    deals: Number(row.deals),
    won: Number(row.won),
    lost: Number(row.lost),
  }));
}

export async function readCounts(client: ClickHouseClient): Promise<Counts> {
  const [row] = await select<Printed<Counts>>(
    client,
    `SELECT (SELECT count() FROM event_store FINAL) AS events,
       (SELECT count() FROM deal_records FINAL WHERE record = 'deal') AS deals,
       (SELECT count() FROM dead_letter_store FINAL) AS dead_letters,
       (SELECT count() FROM unlinked_store FINAL) AS unlinked`,
  );
  return {
    events: Number(row?.events),
    deals: Number(row?.deals),
    dead_letters: Number(row?.dead_letters),
    unlinked: Number(row?.unlinked),
  };
}
