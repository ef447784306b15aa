import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MAX_VALUE_BYTES } from '../checks.js';
import type { Batch, Log, LoggedRecord, NewRecord, Reader } from '../log.js';

/**
 * What every log must do, whatever carries it. It takes for granted neither one partition, nor offsets without
 * gaps, nor that what was appended can be read at once.
 * @param openLog opens the log again and again over one storage; `topics` are those the test uses, for adapters
 * that must create them first (with several partitions, ideally, and room for values of MAX_VALUE_BYTES)
 * @param patienceMs how long something that must come may take; nothing is waited for longer than it takes to come
 */
export function describeLogContract(
  name: string,
  openLog: (topics: readonly string[]) => Promise<Log>,
  patienceMs = 20_000,
): void {
  jest.setTimeout(3 * patienceMs);

  describe(`The log contract: ${name}`, () => {
    let topic: string;
    let group: string;
    let log: Log;

    beforeEach(async () => {
      topic = `contract-${randomUUID()}`;
      group = `group-${randomUUID()}`;
      log = await openLog([topic]);
    });

    afterEach(async () => {
      await log.close();
    });

    async function reopen(): Promise<void> {
      await log.close();
      log = await openLog([topic]);
    }

    function openReader(ofGroup = group, topics: readonly string[] = [topic]): Promise<Reader> {
      return log.open({ topics, group: ofGroup });
    }

    async function nextBatch(reader: Reader, maxRecords = 1_000): Promise<Batch> {
      const batch = await reader.read({ maxRecords, waitMs: patienceMs });
      if (batch === null) throw new Error(`No batch came within ${patienceMs} ms.`);
      return batch;
    }

    /** Batches up to and with the one that completes `count` records. */
    async function readBatches(reader: Reader, count: number, maxRecords?: number): Promise<Batch[]> {
      const batches: Batch[] = [];
      for (let read = 0; read < count;) {
        const batch = await nextBatch(reader, maxRecords);
        batches.push(batch);
        read += batch.records.length;
      }
      return batches;
    }

    async function readRecords(reader: Reader, count: number): Promise<LoggedRecord[]> {
      return recordsOf(await readBatches(reader, count));
    }

    async function commitAll(reader: Reader, batches: readonly Batch[]): Promise<void> {
      for (const batch of batches) await reader.commit(batch);
    }

    async function expectLag(reader: Reader, expected: number): Promise<void> {
      const giveUpAt = Date.now() + patienceMs;
      while ((await reader.lag()) !== expected && Date.now() < giveUpAt) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(await reader.lag()).toBe(expected);
    }

    describe('what is appended is what is read', () => {
      it('keeps keys, values, headers and timestamps as they were', async () => {
        const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
        const appended: NewRecord[] = [
          {
            key: 'plain',
            value: Buffer.from('text'),
            headers: { source: 'crm' },
            timestamp: 1_700_000_000_123,
          },
          { key: 'binary', value: everyByte, headers: { a: '', b: 'Grüße, 世界 🙂' }, timestamp: 0 },
          { key: 'Schlüssel 🔑', value: Buffer.from('{"a":1}'), timestamp: 1 },
          { key: '', value: Buffer.from('empty key'), timestamp: 2 },
          { key: 'empty value', value: Buffer.alloc(0), headers: {}, timestamp: 3 },
        ];
        await log.append(topic, appended);
        const reader = await openReader();
        const read = await readRecords(reader, appended.length);
        const expected = appended.map(({ key, value, headers = {}, timestamp }) => ({
          key,
          value,
          headers,
          timestamp,
        }));
        expect(byTimestamp(read).map(withoutOffset)).toEqual(byTimestamp(expected));
      });

      it('keeps a null key apart from an empty one', async () => {
        await log.append(topic, [
          { key: null, value: Buffer.from('without'), timestamp: 1 },
          { key: '', value: Buffer.from('empty'), timestamp: 2 },
        ]);
        const read = byTimestamp(await readRecords(await openReader(), 2));
        expect(read.map(({ key }) => key)).toEqual([null, '']);
      });

      it('keeps a header of a name that objects have of their own', async () => {
        const headers = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>;
        await log.append(topic, [{ key: 'k', value: Buffer.from('v'), headers, timestamp: 1 }]);
        const [record] = await readRecords(await openReader(), 1);
        expect(Object.entries(record?.headers ?? {})).toEqual(Object.entries(headers));
      });

      it('takes values up to the limit between small ones', async () => {
        const large = Buffer.alloc(MAX_VALUE_BYTES);
        for (let i = 0; i < large.length; i += 997) large[i] = i % 251;
        const values = [Buffer.from('before'), large, Buffer.from('after')];
        for (const value of values) await log.append(topic, [{ key: 'k', value, timestamp: 1 }]);
        const read = await readRecords(await openReader(), 3);
        expect(read.map(({ value }) => value.length)).toEqual(values.map(({ length }) => length));
        expect(read[1]?.value.equals(large)).toBe(true);
      });

      it('refuses a value over the limit and stores nothing of its batch', async () => {
        const tooLarge = { key: 'k', value: Buffer.alloc(MAX_VALUE_BYTES + 1), timestamp: 1 };
        await expect(log.append(topic, [numbered('k', 1), tooLarge])).rejects.toThrow(/bytes/);
        await log.append(topic, [numbered('k', 2)]);
        expect((await readRecords(await openReader(), 1)).map(numberOf)).toEqual([2]);
      });

      it('lets the caller use its buffer again once the append has resolved', async () => {
        const value = Buffer.from('first');
        await log.append(topic, [{ key: 'k', value, timestamp: 1 }]);
        value.fill('x');
        const [record] = await readRecords(await openReader(), 1);
        expect(record?.value.toString()).toBe('first');
      });

      it('takes an empty append for nothing at all', async () => {
        await log.append(topic, []);
        await log.append(topic, [numbered('k', 1)]);
        expect((await readRecords(await openReader(), 1)).map(numberOf)).toEqual([1]);
      });

      it.each([
        ['nothing', ''],
        ['a dot', '.'],
        ['two dots', '..'],
        ['a slash', 'a/b'],
        ['a space', 'a b'],
        ['a letter beyond ASCII', 'ü'],
        ['a null byte', 'a\0b'],
        ['250 letters', 'x'.repeat(250)],
      ])('refuses a topic or group named by %s', async (_, badName) => {
        await expect(log.append(badName, [numbered('k', 1)])).rejects.toThrow(/name/);
        await expect(openReader(group, [badName])).rejects.toThrow(/name/);
        await expect(openReader(badName)).rejects.toThrow(/name/);
      });
    });

    describe('order', () => {
      it('keeps the records of one key in the order of the appends', async () => {
        const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
        const count = 350;
        for (let i = 0; i < count; i += 25) {
          await log.append(
            topic,
            Array.from({ length: 25 }, (_, j) => numbered(keys[(i + j) % keys.length] ?? '', i + j)),
          );
        }
        const read = await readRecords(await openReader(), count);
        for (const key of keys) {
          const numbers = read.filter((record) => record.key === key).map(numberOf);
          expect(numbers).toEqual(sorted(numbers));
          expect(new Set(numbers).size).toBe(50);
        }
      });

      it('keeps the order of appends that are not waited for', async () => {
        const appends = Array.from({ length: 50 }, (_, i) => log.append(topic, [numbered('k', i)]));
        await Promise.all(appends);
        const read = await readRecords(await openReader(), 50);
        expect(read.map(numberOf)).toEqual(Array.from({ length: 50 }, (_, i) => i));
      });

      it('gives batches of neighbours: one partition, rising offsets, no more records than asked for', async () => {
        await log.append(
          topic,
          Array.from({ length: 100 }, (_, i) => numbered(`key ${i % 9}`, i)),
        );
        const batches = await readBatches(await openReader(), 100, 7);
        const lastOffsets = new Map<number, number>();
        for (const batch of batches) {
          expect(batch.topic).toBe(topic);
          expect(batch.records.length).toBeGreaterThan(0);
          expect(batch.records.length).toBeLessThanOrEqual(7);
          for (const { offset } of batch.records) {
            expect(offset).toBeGreaterThan(lastOffsets.get(batch.partition) ?? -1);
            lastOffsets.set(batch.partition, offset);
          }
        }
        expect(sorted(recordsOf(batches).map(numberOf))).toEqual(Array.from({ length: 100 }, (_, i) => i));
      });
    });

    describe('positions', () => {
      it('starts a new group at the beginning', async () => {
        await log.append(topic, [numbered('k', 1)]);
        await log.append(topic, [numbered('k', 2)]);
        expect((await readRecords(await openReader(), 2)).map(numberOf)).toEqual([1, 2]);
      });

      it('gives each group everything, whatever another has committed', async () => {
        await log.append(topic, [numbered('k', 1), numbered('k', 2)]);
        const first = await openReader(`${group}-1`);
        await commitAll(first, await readBatches(first, 2));
        const second = await openReader(`${group}-2`);
        expect((await readRecords(second, 2)).map(numberOf)).toEqual([1, 2]);
        await expectLag(first, 0);
        await expectLag(second, 2);
      });

      it('gives what was not committed again after a restart, and nothing that was', async () => {
        await log.append(
          topic,
          Array.from({ length: 60 }, (_, i) => numbered(`key ${i % 5}`, i)),
        );
        const reader = await openReader();
        const batches = await readBatches(reader, 60, 10);
        const kept = firstBatches(batches);
        await commitAll(reader, kept);
        await reopen();
        const committed = new Set(recordsOf(kept).map(numberOf));
        const expected = Array.from({ length: 60 }, (_, i) => i).filter((i) => !committed.has(i));
        const again = await readRecords(await openReader(), expected.length);
        expect(sorted(again.map(numberOf))).toEqual(expected);
      });

      it('keeps a commit through a restart', async () => {
        await log.append(topic, [numbered('k', 1), numbered('k', 2)]);
        const reader = await openReader();
        await commitAll(reader, await readBatches(reader, 2));
        await reopen();
        // The same key, so behind the others in their partition: were they to come again, it would be before this.
        await log.append(topic, [numbered('k', 3)]);
        expect((await readRecords(await openReader(), 1)).map(numberOf)).toEqual([3]);
      });

      it('gives the next reader of the group what the one that closed has not committed', async () => {
        await log.append(topic, [numbered('k', 1), numbered('k', 2)]);
        const first = await openReader();
        await first.commit(await nextBatch(first, 1));
        await nextBatch(first, 1);
        await first.close();
        expect((await readRecords(await openReader(), 1)).map(numberOf)).toEqual([2]);
      });

      it('does not go back where an older batch is committed late', async () => {
        await log.append(topic, [numbered('k', 1), numbered('k', 2)]);
        const reader = await openReader();
        const older = await nextBatch(reader, 1);
        const newer = await nextBatch(reader, 1);
        await reader.commit(newer);
        await reader.commit(older);
        await reopen();
        await log.append(topic, [numbered('k', 3)]);
        expect((await readRecords(await openReader(), 1)).map(numberOf)).toEqual([3]);
      });

      it("is all the reader's own while no other of its group reads", async () => {
        await log.append(topic, [numbered('k', 1)]);
        const reader = await openReader();
        const batch = await nextBatch(reader);
        expect(['k', 'l', 'm', ''].map((key) => reader.owns(topic, key))).toEqual([true, true, true, true]);
        expect(reader.owns(`${topic}-other`, 'k')).toBe(false);
        const share = reader.share(topic);
        expect(share.length).toBeGreaterThan(0);
        expect([...share].sort()).toEqual(
          share.map((_, index) => `${topic}/${index} of ${share.length}`).sort(),
        );
        expect(reader.share(`${topic}-other`)).toEqual([]);
        expect(reader.holds(batch)).toBe(true);
        expect(await reader.commit(batch)).toBe(true);
        await reader.close();
        expect(reader.owns(topic, 'k')).toBe(false);
        expect(reader.share(topic)).toEqual([]);
        expect(reader.holds(batch)).toBe(false);
      });

      it('refuses to commit a batch of a topic that the reader does not read', async () => {
        await log.append(topic, [numbered('k', 1)]);
        const reader = await openReader();
        const batch = await nextBatch(reader);
        await expect(reader.commit({ ...batch, topic: `${topic}-other` })).rejects.toThrow();
      });

      it('counts as lag what is not committed, read or not', async () => {
        await log.append(
          topic,
          Array.from({ length: 30 }, (_, i) => numbered(`key ${i % 4}`, i)),
        );
        const reader = await openReader();
        await expectLag(reader, 30);
        const batches = await readBatches(reader, 30, 10);
        await expectLag(reader, 30);
        const [first, ...others] = batches;
        if (first === undefined) throw new Error('No batch was read.');
        await reader.commit(first);
        await expectLag(reader, 30 - first.records.length);
        await commitAll(reader, others);
        await expectLag(reader, 0);
      });
    });

    describe('several topics', () => {
      it('reads many as one, each record once and under its topic', async () => {
        const topics = Array.from({ length: 25 }, (_, i) => `${topic}-${i}`);
        await log.close();
        log = await openLog(topics);
        for (const [i, each] of topics.entries())
          await log.append(each, [numbered('k', i), numbered('l', i)]);
        const reader = await openReader(group, topics);
        const batches = await readBatches(reader, 50);
        const read = batches.flatMap((batch) =>
          batch.records.map((record) => `${batch.topic} ${numberOf(record)}`),
        );
        expect(read.toSorted()).toEqual(
          topics.flatMap((each, i) => [`${each} ${i}`, `${each} ${i}`]).toSorted(),
        );
        await commitAll(reader, batches);
        await expectLag(reader, 0);
      });

      it('counts the lag of the topics of the reader alone', async () => {
        const other = `${topic}-other`;
        await log.close();
        log = await openLog([topic, other]);
        await log.append(other, [numbered('k', 1), numbered('k', 2)]);
        await log.append(topic, [numbered('k', 3)]);
        await expectLag(await openReader(), 1);
      });
    });

    describe('reading while others append', () => {
      it('reads each record once, in the order of its key', async () => {
        const reader = await openReader();
        const keys = ['a', 'b', 'c'];
        const perKey = 100;
        const appenders = keys.map(async (key) => {
          for (let i = 0; i < perKey; i += 4) {
            await log.append(
              topic,
              [0, 1, 2, 3].map((j) => numbered(key, i + j)),
            );
          }
        });
        const batches: Batch[] = [];
        for (let read = 0; read < keys.length * perKey;) {
          const batch = await nextBatch(reader, 10);
          await reader.commit(batch);
          batches.push(batch);
          read += batch.records.length;
        }
        await Promise.all(appenders);
        for (const key of keys) {
          const numbers = recordsOf(batches)
            .filter((record) => record.key === key)
            .map(numberOf);
          expect(numbers).toEqual(Array.from({ length: perKey }, (_, i) => i));
        }
        await expectLag(reader, 0);
      });

      it('gives a reader that waits what is appended meanwhile', async () => {
        const reader = await openReader();
        const waiting = nextBatch(reader);
        await log.append(topic, [numbered('k', 1)]);
        expect((await waiting).records.map(numberOf)).toEqual([1]);
      });

      it('gives null where nothing comes', async () => {
        const reader = await openReader();
        expect(await reader.read({ maxRecords: 10, waitMs: 5 })).toBeNull();
        expect(await reader.read({ maxRecords: 10, waitMs: 0 })).toBeNull();
      });
    });

    describe('closing', () => {
      /** A read of a topic that stays empty, after as much as an append to another has been done meanwhile. */
      async function readThatWaits(): Promise<{ reader: Reader; waiting: Promise<Batch | null> }> {
        const other = `${topic}-other`;
        await log.close();
        log = await openLog([topic, other]);
        const reader = await openReader();
        const waiting = reader.read({ maxRecords: 10, waitMs: 3_600_000 });
        await log.append(other, [numbered('k', 1)]);
        return { reader, waiting };
      }

      it('ends a waiting read with null when its reader closes', async () => {
        const { waiting, reader } = await readThatWaits();
        await reader.close();
        expect(await waiting).toBeNull();
      });

      it('ends a waiting read with null when the log closes', async () => {
        const { waiting } = await readThatWaits();
        await log.close();
        expect(await waiting).toBeNull();
      });

      it('finishes the appends that were under way', async () => {
        const append = log.append(topic, [numbered('k', 1)]);
        await log.close();
        await append;
        log = await openLog([topic]);
        expect((await readRecords(await openReader(), 1)).map(numberOf)).toEqual([1]);
      });

      it('refuses everything afterwards, and closes twice without complaint', async () => {
        await log.append(topic, [numbered('k', 1)]);
        const reader = await openReader();
        const batch = await nextBatch(reader);
        await reader.close();
        await reader.close();
        await expect(reader.read({ maxRecords: 1, waitMs: 0 })).rejects.toThrow(/closed/);
        await expect(reader.commit(batch)).rejects.toThrow(/closed/);
        await log.close();
        await log.close();
        await expect(log.append(topic, [numbered('k', 2)])).rejects.toThrow(/closed/);
        await expect(openReader()).rejects.toThrow(/closed/);
      });
    });
  });
}

function numbered(key: string | null, number: number): NewRecord {
  return { key, value: Buffer.from(String(number)), timestamp: number };
}

function numberOf(record: LoggedRecord): number {
  return Number(record.value.toString());
}

function recordsOf(batches: readonly Batch[]): LoggedRecord[] {
  return batches.flatMap((batch) => batch.records);
}

/** The first batch of each partition: what may be committed with batches behind it left open. */
function firstBatches(batches: readonly Batch[]): Batch[] {
  return batches.filter(
    (batch, i) => batches.findIndex(({ partition }) => partition === batch.partition) === i,
  );
}

function withoutOffset({ key, value, headers, timestamp }: LoggedRecord): Required<NewRecord> {
  return { key, value, headers, timestamp };
}

function byTimestamp<T extends { readonly timestamp: number }>(records: readonly T[]): T[] {
  return records.toSorted((a, b) => a.timestamp - b.timestamp);
}

function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}
