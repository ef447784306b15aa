import { checkRecord } from '../checks.js';
import type { LoggedRecord, NewRecord } from '../log.js';

// A stored record: timestamp (float64), bytes of the key (int32, -1 for null), bytes of the headers (uint32),
// then the key, the headers as JSON (nothing where there are none) and the value.
const TIMESTAMP = 0;
const KEY_BYTES = 8;
const HEADER_BYTES = 12;
const PREFIX = 16;
const NULL_KEY = -1;

/**
 * The records as they are stored, one buffer each, in the order given. All are copies: the caller may use its
 * buffers again at once.
 * @throws RangeError naming the first record that can't be stored
 */
export function encodeRecords(records: readonly NewRecord[]): Buffer[] {
  const headers = records.map((record) => encodeHeaders(record.headers));
  const sizes = records.map((record, i) => {
    const keyBytes = record.key === null ? 0 : Buffer.byteLength(record.key);
    const headerBytes = Buffer.byteLength(headers[i] ?? '');
    checkRecord(record, i, keyBytes + headerBytes);
    return PREFIX + keyBytes + headerBytes + record.value.length;
  });
  const arena = Buffer.allocUnsafeSlow(sizes.reduce((sum, size) => sum + size, 0));
  let start = 0;
  return records.map((record, i) => {
    const stored = arena.subarray(start, (start += sizes[i] ?? 0));
    const keyBytes = record.key === null ? 0 : stored.write(record.key, PREFIX);
    const headerBytes = stored.write(headers[i] ?? '', PREFIX + keyBytes);
    stored.writeDoubleBE(record.timestamp, TIMESTAMP);
    stored.writeInt32BE(record.key === null ? NULL_KEY : keyBytes, KEY_BYTES);
    stored.writeUInt32BE(headerBytes, HEADER_BYTES);
    record.value.copy(stored, PREFIX + keyBytes + headerBytes);
    return stored;
  });
}

/** The record back from what {@link encodeRecords} made of it; its value is a view of `stored`. */
export function decodeRecord(offset: number, stored: Buffer): LoggedRecord {
  const keyBytes = stored.readInt32BE(KEY_BYTES);
  const headersStart = PREFIX + Math.max(keyBytes, 0);
  const valueStart = headersStart + stored.readUInt32BE(HEADER_BYTES);
  return {
    offset,
    key: keyBytes === NULL_KEY ? null : stored.toString('utf8', PREFIX, headersStart),
    headers: decodeHeaders(stored.toString('utf8', headersStart, valueStart)),
    timestamp: decodeTimestamp(stored),
    value: stored.subarray(valueStart),
  };
}

/** When a stored record happened or was received, in ms since the epoch. */
export function decodeTimestamp(stored: Buffer): number {
  return stored.readDoubleBE(TIMESTAMP);
}

function encodeHeaders(headers: NewRecord['headers']): string {
  return headers === undefined || Object.keys(headers).length === 0 ? '' : JSON.stringify(headers);
}

function decodeHeaders(json: string): Readonly<Record<string, string>> {
  return json === '' ? {} : (JSON.parse(json) as Record<string, string>);
}
