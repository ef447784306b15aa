import type { ClickHouseClient } from '@clickhouse/client';
import type { Instant } from '#domain/time/instant.js';
import { DEAL_KEY_TARGET } from '../draft-rows.js';
import { draftVersion } from '../draft-versions.js';
import type { Identity } from '../event-row.js';
import { firstWins } from '../versions.js';
import { type ArrowColumn, type ArrowLender, openArrowLender } from './arrow.js';
import {
  copyBytes,
  createTextColumn,
  int32Column,
  int64Column,
  reserve,
  setInt64,
  textColumn,
  uint8Column,
} from './columns.js';
import type { EventBlock, Place } from './event-block.js';
import { identityHashOf } from './identity-hash.js';
import { createKnownIdentities } from './known-identities.js';

/** What is written of an event by its type. */
export interface StoredType {
  readonly type: string;
  readonly family: string;
  readonly schemaversion: number;
}

/** What an event of a block says that its deal is known by. */
export interface RowKeys {
  readonly row: number;
  readonly keys: readonly string[];
}

export interface FastEvents {
  /**
   * The rows of the block whose identity is in the store, in whatever way: they are for the careful path to settle.
   * Nothing must be on its way into the store meanwhile.
   */
  stored(block: EventBlock): Promise<ReadonlySet<number>>;
  /**
   * Appends the block's events, seen whole or not at all. The block must not change before this settles. Doing it
   * again changes nothing.
   */
  append(block: EventBlock, recordedAt: Instant): Promise<void>;
  /** Appends what events of the block say of their deals, as `write.dealKeys` does. */
  appendKeys(block: EventBlock, rows: readonly RowKeys[]): Promise<void>;
  /** To be told of every identity that is stored in another way, before it is. */
  noted(identities: Iterable<Identity>): void;
  /** Lets go of the engine, as the warehouse does that gave it; nothing must be under way. */
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
  const known = createKnownIdentities(client);

  async function insert(columns: readonly ArrowColumn[], target: string, select: string): Promise<void> {
    await lender.lend(columns, async (name) => {
      try {
        await client.command({
          query: `INSERT INTO ${target} SETTINGS ${SETTINGS} ${select} FROM arrowstream('${name}')`,
        });
      } catch (error) {
        // Not the engine's own words: they may quote a row.
        const { code, type } = error as { code?: unknown; type?: unknown };
        throw new Error(`insert into ${target.replace(/ .*/, '')} failed: ${String(code)} ${String(type)}`);
      }
    });
  }

  return {
    async stored(block) {
      await known.refresh();
      const rows: number[] = [];
      for (let row = 0; row < block.rows; row += 1) if (known.mayHave(block.hash(row))) rows.push(row);
      return rows.length === 0 ? NONE : await lookUp(client, lender, block, rows);
    },

    async append(block, recordedAt) {
      if (block.rows === 0) return;
      for (let row = 0; row < block.rows; row += 1) known.add(block.hash(row));
      await insert(
        eventColumns(block),
        `event_store (${COLUMNS})`,
        `WITH arrayElement(${names}, type_index + 1) AS type_name
         SELECT substring(raw, deal_id_at, deal_id_length) AS deal_id, time_ms,
           substring(raw, source_at, source_length) AS source, substring(raw, id_at, id_length) AS id,
           fromUnixTimestamp64Milli(time_ms, 'UTC') AS time, type_name AS type,
           arrayElement(${families}, type_index + 1) AS family,
           arrayElement(${versions}, type_index + 1) AS schemaversion,
           if(data_length = 0, '{}', substring(raw, data_at, data_length)) AS data,
           if(empty(more_extensions), concat('{', substring(raw, extension1_at, extension1_length),
             if(extension2_length = 0, '', ','), substring(raw, extension2_at, extension2_length), '}'),
             more_extensions) AS extensions,
           '' AS content_hash, fromUnixTimestamp64Milli(toInt64(${recordedAt}), 'UTC') AS recorded_at,
           0 AS superseded, toUInt64(${firstWins(recordedAt)}) AS version`,
      );
    },

    async appendKeys(block, rows) {
      const columns = keyColumns(block, rows);
      if (columns !== undefined)
        await insert(
          columns,
          DEAL_KEY_TARGET,
          'SELECT deal_id, key, source, id, 0 AS is_deleted, toUInt64(version) AS version',
        );
    },

    noted(identities) {
      for (const identity of identities) known.add(identityHashOf(identity));
    },

    close: () => {
      lender.close();
    },
  };
}

const NONE: ReadonlySet<number> = new Set();

/** Which of the rows have an identity that is in the store. */
async function lookUp(
  client: ClickHouseClient,
  lender: ArrowLender,
  block: EventBlock,
  rows: readonly number[],
): Promise<ReadonlySet<number>> {
  const identities = rows.map((row) => block.identity(row));
  const lent = [
    textsColumn(
      'source',
      identities.map(({ source }) => source),
    ),
    textsColumn(
      'id',
      identities.map(({ id }) => id),
    ),
  ];
  const stored = await lender.lend(lent, async (name) => {
    const result = await client.query({
      query: `SELECT source, id FROM event_identities WHERE identity IN (
        SELECT sipHash64(source, id) FROM arrowstream('${name}')) GROUP BY source, id`,
      format: 'JSONEachRow',
    });
    return result.json<Identity>();
  });
  if (stored.length === 0) return NONE;
  const texts = new Set(stored.map(({ source, id }) => `${source.length}:${source}${id}`));
  return new Set(
    rows.filter((_, n) => {
      const { source = '', id = '' } = identities[n] ?? {};
      return texts.has(`${source.length}:${source}${id}`);
    }),
  );
}

function eventColumns({ columns, rows }: EventBlock): readonly ArrowColumn[] {
  const place = (name: string, { at, length }: Place): ArrowColumn[] => [
    int32Column(`${name}_at`, at, rows),
    int32Column(`${name}_length`, length, rows),
  ];
  const [extension1, extension2] = columns.extensions;
  return [
    textColumn('raw', columns.raw, rows),
    int64Column('time_ms', columns.timeMs, rows),
    uint8Column('type_index', columns.type, rows),
    ...place('deal_id', columns.dealId),
    ...place('source', columns.source),
    ...place('id', columns.id),
    ...place('data', columns.data),
    ...place('extension1', extension1),
    ...place('extension2', extension2),
    textColumn('more_extensions', columns.moreExtensions, rows),
  ];
}

/** @returns undefined where there is no key */
function keyColumns(block: EventBlock, rows: readonly RowKeys[]): readonly ArrowColumn[] | undefined {
  const found = rows.flatMap(({ row, keys }) => keys.map((key) => ({ row, key })));
  if (found.length === 0) return undefined;
  const { raw, dealId, source, id } = block.columns;
  const copied = (name: string, { at, length }: Place): ArrowColumn => {
    const column = createTextColumn(found.length, 24);
    let behind = 0;
    found.forEach(({ row }, n) => {
      const start = (raw.offsets[row] ?? 0) + (at[row] ?? 0) - 1;
      const bytes = length[row] ?? 0;
      reserve(column, behind, bytes);
      behind = copyBytes(raw.bytes, start, start + bytes, column.bytes, behind);
      column.offsets[n + 1] = behind;
    });
    return textColumn(name, column, found.length);
  };
  const versions = new Int32Array(2 * found.length);
  found.forEach(({ row }, n) => {
    setInt64(versions, n, draftVersion(block.time(row)));
  });
  return [
    copied('deal_id', dealId),
    textsColumn(
      'key',
      found.map(({ key }) => key),
    ),
    copied('source', source),
    copied('id', id),
    int64Column('version', versions, found.length),
  ];
}

function textsColumn(name: string, texts: readonly string[]): ArrowColumn {
  const offsets = new Int32Array(texts.length + 1);
  const all = Buffer.from(texts.join(''));
  let behind = 0;
  texts.forEach((text, n) => {
    behind += text.length;
    offsets[n + 1] = behind;
  });
  // Not all of ASCII: characters are not bytes.
  if (behind !== all.length)
    texts.forEach((text, n) => {
      offsets[n + 1] = (offsets[n] ?? 0) + Buffer.byteLength(text);
    });
  return textColumn(name, { bytes: all, offsets }, texts.length);
}
