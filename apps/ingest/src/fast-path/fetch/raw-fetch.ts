import type { Kafka } from 'kafkajs';
import { clusterOf } from '../publish/raw-produce.js';

export interface FetchedPartition {
  readonly partition: number;
  /** Of Kafka's protocol; 0: none. */
  readonly errorCode: number;
  /** The answer, in which the partition's record batches stand from `start` to `end`. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

export interface FetchOptions {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
}

/** Fetches through the connections of kafkajs, and takes the answers as they are. */
export interface RawFetcher {
  fetch(
    positions: readonly { readonly partition: number; readonly offset: number }[],
    options: FetchOptions,
  ): Promise<readonly FetchedPartition[]>;
  close(): Promise<void>;
}

const FETCH = 1;
/** The lowest that brokers of today speak. */
const VERSION = 4;

/** @throws Error where kafkajs is not as `clusterOf` knows it */
export async function openRawFetcher(kafka: Kafka, topic: string): Promise<RawFetcher> {
  const cluster = clusterOf(kafka);
  await cluster.connect();
  await cluster.addTargetTopic(topic);
  return {
    async fetch(positions, options) {
      await cluster.refreshMetadataIfNecessary();
      const leaders = new Map(
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId, leader }) => [partitionId, leader]),
      );
      const byLeader = groupBy(positions, ({ partition }) => leaders.get(partition) ?? -1);
      const answers = await Promise.all(
        [...byLeader].map(async ([leader, ofLeader]) => {
          const { connectionPool } = await cluster.findBroker({ nodeId: String(leader) });
          return connectionPool.send({
            request: fetchRequest(topic, ofLeader, options),
            response: { decode, parse: (answer: unknown) => Promise.resolve(answer) },
          }) as Promise<Answer>;
        }),
      );
      return answers.flatMap(({ partitions }) => partitions);
    },
    close: () => cluster.disconnect(),
  };
}

interface Answer {
  readonly clientSideThrottleTime: number;
  readonly partitions: readonly FetchedPartition[];
}

function decode(bytes: Buffer): Promise<Answer> {
  const partitions: FetchedPartition[] = [];
  const clientSideThrottleTime = bytes.readInt32BE(0);
  const topics = bytes.readInt32BE(4);
  let at = 8;
  for (let t = 0; t < topics; t += 1) {
    at += 2 + bytes.readInt16BE(at);
    const count = bytes.readInt32BE(at);
    at += 4;
    for (let p = 0; p < count; p += 1) {
      const partition = bytes.readInt32BE(at);
      const errorCode = bytes.readInt16BE(at + 4);
      const aborted = bytes.readInt32BE(at + 22);
      at += 26 + Math.max(aborted, 0) * 16;
      const start = at + 4;
      const end = start + Math.max(bytes.readInt32BE(at), 0);
      partitions.push({ partition, errorCode, bytes, start, end });
      at = end;
    }
  }
  return Promise.resolve({ clientSideThrottleTime, partitions });
}

function fetchRequest(
  topic: string,
  positions: readonly { readonly partition: number; readonly offset: number }[],
  { maxWaitMs, maxBytes, maxBytesPerPartition }: FetchOptions,
): object {
  const name = Buffer.from(topic);
  const buffer = Buffer.alloc(17 + 4 + 2 + name.length + 4 + 16 * positions.length);
  buffer.writeInt32BE(-1, 0);
  buffer.writeInt32BE(maxWaitMs, 4);
  buffer.writeInt32BE(1, 8);
  buffer.writeInt32BE(maxBytes, 12);
  // Only what is committed.
  buffer.writeInt8(1, 16);
  buffer.writeInt32BE(1, 17);
  buffer.writeInt16BE(name.length, 21);
  let at = 23 + name.copy(buffer, 23);
  buffer.writeInt32BE(positions.length, at);
  at += 4;
  for (const { partition, offset } of positions) {
    buffer.writeInt32BE(partition, at);
    buffer.writeBigInt64BE(BigInt(offset), at + 4);
    buffer.writeInt32BE(maxBytesPerPartition, at + 12);
    at += 16;
  }
  return {
    apiKey: FETCH,
    apiVersion: VERSION,
    apiName: 'Fetch',
    expectResponse: () => true,
    encode: () => Promise.resolve({ buf: buffer, buffer, size: () => buffer.length }),
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
