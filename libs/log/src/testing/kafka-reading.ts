import type { Batch, LoggedRecord, NewRecord, Reader } from '../log.js';

/** Records for a few keys, their numbers in their values. */
export function numberedRecords(count: number, keys = 12, from = 0): NewRecord[] {
  return Array.from({ length: count }, (_, i) => numbered(`key ${(from + i) % keys}`, from + i));
}

export function numbered(key: string | null, number: number): NewRecord {
  return { key, value: Buffer.from(String(number)), timestamp: number };
}

export function numberOf(record: LoggedRecord): number {
  return Number(record.value.toString());
}

export function numbersOf(batches: readonly Batch[]): number[] {
  return batches.flatMap((batch) => batch.records.map(numberOf));
}

/** The numbers from 0 on. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

export function distinct(numbers: Iterable<number>): number[] {
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}

/** The next batch; an error where none comes for a long time. */
export async function nextBatch(reader: Reader, maxRecords = 1_000): Promise<Batch> {
  const batch = await reader.read({ maxRecords, waitMs: 30_000 });
  if (batch === null) throw new Error('No batch came within 30 s.');
  return batch;
}

/** Batches up to and with the one that completes `count` records, none of them committed. */
export async function readBatches(reader: Reader, count: number, maxRecords?: number): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (let read = 0; read < count;) {
    const batch = await nextBatch(reader, maxRecords);
    batches.push(batch);
    read += batch.records.length;
  }
  return batches;
}

/** Reads and commits until told to stop. */
export interface Worker {
  /** What it has committed. */
  readonly committed: number[];
  /** Settles once it has stopped; its reader stays open. */
  stop(): Promise<void>;
}

export function startWorker(reader: Reader, maxRecords = 20): Worker {
  const committed: number[] = [];
  let isStopping = false;
  const loop = async (): Promise<void> => {
    while (!isStopping) {
      const batch = await reader.read({ maxRecords, waitMs: 50 });
      if (batch !== null && (await reader.commit(batch))) committed.push(...batch.records.map(numberOf));
    }
  };
  const ended = loop();
  return {
    committed,
    async stop() {
      isStopping = true;
      await ended;
    },
  };
}
