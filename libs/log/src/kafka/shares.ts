import type { KafkaMessage } from 'kafkajs';
import type { Batch, LoggedRecord, PackedRecords } from '../log.js';
import { setOf } from './packed/packed-fetch.js';
import type { RecordSet } from './packed/record-set.js';
import { AROUND_BYTES, decodeRecord, sizeOf } from './records.js';

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

/** Records of one fetch: as kafkajs decodes them, or as they came. */
interface Fetched {
  readonly from: readonly KafkaMessage[] | RecordSet;
  /** The first that was not read yet. */
  at: number;
}

/** What is read at once, and the offset of its last record. */
interface Taken {
  readonly share: Share;
  readonly batch: Batch;
  readonly lastOffset: number;
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
  take(maxRecords: number): Taken | null;
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
      const set = setOf(messages[0]);
      // What a batch holds from before the offset that was asked for is not wanted.
      const at = set === undefined ? 0 : firstFrom(set, share.next ?? 0);
      share.next = lastOffset + 1;
      if (at === set?.length) return;
      const from = set ?? messages;
      const bytes = set === undefined ? sum(messages.map(sizeOf)) : sizeOfSet(set, at, set.length);
      share.fetched.push({ from, at });
      share.bytes += bytes;
      held += bytes;
    },

    take(maxRecords) {
      for (let i = 0; i < all.length; i += 1) {
        const share = all[(turn + i) % all.length];
        if (share === undefined || share.fetched.length === 0) continue;
        turn = (turn + i + 1) % all.length;
        const before = share.bytes;
        const taken = takeBatch(share, maxRecords, limits.maxBatchBytes);
        held -= before - share.bytes;
        return taken;
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

function takeBatch(share: Share, maxRecords: number, maxBytes: number): Taken | null {
  const [first] = share.fetched;
  if (first === undefined) return null;
  const { topic, partition } = share;
  const { from: set, at } = first;
  if (!isMessages(set)) {
    const behind = endOf(set, at, maxRecords, maxBytes);
    share.bytes -= sizeOfSet(set, at, behind);
    first.at = behind;
    if (behind === set.length) share.fetched.shift();
    const batch = packedBatch(topic, partition, set, at, behind);
    return { share, batch, lastOffset: set.offsets[behind - 1] ?? 0 };
  }
  const records = takeRecords(share, maxRecords, maxBytes);
  return { share, batch: { topic, partition, records }, lastOffset: records.at(-1)?.offset ?? 0 };
}

/** The next records of a share that holds some as messages; of several fetches where they follow each other. */
function takeRecords(share: Share, maxRecords: number, maxBytes: number): LoggedRecord[] {
  const records: LoggedRecord[] = [];
  let bytes = 0;
  for (;;) {
    const [first] = share.fetched;
    const messages = first?.from;
    if (first === undefined || !isMessages(messages)) break;
    const message = messages[first.at];
    if (message === undefined || records.length >= maxRecords) break;
    const size = sizeOf(message);
    if (records.length > 0 && bytes + size > maxBytes) break;
    records.push(decodeRecord(message));
    bytes += size;
    first.at += 1;
    if (first.at === messages.length) share.fetched.shift();
  }
  share.bytes -= bytes;
  return records;
}

function isMessages(from: Fetched['from'] | undefined): from is readonly KafkaMessage[] {
  return Array.isArray(from);
}

/** Some records of a set, of which objects are made when they are asked for. */
function packedBatch(topic: string, partition: number, set: RecordSet, from: number, behind: number): Batch {
  let records: readonly LoggedRecord[] | undefined;
  const packed: PackedRecords = {
    length: behind - from,
    bytes: set.bytes,
    valueStarts: set.valueStarts.subarray(from, behind),
    valueEnds: set.valueEnds.subarray(from, behind),
    hasHeaders: (n) => set.headersAt[from + n] !== 0,
    record: (n) => set.record(from + n),
  };
  return {
    topic,
    partition,
    packed,
    get records() {
      records ??= Array.from({ length: packed.length }, (_, n) => packed.record(n));
      return records;
    },
  };
}

/** The first record at the offset or behind it. */
function firstFrom({ offsets, length }: RecordSet, offset: number): number {
  let n = 0;
  while (n < length && (offsets[n] ?? 0) < offset) n += 1;
  return n;
}

/** Where a batch that begins at `at` ends. */
function endOf(set: RecordSet, at: number, maxRecords: number, maxBytes: number): number {
  const most = Math.min(set.length, at + maxRecords);
  if (sizeOfSet(set, at, most) <= maxBytes) return most;
  let behind = at + 1;
  while (behind < most && sizeOfSet(set, at, behind + 1) <= maxBytes) behind += 1;
  return behind;
}

/** What records of a set take in memory, about: keys and headers stand between their values. */
function sizeOfSet({ valueStarts, valueEnds }: RecordSet, from: number, behind: number): number {
  if (from === behind) return 0;
  return (valueEnds[behind - 1] ?? 0) - (valueStarts[from] ?? 0) + (behind - from) * AROUND_BYTES;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
