import type { CommitQueue } from './commit-queue.js';
import { decodeTimestamp } from './record-codec.js';
import { offsetOf, recordKey, type Store } from './store.js';
import type { Partition, Topic } from './topics.js';

// Few enough that appends and commits hardly wait for the transaction in between.
const RECORDS_PER_TRANSACTION = 5_000;
const BYTES_PER_TRANSACTION = 1024 * 1024;

/**
 * Deletes from the front of each partition what is older than `instantMs` and what every group that has ever
 * opened the topic has committed. Stops at the first record that must stay. A topic that no group has opened yet is
 * kept whole: whoever comes first finds everything.
 * @returns how many records were deleted
 */
export async function deleteRecordsBefore(
  store: Store,
  queue: CommitQueue,
  topics: readonly Topic[],
  instantMs: number,
): Promise<number> {
  let total = 0;
  for (const topic of topics) {
    for (const partition of topic.partitions) {
      for (;;) {
        const deleted = await deleteSome(store, queue, topic, partition, instantMs);
        total += deleted;
        if (deleted < RECORDS_PER_TRANSACTION) break;
      }
    }
  }
  return total;
}

async function deleteSome(
  store: Store,
  queue: CommitQueue,
  topic: Topic,
  partition: Partition,
  instantMs: number,
): Promise<number> {
  let keys: Buffer[] = [];
  await queue.submit({
    bytes: BYTES_PER_TRANSACTION,
    apply: () => {
      keys = deletableKeys(store, topic, partition, instantMs);
      for (const key of keys) void store.records.remove(key);
    },
    committed: () => {
      const last = keys.at(-1);
      if (last !== undefined) partition.first = offsetOf(last) + 1;
    },
    failed: () => undefined,
  });
  return keys.length;
}

function deletableKeys(store: Store, topic: Topic, partition: Partition, instantMs: number): Buffer[] {
  // Positions on disk only: one that is in this very transaction may yet fail.
  const committed = [...partition.groups.values()].map((position) => position.committed);
  if (committed.length === 0) return [];
  const keys: Buffer[] = [];
  const range = store.records.getRange({
    start: recordKey(topic.id, partition.index, partition.first),
    end: recordKey(topic.id, partition.index, Math.min(...committed)),
    limit: RECORDS_PER_TRANSACTION,
  });
  for (const { key, value } of range) {
    if (decodeTimestamp(value) >= instantMs) break;
    keys.push(key);
  }
  return keys;
}
