import type { Admin, Kafka } from 'kafkajs';
import { MAX_KEY_AND_HEADER_BYTES, MAX_VALUE_BYTES } from '../checks.js';
import { reasonOf } from './errors.js';
import type { KafkaLogOptions } from './options.js';

/** The largest record and what Kafka puts around it. */
const MAX_MESSAGE_BYTES = MAX_VALUE_BYTES + MAX_KEY_AND_HEADER_BYTES + 64 * 1024;

/** Where a group stands in a partition. */
export interface Position {
  readonly topic: string;
  readonly partition: number;
  /** The offset of the first record that the group has not committed; null where it has committed none. */
  readonly committed: number | null;
  /** The first offset that is still there, and the one after the last. */
  readonly low: number;
  readonly high: number;
}

/** What is asked of the brokers beside reading and appending. */
export interface TopicAdmin {
  /** @throws Error where no broker can be reached, or it refuses this client */
  connect(): Promise<void>;
  /**
   * How many partitions a topic has, once it is there. Asked once per topic: records of one key must go on meeting
   * in one partition, so partitions that are added while the log is open count from the next opening on.
   * @throws Error where the topic is missing and isn't to be created
   */
  partitions(topic: string): Promise<number>;
  /** Of every partition of the topics. */
  positions(group: string, topics: readonly string[]): Promise<readonly Position[]>;
  close(): Promise<void>;
}

export function createTopicAdmin(client: Kafka, createTopics: KafkaLogOptions['createTopics']): TopicAdmin {
  const admin = client.admin();
  const known = new Map<string, Promise<number>>();

  async function findOrCreate(topic: string): Promise<number> {
    const found = await countPartitions(admin, topic);
    if (found !== null) return found;
    if (createTopics === undefined) {
      throw new Error(
        `Kafka has no topic ${topic}: create it with the partitions and replicas it needs, or let it be created.`,
      );
    }
    // Resolves false where another process was first.
    await admin.createTopics({
      topics: [
        {
          topic,
          numPartitions: createTopics.partitions,
          replicationFactor: createTopics.replication,
          configEntries: [{ name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) }],
        },
      ],
      waitForLeaders: true,
    });
    const created = await countPartitions(admin, topic);
    if (created === null) throw new Error(`Kafka has created the topic ${topic}, and doesn't list it.`);
    return created;
  }

  return {
    async connect() {
      try {
        await admin.connect();
      } catch (error) {
        throw new Error(`Kafka can't be reached: ${reasonOf(error)}`, { cause: error });
      }
    },

    partitions(topic) {
      const asked = known.get(topic) ?? findOrCreate(topic);
      known.set(topic, asked);
      // What failed is asked again.
      asked.catch(() => known.delete(topic));
      return asked;
    },

    async positions(group, topics) {
      const [committed, bounds] = await Promise.all([
        admin.fetchOffsets({ groupId: group, topics: [...topics] }),
        Promise.all(topics.map(async (topic) => ({ topic, at: await admin.fetchTopicOffsets(topic) }))),
      ]);
      const committedAt = new Map(
        committed.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => [`${topic}/${partition}`, Number(offset)]),
        ),
      );
      return bounds.flatMap(({ topic, at }) =>
        at.map(({ partition, low, high }) => {
          const offset = committedAt.get(`${topic}/${partition}`) ?? -1;
          return {
            topic,
            partition,
            committed: offset < 0 ? null : offset,
            low: Number(low),
            high: Number(high),
          };
        }),
      );
    },

    close: () => admin.disconnect(),
  };
}

async function countPartitions(admin: Admin, topic: string): Promise<number | null> {
  // Asked for by name, a topic that is missing is an error in the client's log.
  if (!(await admin.listTopics()).includes(topic)) return null;
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  return topics.find(({ name }) => name === topic)?.partitions.length ?? null;
}
