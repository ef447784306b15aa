import { type EventType, eventCatalogue } from '#domain/events/catalogue.js';
import type { Instant } from '#domain/time/instant.js';
import { hasAttributes } from '#sources/cloudevents/binary.js';
import { type Batch, lengthOf, type LoggedRecord, type PackedRecords } from '#log/log.js';
import type { SourceMapping } from '#sources/native/mapping.js';
import { createEventBlock, type EventBlock } from '#warehouse/fast-events/event-block.js';
import type { FastEvents, RowKeys, StoredType } from '#warehouse/fast-events/fast-events.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import { DRAFTS_HEADER } from '../drafts-record.js';
import { bearsOnDrafts, createKeyReader } from './deal-keys.js';
import { createRecogniser } from './recognise.js';

/** Records of several batches on their way: those that the fast path has taken, and the rest. */
export interface Load {
  readonly batches: readonly Batch[];
  readonly records: number;
  /** Whether no more should be added. */
  readonly isFull: boolean;
  add(batch: Batch): void;
}

export interface FastOutcome {
  /** Events stored. */
  readonly taken: number;
  /** What is for the careful path, in the order in which it came; every record is either taken or here. */
  readonly rest: readonly Batch[];
  /** Publishes what was taken, and gives the load back for use. To be called once. */
  tell(): Promise<void>;
}

/** Publishes the events of a block, each under its deal, with its bytes as they came. */
export type PublishBlock = (block: EventBlock, timestamp: Instant) => Promise<void>;

export interface FastPathOptions {
  readonly events: FastEvents;
  readonly warehouse: Pick<Warehouse, 'read'>;
  readonly publish: PublishBlock;
  readonly now: () => Instant;
  /** A load of so many records is full. */
  readonly maxRecords: number;
  /** Of one batch. */
  readonly maxBatchRecords: number;
  /** Topics of CloudEvents; the records of others are left to the careful path. */
  readonly topics: ReadonlySet<string>;
  /** Types to take: `fastTypes` of the mapping. */
  readonly types: readonly EventType[];
}

/**
 * Takes in events that need nothing from anywhere: whole, naming their deal, of an identity that is new. All others
 * are left to the careful path, which comes to the same for these, only slower.
 */
export interface FastPath {
  /** An empty load. There may be several: one is filled while others are stored or told. */
  load(): Load;
  /**
   * Stores what the load has taken. Where it rejects, some of that may be done: the careful path, given all of the
   * load's batches, does the rest.
   */
  store(load: Load): Promise<FastOutcome>;
}

/** The types that the mapping lets pass under their own names, at the version that is stored. */
export function fastTypes({ types }: Pick<SourceMapping, 'types'>): readonly EventType[] {
  return (Object.keys(eventCatalogue) as EventType[]).filter((type) => !types.has(type));
}

export function storedTypes(types: readonly EventType[]): readonly StoredType[] {
  return types.map((type) => {
    const { family, version } = eventCatalogue[type];
    return { type, family, schemaversion: version };
  });
}

/** One record of one of a load's batches. */
interface Place {
  /** Index of the batch. */
  readonly batch: number;
  /** Index of the record in it. */
  readonly nth: number;
}

interface FastLoad extends Load {
  readonly block: EventBlock;
  readonly batches: Batch[];
  /** Where each row of the block has come from. */
  readonly batchOfRow: Int32Array;
  readonly nthOfRow: Int32Array;
  /** What rows say of their deals. */
  readonly keys: RowKeys[];
  readonly rest: Place[];
}

/** Where a load holds so much, it is full: a few large events would take the memory of many. */
const MAX_LOAD_BYTES = 48 * 1024 * 1024;

/** Longer texts would not be among the young objects, which cost little to be rid of. */
const TEXT_BYTES = 64 * 1024;

export function createFastPath(options: FastPathOptions): FastPath {
  const { events, warehouse, publish, now, maxRecords, maxBatchRecords, topics, types } = options;
  const recogniser = createRecogniser(types);
  const { fields } = recogniser;
  const maxRows = maxRecords + maxBatchRecords;
  const keysOf = createKeyReader(types);
  const free: EventBlock[] = [];
  const bears = types.map(bearsOnDrafts);

  function load(): FastLoad {
    const block = free.pop() ?? createEventBlock(maxRows);
    const batches: Batch[] = [];
    const batchOfRow = new Int32Array(maxRows);
    const nthOfRow = new Int32Array(maxRows);
    const keys: RowKeys[] = [];
    const rest: Place[] = [];
    let records = 0;

    /** Takes down what became of a record. */
    function take(batch: number, nth: number, isTaken: boolean): void {
      if (!isTaken) {
        rest.push({ batch, nth });
        return;
      }
      const row = block.rows - 1;
      batchOfRow[row] = batch;
      nthOfRow[row] = nth;
      const own = keysOf(block, row);
      if (own.length > 0) keys.push({ row, keys: own });
    }

    /** Of two events of one identity the second is for the path that weighs them. */
    const isAdded = (bytes: Buffer, start: number, end: number, text: string, at: number): boolean =>
      !block.isFull && recogniser.accepts(bytes, start, end, text, at) && block.add(fields);

    function addRecords(all: readonly LoggedRecord[], batch: number): void {
      all.forEach((record, nth) => {
        const { value } = record;
        block.begin(value, 0, value.length);
        take(
          batch,
          nth,
          isStructured(record) && isAdded(value, 0, value.length, value.toString('latin1'), 0),
        );
      });
    }

    function addPacked(packed: PackedRecords, batch: number): void {
      const { bytes, valueStarts, valueEnds, length } = packed;
      block.begin(bytes, valueStarts[0] ?? 0, valueEnds[length - 1] ?? 0);
      let text = '';
      let textStart = 0;
      let textEnd = 0;
      for (let nth = 0; nth < length; nth += 1) {
        const start = valueStarts[nth] ?? 0;
        const end = valueEnds[nth] ?? 0;
        if (end > textEnd) {
          // One text of several values, and what is between them, costs less than one each.
          textStart = start;
          textEnd = end;
          for (let next = nth + 1; next < length && (valueEnds[next] ?? 0) - start <= TEXT_BYTES; next += 1)
            textEnd = valueEnds[next] ?? 0;
          text = bytes.toString('latin1', textStart, textEnd);
        }
        const isEvent = !packed.hasHeaders(nth) || isStructured(packed.record(nth));
        take(batch, nth, isEvent && isAdded(bytes, start, end, text, start - textStart));
      }
    }

    return {
      block,
      batches,
      batchOfRow,
      nthOfRow,
      keys,
      rest,
      get records() {
        return records;
      },
      get isFull() {
        return records >= maxRecords || block.bytes >= MAX_LOAD_BYTES;
      },
      add(batch) {
        const index = batches.push(batch) - 1;
        const length = lengthOf(batch);
        records += length;
        if (!topics.has(batch.topic))
          for (let nth = 0; nth < length; nth += 1) rest.push({ batch: index, nth });
        else if (batch.packed === undefined) addRecords(batch.records, index);
        else addPacked(batch.packed, index);
      },
    };
  }
  /** Rows that are not new, or bear on drafts. */
  async function notForUs(block: EventBlock): Promise<ReadonlySet<number>> {
    const [stored, draftSources] = await Promise.all([
      events.stored(block),
      warehouse.read.linking.draftSources(),
    ]);
    if (draftSources.size === 0) return stored;
    const rows = new Set(stored);
    for (let row = 0; row < block.rows; row += 1)
      if (bears[block.type(row)] === true || draftSources.has(block.identity(row).source)) rows.add(row);
    return rows;
  }

  async function store(given: Load): Promise<FastOutcome> {
    const { block, batchOfRow, nthOfRow, keys, rest, batches } = given as FastLoad;
    const leave = (row: number): void => {
      rest.push({ batch: batchOfRow[row] ?? 0, nth: nthOfRow[row] ?? 0 });
    };
    const receivedAt = now();
    const filled = block.rows;
    let left: ReadonlySet<number> = NO_ROWS;
    if (filled > 0) {
      left = await notForUs(block);
      if (left.size > 0) {
        for (const row of left) leave(row);
        block.drop(left);
      }
      // Both before anything is told of it: only what is stored may be.
      await Promise.all([events.append(block, receivedAt), events.appendKeys(block, keptKeys(keys, left))]);
      // A draft may have come meanwhile, by another replica, which has not seen these events: the careful path
      // links it to them.
      if ((await warehouse.read.linking.draftSources()).size > 0)
        keptRows(filled, left).forEach((before, row) => {
          if (bears[block.type(row)] === true) leave(before);
        });
    }
    return {
      taken: block.rows,
      rest: inBatches(rest, batches),
      async tell() {
        if (block.rows > 0) await publish(block, receivedAt);
        block.clear();
        free.push(block);
      },
    };
  }

  return { load, store };
}

const NO_ROWS: ReadonlySet<number> = new Set();

/** The rows of a block, by what they were before some were dropped. */
function keptRows(filled: number, dropped: ReadonlySet<number>): readonly number[] {
  return Array.from({ length: filled }, (_, row) => row).filter((row) => !dropped.has(row));
}

/** The keys of rows that were not dropped, under the numbers that these have now. */
function keptKeys(keys: readonly RowKeys[], dropped: ReadonlySet<number>): readonly RowKeys[] {
  if (dropped.size === 0) return keys;
  const before = [...dropped].sort((a, b) => a - b);
  let gone = 0;
  const kept: RowKeys[] = [];
  for (const { row, keys: own } of keys) {
    while (gone < before.length && (before[gone] ?? 0) < row) gone += 1;
    if (!dropped.has(row)) kept.push({ row: row - gone, keys: own });
  }
  return kept;
}

/** The value is an event by itself. */
function isStructured({ headers }: LoggedRecord): boolean {
  for (const _ in headers) return !hasAttributes(headers) && !Object.hasOwn(headers, DRAFTS_HEADER);
  return true;
}

/** One batch a partition, in the order of its records. */
function inBatches(rest: readonly Place[], batches: readonly Batch[]): readonly Batch[] {
  const found = new Map<string, { topic: string; partition: number; records: LoggedRecord[] }>();
  for (const { batch: index, nth } of rest) {
    const batch = batches[index];
    const record = batch?.packed === undefined ? batch?.records[nth] : batch.packed.record(nth);
    if (batch === undefined || record === undefined) continue;
    const { topic, partition } = batch;
    const place = `${topic}/${partition}`;
    const of = found.get(place) ?? { topic, partition, records: [] };
    of.records.push(record);
    found.set(place, of);
  }
  for (const { records } of found.values()) records.sort((a, b) => a.offset - b.offset);
  return [...found.values()];
}
