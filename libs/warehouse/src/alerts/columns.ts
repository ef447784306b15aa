import type { Alert, AlertControl, Delivery, EndpointState, Told } from '#domain/alerts/types.js';
import type { Instant } from '#domain/time/instant.js';
import { instantOf, sqlInstant } from '../encode.js';
import type { Row } from '../select.js';

/** How a field stands in its column. */
type ColumnType = 'text' | 'number' | 'instant';

/** The compiler holds this complete: a field added to a type must be given a column here. */
type Columns<T> = Readonly<Record<keyof T, ColumnType>>;

/** An alert's own columns: what was told stands apart. */
export type AlertFields = Omit<Alert, 'told'>;

export const alertColumns: Columns<AlertFields> = {
  alert_id: 'text',
  deal_id: 'text',
  kind: 'text',
  family: 'text',
  since: 'instant',
  severity: 'text',
  status: 'text',
  raised_at: 'instant',
  resolved_at: 'instant',
  advice: 'text',
  health: 'number',
  next_look_at: 'instant',
  version: 'number',
};

/** What endpoints were told stands in arrays, one place an endpoint. */
export const TOLD_COLUMNS = [
  'told_endpoints',
  'told_statuses',
  'told_severities',
  'told_at',
  'told_counts',
] as const;

export const deliveryColumns: Columns<Delivery> = {
  webhook_id: 'text',
  endpoint: 'text',
  alert_id: 'text',
  deal_id: 'text',
  type: 'text',
  state: 'text',
  digest_id: 'text',
  body: 'text',
  attempts: 'number',
  http_status: 'number',
  error: 'text',
  response: 'text',
  latency_ms: 'number',
  created_at: 'instant',
  attempted_at: 'instant',
  next_attempt_at: 'instant',
  delivered_at: 'instant',
  version: 'number',
};

export const controlColumns: Columns<AlertControl> = {
  deal_id: 'text',
  kind: 'text',
  snoozed_until: 'instant',
  acknowledged_at: 'instant',
  acknowledged_severity: 'text',
  by: 'text',
  reason: 'text',
  version: 'number',
};

export const endpointColumns: Columns<EndpointState> = {
  endpoint: 'text',
  enabled_at: 'instant',
  baseline_at: 'instant',
  disabled_at: 'instant',
  version: 'number',
};

/** Names of columns for a statement. */
export function listed(columns: Readonly<Record<string, ColumnType>>): string {
  return Object.keys(columns)
    .map((name) => `\`${name}\``)
    .join(', ');
}

/** The values of a row in the order of its columns. */
export function encodeRow<T>(columns: Columns<T>, value: T): unknown[] {
  return (Object.keys(columns) as (keyof T & string)[]).map((name) => {
    const field: unknown = value[name];
    return field !== null && columns[name] === 'instant' ? sqlInstant(field as Instant) : field;
  });
}

/** What `encodeRow` was given, out of a row that has these columns and maybe others. */
export function decodeRow<T>(columns: Columns<T>, row: Row): T {
  const decoded: Record<string, unknown> = {};
  for (const [name, type] of Object.entries<ColumnType>(columns))
    decoded[name] = decodeValue(row[name], type);
  // The columns were written from such a value, field by field.
  return decoded as T;
}

function decodeValue(value: unknown, type: ColumnType): unknown {
  if (value === null || type === 'text') return value;
  // Older servers print 64-bit integers in quotes.
  return type === 'instant' ? instantOf(value as string) : Number(value);
}

/** The values of TOLD_COLUMNS. */
export function encodeTold(told: readonly Told[]): unknown[] {
  return [
    told.map(({ endpoint }) => endpoint),
    told.map(({ status }) => status),
    told.map(({ severity }) => severity),
    told.map(({ at }) => sqlInstant(at)),
    told.map(({ count }) => count),
  ];
}

interface ToldRow {
  readonly told_endpoints: readonly string[];
  readonly told_statuses: readonly Told['status'][];
  readonly told_severities: readonly Told['severity'][];
  readonly told_at: readonly string[];
  readonly told_counts: readonly number[];
}

/** What endpoints were told, out of a row that has TOLD_COLUMNS and maybe others. */
export function decodeTold(row: Row): Told[] {
  const told = row as unknown as ToldRow;
  return told.told_endpoints.map((endpoint, n) => ({
    endpoint,
    status: told.told_statuses[n] ?? 'firing',
    severity: told.told_severities[n] ?? 'info',
    at: instantOf(told.told_at[n] ?? ''),
    count: told.told_counts[n] ?? 0,
  }));
}

export function decodeAlert(row: Row): Alert {
  return { ...decodeRow<AlertFields>(alertColumns, row), told: decodeTold(row) };
}
