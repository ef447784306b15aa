import type { ClickHouseClient } from '@clickhouse/client';
import type { Alert, AlertControl, EndpointState, Told } from '#domain/alerts/types.js';
import type { FindingFamily, FindingKind, Severity } from '#domain/findings/kinds.js';
import type { Instant } from '#domain/time/instant.js';
import { instantOf, sqlInstant } from '../encode.js';
import { type Row, chunksOf, select } from '../select.js';
import {
  type AlertFields,
  TOLD_COLUMNS,
  alertColumns,
  controlColumns,
  decodeAlert,
  decodeRow,
  decodeTold,
  endpointColumns,
  listed,
} from './columns.js';
import { conditionsOf } from './conditions.js';

const DEALS_A_QUERY = 2_000;

// Of a table read with FINAL the engine does not move conditions to PREWHERE by itself, and reads every column of all
// rows around those that are asked for. Conditions on the key may stand there: they take all rows of a key or none.

const ALERT_COLUMNS = `${listed(alertColumns)}, ${TOLD_COLUMNS.join(', ')}`;

/** Of each kind of each of these deals the alert that is firing, or the one raised last; by deal and kind. */
export async function readAlertsOf(client: ClickHouseClient, dealIds: readonly string[]): Promise<Alert[]> {
  const alerts: Alert[] = [];
  for (const chunk of chunksOf(dealIds, DEALS_A_QUERY)) {
    const rows = await select(
      client,
      `SELECT ${ALERT_COLUMNS} FROM deal_alerts FINAL
       PREWHERE deal_id IN {deal_ids:Array(String)}
       ORDER BY deal_id, kind, status = 'firing' DESC, raised_at DESC, since DESC, alert_id
       LIMIT 1 BY deal_id, kind`,
      { deal_ids: chunk },
    );
    alerts.push(...rows.map(decodeAlert));
  }
  return alerts;
}

/** The latest word of people on each kind of each of these deals; by deal and kind. */
export async function readControlsOf(
  client: ClickHouseClient,
  dealIds: readonly string[],
): Promise<AlertControl[]> {
  const controls: AlertControl[] = [];
  for (const chunk of chunksOf(dealIds, DEALS_A_QUERY)) {
    const rows = await select(
      client,
      `SELECT ${listed(controlColumns)} FROM alert_controls FINAL
       PREWHERE deal_id IN {deal_ids:Array(String)} ORDER BY deal_id, kind`,
      { deal_ids: chunk },
    );
    controls.push(...rows.map((row) => decodeRow<AlertControl>(controlColumns, row)));
  }
  return controls;
}

/** A place in the order of `alertsToLookAt`: any alert that it gave. */
export type LookPlace = Pick<Alert, 'alert_id' | 'next_look_at'>;

/**
 * Alerts whose `next_look_at` is at or before the instant, the longest due first, after a place in that order. Asked
 * every second: without FINAL one narrow column finds what may be due, and FINAL looks at that alone.
 */
export async function readAlertsToLookAt(
  client: ClickHouseClient,
  now: Instant,
  { limit, after }: { readonly limit: number; readonly after?: LookPlace | undefined },
): Promise<Alert[]> {
  const due = "next_look_at <= {now:DateTime64(3, 'UTC')}";
  const beyond =
    after === undefined
      ? ''
      : "AND (next_look_at, alert_id) > ({after_at:DateTime64(3, 'UTC')}, {after_alert:String})";
  const rows = await select(
    client,
    `SELECT ${ALERT_COLUMNS} FROM deal_alerts FINAL
     PREWHERE (deal_id, alert_id) GLOBAL IN (SELECT deal_id, alert_id FROM deal_alerts WHERE ${due})
     WHERE ${due} ${beyond}
     ORDER BY next_look_at, alert_id LIMIT {limit:UInt32}`,
    {
      now: sqlInstant(now),
      limit,
      ...(after === undefined
        ? {}
        : { after_at: sqlInstant(after.next_look_at ?? now), after_alert: after.alert_id }),
    },
  );
  return rows.map(decodeAlert);
}

/** Every endpoint that was ever in use, by name. */
export async function readEndpointStates(client: ClickHouseClient): Promise<EndpointState[]> {
  const rows = await select(
    client,
    `SELECT ${listed(endpointColumns)} FROM alert_endpoints FINAL ORDER BY endpoint`,
  );
  return rows.map((row) => decodeRow<EndpointState>(endpointColumns, row));
}

/** A row of the view `alerts`. */
export interface ListedAlert extends Omit<Alert, 'version'> {
  readonly acknowledged_at: Instant | null;
  readonly acknowledged_by: string | null;
  readonly acknowledged_severity: Severity | null;
  readonly snoozed_until: Instant | null;
  readonly snoozed_by: string | null;
  readonly control_reason: string | null;
}

/** Which alerts, and how many. What is left out does not narrow. */
export interface AlertFilter {
  readonly alert_ids?: readonly string[] | undefined;
  readonly deal_ids?: readonly string[] | undefined;
  readonly kinds?: readonly FindingKind[] | undefined;
  readonly families?: readonly FindingFamily[] | undefined;
  readonly severities?: readonly Severity[] | undefined;
  readonly statuses?: readonly Told['status'][] | undefined;
  /** Told to one of these. */
  readonly endpoints?: readonly string[] | undefined;
  readonly limit: number;
  /** For paging: how many to pass over. */
  readonly offset?: number | undefined;
}

const CONDITIONS = {
  alert_ids: 'alert_id IN {alert_ids:Array(String)}',
  deal_ids: 'deal_id IN {deal_ids:Array(String)}',
  kinds: 'kind IN {kinds:Array(String)}',
  families: 'family IN {families:Array(String)}',
  severities: 'severity IN {severities:Array(String)}',
  statuses: 'status IN {statuses:Array(String)}',
  endpoints: 'hasAny(told_endpoints, {endpoints:Array(String)})',
} as const;

/** Rows of the view `alerts`, those raised last first. */
export async function readListedAlerts(
  client: ClickHouseClient,
  filter: AlertFilter,
): Promise<ListedAlert[]> {
  const { where, params } = conditionsOf(CONDITIONS, filter);
  const rows = await select(
    client,
    `SELECT * FROM alerts ${where} ORDER BY raised_at DESC, alert_id LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    { ...params, limit: filter.limit, offset: filter.offset ?? 0 },
  );
  return rows.map(decodeListed);
}

const { version: _, ...shownColumns } = alertColumns;

function decodeListed(row: Row): ListedAlert {
  const at = (text: unknown): Instant | null => (text === null ? null : instantOf(text as string));
  return {
    ...decodeRow<Omit<AlertFields, 'version'>>(shownColumns, row),
    told: decodeTold(row),
    acknowledged_at: at(row['acknowledged_at']),
    acknowledged_by: row['acknowledged_by'] as string | null,
    acknowledged_severity: row['acknowledged_severity'] as Severity | null,
    snoozed_until: at(row['snoozed_until']),
    snoozed_by: row['snoozed_by'] as string | null,
    control_reason: row['control_reason'] as string | null,
  };
}
