import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import { checkRecord } from '../checks.js';
import type { LoggedRecord, NewRecord } from '../log.js';

/** What a record takes in memory and in a request beside its key, headers and value; about as much. */
export const AROUND_BYTES = 100;

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});
const NO_VALUE = Buffer.alloc(0);

/** A record on its way to the broker. */
export interface EncodedRecord {
  readonly message: Message;
  /** What it takes in a request, rounded up. */
  readonly bytes: number;
}

/**
 * The records as kafkajs sends them.
 * @param partitionFor of a key, or of a record without one
 * @throws RangeError naming the first record that can't be stored
 */
export function encodeRecords(
  records: readonly NewRecord[],
  partitionFor: (key: string | null) => number,
): EncodedRecord[] {
  return records.map((record, i) => {
    const { key, value, headers = NO_HEADERS, timestamp } = record;
    const encodedKey = key === null ? null : Buffer.from(key);
    let around = encodedKey?.length ?? 0;
    for (const [name, text] of Object.entries(headers)) {
      around += Buffer.byteLength(name) + Buffer.byteLength(text);
    }
    checkRecord(record, i, around);
    if (timestamp < 0) {
      throw new RangeError(`Record ${i} has the timestamp ${timestamp}: Kafka keeps none before 1970.`);
    }
    return {
      message: {
        key: encodedKey,
        value,
        headers: { ...headers },
        // As text: a 0 is taken for no timestamp.
        timestamp: String(timestamp),
        // Chosen here and for good: a record that is sent again must not meet another partition.
        partition: partitionFor(key),
      },
      bytes: around + value.length + AROUND_BYTES,
    };
  });
}

/** The record as the port gives it. A record of another producer may lack a value: it is empty here. */
export function decodeRecord({ key, value, headers, timestamp, offset }: KafkaMessage): LoggedRecord {
  return {
    offset: Number(offset),
    key: key === null ? null : key.toString(),
    value: value ?? NO_VALUE,
    headers: headers === undefined ? NO_HEADERS : decodeHeaders(headers),
    timestamp: Number(timestamp),
  };
}

/** What a fetched record takes in memory, about. */
export function sizeOf({ key, value }: KafkaMessage): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + AROUND_BYTES;
}

/** Where a name comes more than once, its last value. */
function decodeHeaders(headers: IHeaders): Readonly<Record<string, string>> {
  const names = Object.keys(headers);
  if (names.length === 0) return NO_HEADERS;
  return Object.fromEntries(names.map((name) => [name, lastText(headers[name])]));
}

function lastText(value: IHeaders[string]): string {
  // kafkajs looks names up in a plain object: with `constructor`, what that has of its own comes before the value.
  const last = Array.isArray(value) ? value.at(-1) : value;
  return Buffer.isBuffer(last) || typeof last === 'string' ? last.toString() : '';
}
