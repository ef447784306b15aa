import type { ClickHouseClient } from '@clickhouse/client';
import { wellFormed } from './encode.js';

export type Row = Readonly<Record<string, unknown>>;

function parameter(value: unknown): unknown {
  if (typeof value === 'string') return wellFormed(value);
  return Array.isArray(value) ? value.map(parameter) : value;
}

/**
 * Rows of one SELECT. The embedded engine holds a whole result in memory, so a query that may grow needs a LIMIT.
 * @param params values of the `{name:Type}` in the text
 */
export async function select<T = Row>(
  client: ClickHouseClient,
  query: string,
  params: Row = {},
): Promise<readonly T[]> {
  const query_params = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, parameter(value)]),
  );
  const result = await client.query({ query, query_params, format: 'JSONEachRow' });
  return result.json<T>();
}

export function* chunksOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
