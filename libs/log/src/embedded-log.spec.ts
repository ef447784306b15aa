import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedLog, type EmbeddedLog } from './embedded-log.js';
import type { NewRecord, Reader } from './log.js';
import { describeLogContract } from './testing/log-contract.js';

let storage: string;

beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), 'log-'));
});

afterAll(async () => {
  await rm(storage, { recursive: true });
});

describeLogContract('embedded, one partition', () => openEmbeddedLog({ path: join(storage, 'one') }));
describeLogContract('embedded, five partitions', () =>
  openEmbeddedLog({ path: join(storage, 'five'), partitions: 5 }),
);

describe('The embedded log', () => {
  let path: string;
  let log: EmbeddedLog;
  let tests = 0;

  beforeEach(async () => {
    tests += 1;
    path = join(storage, `case-${tests}`);
    log = await openEmbeddedLog({ path });
  });

  afterEach(async () => {
    await log.close();
  });

  async function reopen(options: { partitions?: number; maxBatchBytes?: number } = {}): Promise<void> {
    await log.close();
    log = await openEmbeddedLog({ path, ...options });
  }

  async function readNumbers(reader: Reader, maxRecords = 1_000): Promise<number[]> {
    const batch = await reader.read({ maxRecords, waitMs: 0 });
    return (batch?.records ?? []).map(({ value }) => Number(value.toString()));
  }

  async function readAndCommit(group: string, maxRecords = 1_000): Promise<void> {
    const reader = await log.open({ topics: ['deals'], group });
    const batch = await reader.read({ maxRecords, waitMs: 0 });
    if (batch !== null) await reader.commit(batch);
    await reader.close();
  }

  it('bounds a batch by its bytes, and gives a larger record alone', async () => {
    await reopen({ maxBatchBytes: 1_000 });
    const sizes = [400, 400, 400, 5_000, 10];
    await log.append(
      'deals',
      sizes.map((size) => ({ key: 'k', value: Buffer.alloc(size), timestamp: 0 })),
    );
    const reader = await log.open({ topics: ['deals'], group: 'scorer' });
    const read: number[][] = [];
    for (let i = 0; i < 4; i += 1) {
      const batch = await reader.read({ maxRecords: 100, waitMs: 0 });
      read.push((batch?.records ?? []).map(({ value }) => value.length));
    }
    expect(read).toEqual([[400, 400], [400], [5_000], [10]]);
  });

  it('lets partitions take turns, so that a busy topic does not keep the others waiting', async () => {
    await log.append('busy', [numbered(1), numbered(2), numbered(3)]);
    await log.append('quiet', [numbered(10)]);
    const reader = await log.open({ topics: ['busy', 'quiet'], group: 'scorer' });
    const read: number[][] = [];
    for (let i = 0; i < 4; i += 1) read.push(await readNumbers(reader, 1));
    expect(read).toEqual([[1], [10], [2], [3]]);
  });

  it('keeps the number of partitions that a topic began with', async () => {
    await reopen({ partitions: 4 });
    const keys = Array.from({ length: 20 }, (_, i) => `deal ${i}`);
    const append = (n: number): Promise<void> =>
      log.append(
        'deals',
        keys.map((key) => ({ ...numbered(n), key })),
      );
    await append(1);
    await reopen({ partitions: 9 });
    await append(2);
    const reader = await log.open({ topics: ['deals'], group: 'scorer' });
    const partitionsOf = new Map<string | null, Set<number>>();
    for (let batch = await reader.read({ maxRecords: 100, waitMs: 0 }); batch !== null;) {
      for (const { key } of batch.records) {
        partitionsOf.set(key, (partitionsOf.get(key) ?? new Set()).add(batch.partition));
      }
      batch = await reader.read({ maxRecords: 100, waitMs: 0 });
    }
    expect(new Set(partitionsOf.keys())).toEqual(new Set(keys));
    expect([...partitionsOf.values()].every((partitions) => partitions.size === 1)).toBe(true);
    expect(new Set([...partitionsOf.values()].flatMap((partitions) => [...partitions])).size).toBe(4);
  });

  it('lets a read wait as long as it takes while another topic is busy', async () => {
    const reader = await log.open({ topics: ['quiet'], group: 'scorer' });
    const waiting = reader.read({ maxRecords: 1, waitMs: 3_600_000 });
    await log.append('busy', [numbered(1)]);
    await log.append('quiet', [numbered(2)]);
    expect((await waiting)?.topic).toBe('quiet');
  });

  it('refuses a second reader of a group and topic until the first closes', async () => {
    const first = await log.open({ topics: ['deals', 'leads'], group: 'scorer' });
    await expect(log.open({ topics: ['leads'], group: 'scorer' })).rejects.toThrow(
      'The group scorer already has a reader of leads: close that one first.',
    );
    await (await log.open({ topics: ['leads'], group: 'other' })).close();
    await (await log.open({ topics: ['meetings'], group: 'scorer' })).close();
    await first.close();
    await (await log.open({ topics: ['leads'], group: 'scorer' })).close();
  });

  it('refuses a batch size of nothing', async () => {
    const reader = await log.open({ topics: ['deals'], group: 'scorer' });
    await expect(reader.read({ maxRecords: 0, waitMs: 0 })).rejects.toThrow(/maxRecords/);
    await expect(reader.read({ maxRecords: NaN, waitMs: 0 })).rejects.toThrow(/maxRecords/);
  });

  it('refuses a timestamp that is no whole number', async () => {
    await expect(log.append('deals', [{ ...numbered(1), timestamp: NaN }])).rejects.toThrow(
      /Record 0 .*timestamp/,
    );
    await expect(log.append('deals', [{ ...numbered(1), timestamp: 0.5 }])).rejects.toThrow(/timestamp/);
  });

  it('refuses a key or headers without measure', async () => {
    const much = 'x'.repeat(1024 * 1024 + 1);
    await expect(log.append('deals', [{ ...numbered(1), key: much }])).rejects.toThrow(/key and headers/);
    await expect(log.append('deals', [{ ...numbered(1), headers: { much } }])).rejects.toThrow(
      /key and headers/,
    );
  });

  it('refuses to commit what it has not read', async () => {
    await log.append('deals', [numbered(1), numbered(2)]);
    const ahead = await log.open({ topics: ['deals'], group: 'ahead' });
    const behind = await log.open({ topics: ['deals'], group: 'behind' });
    const batch = await ahead.read({ maxRecords: 2, waitMs: 0 });
    if (batch === null) throw new Error('No batch was read.');
    await expect(behind.commit(batch)).rejects.toThrow(/not read by this reader/);
  });

  it('refuses a second opening of its directory, and says where it is open', async () => {
    await expect(openEmbeddedLog({ path })).rejects.toThrow(
      `The log at ${path} is already open in this process: one process at a time can have it, stop that one first.`,
    );
    await log.append('deals', [numbered(1)]);
  });

  it('says so where the directory cannot be used', async () => {
    const file = join(storage, 'a-file');
    await writeFile(file, '');
    await expect(openEmbeddedLog({ path: file })).rejects.toThrow(/^Can't open the log at .*a-file/);
  });

  it.each([0, 1.5, NaN])('refuses %d partitions', async (partitions) => {
    await expect(openEmbeddedLog({ path: join(storage, 'never'), partitions })).rejects.toThrow(/partitions/);
  });

  describe('retention', () => {
    it('deletes what is old and committed by every group, and nothing else', async () => {
      await log.append('deals', [10, 20, 30, 40].map(numbered));
      await readAndCommit('first', 3);
      await readAndCommit('second', 2);
      expect(await log.deleteBefore(1_000)).toBe(2);
      expect(await log.deleteBefore(1_000)).toBe(0);
      const late = await log.open({ topics: ['deals'], group: 'late' });
      expect(await late.lag()).toBe(2);
      expect(await readNumbers(late)).toEqual([30, 40]);
    });

    it('keeps what is young', async () => {
      await log.append('deals', [10, 20, 30].map(numbered));
      await readAndCommit('scorer');
      expect(await log.deleteBefore(20)).toBe(1);
      const late = await log.open({ topics: ['deals'], group: 'late' });
      expect(await readNumbers(late)).toEqual([20, 30]);
    });

    it('stops at the first record that must stay, so that what remains has no holes', async () => {
      await log.append('deals', [10, 500, 20].map(numbered));
      await readAndCommit('scorer');
      expect(await log.deleteBefore(100)).toBe(1);
      const late = await log.open({ topics: ['deals'], group: 'late' });
      expect(await readNumbers(late)).toEqual([500, 20]);
    });

    it('keeps everything for a group that has opened the topic and read nothing, through a restart', async () => {
      await log.append('deals', [10, 20].map(numbered));
      await (await log.open({ topics: ['deals'], group: 'slow' })).close();
      await reopen();
      await readAndCommit('fast');
      expect(await log.deleteBefore(1_000)).toBe(0);
      const slow = await log.open({ topics: ['deals'], group: 'slow' });
      expect(await readNumbers(slow)).toEqual([10, 20]);
    });

    it('keeps everything for a group that opens at the same time', async () => {
      await log.append('deals', [10, 20].map(numbered));
      await readAndCommit('fast');
      const [slow, deleted] = await Promise.all([
        log.open({ topics: ['deals'], group: 'slow' }),
        log.deleteBefore(1_000),
      ]);
      expect(deleted).toBe(0);
      expect(await readNumbers(slow)).toEqual([10, 20]);
    });

    it('keeps a topic whole that no group has opened yet', async () => {
      await log.append('deals', [numbered(10)]);
      expect(await log.deleteBefore(1_000)).toBe(0);
    });

    it('gives offsets on from where they were after everything was deleted, also after a restart', async () => {
      await log.append('deals', [10, 20].map(numbered));
      await readAndCommit('scorer');
      expect(await log.deleteBefore(1_000)).toBe(2);
      await reopen();
      await log.append('deals', [numbered(30)]);
      const scorer = await log.open({ topics: ['deals'], group: 'scorer' });
      expect(await scorer.lag()).toBe(1);
      const batch = await scorer.read({ maxRecords: 10, waitMs: 0 });
      expect(batch?.records.map(({ offset }) => offset)).toEqual([2]);
    });

    it('counts nothing deleted as lag of a group that comes after a restart', async () => {
      await log.append('deals', [10, 20, 30].map(numbered));
      await readAndCommit('scorer');
      expect(await log.deleteBefore(25)).toBe(2);
      await reopen();
      const late = await log.open({ topics: ['deals'], group: 'late' });
      expect(await late.lag()).toBe(1);
      expect(await readNumbers(late)).toEqual([30]);
    });

    it('deletes in steps between which others are served', async () => {
      const count = 12_000;
      await log.append(
        'deals',
        Array.from({ length: count }, () => numbered(10)),
      );
      await readAndCommit('scorer', count);
      const finished: string[] = [];
      await Promise.all([
        log.deleteBefore(1_000).then(() => finished.push('deletion')),
        log.append('deals', [numbered(20)]).then(() => finished.push('append')),
      ]);
      expect(finished).toEqual(['append', 'deletion']);
      const late = await log.open({ topics: ['deals'], group: 'late' });
      expect(await readNumbers(late)).toEqual([20]);
    });

    it('ends where the log closes', async () => {
      const count = 12_000;
      await log.append(
        'deals',
        Array.from({ length: count }, () => numbered(10)),
      );
      await readAndCommit('scorer', count);
      const deletion = log.deleteBefore(1_000);
      await log.close();
      await expect(deletion).rejects.toThrow(/closed/);
    });
  });
});

function numbered(number: number): NewRecord {
  return { key: 'k', value: Buffer.from(String(number)), timestamp: number };
}
