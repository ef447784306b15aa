import { createRequire } from 'node:module';
import type { Kafka } from 'kafkajs';

/** A finished record batch for a partition. */
export interface PartitionBatch {
  readonly partition: number;
  readonly batch: Buffer;
}

/** Sends record batches as they are through the connections of kafkajs, which knows of brokers, TLS and SASL. */
export interface RawProducer {
  partitions(): Promise<number>;
  /** Resolves once all in-sync replicas have all of it; rejects where that is not certain. */
  send(batches: readonly PartitionBatch[]): Promise<void>;
  close(): Promise<void>;
}

/** Of the internals of kafkajs 2.2.4, just what is used here. */
export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(
    topic: string,
  ): readonly { readonly partitionId: number; readonly leader: number }[];
  findBroker(of: { nodeId: string }): Promise<Broker>;
}

export interface Broker {
  readonly connectionPool: { send(request: { request: object; response: unknown }): Promise<unknown> };
}

const PRODUCE = 0;
/** The lowest that brokers of today speak, and the first with record batches. */
const VERSION = 3;
const TIMEOUT_MS = 30_000;

/** @throws Error where kafkajs is not as this file knows it */
export async function openRawProducer(kafka: Kafka, topic: string): Promise<RawProducer> {
  const response: unknown = createRequire(import.meta.url)(
    'kafkajs/src/protocol/requests/produce/v3/response.js',
  );
  const cluster = clusterOf(kafka);
  await cluster.connect();
  await cluster.addTargetTopic(topic);
  let isStale = false;

  async function metadata(): Promise<ReturnType<Cluster['findTopicPartitionMetadata']>> {
    // A failure may mean that another broker leads now.
    if (isStale) await cluster.refreshMetadata();
    else await cluster.refreshMetadataIfNecessary();
    isStale = false;
    return cluster.findTopicPartitionMetadata(topic);
  }

  return {
    partitions: async () => (await metadata()).length,

    async send(batches) {
      try {
        const leaders = new Map((await metadata()).map(({ partitionId, leader }) => [partitionId, leader]));
        const byLeader = new Map<number, PartitionBatch[]>();
        for (const batch of batches) {
          const leader = leaders.get(batch.partition) ?? -1;
          const ofLeader = byLeader.get(leader);
          if (ofLeader === undefined) byLeader.set(leader, [batch]);
          else ofLeader.push(batch);
        }
        await Promise.all(
          [...byLeader].map(async ([leader, ofLeader]) => {
            const { connectionPool } = await cluster.findBroker({ nodeId: String(leader) });
            await connectionPool.send({ request: produceRequest(topic, ofLeader), response });
          }),
        );
      } catch (error) {
        isStale = true;
        throw error;
      }
    },

    close: () => cluster.disconnect(),
  };
}

export function clusterOf(kafka: Kafka): Cluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const create: unknown = symbol === undefined ? undefined : Reflect.get(kafka, symbol);
  if (typeof create !== 'function')
    throw new Error('This kafkajs is not 2.2.4: raw batches can not be sent.');
  const options = { allowAutoTopicCreation: false, metadataMaxAge: 300_000, maxInFlightRequests: null };
  return (create as (options: object) => Cluster)(options);
}

function produceRequest(topic: string, batches: readonly PartitionBatch[]): object {
  return {
    apiKey: PRODUCE,
    apiVersion: VERSION,
    apiName: 'Produce',
    expectResponse: () => true,
    encode: () => Promise.resolve(encoded(topic, batches)),
  };
}

/** As kafkajs takes what its own encoder has written: `buf` shows that it is one. */
function encoded(topic: string, batches: readonly PartitionBatch[]): object {
  const name = Buffer.from(topic);
  const head = Buffer.alloc(2 + 2 + 4 + 4 + 2 + name.length + 4);
  // No transaction, all in-sync replicas, one topic.
  head.writeInt16BE(-1, 0);
  head.writeInt16BE(-1, 2);
  head.writeInt32BE(TIMEOUT_MS, 4);
  head.writeInt32BE(1, 8);
  head.writeInt16BE(name.length, 12);
  name.copy(head, 14);
  head.writeInt32BE(batches.length, 14 + name.length);
  const parts: Buffer[] = [head];
  for (const { partition, batch } of batches) {
    const around = Buffer.alloc(8);
    around.writeInt32BE(partition, 0);
    around.writeInt32BE(batch.length, 4);
    parts.push(around, batch);
  }
  const buffer = Buffer.concat(parts);
  return { buf: buffer, buffer, size: () => buffer.length };
}
