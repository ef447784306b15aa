/**
 * A reader for the benchmark that fetches through raw-fetch: what the port's reader would cost with the flat decoder.
 * It is in its group, as the only one, and commits there; it does not stand a rebalance, so it is no port's adapter.
 */
import type { Kafka } from 'kafkajs';
import { openRawFetcher } from '#ingest/fast-path/fetch/raw-fetch.js';
import { readRecordSet } from '#ingest/fast-path/fetch/record-set.js';
import type { Batch, LoggedRecord, Reader } from '#log/log.js';

const MAX_HELD_RECORDS = 60_000;

interface Share {
  readonly partition: number;
  next: number;
  readonly fetched: LoggedRecord[][];
}

export async function openFlatReader(
  kafka: Kafka,
  topic: string,
  group: string,
  partitions: number,
): Promise<Reader> {
  const consumer = kafka.consumer({ groupId: group });
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => {
      consumer.pause([{ topic }]);
      resolve();
    });
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
  await joined;
  const fetcher = await openRawFetcher(kafka, topic);
  const shares = Array.from({ length: partitions }, (_, partition): Share => ({
    partition,
    next: 0,
    fetched: [],
  }));
  let held = 0;
  let isClosed = false;
  let wake: () => void = () => undefined;
  let room: () => void = () => undefined;

  async function fetchAll(): Promise<void> {
    while (!isClosed) {
      if (held >= MAX_HELD_RECORDS) {
        await new Promise<void>((resolve) => {
          room = resolve;
        });
        continue;
      }
      const wanted = shares.map(({ partition, next }) => ({ partition, offset: next }));
      const options = { maxWaitMs: 100, maxBytes: 8 * 2 ** 20, maxBytesPerPartition: 2 * 2 ** 20 };
      for (const { partition, errorCode, bytes, start, end } of await fetcher.fetch(wanted, options)) {
        const share = shares[partition];
        if (errorCode !== 0 || share === undefined) throw new Error(`fetching failed: ${errorCode}`);
        const read = readRecordSet(bytes, start, end, share.next);
        if (read === undefined) throw new Error('a batch for the stock decoder');
        share.next = read.next;
        if (read.records.length === 0) continue;
        share.fetched.push([...read.records]);
        held += read.records.length;
      }
      wake();
    }
  }
  const fetching = fetchAll();
  let turn = 0;

  function take(maxRecords: number): Batch | null {
    for (let i = 0; i < shares.length; i += 1) {
      const share = shares[(turn + i) % shares.length];
      const first = share?.fetched.shift();
      if (share === undefined || first === undefined) continue;
      turn = (turn + i + 1) % shares.length;
      const records = first.length > maxRecords ? first.slice(0, maxRecords) : first;
      if (first.length > maxRecords) share.fetched.unshift(first.slice(maxRecords));
      held -= records.length;
      room();
      return { topic, partition: share.partition, records };
    }
    return null;
  }

  return {
    async read({ maxRecords, waitMs }) {
      await new Promise((resolve) => setImmediate(resolve));
      const at = take(maxRecords);
      if (at !== null || waitMs <= 0) return at;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      return take(maxRecords);
    },
    async commit({ partition, records }) {
      const last = records.at(-1);
      if (last !== undefined)
        await consumer.commitOffsets([{ topic, partition, offset: String(last.offset + 1) }]);
      return true;
    },
    holds: () => true,
    assignment: () => 1,
    owns: () => true,
    lag: () => Promise.resolve(0),
    async close() {
      isClosed = true;
      room();
      await fetching.catch(() => undefined);
      await fetcher.close();
      await consumer.disconnect();
    },
  };
}
