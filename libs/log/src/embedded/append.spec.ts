import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ABORT } from 'lmdb';
import type { NewRecord } from '../log.js';
import { appendWrite } from './append.js';
import type { Write } from './commit-queue.js';
import { offsetOf, openStore, type Store } from './store.js';
import { createTopics, loadTopics, type Topic } from './topics.js';

describe('The write of an append', () => {
  let path: string;
  let store: Store;
  let topic: Topic;

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'log-append-'));
    store = openStore(path);
    topic = createTopics([], 1).named('deals');
  });

  afterEach(async () => {
    await store.root.close();
    await rm(path, { recursive: true });
  });

  function fail(write: Write): void {
    store.root.transactionSync(() => {
      write.apply();
      return ABORT;
    });
    write.failed();
  }

  function commit(write: Write): void {
    store.root.transactionSync(() => {
      write.apply();
    });
    write.committed();
  }

  const record = (number: number): NewRecord => ({
    key: 'k',
    value: Buffer.alloc(1, number),
    timestamp: number,
  });
  const append = (...numbers: number[]): Write => appendWrite(store, topic, numbers.map(record), 0);

  it('leaves no trace where its transaction failed: the next append has its offsets and brings the topic along', () => {
    fail(append(1, 2));
    expect(topic.partitions[0]?.end).toBe(0);
    commit(append(3));
    expect([...store.records.getRange()].map(({ key, value }) => [offsetOf(key), value.at(-1)])).toEqual([
      [0, 3],
    ]);
    expect(loadTopics(store).map(({ name, partitions }) => [name, partitions[0]?.end])).toEqual([
      ['deals', 1],
    ]);
  });

  it('tells readers of what is on disk, and only then', () => {
    const ends: (number | undefined)[] = [];
    topic.listeners.add(() => ends.push(topic.partitions[0]?.end));
    fail(append(1));
    commit(append(2));
    commit(append(3, 4));
    expect(ends).toEqual([1, 3]);
  });
});
