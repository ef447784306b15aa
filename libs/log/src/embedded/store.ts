import { mkdirSync } from 'node:fs';
import { open, type Database, type RootDatabase } from 'lmdb';
import type { Owner } from './ownership.js';

/** What is on disk: one LMDB environment with a few databases in it. */
export interface Store {
  readonly path: string;
  readonly root: RootDatabase;
  /** Who has the directory open; its version is the fence that every commit is checked against. */
  readonly owner: Database<Owner | null, string>;
  /** By name. The number of partitions stays what it was at first: another would send a key elsewhere. */
  readonly topics: Database<StoredTopic, string>;
  /** By {@link recordKey}, values as record-codec.ts has them. */
  readonly records: Database<Buffer, Buffer>;
  /** The offset after the last record ever appended, by topic id and partition. Survives deletion of the records. */
  readonly ends: Database<number, [number, number]>;
  /** The first offset that the group has not committed, by group, topic id and partition. */
  readonly positions: Database<number, [string, number, number]>;
}

export interface StoredTopic {
  readonly id: number;
  readonly partitions: number;
}

/**
 * Opens the databases, making the directory where there is none.
 * @throws Error with what the file system or LMDB says
 */
export function openStore(path: string): Store {
  try {
    return openDatabases(path);
  } catch (cause) {
    throw cannotOpen(path, cause);
  }
}

/** The one line that says why a log could not be opened, and what to look at. */
export function cannotOpen(path: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(
    `Can't open the log at ${path} (${reason}): give it a directory of its own that can be written.`,
    { cause },
  );
}

function openDatabases(path: string): Store {
  mkdirSync(path, { recursive: true });
  const root = open({
    path,
    noSubdir: false,
    maxDbs: 8,
    // A commit must mean "on disk". With overlapping sync (the default of lmdb) a write's promise resolves when
    // readers can see it and the disk is synced later; its `flushed` promise never settles where that fails, so
    // an append could neither be acknowledged nor refused. Without it LMDB commits as it was made to: pages,
    // fdatasync, then the meta page through a descriptor opened with O_DSYNC, and only then the promise. The same
    // number of syncs, and what a reader can see is never lost.
    overlappingSync: false,
    // Batching by event turn keeps a promise of its own that rejects unhandled where a commit fails, which would
    // end the process. Writes are batched explicitly (commit-queue.ts) instead.
    eventTurnBatching: false,
  });
  return {
    path,
    root,
    owner: root.openDB({ name: 'owner', encoding: 'json', useVersions: true }),
    topics: root.openDB({ name: 'topics', encoding: 'json' }),
    records: root.openDB({ name: 'records', encoding: 'binary', keyEncoding: 'binary' }),
    ends: root.openDB({ name: 'ends', encoding: 'json' }),
    positions: root.openDB({ name: 'positions', encoding: 'json' }),
  };
}

const TOPIC_BYTES = 4;
const PARTITION_BYTES = 4;
const OFFSET_BYTES = 6;
const OFFSET_START = TOPIC_BYTES + PARTITION_BYTES;

/** The key of a record: big-endian numbers, so that LMDB's order is that of topic, partition and offset. */
export function recordKey(topicId: number, partition: number, offset: number): Buffer {
  const key = Buffer.allocUnsafe(OFFSET_START + OFFSET_BYTES);
  key.writeUInt32BE(topicId, 0);
  key.writeUInt32BE(partition, TOPIC_BYTES);
  key.writeUIntBE(offset, OFFSET_START, OFFSET_BYTES);
  return key;
}

/** The offset in a record's key. */
export function offsetOf(key: Buffer): number {
  return key.readUIntBE(OFFSET_START, OFFSET_BYTES);
}
