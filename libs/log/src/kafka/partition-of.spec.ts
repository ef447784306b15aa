import { describe, expect, it } from '@jest/globals';
import { Partitioners } from 'kafkajs';
import fc from 'fast-check';
import { murmur2, partitionOf } from './partition-of.js';

describe('the partition of a key', () => {
  // The vectors of the Java client's own test.
  it.each([
    ['21', -973_932_308],
    ['foobar', -790_332_482],
    ['a-little-bit-long-string', -985_981_536],
    ['a-little-bit-longer-string', -1_486_304_829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
    ['abc', 479_470_107],
  ])('hashes %j as the Java client does', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  it('is that of kafkajs for every key and number of partitions', () => {
    const partitioner = Partitioners.DefaultPartitioner();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 200 }), (key, partitions) => {
        const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
          partitionErrorCode: 0,
          partitionId,
          leader: 1,
          replicas: [],
          isr: [],
        }));
        expect(partitionOf(key, partitions)).toBe(
          partitioner({ topic: 't', partitionMetadata, message: { key, value: '' } }),
        );
      }),
    );
  });
});
