import type { KafkaMessage } from 'kafkajs';
import type { Batch, LoggedRecord } from '../log.js';
import { decodeRecord, sizeOf } from './records.js';

/** A partition as its reader has it, from one assignment of the group to the next. */
export interface Share {
  readonly topic: string;
  readonly partition: number;
  /** The offset that the next fetch must start at; null while it is being found out. */
  next: number | null;
  /** Where to go on once that is found out; null: where the group has committed. */
  resumeAt: number | null;
  /** Up to where the group's commits are known to reach; null: not known, or nothing. */
  committed: number | null;
  /** Fetched, and not read yet. */
  readonly fetched: Fetched[];
  /** What `fetched` takes in memory, about. */
  bytes: number;
  paused: boolean;
  /** The commit that is under way: one at a time, or an older one could come last. */
  committing: Promise<unknown>;
}

/** Records of one fetch. */
interface Fetched {
  readonly messages: readonly KafkaMessage[];
  /** The first that was not read yet. */
  at: number;
}

export interface ShareLimits {
  /** A partition that holds so much is fetched no more. */
  readonly maxBytesPerPartition: number;
  /** Where all together hold so much, none is fetched until they hold half. */
  readonly maxHeldBytes: number;
  readonly maxBatchBytes: number;
}

/** The partitions of one assignment. */
export interface Shares {
  readonly all: readonly Share[];
  get(topic: string, partition: number): Share | undefined;
  /** Adds what a fetch brought; the share goes on behind its last offset. */
  add(share: Share, messages: readonly KafkaMessage[], lastOffset: number): void;
  /** The next batch that is there, of the partition whose turn it is; null where none is. */
  take(maxRecords: number): { readonly share: Share; readonly batch: Batch } | null;
  /** The shares whose fetching is to be paused or to go on, which are marked so. */
  regulate(): { readonly pause: readonly Share[]; readonly resume: readonly Share[] };
}

/** The shares of an assignment, all paused: where each goes on is to be found out first. */
export function createShares(
  assignment: Readonly<Record<string, readonly number[]>>,
  limits: ShareLimits,
): Shares {
  const all = Object.entries(assignment).flatMap(([topic, partitions]) =>
    partitions.map((partition): Share => {
      return {
        topic,
        partition,
        next: null,
        resumeAt: null,
        committed: null,
        fetched: [],
        bytes: 0,
        paused: true,
        committing: Promise.resolve(),
      };
    }),
  );
  const byPartition = new Map(all.map((share) => [`${share.topic}/${share.partition}`, share]));
  let held = 0;
  let isFull = false;
  let turn = 0;

  return {
    all,
    get: (topic, partition) => byPartition.get(`${topic}/${partition}`),

    add(share, messages, lastOffset) {
      const bytes = messages.reduce((sum, message) => sum + sizeOf(message), 0);
      share.fetched.push({ messages, at: 0 });
      share.next = lastOffset + 1;
      share.bytes += bytes;
      held += bytes;
    },

    take(maxRecords) {
      for (let i = 0; i < all.length; i += 1) {
        const share = all[(turn + i) % all.length];
        if (share === undefined || share.fetched.length === 0) continue;
        turn = (turn + i + 1) % all.length;
        const before = share.bytes;
        const records = takeRecords(share, maxRecords, limits.maxBatchBytes);
        held -= before - share.bytes;
        return { share, batch: { topic: share.topic, partition: share.partition, records } };
      }
      return null;
    },

    regulate() {
      isFull = held >= (isFull ? limits.maxHeldBytes / 2 : limits.maxHeldBytes);
      const changed = all.filter((share) => {
        const paused = share.next === null || isFull || share.bytes >= limits.maxBytesPerPartition;
        if (paused === share.paused) return false;
        share.paused = paused;
        return true;
      });
      return {
        pause: changed.filter(({ paused }) => paused),
        resume: changed.filter(({ paused }) => !paused),
      };
    },
  };
}

/** The next records of a share that holds some; of several fetches where they follow each other. */
function takeRecords(share: Share, maxRecords: number, maxBytes: number): LoggedRecord[] {
  const records: LoggedRecord[] = [];
  let bytes = 0;
  for (;;) {
    const [first] = share.fetched;
    const message = first?.messages[first.at];
    if (first === undefined || message === undefined || records.length >= maxRecords) break;
    const size = sizeOf(message);
    if (records.length > 0 && bytes + size > maxBytes) break;
    records.push(decodeRecord(message));
    bytes += size;
    first.at += 1;
    if (first.at === first.messages.length) share.fetched.shift();
  }
  share.bytes -= bytes;
  return records;
}
