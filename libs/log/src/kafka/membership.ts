import { setTimeout as pause } from 'node:timers/promises';
import type { Batch as FetchedBatch, Consumer, Kafka } from 'kafkajs';
import { RETRY } from './client.js';
import { reasonOf } from './errors.js';
import { createLatch } from './latch.js';

// A fetch waits so long for new records, and a reader that goes on or closes waits for a fetch.
const FETCH_WAIT_MS = 100;
const MAX_FETCH_BYTES = 16 * 1024 * 1024;
const LONGEST_HEARTBEAT_INTERVAL_MS = 3_000;
const FIRST_RESTART_MS = 250;
const LONGEST_RESTART_MS = 10_000;
// Something in the records may kill each consumer that fetches them, such as a compression it doesn't know.
const SHORT_LIFE_MS = 60_000;
const MAX_SHORT_LIVES = 6;
// A broker that has just started loads its groups first.
const JOINED_WITHIN_MS = 20_000;
const LEAVE_WITHIN_MS = 10_000;

export interface MembershipOptions {
  readonly client: Kafka;
  readonly group: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  readonly maxBytesPerPartition: number;
  readonly giveUpAfterMs: number;
  readonly now: () => number;
  readonly events: MembershipEvents;
}

/** What happens to a member of a group. All are called at once, in the order in which it happens. */
export interface MembershipEvents {
  /** The group has given out its partitions; what was assigned before is no longer. */
  joined(consumer: Consumer, assignment: Readonly<Record<string, readonly number[]>>): void;
  /** The member is out of the group, and tries to get in again. */
  left(): void;
  /** @returns whether the batch was taken; one that wasn't is fetched again */
  fetched(batch: FetchedBatch): boolean;
  /** A fetch brought nothing to read: the records up to this offset are not for readers. */
  skipped(topic: string, partition: number, lastOffset: number): void;
  committed(topic: string, partition: number, offset: number): void;
  /** The coordinator of the group has answered. */
  alive(): void;
  /** The member could not get back into the group in the time it had. */
  failed(error: Error): void;
}

export interface Membership {
  /** Leaves the group. */
  close(): Promise<void>;
}

/**
 * Joins a group, and stays in it until closed: a consumer that dies is followed by a new one.
 * @throws Error where it can't join at all
 */
export async function joinGroup(options: MembershipOptions): Promise<Membership> {
  const { group, now, events } = options;
  const closing = createLatch();
  const waiting = new AbortController();

  /** A consumer in the group, after as many as it takes; the error of the last where the time is up. */
  async function enter(giveUpAt: number, isWorthAnother: (error: unknown) => boolean): Promise<Life | Error> {
    for (let attempt = 1; ; attempt += 1) {
      const life = startConsumer(options);
      if ((await life.started) === 'joined') return life;
      const { error } = life;
      if (!isWorthAnother(error) || now() >= giveUpAt) {
        return new Error(`The group ${group} can't be joined: ${reasonOf(error)}`, { cause: error });
      }
      await backOff(attempt);
      if (closing.isOpen()) return new Error(`The reader of the group ${group} is closed.`);
    }
  }

  async function backOff(attempt: number): Promise<void> {
    const wait = Math.min(FIRST_RESTART_MS * 2 ** (attempt - 1), LONGEST_RESTART_MS);
    // Closing cuts it short.
    await pause(wait, undefined, { signal: waiting.signal }).catch(() => undefined);
  }

  /** One consumer after another, until closed or until there is no more hope. */
  async function supervise(first: Life): Promise<void> {
    let current = first;
    let shortLives = 0;
    for (;;) {
      const startedAt = now();
      await Promise.race([current.died, closing.opened]);
      if (closing.isOpen()) break;
      events.left();
      shortLives = now() - startedAt < SHORT_LIFE_MS ? shortLives + 1 : 1;
      if (shortLives > MAX_SHORT_LIVES) {
        events.failed(
          new Error(`The consumer of the group ${group} dies again and again: ${reasonOf(current.error)}`, {
            cause: current.error,
          }),
        );
        return;
      }
      await backOff(shortLives);
      if (closing.isOpen()) return;
      const next = await enter(now() + options.giveUpAfterMs, () => true);
      if (next instanceof Error) {
        if (!closing.isOpen()) events.failed(next);
        return;
      }
      current = next;
    }
    await current.stop();
  }

  const first = await enter(now() + JOINED_WITHIN_MS, mayPass);
  if (first instanceof Error) throw first;

  const supervision = supervise(first);
  return {
    async close() {
      closing.open();
      waiting.abort();
      // With the brokers away nothing can be told them: the session ends by itself.
      await Promise.race([supervision, pause(LEAVE_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

/** Whether a consumer that died of this may do better later; a refused password won't. */
function mayPass(error: unknown): boolean {
  for (let at = error; typeof at === 'object' && at !== null; at = 'cause' in at ? at.cause : null) {
    if ('retriable' in at && at.retriable === true) return true;
  }
  return false;
}

/** One consumer of kafkajs, from its start to its end. */
interface Life {
  /** Once it is in the group for the first time, or has died before. */
  readonly started: Promise<'joined' | 'died'>;
  readonly died: Promise<void>;
  /** What it died of. */
  readonly error: unknown;
  stop(): Promise<void>;
}

function startConsumer({ client, group, topics, events, ...options }: MembershipOptions): Life {
  const consumer = client.consumer({
    groupId: group,
    sessionTimeout: options.sessionTimeoutMs,
    heartbeatInterval: Math.min(LONGEST_HEARTBEAT_INTERVAL_MS, Math.ceil(options.sessionTimeoutMs / 10)),
    maxBytesPerPartition: options.maxBytesPerPartition,
    maxBytes: MAX_FETCH_BYTES,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    allowAutoTopicCreation: false,
    // A consumer that was restarted by kafkajs keeps its broken connections: a new one is made instead.
    retry: { ...RETRY, restartOnFailure: () => Promise.resolve(false) },
  });
  let hasEnded = false;
  let error: unknown = null;
  const died = createLatch();
  const joined = createLatch();
  const end = (reason: unknown): void => {
    if (hasEnded) return;
    hasEnded = true;
    error = reason;
    died.open();
  };
  const { GROUP_JOIN, CRASH, HEARTBEAT, COMMIT_OFFSETS, START_BATCH_PROCESS } = consumer.events;
  consumer.on(CRASH, ({ payload }) => {
    end(payload.error);
  });
  consumer.on(GROUP_JOIN, ({ payload }) => {
    if (hasEnded) return;
    events.joined(consumer, payload.memberAssignment);
    events.alive();
    joined.open();
  });
  consumer.on(HEARTBEAT, () => {
    if (!hasEnded) events.alive();
  });
  consumer.on(COMMIT_OFFSETS, ({ payload }) => {
    for (const { topic, partitions } of payload.topics) {
      for (const { partition, offset } of partitions) events.committed(topic, partition, Number(offset));
    }
  });
  consumer.on(START_BATCH_PROCESS, ({ payload }) => {
    if (hasEnded || payload.batchSize > 0) return;
    events.skipped(payload.topic, payload.partition, Number(payload.lastOffset));
  });

  async function run(): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      // Takes the records and lets kafkajs go on: it is its loop that tells the group of this member's life, so
      // that a reader may work on what it has for as long as it needs. Whoever holds enough pauses the partition.
      eachBatch: (payload) => {
        const { batch } = payload;
        if (!hasEnded && events.fetched(batch)) payload.resolveOffset(batch.lastOffset());
        return Promise.resolve();
      },
    });
  }

  const running = run().catch(async (reason: unknown) => {
    await consumer.disconnect().catch(() => undefined);
    end(reason);
  });
  return {
    started: Promise.race([
      joined.opened.then(() => 'joined' as const),
      died.opened.then(() => 'died' as const),
    ]),
    died: died.opened,
    get error() {
      return error;
    },
    async stop() {
      await running;
      hasEnded = true;
      await consumer.disconnect().catch(() => undefined);
    },
  };
}
