import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeRecord, decodeTimestamp, encodeRecords } from './record-codec.js';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const record = fc.record({
  key: fc.option(text),
  value: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  headers: fc.dictionary(text, text, { noNullPrototype: true }),
  timestamp: fc.maxSafeInteger(),
});

describe('The record codec', () => {
  it('gives back any records as they were', () => {
    fc.assert(
      fc.property(fc.array(record), fc.nat(), (records, first) => {
        const stored = encodeRecords(records);
        expect(stored.map((bytes, i) => decodeRecord(first + i, bytes))).toEqual(
          records.map((each, i) => ({ ...each, offset: first + i })),
        );
        expect(stored.map(decodeTimestamp)).toEqual(records.map(({ timestamp }) => timestamp));
      }),
    );
  });
});
