import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { useKafka } from '../../../../test/support/kafka.js';
import { temporaryFolder } from '../../../../test/support/temporary.js';
import { until } from '../../../../test/support/until.js';
import { compileLogProcess } from '../testing/compile-log.js';
import {
  distinct,
  nextBatch,
  numberedRecords,
  numbersOf,
  readBatches,
  startWorker,
  upTo,
} from '../testing/kafka-reading.js';
import { type KafkaLog, openKafkaLog } from './kafka-log.js';
import type { KafkaReader } from './reader.js';

jest.setTimeout(60_000);

const PARTITIONS = 6;
// As short as it takes for heartbeats on a busy machine.
const SESSION_MS = 3_000;

const kafka = await useKafka();

kafka.describe('Readers of one group in Kafka', () => {
  let log: KafkaLog;
  let topic: string;
  let group: string;

  beforeEach(async () => {
    const [fresh] = await kafka.freshTopics(1, PARTITIONS);
    topic = fresh ?? '';
    group = `group-${randomUUID()}`;
    log = await openKafkaLog({
      brokers: [kafka.bootstrap],
      clientId: 'test',
      sessionTimeoutMs: SESSION_MS,
    });
  });

  afterEach(async () => {
    await log.close();
  });

  const open = (): Promise<KafkaReader> => log.open({ topics: [topic], group });

  async function untilShared(...readers: KafkaReader[]): Promise<void> {
    await until('each has its part', () =>
      readers.every((reader) => reader.assigned().length === PARTITIONS / readers.length),
    );
  }

  it('share the partitions between two and three, and read every record', async () => {
    const first = await open();
    expect(first.assigned()).toHaveLength(PARTITIONS);
    const second = await open();
    await untilShared(first, second);
    await log.append(topic, numberedRecords(300));
    const workers = [startWorker(first), startWorker(second)];
    const committed = (): number[] => distinct(workers.flatMap((worker) => worker.committed));
    await until('300 records', () => committed().length === 300);

    const third = await open();
    await untilShared(first, second, third);
    workers.push(startWorker(third));
    await log.append(topic, numberedRecords(300, 12, 300));
    await until('600 records', () => committed().length === 600);

    await Promise.all(workers.map((worker) => worker.stop()));
    expect(committed()).toEqual(upTo(600));
    expect(workers.map(({ committed: own }) => own.length > 0)).toEqual([true, true, true]);
    expect(await first.lag()).toBe(0);
  });

  it('own each key one at a time, where its records are read', async () => {
    const readers = [await open(), await open()];
    await untilShared(...readers);
    await log.append(topic, numberedRecords(240, 40));
    let read = 0;
    for (const reader of readers) {
      for (let batch; (batch = await reader.read({ maxRecords: 100, waitMs: 1_000 })) !== null;) {
        for (const { key } of batch.records) {
          expect(readers.filter((each) => each.owns(topic, key ?? ''))).toEqual([reader]);
          read += 1;
        }
      }
    }
    expect(read).toBe(240);
    expect(readers.some((reader) => reader.owns('another-topic', 'key 1'))).toBe(false);
  });

  it('lose to each other what was not committed when the partitions are given out anew', async () => {
    const first = await open();
    await log.append(topic, numberedRecords(120));
    const before = await readBatches(first, 120);
    expect(before.every((batch) => first.holds(batch))).toBe(true);

    const second = await open();
    await untilShared(first, second);

    expect(before.some((batch) => first.holds(batch))).toBe(false);
    const outcomes: boolean[] = [];
    for (const batch of before) outcomes.push(await first.commit(batch));
    expect(outcomes).toEqual(before.map(() => false));
    expect(await first.lag()).toBe(120);
    const workers = [startWorker(first), startWorker(second)];
    await until('all again', () => distinct(workers.flatMap(({ committed }) => committed)).length === 120);
    await Promise.all(workers.map((worker) => worker.stop()));
  });

  it('take over what one that closes in the middle of its work has not committed', async () => {
    const first = await open();
    const second = await open();
    await untilShared(first, second);
    await log.append(topic, numberedRecords(120));
    const committed = await nextBatch(second, 5);
    expect(await second.commit(committed)).toBe(true);
    const abandoned = await nextBatch(second, 5);
    await second.close();

    const worker = startWorker(first);
    await until('the rest', () => worker.committed.length >= 115);
    await worker.stop();
    expect(distinct([...worker.committed, ...numbersOf([committed])])).toEqual(upTo(120));
    expect(worker.committed).toEqual(expect.arrayContaining(numbersOf([abandoned])));
    expect(worker.committed).not.toEqual(expect.arrayContaining(numbersOf([committed])));
  });

  it('take over what one whose process is killed has not committed', async () => {
    await log.append(topic, numberedRecords(200));
    const script = await compileLogProcess(join(temporaryFolder(), 'compiled'));
    const child = spawn(
      process.execPath,
      [join(dirname(script), 'kafka-process.js'), kafka.bootstrap, topic, group, String(SESSION_MS)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line);
      if (said.length === 9) break;
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    const committed = said.filter((line) => line.startsWith('committed')).length;
    expect(committed).toBeGreaterThan(2);

    const reader = await open();
    const lag = await reader.lag();
    expect(lag).toBeGreaterThan(0);
    expect(lag).toBeLessThan(200);
    const worker = startWorker(reader);
    await until('all that was open', () => worker.committed.length >= lag);
    await worker.stop();
    expect(worker.committed).toHaveLength(lag);
    expect(await reader.lag()).toBe(0);
    // What was left is the end of each partition: nothing between was left out.
    for (const key of upTo(12)) {
      const ofKey = (number: number): boolean => number % 12 === key;
      const left = worker.committed.filter(ofKey);
      expect(left).toEqual(
        upTo(200)
          .filter(ofKey)
          .slice(-left.length || 200),
      );
    }
  });

  it('keep their partitions through work that takes longer than a session', async () => {
    const reader = await open();
    await log.append(topic, numberedRecords(60));
    const batches = await readBatches(reader, 60);
    const startedAt = reader.progressedAt();
    await until('several sessions have passed', () => reader.progressedAt() > startedAt + 2 * SESSION_MS);
    for (const batch of batches) expect(await reader.commit(batch)).toBe(true);
    expect(await reader.lag()).toBe(0);
  });
});
