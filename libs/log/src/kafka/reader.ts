import { setTimeout as pause } from 'node:timers/promises';
import type { Batch as FetchedBatch, Consumer, Kafka } from 'kafkajs';
import type { Batch, Reader, TopicPartition } from '../log.js';
import { createWaiting } from '../waiting.js';
import { reasonOf, typeOf } from './errors.js';
import { createLatch } from './latch.js';
import { joinGroup, type Membership, type MembershipEvents } from './membership.js';
import { partitionOf } from './partition-of.js';
import { createShares, type Share, type ShareLimits, type Shares } from './shares.js';
import type { Position, TopicAdmin } from './topics.js';

const AGAIN_AFTER_MS = 200;
const COMMIT_WITHIN_MS = 60_000;
/** How often a position beyond the end of its partition is asked for again before it is taken for a wrong one. */
const POSITION_ATTEMPTS = 5;

/** What the broker says to a commit of a reader that has lost its partitions. */
const LOST = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'REBALANCE_IN_PROGRESS',
  'FENCED_INSTANCE_ID',
]);

/** A reader, with what operations want to know of it. */
export interface KafkaReader extends Reader {
  /** The partitions that it has now; none while the group gives them out anew. */
  assigned(): readonly TopicPartition[];
  /** When the group last knew this reader to be alive, in ms since the epoch. */
  progressedAt(): number;
}

export interface ReaderOptions extends ShareLimits {
  readonly client: Kafka;
  readonly admin: TopicAdmin;
  readonly group: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  readonly giveUpAfterMs: number;
  readonly now: () => number;
  /** Called once, when the reader closes. */
  onClose(): void;
}

/** Partitions as they were given out, until they are given out anew. */
interface Assignment {
  readonly consumer: Consumer;
  readonly shares: Shares;
}

/**
 * Opens a reader that is in its group, and knows where to read.
 *
 * Whenever the group gives out its partitions anew, all that this reader had is lost to it, even a partition that
 * comes back: it forgets what it holds and starts where the group has committed. So a batch can only be committed
 * in the assignment it was read in, and no batch that another reader may have worked on meanwhile is.
 */
export async function openReader(options: ReaderOptions): Promise<KafkaReader> {
  const { client, admin, group, topics, now } = options;
  const readIn = new WeakMap<Batch, { readonly of: Assignment; readonly lastOffset: number }>();
  const partitionCounts = new Map<string, number>();
  const located = createLatch();
  let assignment: Assignment | null = null;
  let assignments = 0;
  let failure: Error | null = null;
  let closing: Promise<void> | null = null;
  let aliveAt = now();
  const waiting = createWaiting();

  function checkUsable(): void {
    if (closing !== null) throw new Error(`The reader of the group ${group} is closed: open another.`);
    if (failure !== null) throw failure;
  }

  const isCurrent = (of: Assignment): boolean => assignment === of && closing === null;

  function regulate({ consumer, shares }: Assignment): void {
    const { pause: toPause, resume } = shares.regulate();
    if (toPause.length > 0) consumer.pause(toPause.map(ofKafka));
    if (resume.length > 0) consumer.resume(resume.map(ofKafka));
  }

  /** Finds out where each share without a position goes on, and lets its fetching go on there. */
  async function locate(of: Assignment): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const positions = await admin.positions(group, topics);
        if (!isCurrent(of)) return;
        for (const topic of topics) {
          partitionCounts.set(topic, positions.filter((position) => position.topic === topic).length);
        }
        for (const share of of.shares.all) {
          if (share.next !== null) continue;
          share.next = startOf(share, positions, attempt < POSITION_ATTEMPTS);
          of.consumer.seek({ topic: share.topic, partition: share.partition, offset: String(share.next) });
        }
        regulate(of);
        located.open();
        return;
      } catch {
        // The brokers are away, or not ready yet: if they stay so, the membership ends.
        await pause(AGAIN_AFTER_MS, undefined, { ref: false });
        if (!isCurrent(of)) return;
      }
    }
  }

  const events: MembershipEvents = {
    joined(consumer, given) {
      assignments += 1;
      assignment = { consumer, shares: createShares(given, options) };
      // kafkajs remembers what was paused in earlier assignments.
      consumer.resume(topics.map((topic) => ({ topic })));
      if (assignment.shares.all.length > 0) consumer.pause(assignment.shares.all.map(ofKafka));
      void locate(assignment);
    },
    left() {
      assignment = null;
    },
    fetched(batch) {
      if (assignment === null) return false;
      const share = assignment.shares.get(batch.topic, batch.partition);
      if (share?.next === null || share === undefined) return false;
      if (fetchedFrom(batch) !== share.next) {
        // kafkajs is elsewhere than this reader: it delivers what it fetched before the group gave the partition
        // out, or was sent to the beginning because the records here are deleted. Taking it would leave a gap.
        share.resumeAt = share.next;
        share.next = null;
        regulate(assignment);
        void locate(assignment);
        return false;
      }
      assignment.shares.add(share, batch.messages, Number(batch.lastOffset()));
      regulate(assignment);
      waiting.wake();
      return true;
    },
    skipped(topic, partition, lastOffset) {
      const share = assignment?.shares.get(topic, partition);
      if (share === undefined || share.next === null) return;
      share.next = Math.max(share.next, lastOffset + 1);
    },
    committed(topic, partition, offset) {
      const share = assignment?.shares.get(topic, partition);
      if (share !== undefined) share.committed = Math.max(share.committed ?? 0, offset);
    },
    alive() {
      aliveAt = now();
    },
    failed(error) {
      failure = error;
      located.open();
      waiting.wake();
    },
  };

  /** @returns whether the group has it; false once the partition is lost */
  async function commitUpTo(of: Assignment, share: Share, offset: number): Promise<boolean> {
    const giveUpAt = now() + COMMIT_WITHIN_MS;
    for (;;) {
      checkUsable();
      // What is committed already isn't taken back.
      if ((share.committed ?? 0) >= offset) return true;
      if (!isCurrent(of)) return false;
      let reason = 'the consumer is not running';
      try {
        const { topic, partition } = share;
        await of.consumer.commitOffsets([{ topic, partition, offset: String(offset) }]);
        // kafkajs resolves, too, where its consumer has just ended and nothing was sent.
        if ((share.committed ?? 0) >= offset) return true;
      } catch (error) {
        if (LOST.has(typeOf(error))) {
          // Nothing of this assignment can be committed any more: nothing more of it should be worked on.
          if (assignment === of) assignment = null;
          return false;
        }
        reason = reasonOf(error);
      }
      if (now() >= giveUpAt) {
        throw new Error(`${share.topic}/${share.partition} could not be committed: ${reason}`);
      }
      await pause(AGAIN_AFTER_MS);
    }
  }

  const membership: Membership = await joinGroup({ ...options, client, group, topics, now, events });
  await located.opened;

  return {
    async read({ maxRecords, waitMs }) {
      checkUsable();
      if (!(maxRecords >= 1)) {
        throw new RangeError(`maxRecords is ${maxRecords}: a batch has at least 1 record.`);
      }
      return await waiting.until(() => {
        if (closing !== null) return undefined;
        checkUsable();
        const taken = assignment?.shares.take(maxRecords) ?? null;
        if (assignment === null || taken === null) return null;
        readIn.set(taken.batch, { of: assignment, lastOffset: taken.lastOffset });
        regulate(assignment);
        return taken.batch;
      }, waitMs);
    },

    async commit(batch) {
      checkUsable();
      const read = readIn.get(batch);
      const share = read?.of.shares.get(batch.topic, batch.partition);
      if (read === undefined || share === undefined) {
        throw new Error(
          `The batch of ${batch.topic}/${batch.partition} was not read by this reader: nothing to commit.`,
        );
      }
      const committed = share.committing.then(() => commitUpTo(read.of, share, read.lastOffset + 1));
      share.committing = committed.catch(() => undefined);
      return committed;
    },

    holds(batch) {
      const read = readIn.get(batch);
      return read !== undefined && isCurrent(read.of);
    },

    owns(topic, key) {
      const partitions = partitionCounts.get(topic);
      if (partitions === undefined || closing !== null) return false;
      return assignment?.shares.get(topic, partitionOf(key, partitions)) !== undefined;
    },

    assignment: () => assignments,

    share(topic) {
      const partitions = partitionCounts.get(topic);
      if (assignment === null || partitions === undefined || closing !== null) return [];
      return assignment.shares.all
        .filter((share) => share.topic === topic)
        .map(({ partition }) => `${topic}/${partition} of ${partitions}`);
    },

    assigned: () => assignment?.shares.all.map(({ topic, partition }) => ({ topic, partition })) ?? [],

    progressedAt: () => aliveAt,

    async lag() {
      if (closing !== null) checkUsable();
      const positions = await admin.positions(group, topics);
      return positions.reduce(
        (sum, { committed, low, high }) => sum + Math.max(high - Math.max(committed ?? 0, low), 0),
        0,
      );
    },

    close() {
      closing ??= (async () => {
        options.onClose();
        waiting.wake();
        await membership.close();
      })();
      return closing;
    },
  };
}

/** Where a share goes on. */
function startOf(share: Share, positions: readonly Position[], mayWait: boolean): number {
  const { topic, partition } = share;
  const position = positions.find((each) => each.topic === topic && each.partition === partition);
  if (position === undefined) throw new Error(`${topic}/${partition} is not listed yet.`);
  const wanted = share.resumeAt ?? position.committed ?? position.low;
  share.committed = position.committed;
  // The end that a new leader tells may be behind for a moment; later on, it is another topic of the same name.
  if (wanted > position.high && mayWait) throw new Error(`${topic}/${partition} ends before ${wanted}.`);
  return wanted > position.high || wanted < position.low ? position.low : wanted;
}

/** The offset that a fetch asked for; its first record may stand behind that. */
function fetchedFrom(batch: FetchedBatch): number {
  return 'fetchedOffset' in batch ? Number(batch.fetchedOffset) : Number(batch.firstOffset());
}

function ofKafka({ topic, partition }: Share): { topic: string; partitions: number[] } {
  return { topic, partitions: [partition] };
}
