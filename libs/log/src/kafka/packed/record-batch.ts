import { crc32c } from './crc32c.js';

/** Bytes before the records: Kafka's record batch, magic 2. */
const HEADER = 61;
const CRC_AT = 17;
const CHECKED_FROM = 21;
/** What a record takes beside its key and value, at most. */
const AROUND = 24;

/** Records of one partition, written as Kafka keeps them: no compression, no headers, one timestamp, no producer id. */
export interface RecordBatch {
  readonly records: number;
  /** Of the batch as it stands. */
  readonly bytes: number;
  /** Adds a record whose key is a part of `keys`, and whose value is a part of `values`. */
  add(
    keys: Uint8Array,
    keyStart: number,
    keyEnd: number,
    values: Buffer,
    valueStart: number,
    valueEnd: number,
  ): void;
  /** The finished batch: valid until `clear`. */
  finish(timestamp: number): Buffer;
  clear(): void;
}

export function createRecordBatch(): RecordBatch {
  let buffer = Buffer.allocUnsafe(256 * 1024);
  let at = HEADER;
  let records = 0;

  function varint(value: number): void {
    // Zigzag of what is never negative.
    let rest = value * 2;
    while (rest > 0x7f) {
      buffer[at] = (rest & 0x7f) | 0x80;
      at += 1;
      rest = Math.floor(rest / 128);
    }
    buffer[at] = rest;
    at += 1;
  }

  return {
    get records() {
      return records;
    },
    get bytes() {
      return at;
    },

    add(keys, keyStart, keyEnd, values, valueStart, valueEnd) {
      const keyLength = keyEnd - keyStart;
      const length = valueEnd - valueStart;
      if (at + keyLength + length + AROUND > buffer.length) {
        const larger = Buffer.allocUnsafe(2 * buffer.length + keyLength + length + AROUND);
        buffer.copy(larger, 0, 0, at);
        buffer = larger;
      }
      // Attributes, a timestamp delta of 0 and no headers are one byte each.
      varint(3 + lengthOf(records) + lengthOf(keyLength) + keyLength + lengthOf(length) + length);
      buffer[at] = 0;
      buffer[at + 1] = 0;
      at += 2;
      varint(records);
      varint(keyLength);
      for (let i = keyStart; i < keyEnd; i += 1, at += 1) buffer[at] = keys[i] ?? 0;
      varint(length);
      values.copy(buffer, at, valueStart, valueEnd);
      at += length;
      buffer[at] = 0;
      at += 1;
      records += 1;
    },

    finish(timestamp) {
      buffer.writeBigInt64BE(0n, 0);
      buffer.writeInt32BE(at - 12, 8);
      buffer.writeInt32BE(-1, 12);
      buffer.writeInt8(2, 16);
      buffer.writeInt16BE(0, 21);
      buffer.writeInt32BE(records - 1, 23);
      buffer.writeBigInt64BE(BigInt(timestamp), 27);
      buffer.writeBigInt64BE(BigInt(timestamp), 35);
      buffer.writeBigInt64BE(-1n, 43);
      buffer.writeInt16BE(-1, 51);
      buffer.writeInt32BE(-1, 53);
      buffer.writeInt32BE(records, 57);
      buffer.writeUInt32BE(crc32c(buffer, CHECKED_FROM, at), CRC_AT);
      return buffer.subarray(0, at);
    },

    clear() {
      at = HEADER;
      records = 0;
    },
  };
}

function lengthOf(value: number): number {
  const zigzag = value * 2;
  return zigzag < 0x80 ? 1 : zigzag < 0x4000 ? 2 : zigzag < 0x200000 ? 3 : zigzag < 0x10000000 ? 4 : 5;
}
