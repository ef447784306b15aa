import type { ClickHouseClient } from '@clickhouse/client';
import type { Instant } from '#domain/time/instant.js';
import { firstWins } from '../versions.js';
import { type ArrowColumn, type ArrowLender, openArrowLender } from './arrow.js';
import type { EventBlock } from './event-block.js';

/** What is written of an event by its type. */
export interface StoredType {
  readonly type: string;
  readonly family: string;
  readonly schemaversion: number;
}

export interface FastEvents {
  /** The rows of the block whose identity is in the store, in whatever way: they are for the careful path to settle. */
  stored(block: EventBlock): Promise<ReadonlySet<number>>;
  /**
   * Appends the block's events, seen whole or not at all. The block must not change before this settles. Doing it
   * again changes nothing.
   */
  append(block: EventBlock, recordedAt: Instant): Promise<void>;
  /** Lets go of the engine; nothing must be under way. */
  close(): void;
}

/** As those of every insert; a whole block is read, sorted and written as one. */
const SETTINGS = [
  'async_insert = 0',
  'max_block_size = 1048449',
  'max_insert_block_size = 1048449',
  'min_insert_block_size_rows = 1048449',
  'min_insert_block_size_bytes = 0',
  'max_insert_threads = 1',
  'optimize_on_insert = 0',
].join(', ');

const COLUMNS =
  'deal_id, time_ms, source, id, time, type, family, schemaversion, data, extensions, content_hash, recorded_at, superseded, version';

/**
 * The text that `contentOf` writes of an event, by its columns: nothing in the ids is escaped. `content_hash` is the
 * beginning of its SHA-256, as everywhere.
 */
const CONTENT = `concat('{"data":', if(empty(sorted_data), data, sorted_data), ',"id":"', id, '","source":"', source,
  '","subject":"', deal_id, '","time":', toString(time_ms), ',"type":"', type_name, '"}')`;

/** Quoted for the text of a statement: names that the code itself declares. */
function listOf(names: readonly string[]): string {
  return `[${names.map((name) => `'${name.replace(/[\\']/g, '\\$&')}'`).join(', ')}]`;
}

/**
 * Inserts columns of events into the embedded engine without making rows of them.
 * @param types what `fields.type` counts
 * @returns undefined where this engine takes no columns
 */
export function openFastEvents(
  client: ClickHouseClient,
  path: string,
  types: readonly StoredType[],
): FastEvents | undefined {
  const lender = openArrowLender(path);
  return lender === undefined ? undefined : createFastEvents(client, lender, types);
}

function createFastEvents(
  client: ClickHouseClient,
  lender: ArrowLender,
  types: readonly StoredType[],
): FastEvents {
  const names = listOf(types.map(({ type }) => type));
  const families = listOf(types.map(({ family }) => family));
  const versions = `[${types.map(({ schemaversion }) => schemaversion).join(', ')}]`;
  return {
    async stored(block) {
      const [source, id] = [
        textColumn('source', block.columns.source, block),
        textColumn('id', block.columns.id, block),
      ];
      const hashes = await lender.lend([source, id], async (name) => {
        const result = await client.query({
          query: `SELECT DISTINCT toString(identity) AS identity FROM event_identities
            WHERE identity IN (SELECT sipHash64(source, id) FROM arrowstream('${name}'))`,
          format: 'JSONEachRow',
        });
        return result.json<{ identity: string }>();
      });
      if (hashes.length === 0) return NONE;
      return lender.lend([source, id], async (name) => {
        const result = await client.query({
          query: `SELECT rowNumberInAllBlocks() AS row, toString(sipHash64(source, id)) AS identity
            FROM arrowstream('${name}') SETTINGS max_threads = 1, max_block_size = 1048449`,
          format: 'JSONEachRow',
        });
        const known = new Set(hashes.map(({ identity }) => identity));
        const rows = await result.json<{ row: number | string; identity: string }>();
        return new Set(rows.filter(({ identity }) => known.has(identity)).map(({ row }) => Number(row)));
      });
    },

    async append(block, recordedAt) {
      if (block.rows === 0) return;
      const { columns } = block;
      const lent: readonly ArrowColumn[] = [
        textColumn('deal_id', columns.dealId, block),
        column('time_ms', 'l', columns.timeMs.subarray(0, 8 * block.rows), block),
        textColumn('source', columns.source, block),
        textColumn('id', columns.id, block),
        column('type_index', 'C', Buffer.from(columns.type.buffer, 0, block.rows), block),
        textColumn('data', columns.data, block),
        textColumn('sorted_data', columns.sortedData, block),
        textColumn('extensions', columns.extensions, block),
      ];
      const at = `fromUnixTimestamp64Milli(toInt64(${recordedAt}), 'UTC')`;
      await lender.lend(lent, async (name) => {
        try {
          await client.command({
            query: `INSERT INTO event_store (${COLUMNS}) SETTINGS ${SETTINGS}
              WITH arrayElement(${names}, type_index + 1) AS type_name
              SELECT deal_id, time_ms, source, id, fromUnixTimestamp64Milli(time_ms, 'UTC') AS time, type_name AS type,
                arrayElement(${families}, type_index + 1) AS family,
                arrayElement(${versions}, type_index + 1) AS schemaversion, data, extensions,
                lower(hex(substring(SHA256(${CONTENT}), 1, 16))) AS content_hash,
                ${at} AS recorded_at, 0 AS superseded, toUInt64(${firstWins(recordedAt)}) AS version
              FROM arrowstream('${name}')`,
          });
        } catch (error) {
          // Not the engine's own words: they may quote a row.
          const { code, type } = error as { code?: unknown; type?: unknown };
          throw new Error(`insert into event_store failed: ${String(code)} ${String(type)}`);
        }
      });
    },

    close: () => {
      lender.close();
    },
  };
}

const NONE: ReadonlySet<number> = new Set();

function column(name: string, format: ArrowColumn['format'], bytes: Buffer, block: EventBlock): ArrowColumn {
  return { name, format, length: block.rows, nullCount: 0, buffers: [null, bytes] };
}

function textColumn(
  name: string,
  { bytes, offsets }: EventBlock['columns']['id'],
  block: EventBlock,
): ArrowColumn {
  const behind = offsets[block.rows] ?? 0;
  return {
    name,
    format: 'u',
    length: block.rows,
    nullCount: 0,
    buffers: [null, Buffer.from(offsets.buffer, 0, 4 * (block.rows + 1)), bytes.subarray(0, behind)],
  };
}
