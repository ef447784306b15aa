import { describe, expect, it } from '@jest/globals';
import { type FakeConsumer, fakeKafka } from '../testing/fake-kafka.js';
import { joinGroup, type Membership, type MembershipEvents } from './membership.js';

const retriable = (message: string): Error => Object.assign(new Error(message), { retriable: true });
const final = (message: string): Error => Object.assign(new Error(message), { retriable: false });

const join = (consumer: FakeConsumer): void => {
  consumer.emit('GROUP_JOIN', { memberAssignment: { t: [0] } });
};

/** Joins with what stands for Kafka; each look at the clock is a second later. */
function joinFake(
  start: (consumer: FakeConsumer, n: number) => Promise<void> | void,
  giveUpAfterMs: number,
): { membership: Promise<Membership>; failed: Promise<Error>; consumers: FakeConsumer[]; told: string[] } {
  const told: string[] = [];
  const { client, consumers } = fakeKafka(start);
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => {
    fail = resolve;
  });
  let clock = 0;
  const events: MembershipEvents = {
    joined: () => told.push('joined'),
    left: () => told.push('left'),
    fetched: () => true,
    skipped: () => undefined,
    committed: () => undefined,
    alive: () => undefined,
    failed: (error) => {
      fail(error);
    },
  };
  const membership = joinGroup({
    ...{ client, group: 'g', topics: ['t'], sessionTimeoutMs: 30_000, maxBytesPerPartition: 1 },
    ...{ giveUpAfterMs, now: () => (clock += 1_000), events },
  });
  return { membership, failed, consumers, told };
}

describe('the membership of a group', () => {
  it('is refused at once where nothing will change', async () => {
    const { membership, consumers } = joinFake(() => Promise.reject(final('The password is wrong')), 60_000);
    await expect(membership).rejects.toThrow("The group g can't be joined: The password is wrong");
    expect(consumers).toHaveLength(1);
  });

  it('is tried again where the brokers are not ready yet', async () => {
    const { membership, consumers } = joinFake((consumer, n) => {
      if (n === 0) return Promise.reject(retriable('The coordinator is loading'));
      join(consumer);
      return Promise.resolve();
    }, 60_000);
    await (await membership).close();
    expect(consumers).toHaveLength(2);
  });

  it('is taken up again by a new consumer after one has died', async () => {
    const { membership, consumers, told } = joinFake(join, 60_000);
    const joined = await membership;
    consumers[0]?.emit('CRASH', { error: final('Something odd') });
    while (told.length < 3) await new Promise(setImmediate);
    expect(told).toEqual(['joined', 'left', 'joined']);
    await joined.close();
    expect(consumers.map(({ told: of }) => of.at(-1))).toEqual([undefined, 'disconnect']);
  });

  it('is given up where no consumer gets in again in time', async () => {
    const { membership, failed, consumers } = joinFake((consumer, n) => {
      if (n > 0) return Promise.reject(retriable('Nobody answers'));
      join(consumer);
      return Promise.resolve();
    }, 2_000);
    await membership;
    consumers[0]?.emit('CRASH', { error: retriable('The connection is closed') });
    expect((await failed).message).toBe("The group g can't be joined: Nobody answers");
    expect(consumers.length).toBeGreaterThan(1);
  });

  it('ends for good when it is closed while it is being taken up', async () => {
    const { membership, consumers, told } = joinFake(join, 60_000);
    const joined = await membership;
    consumers[0]?.emit('CRASH', { error: retriable('The connection is closed') });
    while (told.length < 2) await new Promise(setImmediate);
    await joined.close();
    expect(told).toEqual(['joined', 'left']);
    expect(consumers).toHaveLength(1);
  });
});
