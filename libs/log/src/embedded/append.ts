import type { NewRecord } from '../log.js';
import type { Write } from './commit-queue.js';
import { encodeRecords } from './record-codec.js';
import { recordKey, type Store } from './store.js';
import { partitionOf, storeTopic, type Partition, type Topic } from './topics.js';

/** What one append adds to one partition. */
interface Addition {
  readonly partition: Partition;
  readonly values: Buffer[];
  /** After its last record, once the transaction has given the offsets. */
  end: number;
}

/**
 * The write that adds records to a topic, all of them or none.
 * @param keyless a number that changes with each append: it chooses the partition of records without a key
 * @throws RangeError naming the first record that can't be stored
 */
export function appendWrite(
  store: Store,
  topic: Topic,
  records: readonly NewRecord[],
  keyless: number,
): Write {
  const values = encodeRecords(records);
  const additions = divide(topic, records, values, keyless);
  return {
    bytes: values.reduce((sum, value) => sum + value.length, 0),
    apply: () => {
      storeTopic(store, topic);
      for (const addition of additions) {
        const { partition } = addition;
        for (const value of addition.values) {
          void store.records.put(recordKey(topic.id, partition.index, partition.next), value);
          partition.next += 1;
        }
        addition.end = partition.next;
        void store.ends.put([topic.id, partition.index], addition.end);
      }
    },
    committed: () => {
      topic.stored = true;
      for (const { partition, end } of additions) partition.end = end;
      for (const listener of topic.listeners) listener();
    },
    failed: () => {
      for (const { partition } of additions) partition.next = partition.end;
    },
  };
}

function divide(
  topic: Topic,
  records: readonly NewRecord[],
  values: readonly Buffer[],
  keyless: number,
): readonly Addition[] {
  const additions = topic.partitions.map((partition): Addition => ({ partition, values: [], end: 0 }));
  values.forEach((value, i) => {
    const key = records[i]?.key ?? null;
    const index = key === null ? keyless % topic.partitions.length : partitionOf(topic, key);
    additions[index]?.values.push(value);
  });
  return additions.filter((addition) => addition.values.length > 0);
}
