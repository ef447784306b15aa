import { clickHouseError } from './clickhouse-error.js';

/** What one query may use. */
export interface Limits {
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly resultRows: number;
  /** Of the result before it is formatted. */
  readonly resultBytes: number;
  readonly threads: number;
  /** Of a request's body. */
  readonly bodyBytes: number;
}

/** Two such queries at once leave a laptop with room for ingest and scorer. */
export const DEFAULT_LIMITS: Limits = {
  seconds: 30,
  memoryBytes: 1024 ** 3,
  resultRows: 1_000_000,
  resultBytes: 128 * 1024 ** 2,
  threads: 2,
  bodyBytes: 2 * 1024 ** 2,
};

/** How results are written, and how values are read and compared: none of these makes a query cost or reach more. */
const FREE = new Set([
  ...['any_join_distinct_right_table_keys', 'date_time_input_format', 'date_time_output_format'],
  ...['enable_named_columns_in_tuple', 'extremes', 'format_csv_delimiter', 'format_csv_null_representation'],
  ...['format_tsv_null_representation', 'group_by_use_nulls', 'interval_output_format', 'join_use_nulls'],
  ...['prefer_column_name_to_alias', 'session_timezone', 'transform_null_in', 'union_default_mode'],
  ...['cast_keep_nullable', 'aggregate_functions_null_for_empty', 'count_distinct_implementation'],
  ...[
    'cast_string_to_dynamic_use_inference',
    'cast_string_to_variant_use_inference',
    'final',
    'limit',
    'offset',
  ],
]);

/** Writes a file on the server, for all that its name begins as the harmless ones do. */
const FREE_FORMAT = /^output_format_[a-z0-9_]+$/;
const NOT_FREE = new Set(['output_format_schema']);

/**
 * Sent by some clients with every request. A query gets a session of its own, and is at no time written to, so
 * there is nothing that they could change.
 */
const WITHOUT_MEANING = new Set(['readonly', 'async_insert', 'wait_for_async_insert', 'insert_deduplicate']);

const NUMBER = /^\d{1,18}(?:\.\d{1,9})?$/;

/** Settings that are only lowered, with what they stand at. */
function limitsOf(limits: Limits): ReadonlyMap<string, number> {
  return new Map([
    ['max_execution_time', limits.seconds],
    ['max_memory_usage', limits.memoryBytes],
    ['max_result_rows', limits.resultRows],
    ['max_result_bytes', limits.resultBytes],
    ['max_threads', limits.threads],
  ]);
}

/**
 * The settings of a query: the limits, and of those asked for what is harmless.
 * @throws ClickHouseError where one asked for isn't
 */
export function settingsOf(asked: ReadonlyMap<string, string>, limits: Limits): ReadonlyMap<string, string> {
  const bounds = limitsOf(limits);
  const settings = new Map<string, string>();
  for (const [name, limit] of bounds) settings.set(name, String(limit));
  // The engine writes a statement out longer than it came.
  settings.set('max_query_size', String(16 * limits.bodyBytes));
  settings.set('result_overflow_mode', 'throw');
  settings.set('timeout_overflow_mode', 'throw');
  for (const [name, value] of asked) {
    const limit = bounds.get(name);
    if (limit !== undefined) settings.set(name, lowered(name, value, limit));
    else if (isFree(name)) settings.set(name, value);
    else if (!WITHOUT_MEANING.has(name)) {
      throw clickHouseError('READONLY', `Cannot modify '${name}' setting in readonly mode`);
    }
  }
  return settings;
}

function isFree(name: string): boolean {
  return FREE.has(name) || (FREE_FORMAT.test(name) && !NOT_FREE.has(name));
}

function lowered(name: string, value: string, limit: number): string {
  const number = NUMBER.test(value) ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) throw clickHouseError('INVALID_SETTING_VALUE', `${name}: expected a number`);
  // 0 asks for no limit. Clients derive the time from their own patience without knowing the limit, so that asking for
  // too much of it is no fault.
  if (name === 'max_execution_time' || name === 'max_threads') {
    return String(number === 0 ? limit : Math.min(number, limit));
  }
  if (number > 0 && number <= limit) return value;
  throw clickHouseError('SETTING_CONSTRAINT_VIOLATION', `Setting ${name} shouldn't be greater than ${limit}`);
}
