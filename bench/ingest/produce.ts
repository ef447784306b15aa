import { Kafka, logLevel } from 'kafkajs';
import { openRawProducer, type PartitionBatch } from '#log/kafka/packed/raw-produce.js';
import { createRecordBatch } from '#log/kafka/packed/record-batch.js';
import { partitionOf } from '#log/kafka/partition-of.js';
import { type Mix, sampleEvent } from './sample-events.js';

const PARTITIONS = 6;
const FULL_BYTES = 900 * 1024;

/** What the events of a run come to: what every side must hold in the end. */
export interface Expected {
  readonly valid: number;
  readonly invalid: number;
  readonly times: string;
  /** Bytes of the valid events as they were produced. */
  readonly bytes: number;
}

/** Creates the topic with so many sample events. */
export async function produce(bootstrap: string, topic: string, count: number, mix: Mix): Promise<Expected> {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    topics: [{ topic, numPartitions: PARTITIONS, replicationFactor: 1 }],
    waitForLeaders: true,
  });
  await admin.disconnect();
  const producer = await openRawProducer(kafka, topic);
  const batches = Array.from({ length: PARTITIONS }, createRecordBatch);
  const flush = async (): Promise<void> => {
    const sent: PartitionBatch[] = [];
    batches.forEach((batch, partition) => {
      if (batch.records > 0) sent.push({ partition, batch: batch.finish(Date.now()) });
    });
    await producer.send(sent);
    for (const batch of batches) batch.clear();
  };
  let times = 0n;
  let bytes = 0;
  let valid = 0;
  for (let n = 0; n < count; n += 1) {
    const { value, dealId, time, isValid } = sampleEvent(n, mix);
    const key = Buffer.from(dealId);
    const batch = batches[partitionOf(dealId, PARTITIONS)];
    batch?.add(key, 0, key.length, value, 0, value.length);
    if ((batch?.bytes ?? 0) > FULL_BYTES) await flush();
    if (!isValid) continue;
    valid += 1;
    times += BigInt(time);
    bytes += value.length;
  }
  await flush();
  await producer.close();
  return { valid, invalid: count - valid, times: String(times), bytes };
}

/** What stands in a topic, read back by the stock client. */
export interface Published {
  readonly records: number;
  readonly ids: number;
  readonly bytes: number;
  /** Records whose key is not the deal of their event. */
  readonly misplaced: number;
}

/** Reads a topic whole; nothing must be appended meanwhile. */
export async function readBack(bootstrap: string, topic: string): Promise<Published> {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const topics = await admin.listTopics();
  const ends = topics.includes(topic) ? await admin.fetchTopicOffsets(topic) : [];
  await admin.disconnect();
  const wanted = ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  const ids = new Set<string>();
  let records = 0;
  let bytes = 0;
  let misplaced = 0;
  if (wanted > 0) {
    const consumer = kafka.consumer({ groupId: `${topic}.check`, maxBytesPerPartition: 4 * 2 ** 20 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachBatch = ({
        batch,
      }: {
        batch: { messages: readonly { key: Buffer | null; value: Buffer | null }[] };
      }) => {
        for (const { key, value } of batch.messages) {
          records += 1;
          bytes += value?.length ?? 0;
          const event = JSON.parse(value?.toString('utf8') ?? '{}') as {
            id?: string;
            source?: string;
            subject?: string;
          };
          ids.add(`${event.source ?? ''} ${event.id ?? ''}`);
          if (event.subject !== key?.toString('utf8')) misplaced += 1;
        }
        if (records >= wanted) resolve();
        return Promise.resolve();
      };
      consumer.run({ eachBatch }).catch(reject);
    });
    await consumer.disconnect();
  }
  return { records, ids: ids.size, bytes, misplaced };
}
