import type { ClickHouseClient } from '@clickhouse/client';
import { instantOf } from './encode.js';
import type { DeadLetter, StoredDeadLetter } from './kept-aside.js';
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

interface ReplayableRow extends Omit<DeadLetterRow, 'headers'> {
  readonly headers: string;
}

const REPLAYABLE = 'replayed_at IS NULL AND NOT raw_cut AND topic IN {topics:Array(String)}';

/** Dead letters of these topics that can be put back, whole and with their headers, the oldest first. */
export async function readReplayable(
  client: ClickHouseClient,
  { topics, limit }: { readonly topics: readonly string[]; readonly limit: number },
): Promise<readonly DeadLetter[]> {
  const rows = await select<ReplayableRow>(
    client,
    `SELECT topic, partition, offset, position, source, raw, reasons, received_at, replayed_at, headers
     FROM dead_letter_store FINAL WHERE ${REPLAYABLE}
     ORDER BY received_at, topic, partition, offset, position LIMIT {limit:UInt64}`,
    { topics, limit },
  );
  return rows.map((row) => ({
    ...row,
    offset: Number(row.offset),
    received_at: instantOf(row.received_at),
    replayed_at: null,
    headers: JSON.parse(row.headers) as Record<string, string>,
  }));
}

/** How many dead letters, of the topic or of all, stand that can't be put back. */
export async function readNotReplayable(
  client: ClickHouseClient,
  { topics, topic }: { readonly topics: readonly string[]; readonly topic?: string | undefined },
): Promise<number> {
  const [row] = await select<{ letters: number | string }>(
    client,
    `SELECT count() AS letters FROM dead_letter_store FINAL
     WHERE replayed_at IS NULL AND NOT (${REPLAYABLE}) ${topic === undefined ? '' : 'AND topic = {topic:String}'}`,
    { topics, ...(topic === undefined ? {} : { topic }) },
  );
  return Number(row?.letters ?? 0);
}
