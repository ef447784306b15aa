import { setTimeout as sleep } from 'node:timers/promises';
import { checkName } from '../checks.js';
import type { Log } from '../log.js';
import { createAppender } from './appender.js';
import { createClient } from './client.js';
import { askCoordinator } from './coordinator.js';
import type { KafkaLogOptions } from './options.js';
import { createPackedAppender } from './packed/packed-appender.js';
import { usePackedFetch } from './packed/packed-fetch.js';
import { type KafkaReader, openReader } from './reader.js';
import { createTopicAdmin, type Position } from './topics.js';

const SESSION_TIMEOUT_MS = 30_000;
const MAX_BYTES_PER_PARTITION = 4 * 1024 * 1024;
const MAX_HELD_BYTES = 32 * 1024 * 1024;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
const GIVE_UP_AFTER_MS = 120_000;

/** The log in Apache Kafka: a group may have as many readers as its topics have partitions, in any processes. */
export interface KafkaLog extends Log {
  open(options: { topics: readonly string[]; group: string }): Promise<KafkaReader>;
  /**
   * Where a group stands in every partition of these topics, asked from outside of the group.
   * @throws Error where a topic is missing and isn't to be created
   */
  positions(group: string, topics: readonly string[]): Promise<readonly Position[]>;
  /** Records of these topics that a group has not committed, asked from outside of the group. */
  lagOf(group: string, topics: readonly string[]): Promise<number>;
}

/**
 * Opens the log. What an append has acknowledged is on all in-sync replicas; an append that rejects may be stored
 * in part.
 * @throws Error where no broker can be reached, or it refuses this client
 */
export async function openKafkaLog(options: KafkaLogOptions): Promise<KafkaLog> {
  const client = createClient(options);
  // Of a client that is known inside: any other is used as it is.
  const isPacked = options.records !== 'stock' && usePackedFetch(client);
  const admin = createTopicAdmin(client, options.createTopics);
  await admin.connect();
  const appender = createAppender(client, admin, options.compression);
  const packed = createPackedAppender(client, admin);
  const readers = new Set<KafkaReader>();
  const opening = new Set<Promise<KafkaReader>>();
  let closing: Promise<void> | null = null;

  function checkOpen(): void {
    if (closing !== null) throw new Error(`The log at ${options.brokers.join(', ')} is closed.`);
  }

  async function openAfterTopics(topics: readonly string[], group: string): Promise<KafkaReader> {
    for (const topic of topics) await admin.partitions(topic);
    const reader = await openReader({
      client,
      admin,
      group,
      topics,
      sessionTimeoutMs: options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
      giveUpAfterMs: options.giveUpAfterMs ?? GIVE_UP_AFTER_MS,
      maxBytesPerPartition: options.maxBytesPerPartition ?? MAX_BYTES_PER_PARTITION,
      maxHeldBytes: options.maxHeldBytes ?? MAX_HELD_BYTES,
      maxBatchBytes: options.maxBatchBytes ?? MAX_BATCH_BYTES,
      now: Date.now,
      onClose: () => {
        readers.delete(reader);
      },
    });
    readers.add(reader);
    return reader;
  }

  async function positions(group: string, topics: readonly string[]): Promise<readonly Position[]> {
    checkOpen();
    // Asked where a topic ends that isn't there, the client tries again for long, and then says little.
    for (const topic of topics) await admin.partitions(topic);
    return askCoordinator(
      () => admin.positions(group, topics),
      (ms) => sleep(ms),
    );
  }

  async function shutDown(): Promise<void> {
    await Promise.allSettled(opening);
    await Promise.all([...readers].map((reader) => reader.close()));
    await appender.close();
    await packed.close();
    await admin.close();
  }

  return {
    async append(topic, records) {
      checkOpen();
      checkName('topic', topic);
      await appender.append(topic, records);
    },

    // What is to be compressed is left to the client.
    ...(isPacked && options.compression === undefined
      ? {
          async appendPacked(topic, records) {
            checkOpen();
            checkName('topic', topic);
            await packed.append(topic, records);
          },
        }
      : {}),

    async open({ topics, group }) {
      checkOpen();
      checkName('group', group);
      for (const topic of topics) checkName('topic', topic);
      const reader = openAfterTopics([...new Set(topics)], group);
      opening.add(reader);
      try {
        return await reader;
      } finally {
        opening.delete(reader);
      }
    },

    positions,

    async lagOf(group, topics) {
      const stand = await positions(group, topics);
      return stand.reduce((sum, { committed, low, high }) => sum + high - Math.max(committed ?? low, low), 0);
    },

    close() {
      closing ??= shutDown();
      return closing;
    },
  };
}
