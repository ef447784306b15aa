import { CompressionTypes, type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';
import type { NewRecord } from '../log.js';
import { RETRY } from './client.js';
import { reasonOf, typeOf } from './errors.js';
import type { KafkaLogOptions } from './options.js';
import { partitionOf } from './partition-of.js';
import { encodeRecords, type EncodedRecord } from './records.js';
import type { TopicAdmin } from './topics.js';

// What brokers take of a partition in one request unless told otherwise is 1 MiB; all of a topic's records of a
// request may be for one partition.
const MAX_TOPIC_BYTES = 900 * 1024;
const MAX_TOPIC_RECORDS = 5_000;
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;

/** What one request takes of one append. */
interface Chunk {
  readonly topic: string;
  readonly messages: Message[];
  readonly bytes: number;
  readonly append: PendingAppend;
}

interface PendingAppend {
  /** Chunks that are not acknowledged yet. */
  open: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export interface Appender {
  append(topic: string, records: readonly NewRecord[]): Promise<void>;
  /** Finishes the appends that are under way. */
  close(): Promise<void>;
}

/**
 * Appends with one request at a time, which takes along all that has come together meanwhile.
 *
 * The producer is idempotent: a request whose answer was lost is sent again, and stored once. That rests on the
 * numbers the producer counts for each partition. After a request that failed for good it isn't known whether they
 * were used; with two requests at once, one that fails gives its numbers to the other, and the broker takes that
 * for a repetition, acknowledges it and stores nothing. So there is one request at a time, and after a failure a
 * new producer.
 */
export function createAppender(
  client: Kafka,
  admin: TopicAdmin,
  compression: KafkaLogOptions['compression'],
): Appender {
  const underWay = new Set<Promise<void>>();
  let waiting: Chunk[] = [];
  let producer: Producer | null = null;
  let isPumping = false;
  let keyless = 0;

  async function send(chunks: readonly Chunk[]): Promise<void> {
    if (producer === null) {
      producer = client.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        // Of no effect, as every record has its partition; without it kafkajs warns of its older ones.
        createPartitioner: Partitioners.DefaultPartitioner,
        retry: RETRY,
      });
      await producer.connect();
    }
    await producer.sendBatch({
      acks: -1,
      compression: compression === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None,
      topicMessages: byTopic(chunks),
    });
  }

  async function pump(): Promise<void> {
    if (isPumping) return;
    isPumping = true;
    while (waiting.length > 0) {
      const chunks = waiting.splice(0, requestLength(waiting));
      try {
        await send(chunks);
        for (const { append } of chunks) {
          append.open -= 1;
          if (append.open === 0) append.resolve();
        }
      } catch (error) {
        await fail(chunks, error);
      }
    }
    isPumping = false;
  }

  async function fail(chunks: readonly Chunk[], cause: unknown): Promise<void> {
    const failed = new Set(chunks.map(({ append }) => append));
    // The rest of an append that failed isn't stored for nothing.
    waiting = waiting.filter(({ append }) => !failed.has(append));
    for (const { append, topic, bytes } of chunks) append.reject(failureOf(cause, topic, bytes));
    const old = producer;
    producer = null;
    await old?.disconnect().catch(() => undefined);
  }

  async function appendAll(topic: string, records: readonly NewRecord[]): Promise<void> {
    const partitions = await admin.partitions(topic);
    const forKeyless = keyless++ % partitions;
    const encoded = encodeRecords(records, (key) =>
      key === null ? forKeyless : partitionOf(key, partitions),
    );
    await new Promise<void>((resolve, reject) => {
      const append: PendingAppend = { open: 0, resolve, reject };
      const chunks = chunksOf(topic, encoded, append);
      append.open = chunks.length;
      waiting.push(...chunks);
      void pump();
    });
  }

  return {
    async append(topic, records) {
      if (records.length === 0) return;
      const appending = appendAll(topic, records);
      underWay.add(appending);
      try {
        await appending;
      } finally {
        underWay.delete(appending);
      }
    },
    async close() {
      await Promise.allSettled(underWay);
      await producer?.disconnect();
    },
  };
}

/** Cuts an append into parts that a request can take. */
function chunksOf(topic: string, records: readonly EncodedRecord[], append: PendingAppend): Chunk[] {
  const chunks: Chunk[] = [];
  let messages: Message[] = [];
  let bytes = 0;
  const cut = (): void => {
    if (messages.length > 0) chunks.push({ topic, messages, bytes, append });
    messages = [];
    bytes = 0;
  };
  for (const record of records) {
    if (bytes + record.bytes > MAX_TOPIC_BYTES || messages.length === MAX_TOPIC_RECORDS) cut();
    messages.push(record.message);
    bytes += record.bytes;
  }
  cut();
  return chunks;
}

/**
 * How many of the waiting chunks, from the first on, go into one request. A record that is larger than brokers
 * take by default goes alone: where it is refused, nothing else fails with it.
 */
function requestLength(waiting: readonly Chunk[]): number {
  const topicBytes = new Map<string, number>();
  const topicRecords = new Map<string, number>();
  let total = 0;
  let length = 0;
  for (const { topic, bytes, messages } of waiting) {
    const ofTopic = (topicBytes.get(topic) ?? 0) + bytes;
    const records = (topicRecords.get(topic) ?? 0) + messages.length;
    total += bytes;
    const fits = ofTopic <= MAX_TOPIC_BYTES && records <= MAX_TOPIC_RECORDS && total <= MAX_REQUEST_BYTES;
    if (!fits) break;
    topicBytes.set(topic, ofTopic);
    topicRecords.set(topic, records);
    length += 1;
  }
  return Math.max(length, 1);
}

function byTopic(chunks: readonly Chunk[]): { topic: string; messages: Message[] }[] {
  const messages = new Map<string, Message[]>();
  for (const chunk of chunks) {
    const of = messages.get(chunk.topic);
    if (of === undefined) messages.set(chunk.topic, [...chunk.messages]);
    else for (const message of chunk.messages) of.push(message);
  }
  return [...messages].map(([topic, ofTopic]) => ({ topic, messages: ofTopic }));
}

function failureOf(cause: unknown, topic: string, bytes: number): Error {
  const type = typeOf(cause);
  if (type === 'MESSAGE_TOO_LARGE' || type === 'RECORD_LIST_TOO_LARGE') {
    return new Error(
      `The topic ${topic} refuses a record or batch of ${bytes} bytes: raise its max.message.bytes.`,
      { cause },
    );
  }
  return new Error(`It is not certain that the records for ${topic} are stored: ${reasonOf(cause)}`, {
    cause,
  });
}
