import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CompressionTypes, Kafka, logLevel } from 'kafkajs';
import { useKafka } from '../../../../test/support/kafka.js';
import {
  nextBatch,
  numbered,
  numberedRecords,
  numbersOf,
  readBatches,
  upTo,
} from '../testing/kafka-reading.js';
import { type KafkaLog, openKafkaLog } from './kafka-log.js';
import type { KafkaLogOptions } from './options.js';
import { partitionOf } from './partition-of.js';
import type { KafkaReader } from './reader.js';

jest.setTimeout(60_000);

const PARTITIONS = 3;

const kafka = await useKafka();

kafka.describe('Records in Kafka', () => {
  const client = new Kafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING });
  const opened: KafkaLog[] = [];
  let log: KafkaLog;
  let topic: string;

  beforeEach(async () => {
    const [fresh] = await kafka.freshTopics(1, PARTITIONS);
    topic = fresh ?? '';
    log = await openLog();
  });

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });

  async function openLog(options: Partial<KafkaLogOptions> = {}): Promise<KafkaLog> {
    const openedLog = await openKafkaLog({ brokers: [kafka.bootstrap], clientId: 'test', ...options });
    opened.push(openedLog);
    return openedLog;
  }

  const open = (from = log, group = `group-${randomUUID()}`): Promise<KafkaReader> =>
    from.open({ topics: [topic], group });

  it('are read whatever another producer has put into them', async () => {
    const producer = client.producer();
    await producer.connect();
    await producer.send({
      topic,
      compression: CompressionTypes.GZIP,
      messages: [
        { key: null, value: null, partition: 0, timestamp: '1' },
        {
          key: Buffer.from([0xff, 0x00]),
          value: Buffer.from([0xfe]),
          partition: 0,
          timestamp: '2',
          headers: { twice: ['first', 'last'], bytes: Buffer.from([0xc3, 0x28]), toString: 'x' },
        },
      ],
    });
    await producer.disconnect();

    const { records } = await nextBatch(await open());
    expect(records).toEqual([
      { key: null, value: Buffer.alloc(0), headers: {}, timestamp: 1, offset: 0 },
      {
        key: '\ufffd\0',
        value: Buffer.from([0xfe]),
        headers: { twice: 'last', bytes: '\ufffd(', toString: 'x' },
        timestamp: 2,
        offset: 1,
      },
    ]);
  });

  it('are read past transactions, and not where those were taken back', async () => {
    const producer = client.producer({
      transactionalId: `tx-${randomUUID()}`,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    for (const [number, isKept] of [
      [0, true],
      [1, false],
      [2, false],
      [3, true],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ key: 'k', value: String(number) }] });
      await (isKept ? transaction.commit() : transaction.abort());
    }
    await producer.disconnect();
    await log.append(topic, [numbered('k', 4)]);

    const reader = await open();
    const batches = await readBatches(reader, 3);
    expect(numbersOf(batches)).toEqual([0, 3, 4]);
    // Again with nothing held back: the reader waits behind the end of the last transaction.
    await log.append(topic, [numbered('k', 5)]);
    expect(numbersOf([await nextBatch(reader)])).toEqual([5]);
  });

  it('stand where the clients of Kafka look for their keys', async () => {
    await log.append(topic, numberedRecords(60, 20));
    for (const batch of await readBatches(await open(), 60)) {
      for (const { key } of batch.records) expect(partitionOf(key ?? '', PARTITIONS)).toBe(batch.partition);
    }
  });

  it('keep the order of their key through appends that are cut into many requests', async () => {
    const large = Buffer.alloc(30_000);
    const appends = upTo(8).map((i) =>
      log.append(
        topic,
        upTo(60).map((j) => ({ ...numbered(`key ${j % 4}`, 60 * i + j), value: large })),
      ),
    );
    await Promise.all(appends);
    const batches = await readBatches(await open(), 480);
    for (const { records } of batches) {
      for (const key of ['key 0', 'key 1', 'key 2', 'key 3']) {
        const numbers = records.filter((record) => record.key === key).map(({ timestamp }) => timestamp);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
    }
    const all = batches.flatMap(({ records }) => records.map(({ timestamp }) => timestamp));
    expect(all.toSorted((a, b) => a - b)).toEqual(upTo(480));
  });

  it('are compressed where asked for, and the same to readers', async () => {
    const compressing = await openLog({ compression: 'gzip' });
    await compressing.append(topic, numberedRecords(100));
    const numbers = numbersOf(await readBatches(await open(), 100));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(upTo(100));
  });

  it('are all read by a reader that may hold next to nothing', async () => {
    const small = await openLog({ maxHeldBytes: 20_000, maxBytesPerPartition: 5_000, maxBatchBytes: 3_000 });
    await log.append(topic, numberedRecords(3_000));
    const reader = await open(small);
    const batches = await readBatches(reader, 3_000);
    expect(numbersOf(batches).toSorted((a, b) => a - b)).toEqual(upTo(3_000));
    for (const { records } of batches) expect(records.length).toBeLessThanOrEqual(30);
  });

  it('that are too large for their topic fail alone, and say why', async () => {
    const admin = client.admin();
    await admin.connect();
    const narrow = `narrow-${randomUUID()}`;
    await admin.createTopics({
      topics: [
        { topic: narrow, numPartitions: 1, configEntries: [{ name: 'max.message.bytes', value: '2000000' }] },
      ],
    });
    await admin.disconnect();
    const append = (name: string, bytes: number): Promise<void> =>
      log.append(name, [{ key: 'k', value: Buffer.alloc(bytes), timestamp: 1 }]);
    const appends = [append(topic, 10), append(narrow, 3_000_000), append(topic, 20), append(narrow, 30)];
    await expect(appends[1]).rejects.toThrow(/narrow-.*max\.message\.bytes/);
    await Promise.all([appends[0], appends[2], appends[3]]);
    const batches = await readBatches(await open(), 2);
    expect(batches.flatMap(({ records }) => records.map(({ value }) => value.length))).toEqual([10, 20]);
  });

  it('that are deleted before they are read are passed over', async () => {
    const group = `group-${randomUUID()}`;
    await log.append(
      topic,
      upTo(10).map((i) => numbered('k', i)),
    );
    const reader = await open(log, group);
    await reader.commit(await nextBatch(reader, 2));
    await reader.close();
    const admin = client.admin();
    await admin.connect();
    const partition = partitionOf('k', PARTITIONS);
    // kafkajs deletes only in topics that it has asked about.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: '6' }] });
    await admin.disconnect();

    const next = await open(log, group);
    expect(await next.lag()).toBe(4);
    expect(numbersOf(await readBatches(next, 4))).toEqual([6, 7, 8, 9]);
  });

  it('need a topic that is there', async () => {
    const missing = `missing-${randomUUID()}`;
    await expect(log.append(missing, [numbered('k', 1)])).rejects.toThrow(`no topic ${missing}`);
    await expect(log.open({ topics: [missing], group: 'g' })).rejects.toThrow(`no topic ${missing}`);
  });

  it('cannot be of before 1970', async () => {
    await expect(log.append(topic, [numbered('k', -1)])).rejects.toThrow(/1970/);
  });
});
