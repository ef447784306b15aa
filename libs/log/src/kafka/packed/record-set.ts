import type { LoggedRecord } from '../../log.js';

/** Of a batch: from its first byte to its first record. */
const HEADER = 61;
/** Of a batch's attributes: how it is compressed, whether it is of a transaction, or tells of one. */
const NOT_PLAIN = 0x07 | 0x10 | 0x20;
const LOG_APPEND_TIME = 0x08;
/** No record is shorter: a batch that claims to hold more of them is not sound. */
const LEAST_RECORD = 7;
const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});
const NO_VALUE = Buffer.alloc(0);

/**
 * What a fetch brought of one partition, as it came: where the records and their values stand in the bytes, without an
 * object for each.
 */
export class RecordSet {
  constructor(
    readonly bytes: Buffer,
    /** How many records there are, at least one. */
    readonly length: number,
    /** Of each record: where its value begins and ends in the bytes… */
    readonly valueStarts: Int32Array,
    readonly valueEnds: Int32Array,
    /** …its key, of which a length of -1 says that there is none… */
    private readonly keyStarts: Int32Array,
    private readonly keyLengths: Int32Array,
    /** …where its headers begin, their number first; 0: it has none… */
    readonly headersAt: Int32Array,
    readonly offsets: Float64Array,
    private readonly timestamps: Float64Array,
    /** Offset of the last record that the batches were made of: it may be gone. */
    readonly lastOffset: number,
  ) {}

  /** The nth record, with a copy of nothing: its value is a view of the bytes. */
  record(n: number): LoggedRecord {
    const { bytes } = this;
    const keyStart = this.keyStarts[n] ?? 0;
    const keyLength = this.keyLengths[n] ?? -1;
    const [start, end] = [this.valueStarts[n] ?? 0, this.valueEnds[n] ?? 0];
    const headersAt = this.headersAt[n] ?? 0;
    return {
      offset: this.offsets[n] ?? 0,
      key: keyLength < 0 ? null : bytes.toString('utf8', keyStart, keyStart + keyLength),
      value: start === end ? NO_VALUE : bytes.subarray(start, end),
      headers: headersAt === 0 ? NO_HEADERS : headersOf(bytes, headersAt),
      timestamp: this.timestamps[n] ?? 0,
    };
  }
}

/**
 * Reads where the records stand.
 * @param start of the record batches in the bytes; the last may be cut off, and comes whole with the next fetch
 * @returns undefined where that is for the stock decoder to read: records that are compressed, of a transaction, of an
 * older format, none at all, or not sound
 */
export function readRecordSet(bytes: Buffer, start: number, end: number): RecordSet | undefined {
  const count = countOf(bytes, start, end);
  if (count === 0) return undefined;
  const valueStarts = new Int32Array(count);
  const valueEnds = new Int32Array(count);
  const keyStarts = new Int32Array(count);
  const keyLengths = new Int32Array(count);
  const headersAt = new Int32Array(count);
  const offsets = new Float64Array(count);
  const timestamps = new Float64Array(count);
  let lastOffset = 0;
  let n = 0;
  for (let batch = start; batch + HEADER <= end;) {
    const behind = batch + 12 + bytes.readInt32BE(batch + 8);
    if (behind > end) break;
    const baseOffset = int64(bytes, batch);
    const firstTimestamp = int64(bytes, batch + 27);
    const appendTime =
      (bytes.readInt16BE(batch + 21) & LOG_APPEND_TIME) === 0 ? undefined : int64(bytes, batch + 35);
    const last = n + bytes.readInt32BE(batch + 57);
    at = batch + HEADER;
    for (; n < last; n += 1) {
      const length = varint(bytes);
      const next = at + length;
      if (length < LEAST_RECORD - 1 || next > behind) return undefined;
      at += 1;
      timestamps[n] = appendTime ?? firstTimestamp + varint(bytes);
      if (appendTime !== undefined) varint(bytes);
      offsets[n] = baseOffset + varint(bytes);
      const keyLength = varint(bytes);
      keyStarts[n] = at;
      keyLengths[n] = keyLength;
      at += Math.max(keyLength, 0);
      const valueLength = Math.max(varint(bytes), 0);
      valueStarts[n] = at;
      at += valueLength;
      valueEnds[n] = at;
      if (at >= next) return undefined;
      headersAt[n] = bytes[at] === 0 ? 0 : at;
      at = next;
    }
    if (at !== behind) return undefined;
    lastOffset = baseOffset + bytes.readInt32BE(batch + 23);
    batch = behind;
  }
  return new RecordSet(
    bytes,
    count,
    valueStarts,
    valueEnds,
    keyStarts,
    keyLengths,
    headersAt,
    offsets,
    timestamps,
    lastOffset,
  );
}

/** How many records there are; 0 where a batch is not plain. */
function countOf(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let batch = start; batch + HEADER <= end;) {
    const behind = batch + 12 + bytes.readInt32BE(batch + 8);
    if (bytes[batch + 16] !== 2 || behind < batch + HEADER) return 0;
    if (behind > end) break;
    const records = bytes.readInt32BE(batch + 57);
    const isPlain = (bytes.readInt16BE(batch + 21) & NOT_PLAIN) === 0;
    if (!isPlain || records < 0 || records * LEAST_RECORD > behind - batch) return 0;
    count += records;
    batch = behind;
  }
  return count;
}

/** Where a name comes more than once, its last value. */
function headersOf(bytes: Buffer, start: number): Readonly<Record<string, string>> {
  at = start;
  const count = varint(bytes);
  const found: [string, string][] = [];
  for (let i = 0; i < count && at < bytes.length; i += 1) {
    const name = text(bytes, varint(bytes));
    found.push([name, text(bytes, varint(bytes))]);
  }
  return Object.fromEntries(found);
}

function text(bytes: Buffer, length: number): string {
  const start = at;
  at += Math.max(length, 0);
  return bytes.toString('utf8', start, at);
}

/** Where the reading stands; of the module, as a result of two numbers would be an object each. */
let at = 0;

/** A zigzag varint of up to 53 bits. */
function varint(bytes: Buffer): number {
  let byte = bytes[at] ?? 0;
  at += 1;
  // Most are short: integers are fast.
  if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
  let value = byte & 0x7f;
  let factor = 128;
  while (byte >= 0x80) {
    byte = bytes[at] ?? 0;
    at += 1;
    value += (byte & 0x7f) * factor;
    factor *= 128;
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function int64(bytes: Buffer, start: number): number {
  return bytes.readInt32BE(start) * 2 ** 32 + bytes.readUInt32BE(start + 4);
}
