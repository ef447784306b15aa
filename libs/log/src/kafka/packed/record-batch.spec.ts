import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { crc32c } from './crc32c.js';
import { createRecordBatch } from './record-batch.js';

const require = createRequire(import.meta.url);

interface StockDecoder {
  readInt64(): unknown;
}
interface StockRecord {
  key: Buffer;
  value: Buffer;
  offset: string;
  timestamp: string;
  headers: object;
}

/** The decoder of kafkajs, which takes what a broker sends. */
async function decoded(batch: Buffer): Promise<readonly StockRecord[]> {
  const Decoder = require('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => StockDecoder;
  const decode = require('kafkajs/src/protocol/recordBatch/v0/decoder.js') as (
    decoder: StockDecoder,
  ) => Promise<{ records: readonly StockRecord[] }>;
  return (await decode(new Decoder(batch))).records;
}

describe('crc32c', () => {
  it.each([
    ['', 0],
    ['123456789', 0xe3069283],
    ['The quick brown fox jumps over the lazy dog', 0x22620404],
  ])('of %j is the known one', (text, sum) => {
    const bytes = Buffer.from(`x${text}y`);
    expect(crc32c(bytes, 1, bytes.length - 1)).toBe(sum);
  });
});

describe('a record batch', () => {
  it('is read by the stock decoder as what was written, whatever the lengths', async () => {
    const bytes = (most: number): fc.Arbitrary<Buffer> =>
      fc
        .oneof(
          fc.nat(most),
          fc.constantFrom(0, 63, 64, 127, 128, 8191, 8192).filter((n) => n <= most),
        )
        .map((n) => Buffer.alloc(n, 'ab'));
    const record = fc.record({ key: bytes(300), value: bytes(300_000) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 200, size: 'medium' }),
        async (records) => {
          const batch = createRecordBatch();
          for (const { key, value } of records) {
            const keys = Buffer.concat([Buffer.from('zz'), key, Buffer.from('zz')]);
            batch.add(keys, 2, 2 + key.length, value, 0, value.length);
          }
          const found = await decoded(batch.finish(1_700_000_000_123));
          expect(found.map(({ key }) => key.toString())).toEqual(records.map(({ key }) => key.toString()));
          expect(found.map(({ value }) => value.length)).toEqual(records.map(({ value }) => value.length));
          expect(found.every(({ timestamp }) => timestamp === '1700000000123')).toBe(true);
          expect(found.map(({ offset }) => Number(offset))).toEqual(records.map((_, n) => n));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is the batch that the stock encoder writes, but for the numbers of a producer', async () => {
    const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
      RecordBatch: (of: object) => Promise<{ buffer: Buffer }>;
    };
    const Record = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (of: object) => unknown;
    const Long = require('kafkajs/src/utils/long.js') as { fromInt(value: number): unknown };
    const timestamp = 1_700_000_000_123;
    const pairs = Array.from({ length: 300 }, (_, n) => ({
      key: Buffer.from(`deal-${n}`),
      value: Buffer.from('v'.repeat(n * 7)),
    }));
    const stock = await RecordBatch({
      records: pairs.map(({ key, value }, n) => Record({ key, value, offsetDelta: n, timestampDelta: 0 })),
      firstTimestamp: timestamp,
      maxTimestamp: timestamp,
      partitionLeaderEpoch: -1,
      lastOffsetDelta: pairs.length - 1,
      producerId: Long.fromInt(-1),
      producerEpoch: -1,
      firstSequence: -1,
    });
    const batch = createRecordBatch();
    for (const { key, value } of pairs) batch.add(key, 0, key.length, value, 0, value.length);
    expect(batch.finish(timestamp).equals(stock.buffer)).toBe(true);
  });
});
