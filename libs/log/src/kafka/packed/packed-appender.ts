import type { Kafka } from 'kafkajs';
import type { PackedAppend } from '../../log.js';
import { murmur2 } from '../partition-of.js';
import type { TopicAdmin } from '../topics.js';
import { openRawProducer, type PartitionBatch, type RawProducer } from './raw-produce.js';
import { createRecordBatch, type RecordBatch } from './record-batch.js';

/** Brokers take 1 MiB of a partition in one batch unless told otherwise; the last record may go over. */
const FULL_BYTES = 700 * 1024;

export interface PackedAppender {
  append(topic: string, records: PackedAppend): Promise<void>;
  /** Finishes the appends that are under way. */
  close(): Promise<void>;
}

/** Appends with batches that this process writes itself, one request after another for each topic. */
export function createPackedAppender(client: Kafka, admin: Pick<TopicAdmin, 'partitions'>): PackedAppender {
  const topics = new Map<string, TopicAppender>();

  return {
    async append(topic, records) {
      const partitions = await admin.partitions(topic);
      const own = topics.get(topic) ?? createTopicAppender(() => openRawProducer(client, topic));
      topics.set(topic, own);
      await own.append(records, partitions);
    },
    async close() {
      await Promise.all([...topics.values()].map((each) => each.close()));
    },
  };
}

interface TopicAppender {
  append(records: PackedAppend, partitions: number): Promise<void>;
  close(): Promise<void>;
}

function createTopicAppender(open: () => Promise<RawProducer>): TopicAppender {
  const batches: RecordBatch[] = [];
  let producer: RawProducer | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function flush(timestamp: number): Promise<void> {
    const sent: PartitionBatch[] = [];
    batches.forEach((batch, partition) => {
      if (batch.records > 0) sent.push({ partition, batch: batch.finish(timestamp) });
    });
    producer ??= await open();
    if (sent.length > 0) await producer.send(sent);
    for (const batch of batches) batch.clear();
  }

  async function append(records: PackedAppend, partitions: number): Promise<void> {
    const { length, bytes, keyStarts, keyEnds, valueStarts, valueEnds, timestamp } = records;
    while (batches.length < partitions) batches.push(createRecordBatch());
    for (const batch of batches) batch.clear();
    for (let n = 0; n < length; n += 1) {
      const keyStart = keyStarts[n] ?? 0;
      const keyEnd = keyEnds[n] ?? 0;
      // The same partition as of a record that is appended by itself.
      const batch = batches[(murmur2(bytes.subarray(keyStart, keyEnd)) & 0x7fffffff) % partitions];
      batch?.add(bytes, keyStart, keyEnd, bytes, valueStarts[n] ?? 0, valueEnds[n] ?? 0);
      if (batch !== undefined && batch.bytes >= FULL_BYTES) await flush(timestamp);
    }
    await flush(timestamp);
  }

  return {
    async append(records, partitions) {
      const appended = last.then(() => append(records, partitions));
      last = appended.catch(() => undefined);
      await appended;
    },
    async close() {
      await last;
      await producer?.close();
    },
  };
}
