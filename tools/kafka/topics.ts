import { Kafka, logLevel } from 'kafkajs';
import { defaultTopics, rawTopics } from '#log/topics.js';

/** The topics of a default configuration: raw records in, then what Plumbline itself writes. */
export const DEFAULT_TOPICS: readonly string[] = [
  ...rawTopics(defaultTopics),
  defaultTopics.dealEvents,
  defaultTopics.deadLetters,
  defaultTopics.alerts,
];

/** Creates those of the topics that are missing; those that are there stay as they are. */
export async function createTopics(
  bootstrap: string,
  topics: readonly string[],
  partitions: number,
): Promise<void> {
  const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter((topic) => !existing.has(topic));
    if (missing.length === 0) return;
    await admin.createTopics({
      topics: missing.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: 1 })),
      waitForLeaders: true,
    });
  } finally {
    await admin.disconnect();
  }
}
