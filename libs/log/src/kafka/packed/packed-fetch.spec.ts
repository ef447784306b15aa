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
    expect(await reader.lag()).toBe(0);
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
});
