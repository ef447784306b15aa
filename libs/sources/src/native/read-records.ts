import { isUtf8 } from 'node:buffer';
import type { Instant } from '#domain/time/instant.js';
import { hasAttributes } from '../cloudevents/binary.js';
import { readJson } from './json-input.js';
import type { NativeRecord } from './record.js';
import { parsedJson, takeApart, type Taken, type Unreadable } from './take-apart.js';

/** A record of an input, or what could not be read as one, with its position among them from 0. */
export type ReadRecord = { readonly index: number } & (
  | { readonly record: NativeRecord; readonly raw: string }
  | { readonly reasons: readonly string[]; readonly raw: string }
);

/**
 * Reads native records: a JSON document, an array, or NDJSON, with arrays, pages and messages of Kafka taken apart.
 * Bounded in memory, whatever the length of the input. Nothing but a failing stream throws.
 * @param stream UTF-8
 */
export async function* readNativeRecords(
  stream: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<ReadRecord> {
  let index = 0;
  for await (const value of readJson(stream)) {
    for (const item of 'reasons' in value ? [value] : takeApart(value.value, {}, value.text)) {
      // Not copied with the rest: the text of a record is made when it is asked for.
      if ('reasons' in item) yield { index, reasons: item.reasons, raw: item.raw };
      else yield new IndexedRecord(index, item);
      index += 1;
    }
  }
}

class IndexedRecord {
  constructor(
    readonly index: number,
    private readonly taken: Taken,
  ) {}

  get record(): NativeRecord {
    return this.taken.record;
  }

  get raw(): string {
    return this.taken.raw;
  }
}

/** A record of a message; whole: it is the message's value as it stands, nothing was taken apart. */
export type MessageRecord = (Taken & { readonly isWhole: boolean }) | Unreadable;

/**
 * The records of one message of a raw topic, which may hold one, an array or a page of them, in structured mode; or
 * the data of one CloudEvent whose attributes are its headers.
 * @param timestamp of the message, for records that have no time of their own; none: they get none
 */
export function recordsOfMessage(
  value: Buffer,
  headers: Readonly<Record<string, string>>,
  timestamp?: Instant,
): readonly MessageRecord[] {
  const text = value.toString('utf8');
  if (!isUtf8(value)) return [{ reasons: ['not UTF-8'], raw: text }];
  const carried = { headers, ...(timestamp === undefined ? {} : { timestamp }) };
  const parsed = parsedJson(text);
  if (hasAttributes(headers)) {
    // What is no JSON is for the reader of the event to judge: an event may have no data at all.
    return [
      {
        record: { ...carried, value: parsed === undefined ? text : parsed.value },
        raw: text,
        isWhole: false,
      },
    ];
  }
  if (parsed === undefined) return [{ reasons: ['not JSON'], raw: text }];
  return takeApart(parsed.value, carried, text).map((item) => {
    if ('reasons' in item) return item;
    const isWhole = item.record.value === parsed.value;
    return {
      record: item.record,
      isWhole,
      get raw() {
        return item.raw;
      },
    };
  });
}
