import { type EventType, eventCatalogue } from '#domain/events/catalogue.js';
import type { Instant } from '#domain/time/instant.js';
import { hasAttributes } from '#sources/cloudevents/binary.js';
import type { Batch, LoggedRecord } from '#log/log.js';
import type { SourceMapping } from '#sources/native/mapping.js';
import { createEventBlock, type EventBlock } from '#warehouse/fast-events/event-block.js';
import type { FastEvents, StoredType } from '#warehouse/fast-events/fast-events.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import { DRAFTS_HEADER } from '../drafts-record.js';
import { bearsOnDrafts, dealKeysOfBlock } from './deal-keys.js';
import { latinTextOf } from './latin-text.js';
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

/** Publishes the records of a block, each under its deal, with its bytes as they came. */
export type PublishBlock = (
  block: EventBlock,
  values: readonly Buffer[],
  timestamp: Instant,
) => Promise<void>;

export interface FastPathOptions {
  readonly events: FastEvents;
  readonly warehouse: Pick<Warehouse, 'read' | 'write'>;
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

interface FastLoad extends Load {
  readonly block: EventBlock;
  /** Of each row, its record… */
  readonly rows: LoggedRecord[];
  /** …and the batch that it came in. */
  readonly batchOfRow: number[];
  readonly batches: Batch[];
  readonly rest: { readonly record: LoggedRecord; readonly batch: number }[];
}

export function createFastPath(options: FastPathOptions): FastPath {
  const { events, warehouse, publish, now, maxRecords, maxBatchRecords, topics, types } = options;
  const recogniser = createRecogniser(types);
  const free: EventBlock[] = [];
  const bears = types.map(bearsOnDrafts);

  function load(): FastLoad {
    const block = free.pop() ?? createEventBlock(maxRecords + maxBatchRecords);
    const batches: Batch[] = [];
    const rows: FastLoad['rows'] = [];
    const batchOfRow: number[] = [];
    const rest: FastLoad['rest'] = [];
    let records = 0;
    return {
      block,
      batches,
      rows,
      batchOfRow,
      rest,
      get records() {
        return records;
      },
      get isFull() {
        return records >= maxRecords;
      },
      add(batch) {
        const index = batches.push(batch) - 1;
        records += batch.records.length;
        if (!topics.has(batch.topic)) {
          for (const record of batch.records) rest.push({ record, batch: index });
          return;
        }
        const latin = latinTextOf(batch.records);
        for (const record of batch.records) {
          latin.locate(record.value);
          const isTaken =
            !block.isFull &&
            isStructured(record) &&
            recogniser.accepts(record.value, latin.text, latin.at) &&
            // Of two events of one identity the second is for the path that weighs them.
            block.add(recogniser.fields);
          if (isTaken) {
            rows.push(record);
            batchOfRow.push(index);
          } else rest.push({ record, batch: index });
        }
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
    const { block, rows, batchOfRow, rest, batches } = given as FastLoad;
    const leave = (row: number): void => {
      const record = rows[row];
      const batch = batchOfRow[row];
      if (record !== undefined && batch !== undefined) rest.push({ record, batch });
    };
    const receivedAt = now();
    // The block's rows, by what they were before some were dropped.
    let keptRows = rows.map((_, row) => row);
    if (block.rows > 0) {
      const left = await notForUs(block);
      if (left.size > 0) {
        for (const row of left) leave(row);
        keptRows = keptRows.filter((row) => !left.has(row));
        block.drop(left);
      }
      const dealKeys = dealKeysOfBlock(block, types);
      // Both before anything is told of it: only what is stored may be.
      await Promise.all([
        events.append(block, receivedAt),
        warehouse.write.dealKeys(dealKeys, { deleted: false }),
      ]);
      // A draft may have come meanwhile, by another replica, which has not seen these events: the careful path
      // links it to them.
      if ((await warehouse.read.linking.draftSources()).size > 0)
        keptRows.forEach((before, row) => {
          if (bears[block.type(row)] === true) leave(before);
        });
    }
    return {
      taken: keptRows.length,
      rest: inBatches(rest, batches),
      async tell() {
        const values = keptRows.map((row) => rows[row]?.value ?? NO_VALUE);
        if (values.length > 0) await publish(block, values, receivedAt);
        block.clear();
        free.push(block);
      },
    };
  }

  return { load, store };
}

const NO_VALUE = Buffer.alloc(0);

/** The value is an event by itself. */
function isStructured({ headers }: LoggedRecord): boolean {
  for (const _ in headers) return !hasAttributes(headers) && !Object.hasOwn(headers, DRAFTS_HEADER);
  return true;
}

/** One batch a partition, in the order of its records. */
function inBatches(rest: FastLoad['rest'], batches: readonly Batch[]): readonly Batch[] {
  const found = new Map<string, { topic: string; partition: number; records: LoggedRecord[] }>();
  for (const { record, batch: index } of rest) {
    const batch = batches[index];
    if (batch === undefined) continue;
    const { topic, partition } = batch;
    const place = `${topic}/${partition}`;
    const of = found.get(place) ?? { topic, partition, records: [] };
    of.records.push(record);
    found.set(place, of);
  }
  for (const { records } of found.values()) records.sort((a, b) => a.offset - b.offset);
  return [...found.values()];
}
