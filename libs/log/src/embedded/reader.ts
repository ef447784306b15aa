import type { Batch, LoggedRecord, Reader } from '../log.js';
import { createWaiting } from '../waiting.js';
import type { CommitQueue, Write } from './commit-queue.js';
import { decodeRecord } from './record-codec.js';
import { offsetOf, recordKey, type Store } from './store.js';
import { storeTopic, type GroupPosition, type Partition, type Topic } from './topics.js';

const POSITION_BYTES = 100;

/** One partition that a reader reads. */
interface Share {
  readonly topic: Topic;
  readonly partition: Partition;
  readonly position: GroupPosition;
  /** The offset that the next batch starts at. */
  next: number;
}

export interface ReaderOptions {
  readonly store: Store;
  readonly queue: CommitQueue;
  readonly group: string;
  readonly topics: readonly Topic[];
  /** Where a batch takes no more records, in bytes of stored records. */
  readonly maxBatchBytes: number;
  /** The open readers of the log: this one is among them until it closes. */
  readonly open: Set<Reader>;
  /** Called once, when the reader closes. */
  onClose(): void;
}

/**
 * Makes the group known on disk, so that retention keeps what it has not read, and opens its reader at the
 * committed positions.
 */
export async function openReader(options: ReaderOptions): Promise<Reader> {
  const { store, queue, group, topics } = options;
  await queue.submit(registration(store, group, topics));
  const shares: Share[] = [];
  for (const topic of topics) {
    for (const partition of topic.partitions) {
      const position = positionOf(partition, group);
      shares.push({ topic, partition, position, next: Math.max(position.committed, partition.first) });
    }
  }
  return createReader(options, shares);
}

function createReader(options: ReaderOptions, shares: readonly Share[]): Reader {
  const { store, queue, group, topics } = options;
  let closed = false;
  let turn = 0;
  const waiting = createWaiting();
  const listener = (): void => {
    waiting.wake();
  };
  for (const topic of topics) topic.listeners.add(listener);

  function checkOpen(): void {
    if (closed) throw new Error(`The reader of the group ${group} is closed: open another.`);
  }

  /** The next batch that is there already. Partitions take turns, so that a busy one doesn't keep others waiting. */
  function takeBatch(maxRecords: number): Batch | null {
    for (let i = 0; i < shares.length; i += 1) {
      const share = shares[(turn + i) % shares.length];
      if (share === undefined || share.next >= share.partition.end) continue;
      const records = readRecords(store, share, maxRecords, options.maxBatchBytes);
      const last = records.at(-1);
      if (last === undefined) continue;
      share.next = last.offset + 1;
      turn = (turn + i + 1) % shares.length;
      return { topic: share.topic.name, partition: share.partition.index, records };
    }
    return null;
  }

  const reader: Reader = {
    async read({ maxRecords, waitMs }) {
      checkOpen();
      if (!(maxRecords >= 1))
        throw new RangeError(`maxRecords is ${maxRecords}: a batch has at least 1 record.`);
      return await waiting.until(() => (closed ? undefined : takeBatch(maxRecords)), waitMs);
    },

    async commit(batch) {
      checkOpen();
      const share = shares.find((s) => s.topic.name === batch.topic && s.partition.index === batch.partition);
      const last = batch.records.at(-1);
      if (share === undefined || last === undefined || last.offset >= share.next) {
        throw new Error(
          `The batch of ${batch.topic}/${batch.partition} was not read by this reader: nothing to commit.`,
        );
      }
      await queue.submit(commitment(store, group, share, last.offset + 1));
      return true;
    },

    // A group has one reader of a topic at a time: all of it is this reader's until it closes.
    holds: () => !closed,
    owns: (topic) => !closed && topics.some(({ name }) => name === topic),
    assignment: () => 1,
    share: (topic) =>
      closed
        ? []
        : topics
            .filter(({ name }) => name === topic)
            .flatMap(({ partitions }) =>
              partitions.map(({ index }) => `${topic}/${index} of ${partitions.length}`),
            ),

    lag: () =>
      Promise.resolve(
        shares.reduce(
          (sum, { partition, position }) =>
            sum + partition.end - Math.max(position.committed, partition.first),
          0,
        ),
      ),

    close() {
      if (!closed) {
        closed = true;
        for (const topic of topics) topic.listeners.delete(listener);
        options.open.delete(reader);
        options.onClose();
        waiting.wake();
      }
      return Promise.resolve();
    },
  };
  options.open.add(reader);
  return reader;
}

function readRecords(store: Store, share: Share, maxRecords: number, maxBytes: number): LoggedRecord[] {
  const { topic, partition, next } = share;
  const records: LoggedRecord[] = [];
  let bytes = 0;
  const range = store.records.getRange({
    start: recordKey(topic.id, partition.index, next),
    end: recordKey(topic.id, partition.index, partition.end),
    limit: Math.min(maxRecords, partition.end - next),
  });
  for (const { key, value } of range) {
    bytes += value.length;
    if (records.length > 0 && bytes > maxBytes) break;
    records.push(decodeRecord(offsetOf(key), value));
  }
  return records;
}

function registration(store: Store, group: string, topics: readonly Topic[]): Write {
  const positions = topics.flatMap((topic) =>
    topic.partitions.map((partition) => ({ topic, partition, position: positionOf(partition, group) })),
  );
  return {
    bytes: positions.length * POSITION_BYTES,
    apply: () => {
      for (const topic of topics) storeTopic(store, topic);
      for (const { topic, partition, position } of positions) {
        if (!position.stored) {
          void store.positions.put([group, topic.id, partition.index], position.assigned);
        }
      }
    },
    committed: () => {
      for (const topic of topics) topic.stored = true;
      for (const { position } of positions) position.stored = true;
    },
    failed: () => undefined,
  };
}

function commitment(store: Store, group: string, share: Share, offset: number): Write {
  const { topic, partition, position } = share;
  let target = offset;
  return {
    bytes: POSITION_BYTES,
    apply: () => {
      // An older batch that is committed late doesn't take the group back to where it was.
      target = Math.max(position.assigned, offset);
      position.assigned = target;
      void store.positions.put([group, topic.id, partition.index], target);
    },
    committed: () => {
      position.committed = target;
    },
    failed: () => {
      position.assigned = position.committed;
    },
  };
}

/** The group's position, which from now on holds retention back. */
function positionOf(partition: Partition, group: string): GroupPosition {
  const known = partition.groups.get(group);
  if (known !== undefined) return known;
  const position = { committed: partition.first, assigned: partition.first, stored: false };
  partition.groups.set(group, position);
  return position;
}
