import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { readRecordSet } from './record-set.js';

const require = createRequire(import.meta.url);

interface StockBatch {
  readonly buffer: Buffer;
}
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  RecordBatch: (of: object) => Promise<StockBatch>;
};
const Record = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (of: object) => unknown;
const Long = require('kafkajs/src/utils/long.js') as { fromNumber(value: number): unknown };

interface Sample {
  readonly key: string | null;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly after: number;
}

const FIRST_OFFSET = 5_000_000_000;
const FIRST_TIME = 1_700_000_000_000;

/** A batch as the stock client writes it; every second offset is missing, as after a compaction. */
async function stockBatch(
  samples: readonly Sample[],
  firstOffset: number,
  more: object = {},
): Promise<Buffer> {
  const records = samples.map(({ key, value, headers, after }, n) =>
    Record({
      key: key === null ? null : Buffer.from(key),
      value: Buffer.from(value),
      headers,
      offsetDelta: 2 * n,
      timestampDelta: after,
    }),
  );
  const batch = await RecordBatch({
    records,
    firstOffset: Long.fromNumber(firstOffset),
    firstTimestamp: FIRST_TIME,
    maxTimestamp: FIRST_TIME + 1000,
    lastOffsetDelta: 2 * samples.length - 1,
    ...more,
  });
  return batch.buffer;
}

const sample: fc.Arbitrary<Sample> = fc.record({
  key: fc.option(fc.string({ maxLength: 80 })),
  value: fc.string({ maxLength: 400 }),
  headers: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ maxLength: 20 }), { maxKeys: 3 }),
  after: fc.nat(1_000_000),
});
const samples = fc.array(sample, { minLength: 1, maxLength: 30 });

describe('readRecordSet', () => {
  it('reads what the stock client has written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(samples, { minLength: 1, maxLength: 4 }), async (batches) => {
        let offset = FIRST_OFFSET;
        const parts: Buffer[] = [Buffer.from('before')];
        const expected: object[] = [];
        for (const batch of batches) {
          parts.push(await stockBatch(batch, offset));
          batch.forEach(({ key, value, headers, after }, n) =>
            expected.push({ key, value, headers, offset: offset + 2 * n, timestamp: FIRST_TIME + after }),
          );
          offset += 2 * batch.length;
        }
        // The next batch has come in part only.
        parts.push((await stockBatch(batches[0] ?? [], offset)).subarray(0, 70));
        const bytes = Buffer.concat(parts);
        const set = readRecordSet(bytes, 6, bytes.length);
        const read = Array.from({ length: set?.length ?? 0 }, (_, n) => set?.record(n));
        expect(read.map((record) => ({ ...record, value: record?.value.toString('utf8') }))).toEqual(
          expected,
        );
        expect(set?.lastOffset).toBe(offset - 1);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['compressed', { compression: 1 }],
    ['of a transaction', { transactional: true }],
  ])('leaves a batch that is %s to the stock decoder', async (_, more) => {
    const bytes = await stockBatch([{ key: 'k', value: 'v', headers: {}, after: 0 }], 7, more);
    expect(readRecordSet(bytes, 0, bytes.length)).toBeUndefined();
  });

  it('leaves bytes that are no sound records to the stock decoder, whatever they are', async () => {
    const sound = await stockBatch([{ key: 'k', value: 'value', headers: { a: 'b' }, after: 5 }], 7);
    fc.assert(
      fc.property(fc.nat(sound.length - 1), fc.nat(255), (place, byte) => {
        const bytes = Buffer.from(sound);
        bytes[place] = byte;
        const set = readRecordSet(bytes, 0, bytes.length);
        // What is taken stays within the bytes.
        for (let n = 0; n < (set?.length ?? 0); n += 1) {
          expect(set?.valueStarts[n]).toBeGreaterThanOrEqual(61);
          expect(set?.valueEnds[n]).toBeLessThan(bytes.length);
          expect(set?.record(n).value.length).toBeLessThan(bytes.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
