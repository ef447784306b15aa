import { offsetOf, recordKey, type Store } from './store.js';

/** A topic as this process knows it. */
export interface Topic {
  readonly name: string;
  readonly id: number;
  readonly partitions: readonly Partition[];
  /** Whether the topic itself is on disk yet; if not, the next write to it brings it along. */
  stored: boolean;
  /** Called when records have become readable. */
  readonly listeners: Set<() => void>;
}

/** The bounds of a partition. Offsets count up from 0 without gaps. */
export interface Partition {
  readonly index: number;
  /** The first record that retention has left. */
  first: number;
  /** After the last record on disk: readers go no further. */
  end: number;
  /** The offset that the next record is given; ahead of `end` while a transaction is being written. */
  next: number;
  /** Every group that has ever opened the topic: what it has not committed is kept. */
  readonly groups: Map<string, GroupPosition>;
}

/** Where a group stands in a partition: the offset of the first record that it has not committed. */
export interface GroupPosition {
  /** What is on disk. */
  committed: number;
  /** What the last write gave; ahead of `committed` while a transaction is being written. */
  assigned: number;
  /** Whether the position is on disk yet. */
  stored: boolean;
}

/** The topics of an open log. */
export interface Topics {
  /** The topic of that name, a new one where there is none. */
  named(name: string): Topic;
  all(): readonly Topic[];
}

/**
 * @param loaded those on disk
 * @param partitions of a new topic
 */
export function createTopics(loaded: readonly Topic[], partitions: number): Topics {
  const byName = new Map(loaded.map((topic) => [topic.name, topic]));
  let nextId = Math.max(-1, ...loaded.map((topic) => topic.id)) + 1;
  return {
    named: (name) => {
      const topic = byName.get(name) ?? newTopic(name, nextId++, partitions);
      byName.set(name, topic);
      return topic;
    },
    all: () => [...byName.values()],
  };
}

/** All topics of the store with their bounds and the positions of all groups. */
export function loadTopics(store: Store): readonly Topic[] {
  const byId = new Map<number, Topic>();
  for (const { key: name, value } of store.topics.getRange()) {
    const topic = newTopic(name, value.id, value.partitions);
    topic.stored = true;
    for (const partition of topic.partitions) loadBounds(store, topic, partition);
    byId.set(topic.id, topic);
  }
  for (const { key, value: committed } of store.positions.getRange()) {
    const [group, topicId, index] = key;
    const partition = byId.get(topicId)?.partitions[index];
    partition?.groups.set(group, { committed, assigned: committed, stored: true });
  }
  return [...byId.values()];
}

/** A topic without records, not on disk yet. */
function newTopic(name: string, id: number, partitions: number): Topic {
  return {
    name,
    id,
    stored: false,
    listeners: new Set(),
    partitions: Array.from({ length: partitions }, (_, index) => ({
      index,
      first: 0,
      end: 0,
      next: 0,
      groups: new Map<string, GroupPosition>(),
    })),
  };
}

/** Brings the topic along in the open transaction, where no earlier one has. */
export function storeTopic(store: Store, topic: Topic): void {
  if (!topic.stored) void store.topics.put(topic.name, { id: topic.id, partitions: topic.partitions.length });
}

/** The same for one key always, in every process: the order of a key's records rests on it. */
export function partitionOf(topic: Topic, key: string): number {
  // FNV-1a over the key's bytes.
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % topic.partitions.length;
}

function loadBounds(store: Store, topic: Topic, partition: Partition): void {
  const end = store.ends.get([topic.id, partition.index]) ?? 0;
  partition.end = end;
  partition.next = end;
  partition.first = end;
  const start = recordKey(topic.id, partition.index, 0);
  const stop = recordKey(topic.id, partition.index, end);
  for (const { key } of store.records.getRange({ start, end: stop, limit: 1 }))
    partition.first = offsetOf(key);
}
