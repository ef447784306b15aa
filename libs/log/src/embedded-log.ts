import { checkName } from './checks.js';
import { appendWrite } from './embedded/append.js';
import { createCommit } from './embedded/commit.js';
import { createCommitQueue } from './embedded/commit-queue.js';
import { leaveOwnership, takeOwnership } from './embedded/ownership.js';
import { openReader } from './embedded/reader.js';
import { deleteRecordsBefore } from './embedded/retention.js';
import { openStore, type Store } from './embedded/store.js';
import { createTopics, loadTopics } from './embedded/topics.js';
import type { Log, Reader } from './log.js';

const DEFAULT_BATCH_BYTES = 8 * 1024 * 1024;

// Forming a transaction keeps the event loop: this much is some 20,000 records of 400 bytes and 20 to 30 ms.
const TRANSACTION_BYTES = 8 * 1024 * 1024;

export interface EmbeddedLogOptions {
  /** The directory, made where there is none. One process at a time. */
  readonly path: string;
  /** Of topics that are new; those that exist keep theirs, or keys would lose their order. Default 1. */
  readonly partitions?: number;
  /** Where a batch that is read takes no more records, in bytes; its first may be larger. Default 8 MiB. */
  readonly maxBatchBytes?: number;
}

/** The log in a directory. A group has one reader of a topic at a time: a second is refused until the first closes. */
export interface EmbeddedLog extends Log {
  /**
   * Deletes the records with a timestamp before `instantMs` (ms since the epoch) that every group has committed
   * which ever opened their topic. The file doesn't shrink: its free space is used again.
   * @returns how many records were deleted
   */
  deleteBefore(instantMs: number): Promise<number>;
}

/**
 * Opens the log, durable on disk: what an append or a commit has acknowledged survives the end of the process and
 * of the machine. An append is stored whole or not at all.
 * @throws Error where the directory can't be used, or a process has it open (the message says which)
 */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<EmbeddedLog> {
  const { path, partitions = 1, maxBatchBytes = DEFAULT_BATCH_BYTES } = options;
  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new RangeError(`partitions is ${partitions}: a topic has at least 1.`);
  }
  const store = openStore(path);
  try {
    const fence = takeOwnership(store);
    return createLog(store, fence, partitions, maxBatchBytes);
  } catch (error) {
    await store.root.close();
    throw error;
  }
}

function createLog(store: Store, fence: number, partitions: number, maxBatchBytes: number): EmbeddedLog {
  const topics = createTopics(loadTopics(store), partitions);
  const queue = createCommitQueue(createCommit(store, fence), TRANSACTION_BYTES);
  const readers = new Set<Reader>();
  /** The group and topic of each open reader. */
  const taken = new Set<string>();
  let appends = 0;
  let closing: Promise<void> | null = null;

  function checkOpen(): void {
    if (closing !== null) throw new Error(`The log at ${store.path} is closed.`);
  }

  async function closeReaders(): Promise<void> {
    for (const reader of [...readers]) await reader.close();
  }

  async function shutDown(): Promise<void> {
    await closeReaders();
    await queue.close();
    // Those that were still opening.
    await closeReaders();
    leaveOwnership(store, fence);
    await store.root.close();
  }

  return {
    async append(topicName, records) {
      checkOpen();
      checkName('topic', topicName);
      if (records.length === 0) return;
      await queue.submit(appendWrite(store, topics.named(topicName), records, appends++));
    },

    async open({ topics: names, group }) {
      checkOpen();
      checkName('group', group);
      for (const name of names) checkName('topic', name);
      const wanted = [...new Set(names)];
      const busy = wanted.find((name) => taken.has(`${group}/${name}`));
      if (busy !== undefined) {
        throw new Error(`The group ${group} already has a reader of ${busy}: close that one first.`);
      }
      for (const name of wanted) taken.add(`${group}/${name}`);
      const release = (): void => {
        for (const name of wanted) taken.delete(`${group}/${name}`);
      };
      try {
        return await openReader({
          store,
          queue,
          group,
          topics: wanted.map((name) => topics.named(name)),
          maxBatchBytes,
          open: readers,
          onClose: release,
        });
      } catch (error) {
        release();
        throw error;
      }
    },

    async deleteBefore(instantMs) {
      checkOpen();
      return deleteRecordsBefore(store, queue, topics.all(), instantMs);
    },

    close() {
      closing ??= shutDown();
      return closing;
    },
  };
}
