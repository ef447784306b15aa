import { isUtf8 } from 'node:buffer';
import { utf8Chunks } from '../csv/decode.js';
import { cutRecord } from '../translation.js';
import { splitArray } from './split-array.js';
import { parsedJson, type Unreadable } from './take-apart.js';

/** A value of the input, with its text. */
export interface JsonValue {
  readonly value: unknown;
  readonly text: string;
}

/** No record comes near it; a line or document that is longer would take the memory of all others. */
export const MOST_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * The values of JSON text in a stream: of a document or an array (which is one value, up to 16 MiB; the items of a
 * longer array come one by one), or of NDJSON. A line that can't be read is told, and the rest goes on.
 * @param stream UTF-8, or UTF-16 with a byte order mark
 */
export async function* readJson(
  stream: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<JsonValue | Unreadable> {
  const chunks = utf8Chunks(stream, 'utf-8');
  const { bytes, isLines, hasEnded } = await readHead(chunks);
  // Whoever stops early must have the file closed.
  try {
    if (isLines) {
      yield* lines(from(bytes, chunks));
      return;
    }
    if (bytes.length === 0) return;
    if (hasEnded) {
      const value = valueOf(bytes);
      if ('value' in value || !looksLikeLines(bytes)) yield value;
      else yield* lines(from(bytes, chunks));
      return;
    }
    if (bytes.indexOf(NEWLINE) !== -1 && looksLikeLines(bytes)) {
      yield* lines(from(bytes, chunks));
      return;
    }
    if (bytes[0] === 0x5b) {
      const rest = yield* longArray(from(bytes, chunks));
      yield* lines(rest);
    } else if (bytes.indexOf(NEWLINE) === -1) {
      yield* lines(from(bytes, chunks));
    } else {
      yield {
        reasons: ['expected a document of at most 16 MiB, an array of records, or one record a line'],
        raw: startOf(bytes),
      };
    }
  } finally {
    await chunks.return(undefined);
  }
}

interface Head {
  /** From the first character that is no blank. */
  readonly bytes: Buffer;
  /** The first line is a value of its own. */
  readonly isLines: boolean;
  readonly hasEnded: boolean;
}

/** Reads until it is known to be NDJSON, to the end, or up to what a document may have. */
async function readHead(chunks: AsyncGenerator<Buffer>): Promise<Head> {
  const head: Buffer[] = [];
  let size = 0;
  let isFirstLine = true;
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) return { bytes: Buffer.concat(head), isLines: false, hasEnded: true };
    const chunk = size === 0 ? withoutBlanks(next.value) : next.value;
    if (chunk.length === 0) continue;
    head.push(chunk);
    size += chunk.length;
    if (isFirstLine && chunk.includes(NEWLINE)) {
      isFirstLine = false;
      const bytes = Buffer.concat(head);
      if ('value' in valueOf(bytes.subarray(0, bytes.indexOf(NEWLINE))))
        return { bytes, isLines: true, hasEnded: false };
    }
    if (size > MOST_BYTES) return { bytes: Buffer.concat(head), isLines: false, hasEnded: false };
  }
}

function withoutBlanks(chunk: Buffer): Buffer {
  const start = chunk.findIndex((byte) => !isBlank(byte));
  return start === -1 ? chunk.subarray(chunk.length) : chunk.subarray(start);
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === NEWLINE || byte === 0x0d;
}

async function* from(bytes: Buffer, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield bytes;
  yield* chunks;
}

function valueOf(bytes: Buffer): JsonValue | Unreadable {
  const text = bytes.toString('utf8').trim();
  if (!isUtf8(bytes)) return { reasons: ['not UTF-8'], raw: text };
  const parsed = parsedJson(text);
  return parsed === undefined ? { reasons: ['not JSON'], raw: text } : { ...parsed, text };
}

/**
 * Whether what is no document is NDJSON that begins with a broken line: at least half of its lines are objects or
 * arrays. Lines of a broken document hardly ever are.
 */
function looksLikeLines(bytes: Buffer): boolean {
  const all = bytes.toString('utf8').split('\n');
  if (all.length < 2) return false;
  const texts = all.filter((line) => line.trim() !== '');
  const sound = texts.filter((line) => typeof parsedJson(line)?.value === 'object');
  return sound.length > 0 && 2 * sound.length >= texts.length;
}

/** The values of NDJSON. Blank lines are none. */
async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<JsonValue | Unreadable> {
  let pending: Buffer[] = [];
  let size = 0;
  const add = (piece: Buffer): void => {
    // Of a line that is too long only the beginning is kept, for its dead letter.
    if (size <= MOST_BYTES) pending.push(piece);
    size += piece.length;
  };
  const end = (): JsonValue | Unreadable | undefined => {
    const line = Buffer.concat(pending);
    const isTooLong = size > MOST_BYTES;
    pending = [];
    size = 0;
    if (isTooLong) return tooLong(line, 'line');
    return line.every(isBlank) ? undefined : valueOf(line);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, at));
      start = at + 1;
      const value = end();
      if (value !== undefined) yield value;
    }
    add(chunk.subarray(start));
  }
  const value = end();
  if (value !== undefined) yield value;
}

function tooLong(bytes: Buffer, what: string): Unreadable {
  return { reasons: [`expected a ${what} of at most 16 MiB, got more`], raw: startOf(bytes) };
}

/** As much of it as a dead letter shows. */
function startOf(bytes: Buffer): string {
  return cutRecord(bytes.toString('utf8', 0, 128 * 1024));
}

/** The items of an array, and what comes after it. */
async function* longArray(
  chunks: AsyncGenerator<Buffer>,
): AsyncGenerator<JsonValue | Unreadable, AsyncGenerator<Buffer, void, undefined>, undefined> {
  const items = splitArray(chunks, MOST_BYTES);
  for (;;) {
    const next = await items.next();
    if (next.done === true) return next.value;
    const { bytes, fault } = next.value;
    if (fault === 'too long') yield tooLong(bytes, 'record');
    else if (fault === 'no end') yield { reasons: ['the array has no end'], raw: startOf(bytes) };
    else yield valueOf(bytes);
  }
}
