import type { ClickHouseClient } from '@clickhouse/client';

/**
 * Settings of every insert. They stand in the statement's text: given to the client, the embedded engine would
 * keep them for all later statements, and a deduplication token kept so silently drops other rows.
 *
 * - async_insert: an insert that is acknowledged is stored.
 * - min_insert_block_size_bytes, max_insert_threads, max_insert_block_size: one insert is one block, and one part.
 * - optimize_on_insert: duplicates within a block wait for the merge like those across blocks; reads use FINAL.
 * - distributed_foreground_insert: on a cluster, acknowledged means stored on the shard.
 * - date_time_input_format: the instants of records stand as RFC 3339 has them.
 * - precise_float_parsing: an amount reads back as the same number.
 * - input_format_skip_unknown_fields: a misspelt column is an error, not a loss.
 */
const SETTINGS = [
  'async_insert = 0',
  'max_insert_block_size = 1048449',
  'min_insert_block_size_rows = 1048449',
  'min_insert_block_size_bytes = 0',
  'max_insert_threads = 1',
  'optimize_on_insert = 0',
  'distributed_foreground_insert = 1',
  "date_time_input_format = 'best_effort'",
  'precise_float_parsing = 1',
  'input_format_skip_unknown_fields = 0',
].join(', ');

export type RowFormat = 'JSONCompactEachRow' | 'JSONEachRow';

/**
 * Inserts rows that are text already, as one block.
 * @param target table, with its columns in parentheses where the rows are arrays
 * @param rows rows in the format, divided by commas or line ends
 */
export async function insertText(
  client: ClickHouseClient,
  target: string,
  rows: string,
  format: RowFormat = 'JSONCompactEachRow',
): Promise<void> {
  if (rows === '') return;
  try {
    await client.command({ query: `INSERT INTO ${target} SETTINGS ${SETTINGS} FORMAT ${format}\n${rows}` });
  } catch (error) {
    throw new Error(`insert into ${target.replace(/[ (].*/s, '')} failed: ${kindOf(error)}`);
  }
}

/** What went wrong without the server's own words: they quote the row, and errors end in logs. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'for an unknown reason';
  const { code, type } = error as { code?: unknown; type?: unknown };
  const told = [code, type].filter((part) => typeof part === 'string' || typeof part === 'number');
  return told.length > 0 ? told.join(' ') : error.name;
}
