import { describe, expect, it } from '@jest/globals';
import type { KafkaMessage } from 'kafkajs';
import { createShares, type Share, type ShareLimits, type Shares } from './shares.js';

const LIMITS: ShareLimits = { maxBytesPerPartition: 5_000, maxHeldBytes: 10_000, maxBatchBytes: 1_000_000 };

/** Records of some 1,000 bytes each. */
function messages(from: number, count: number): KafkaMessage[] {
  return Array.from({ length: count }, (_, i) => ({
    key: null,
    value: Buffer.alloc(900),
    timestamp: '1',
    attributes: 0,
    offset: String(from + i),
    headers: {},
  }));
}

function shared(partitions: number, limits: Partial<ShareLimits> = {}): { shares: Shares; all: Share[] } {
  const shares = createShares(
    { t: Array.from({ length: partitions }, (_, i) => i) },
    { ...LIMITS, ...limits },
  );
  for (const share of shares.all) share.next = 0;
  shares.regulate();
  return { shares, all: [...shares.all] };
}

function first(all: readonly Share[]): Share {
  const [share] = all;
  if (share === undefined) throw new Error('There is no share.');
  return share;
}

const partitionsOf = (shares: readonly Share[]): number[] => shares.map(({ partition }) => partition);

describe('the shares of a reader', () => {
  it('stay paused until it is known where they go on', () => {
    const shares = createShares({ t: [0, 1] }, LIMITS);
    expect(shares.regulate()).toEqual({ pause: [], resume: [] });
    const share = first(shares.all);
    share.next = 0;
    expect(partitionsOf(shares.regulate().resume)).toEqual([0]);
    share.next = null;
    expect(partitionsOf(shares.regulate().pause)).toEqual([0]);
  });

  it('pause the partition that holds enough, and go on once it was read', () => {
    const { shares, all } = shared(2);
    shares.add(first(all), messages(0, 5), 4);
    expect(partitionsOf(shares.regulate().pause)).toEqual([0]);
    shares.take(1);
    expect(partitionsOf(shares.regulate().resume)).toEqual([0]);
  });

  it('pause all where all together hold enough, until they hold half', () => {
    const { shares, all } = shared(4);
    for (const share of all.slice(0, 3)) shares.add(share, messages(0, 4), 3);
    expect(partitionsOf(shares.regulate().pause)).toEqual([0, 1, 2, 3]);
    shares.take(4);
    expect(shares.regulate().resume).toEqual([]);
    shares.take(4);
    expect(partitionsOf(shares.regulate().resume)).toEqual([0, 1, 2, 3]);
  });

  it('give one after another their turn, and a batch of several fetches of one', () => {
    const { shares, all } = shared(2);
    const [a, b] = all;
    if (a === undefined || b === undefined) throw new Error('There are no two shares.');
    shares.add(a, messages(0, 2), 1);
    shares.add(a, messages(2, 2), 3);
    shares.add(b, messages(7, 1), 7);
    const taken = [shares.take(3), shares.take(3), shares.take(3), shares.take(3)];
    expect(
      taken.map((each) => [each?.batch.partition, each?.batch.records.map(({ offset }) => offset)]),
    ).toEqual([
      [0, [0, 1, 2]],
      [1, [7]],
      [0, [3]],
      [undefined, undefined],
    ]);
    expect(all.map(({ next, bytes }) => [next, bytes])).toEqual([
      [4, 0],
      [8, 0],
    ]);
  });

  it('end a batch where it takes enough bytes, after one record at the earliest', () => {
    const { shares, all } = shared(1, { maxBatchBytes: 2_500 });
    shares.add(first(all), messages(0, 3), 2);
    expect(shares.take(10)?.batch.records).toHaveLength(2);
    const tiny = shared(1, { maxBatchBytes: 1 });
    tiny.shares.add(first(tiny.all), messages(0, 3), 2);
    expect(tiny.shares.take(10)?.batch.records).toHaveLength(1);
  });
});
