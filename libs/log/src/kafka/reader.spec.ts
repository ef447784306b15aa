import { describe, expect, it } from '@jest/globals';
import { until } from '../../../../test/support/until.js';
import { type FakeConsumer, fakeKafka } from '../testing/fake-kafka.js';
import { type KafkaReader, openReader } from './reader.js';
import type { Position, TopicAdmin } from './topics.js';

/** A reader of `t/0`, which the group has read up to offset 5 of 100, and what stands for Kafka. */
async function openFake(): Promise<{
  reader: KafkaReader;
  consumers: FakeConsumer[];
  consumer: FakeConsumer;
  position: { committed: number | null; low: number; high: number };
}> {
  const position = { committed: 5, low: 0, high: 100 };
  const admin: TopicAdmin = {
    connect: () => Promise.resolve(),
    partitions: () => Promise.resolve(1),
    positions: (): Promise<Position[]> => Promise.resolve([{ topic: 't', partition: 0, ...position }]),
    close: () => Promise.resolve(),
  };
  const { client, consumers } = fakeKafka((consumer) => {
    consumer.emit('GROUP_JOIN', { memberAssignment: { t: [0] } });
  });
  const reader = await openReader({
    ...{ client, admin, group: 'g', topics: ['t'], sessionTimeoutMs: 30_000, giveUpAfterMs: 60_000 },
    ...{ maxBytesPerPartition: 1_000_000, maxHeldBytes: 1_000_000, maxBatchBytes: 1_000_000 },
    now: () => 0,
    onClose: () => undefined,
  });
  const [consumer] = consumers;
  if (consumer === undefined) throw new Error('No consumer was made.');
  return { reader, consumers, consumer, position };
}

const brokerError = (type: string): Error => Object.assign(new Error(type), { type });

async function readOffsets(reader: KafkaReader): Promise<number[]> {
  const batch = await reader.read({ maxRecords: 100, waitMs: 0 });
  return batch?.records.map(({ offset }) => offset) ?? [];
}

async function readBatch(
  reader: KafkaReader,
): Promise<NonNullable<Awaited<ReturnType<KafkaReader['read']>>>> {
  const batch = await reader.read({ maxRecords: 100, waitMs: 0 });
  if (batch === null) throw new Error('There is no batch.');
  return batch;
}

describe('a reader of Kafka', () => {
  it('goes on where the group has committed', async () => {
    const { reader, consumer } = await openFake();
    expect(consumer.told).toEqual(['resume t/all', 'pause t/0', 'seek t/0 5', 'resume t/0']);
    expect(await consumer.deliver('t', 0, 5, 3)).toBe(true);
    expect(await consumer.deliver('t', 0, 8, 1)).toBe(true);
    expect(await readOffsets(reader)).toEqual([5, 6, 7, 8]);
  });

  it('refuses what was fetched from elsewhere, and has it fetched again from where it is', async () => {
    const { reader, consumer } = await openFake();
    await consumer.deliver('t', 0, 5, 3);
    // Fetched before the partitions were given out: to take it would leave out the offsets 8 and 9.
    expect(await consumer.deliver('t', 0, 10, 3)).toBe(false);
    await until('it is sent back', () => consumer.told.includes('seek t/0 8'));
    expect(await consumer.deliver('t', 0, 8, 5)).toBe(true);
    expect(await readOffsets(reader)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('goes on with what is left where records were deleted before it', async () => {
    const { reader, consumer, position } = await openFake();
    position.low = 50;
    expect(await consumer.deliver('t', 0, 50, 2)).toBe(false);
    await until('it is sent on', () => consumer.told.includes('seek t/0 50'));
    expect(await consumer.deliver('t', 0, 50, 2)).toBe(true);
    expect(await readOffsets(reader)).toEqual([50, 51]);
  });

  it('goes past what is not for readers', async () => {
    const { reader, consumer } = await openFake();
    consumer.emit('START_BATCH_PROCESS', { topic: 't', partition: 0, batchSize: 0, lastOffset: '6' });
    expect(await consumer.deliver('t', 0, 7, 1)).toBe(true);
    expect(await readOffsets(reader)).toEqual([7]);
  });

  it('has lost what it read and held once the partitions are given out anew', async () => {
    const { reader, consumer } = await openFake();
    await consumer.deliver('t', 0, 5, 3);
    const batch = await readBatch(reader);
    await consumer.deliver('t', 0, 8, 3);
    consumer.emit('GROUP_JOIN', { memberAssignment: { t: [0] } });
    expect(reader.holds(batch)).toBe(false);
    expect(await reader.commit(batch)).toBe(false);
    expect(await readOffsets(reader)).toEqual([]);
    await until('it goes on', () => consumer.told.at(-1) === 'resume t/0');
    expect(await consumer.deliver('t', 0, 5, 1)).toBe(true);
    expect(await readOffsets(reader)).toEqual([5]);
  });

  it.each(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS'])(
    'has lost everything where the group answers a commit with %s',
    async (type) => {
      const { reader, consumer } = await openFake();
      await consumer.deliver('t', 0, 5, 3);
      const batch = await readBatch(reader);
      await consumer.deliver('t', 0, 8, 3);
      consumer.onCommit = () => Promise.reject(brokerError(type));
      expect(await reader.commit(batch)).toBe(false);
      expect(reader.holds(batch)).toBe(false);
      expect(await readOffsets(reader)).toEqual([]);
      expect(reader.assigned()).toEqual([]);
    },
  );

  it('tries a commit again where the broker was away for a moment', async () => {
    const { reader, consumer } = await openFake();
    await consumer.deliver('t', 0, 5, 3);
    const batch = await readBatch(reader);
    const acknowledge = consumer.onCommit;
    const outcomes = [
      () => Promise.reject(new Error('The connection is closed')),
      // kafkajs does nothing, and says nothing, where its consumer has just ended.
      () => Promise.resolve(),
    ];
    const asked: string[] = [];
    consumer.onCommit = (offsets) => {
      asked.push(...offsets.map(({ offset }) => offset));
      return (outcomes.shift() ?? (() => acknowledge(offsets)))();
    };
    expect(await reader.commit(batch)).toBe(true);
    expect(asked).toEqual(['8', '8', '8']);
  });

  it('does not send a commit that would take the group back', async () => {
    const { reader, consumer } = await openFake();
    await consumer.deliver('t', 0, 5, 2);
    const older = await readBatch(reader);
    await consumer.deliver('t', 0, 7, 2);
    const newer = await readBatch(reader);
    const asked: string[] = [];
    const acknowledge = consumer.onCommit;
    consumer.onCommit = (offsets) => {
      asked.push(...offsets.map(({ offset }) => offset));
      return acknowledge(offsets);
    };
    expect(await Promise.all([reader.commit(newer), reader.commit(older)])).toEqual([true, true]);
    expect(asked).toEqual(['9']);
  });

  it('is followed by a new consumer where the first one dies, and starts at what is committed', async () => {
    const { reader, consumers, consumer, position } = await openFake();
    await consumer.deliver('t', 0, 5, 3);
    const batch = await readBatch(reader);
    position.committed = 6;
    consumer.emit('CRASH', { error: new Error('The connection is closed') });
    await until('the next one', () => consumers[1]?.told.includes('resume t/0'));
    expect(await reader.commit(batch)).toBe(false);
    expect(await consumer.deliver('t', 0, 8, 3)).toBe(false);
    expect(await consumers[1]?.deliver('t', 0, 6, 1)).toBe(true);
    expect(await readOffsets(reader)).toEqual([6]);
    await reader.close();
    expect(consumers[1]?.told.at(-1)).toBe('disconnect');
  });
});
