import { afterEach, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CompressionTypes, Kafka, logLevel, type Message } from 'kafkajs';
import fc from 'fast-check';
import { useKafka } from '../../../../../test/support/kafka.js';
import { type KafkaLog, openKafkaLog } from '../kafka-log.js';
import type { KafkaLogOptions } from '../options.js';
import type { LoggedRecord } from '../../log.js';

jest.setTimeout(60_000);

const kafka = await useKafka();

const message: fc.Arbitrary<Message> = fc.record<Message>({
  key: fc.option(fc.string({ maxLength: 80 }).map((text): Buffer => Buffer.from(text))),
  value: fc.option(fc.uint8Array({ maxLength: 3_000 }).map((bytes): Buffer => Buffer.from(bytes))),
  headers: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ maxLength: 20 }), { maxKeys: 3 }),
  timestamp: fc.integer({ min: 1, max: 1_700_000_000_000 }).map(String),
});

const sends = fc.array(
  fc.record({
    messages: fc.array(message, { minLength: 1, maxLength: 12 }),
    how: fc.constantFrom('plain', 'plain', 'compressed', 'committed', 'aborted'),
  }),
  { minLength: 1, maxLength: 5 },
);

kafka.describe('Records that come packed', () => {
  const client = new Kafka({ brokers: [kafka.bootstrap], logLevel: logLevel.NOTHING });
  const opened: KafkaLog[] = [];

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });

  async function readAll(
    topic: string,
    count: number,
    options: Partial<KafkaLogOptions>,
  ): Promise<LoggedRecord[]> {
    const log = await openKafkaLog({ brokers: [kafka.bootstrap], clientId: 'test', ...options });
    opened.push(log);
    const reader = await log.open({ topics: [topic], group: `group-${randomUUID()}` });
    const records: LoggedRecord[] = [];
    while (records.length < count) {
      const batch = await reader.read({ maxRecords: 7, waitMs: 10_000 });
      if (batch === null) break;
      if (options.records === 'stock') expect(batch.packed).toBeUndefined();
      records.push(...batch.records);
      expect(await reader.commit(batch)).toBe(true);
    }
    // Nothing that was taken back came instead of it. A mark of a transaction may still stand behind it.
    expect(records.at(-1)?.value.toString()).toBe('end');
    return records;
  }

  it('are those that the stock decoder gives, whatever was produced, compressed or in transactions', async () => {
    const plain = client.producer();
    const transactional = client.producer({
      transactionalId: randomUUID(),
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await plain.connect();
    await transactional.connect();
    await fc.assert(
      fc.asyncProperty(sends, async (given) => {
        const [topic = ''] = await kafka.freshTopics(1, 1);
        let count = 0;
        for (const { messages, how } of given) {
          if (how !== 'aborted') count += messages.length;
          if (how === 'plain') await plain.send({ topic, messages });
          else if (how === 'compressed')
            await plain.send({ topic, messages, compression: CompressionTypes.GZIP });
          else {
            const transaction = await transactional.transaction();
            await transaction.send({ topic, messages });
            await (how === 'committed' ? transaction.commit() : transaction.abort());
          }
        }
        // The end of what is read, so that nothing after it is waited for.
        await plain.send({ topic, messages: [{ key: null, value: 'end', timestamp: '1' }] });
        const [flat, stock] = [
          await readAll(topic, count + 1, {}),
          await readAll(topic, count + 1, { records: 'stock' }),
        ];
        expect(flat).toEqual(stock);
        expect(flat).toHaveLength(count + 1);
      }),
      { numRuns: 8, endOnFailure: true },
    );
    await plain.disconnect();
    await transactional.disconnect();
  });

  it('come as they lie in memory, without an object for each where they are plain', async () => {
    const [topic = ''] = await kafka.freshTopics(1, 1);
    const log = await openKafkaLog({ brokers: [kafka.bootstrap], clientId: 'test' });
    opened.push(log);
    const values = ['one', 'two', 'three'];
    await log.append(
      topic,
      values.map((value) => ({ key: 'k', value: Buffer.from(value), timestamp: 1 })),
    );
    const reader = await log.open({ topics: [topic], group: `group-${randomUUID()}` });
    const batch = await reader.read({ maxRecords: 10, waitMs: 10_000 });
    const packed = batch?.packed;
    expect(packed?.length).toBe(3);
    expect(
      values.map((_, n) => packed?.bytes.toString('utf8', packed.valueStarts[n], packed.valueEnds[n])),
    ).toEqual(values);
  });

  it('are appended from one piece of memory as they are one by one: same partition, key, value and time', async () => {
    const [one = '', all = ''] = await kafka.freshTopics(2, 5);
    const log = await openKafkaLog({ brokers: [kafka.bootstrap], clientId: 'test' });
    opened.push(log);
    const records = Array.from({ length: 3_000 }, (_, n) => ({
      key: `deal-é-${n % 40}`,
      value: Buffer.from(`${n} `.repeat(n % 300)),
      timestamp: 7,
    }));
    await log.append(one, records);
    const parts = records.map(({ key, value }) => [Buffer.from(key), value] as const);
    const [keyStarts, keyEnds, valueStarts, valueEnds] = [0, 1, 2, 3].map(() => new Int32Array(parts.length));
    if (
      keyStarts === undefined ||
      keyEnds === undefined ||
      valueStarts === undefined ||
      valueEnds === undefined
    )
      throw new Error('four are made');
    let at = 0;
    parts.forEach(([key, value], n) => {
      keyStarts[n] = at;
      keyEnds[n] = at += key.length;
      valueStarts[n] = at;
      valueEnds[n] = at += value.length;
    });
    const bytes = Buffer.concat(parts.flat());
    await log.appendPacked?.(all, {
      ...{ length: parts.length, bytes, keyStarts, keyEnds, valueStarts, valueEnds, timestamp: 7 },
    });

    async function byPartition(topic: string): Promise<Map<number, LoggedRecord[]>> {
      const reader = await log.open({ topics: [topic], group: `group-${randomUUID()}` });
      const found = new Map<number, LoggedRecord[]>();
      for (let count = 0; count < records.length;) {
        const batch = await reader.read({ maxRecords: 500, waitMs: 10_000 });
        if (batch === null) break;
        count += batch.records.length;
        found.set(batch.partition, [...(found.get(batch.partition) ?? []), ...batch.records]);
      }
      return new Map([...found].sort(([a], [b]) => a - b));
    }
    expect(await byPartition(all)).toEqual(await byPartition(one));
    const stock = await openKafkaLog({ brokers: [kafka.bootstrap], clientId: 'test', records: 'stock' });
    opened.push(stock);
    expect('appendPacked' in stock).toBe(false);
  });
});
