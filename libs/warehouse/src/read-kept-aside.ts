import type { ClickHouseClient } from '@clickhouse/client';
import { instantOf } from './encode.js';
import type { StoredDeadLetter, UnlinkedEvent } from './kept-aside.js';
import { select } from './select.js';

interface DeadLetterRow extends Omit<StoredDeadLetter, 'offset' | 'received_at' | 'replayed_at'> {
  readonly offset: number | string;
  readonly received_at: string;
  readonly replayed_at: string | null;
}

export async function readDeadLetters(
  client: ClickHouseClient,
  options: { readonly replayed?: boolean; readonly limit: number },
): Promise<readonly StoredDeadLetter[]> {
  const { replayed, limit } = options;
  const where = replayed === undefined ? '' : `WHERE replayed_at IS ${replayed ? 'NOT NULL' : 'NULL'}`;
  const rows = await select<DeadLetterRow>(
    client,
    `SELECT * FROM dead_letters ${where}
     ORDER BY received_at DESC, topic, partition, offset, position LIMIT {limit:UInt64}`,
    { limit },
  );
  return rows.map((row) => ({
    ...row,
    offset: Number(row.offset),
    received_at: instantOf(row.received_at),
    replayed_at: row.replayed_at === null ? null : instantOf(row.replayed_at),
  }));
}

interface UnlinkedRow extends Omit<UnlinkedEvent, 'time' | 'recorded_at'> {
  readonly time_ms: number | string;
  readonly recorded_at: string;
}

export async function readUnlinked(
  client: ClickHouseClient,
  options: {
    readonly addresses: readonly string[];
    readonly domains: readonly string[];
    readonly limit: number;
  },
): Promise<readonly UnlinkedEvent[]> {
  const { addresses, domains, limit } = options;
  const rows = await select<UnlinkedRow>(
    client,
    `SELECT time_ms, source, id, type, family, schemaversion, data, extensions, content_hash, recorded_at, addresses, domains
     FROM unlinked_store FINAL
     WHERE hasAny(addresses, {addresses:Array(String)}) OR hasAny(domains, {domains:Array(String)})
     ORDER BY time_ms, source, id LIMIT {limit:UInt64}`,
    { addresses, domains, limit },
  );
  return rows.map(({ time_ms, ...row }) => ({
    ...row,
    time: Number(time_ms),
    recorded_at: instantOf(row.recorded_at),
  }));
}
