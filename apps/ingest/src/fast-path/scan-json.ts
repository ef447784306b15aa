/**
 * Reads JSON off bytes without making values of it, and only JSON as `JSON.stringify` writes it: no white space, the
 * shortest escapes and numbers, no key twice. So the bytes of a value are the very text that reading and writing it
 * again would give. Whatever else there is in JSON is for the careful reader.
 */

export const OBJECT = 1;
export const LIST = 2;
export const STRING = 3;
export const NUMBER = 4;
export const TRUE = 5;
export const FALSE = 6;
export const NULL = 7;

/** Far below what a validated event may nest. */
const MAX_DEPTH = 12;
const MAX_NODES = 1_024;
/** Keys that don't come sorted are compared with all before them. */
const MAX_UNSORTED_KEYS = 48;
const MAX_DIGITS = 15;

/** Bytes of a string: 0 plain, 1 the end, 2 an escape, 3 not allowed, 4 beyond ASCII. */
const STRING_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x22) return 1;
  if (byte === 0x5c) return 2;
  if (byte < 0x20) return 3;
  return byte >= 0x80 ? 4 : 0;
});

/** What may follow a backslash, `u` left out. */
const ESCAPES = new Set(Buffer.from('"\\bfnrt'));
/** Control characters that have a short escape. */
const SHORT_ESCAPES = new Set([8, 9, 10, 12, 13]);

/** A value that was read: its nodes in the order of the text, each container before what it holds. */
export interface Tape {
  readonly kind: Uint8Array;
  /** From the first byte of the value… */
  readonly start: Int32Array;
  /** …to behind its last. */
  readonly end: Int32Array;
  /** Of a member of an object: the first byte of its key, behind the quote. */
  readonly keyStart: Int32Array;
  readonly keyEnd: Int32Array;
  /** The node after this one and all that it holds. */
  readonly next: Int32Array;
  /** Of a string: whether something in it is escaped. */
  readonly escaped: Uint8Array;
}

export interface Scanner {
  readonly tape: Tape;
  /** How many nodes the last value has. */
  nodes: number;
  /** Whether the keys of every object of the last value are sorted. */
  sorted: boolean;
  /** Whether a byte beyond ASCII was met since `begin`: whether it is UTF-8 is not known then. */
  beyondAscii: boolean;
  /** Whether an object of the last value has the key `ref`. */
  hasRef: boolean;
  /** Whether the last string has an escape in it. */
  stringEscaped: boolean;
  /** Forgets what was read before. */
  begin(): void;
  /** @returns the position behind the string that begins at `at`, with its quote; -1 where there is none such */
  string(bytes: Uint8Array, at: number, end: number): number;
  /** Reads a value onto the tape. @returns the position behind it; -1 where there is none such */
  value(bytes: Uint8Array, at: number, end: number): number;
}

export function createScanner(): Scanner {
  const kind = new Uint8Array(MAX_NODES);
  const start = new Int32Array(MAX_NODES);
  const ends = new Int32Array(MAX_NODES);
  const keyStart = new Int32Array(MAX_NODES);
  const keyEnd = new Int32Array(MAX_NODES);
  const next = new Int32Array(MAX_NODES);
  const escaped = new Uint8Array(MAX_NODES);

  const scanner: Scanner = {
    tape: { kind, start, end: ends, keyStart, keyEnd, next, escaped },
    nodes: 0,
    sorted: true,
    beyondAscii: false,
    hasRef: false,
    stringEscaped: false,
    begin() {
      scanner.beyondAscii = false;
      scanner.nodes = 0;
      scanner.sorted = true;
    },
    string,
    value(bytes, at, end) {
      scanner.nodes = 0;
      scanner.sorted = true;
      scanner.hasRef = false;
      return readValue(bytes, at, end, 0);
    },
  };

  function string(bytes: Uint8Array, at: number, end: number): number {
    if (bytes[at] !== 0x22) return -1;
    let i = at + 1;
    let hasEscape = false;
    for (; i < end; i += 1) {
      const what = STRING_BYTES[bytes[i] ?? 0];
      if (what === 0) continue;
      if (what === 1) {
        scanner.stringEscaped = hasEscape;
        return i + 1;
      }
      if (what === 4) scanner.beyondAscii = true;
      else if (what === 2) {
        const length = escapeLength(bytes, i);
        if (length === 0) return -1;
        hasEscape = true;
        i += length - 1;
      } else return -1;
    }
    return -1;
  }

  function readValue(bytes: Uint8Array, at: number, end: number, depth: number): number {
    const node = scanner.nodes;
    if (node === MAX_NODES) return -1;
    scanner.nodes = node + 1;
    start[node] = at;
    let behind = -1;
    const first = bytes[at] ?? 0;
    if (first === 0x22) {
      behind = string(bytes, at, end);
      kind[node] = STRING;
      escaped[node] = scanner.stringEscaped ? 1 : 0;
    } else if (first === 0x7b) {
      kind[node] = OBJECT;
      behind = depth === MAX_DEPTH ? -1 : readObject(bytes, at, end, depth, node);
    } else if (first === 0x5b) {
      kind[node] = LIST;
      behind = depth === MAX_DEPTH ? -1 : readList(bytes, at, end, depth);
    } else if (first === 0x74) {
      kind[node] = TRUE;
      behind = isWord(bytes, at, 'true') ? at + 4 : -1;
    } else if (first === 0x66) {
      kind[node] = FALSE;
      behind = isWord(bytes, at, 'false') ? at + 5 : -1;
    } else if (first === 0x6e) {
      kind[node] = NULL;
      behind = isWord(bytes, at, 'null') ? at + 4 : -1;
    } else {
      kind[node] = NUMBER;
      behind = numberEnd(bytes, at, end);
    }
    ends[node] = behind;
    next[node] = scanner.nodes;
    return behind > end ? -1 : behind;
  }

  function readObject(bytes: Uint8Array, at: number, end: number, depth: number, node: number): number {
    let i = at + 1;
    if (bytes[i] === 0x7d) return i + 1;
    let previous = -1;
    let keys = 0;
    let isSorted = true;
    for (;;) {
      const keyAt = i + 1;
      i = string(bytes, i, end);
      // A key like a number is written before all others, wherever it was read.
      if (i === -1 || scanner.stringEscaped || !isPlainKey(bytes, keyAt, i - 1)) return -1;
      if (bytes[i] !== 0x3a) return -1;
      const member = scanner.nodes;
      keyStart[member] = keyAt;
      keyEnd[member] = i - 1;
      i = readValue(bytes, i + 1, end, depth + 1);
      if (i === -1) return -1;
      if (keyEnd[member] === keyAt + 3 && isWord(bytes, keyAt, 'ref')) scanner.hasRef = true;
      if (previous !== -1 && compareKeys(bytes, previous, member) >= 0) isSorted = false;
      previous = member;
      keys += 1;
      const divider = bytes[i];
      i += 1;
      if (divider === 0x7d) break;
      if (divider !== 0x2c) return -1;
    }
    if (!isSorted) {
      scanner.sorted = false;
      if (keys > MAX_UNSORTED_KEYS || hasKeyTwice(bytes, node + 1, scanner.nodes)) return -1;
    }
    return i;
  }

  function readList(bytes: Uint8Array, at: number, end: number, depth: number): number {
    let i = at + 1;
    if (bytes[i] === 0x5d) return i + 1;
    for (;;) {
      i = readValue(bytes, i, end, depth + 1);
      if (i === -1) return -1;
      const divider = bytes[i];
      i += 1;
      if (divider === 0x5d) return i;
      if (divider !== 0x2c) return -1;
    }
  }

  function compareKeys(bytes: Uint8Array, a: number, b: number): number {
    return compareRanges(bytes, keyStart[a] ?? 0, keyEnd[a] ?? 0, keyStart[b] ?? 0, keyEnd[b] ?? 0);
  }

  function hasKeyTwice(bytes: Uint8Array, first: number, behind: number): boolean {
    for (let a = first; a < behind; a = next[a] ?? 0)
      for (let b = next[a] ?? 0; b < behind; b = next[b] ?? 0)
        if (compareKeys(bytes, a, b) === 0) return true;
    return false;
  }

  return scanner;
}

/** Sorts as texts of ASCII sort. */
export function compareRanges(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): number {
  let i = a;
  let j = b;
  while (i < aEnd && j < bEnd) {
    const difference = (bytes[i] ?? 0) - (bytes[j] ?? 0);
    if (difference !== 0) return difference;
    i += 1;
    j += 1;
  }
  return aEnd - i - (bEnd - j);
}

export function isWord(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i += 1) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
}

/** Of ASCII, beginning with a letter, as every declared field does. `__proto__` is none. */
function isPlainKey(bytes: Uint8Array, at: number, end: number): boolean {
  if (at === end || ((bytes[at] ?? 0) | 0x20) < 0x61 || ((bytes[at] ?? 0) | 0x20) > 0x7a) return false;
  for (let i = at; i < end; i += 1) if ((bytes[i] ?? 0) >= 0x80) return false;
  return true;
}

/** How long the escape is that begins at `at`; 0 where JSON.stringify would not write it so. */
function escapeLength(bytes: Uint8Array, at: number): number {
  const what = bytes[at + 1] ?? 0;
  if (ESCAPES.has(what)) return 2;
  if (what !== 0x75 || bytes[at + 2] !== 0x30 || bytes[at + 3] !== 0x30) return 0;
  const high = bytes[at + 4] ?? 0;
  const low = bytes[at + 5] ?? 0;
  if (high !== 0x30 && high !== 0x31) return 0;
  const digit = low >= 0x30 && low <= 0x39 ? low - 0x30 : low >= 0x61 && low <= 0x66 ? low - 0x57 : -1;
  if (digit === -1 || SHORT_ESCAPES.has((high - 0x30) * 16 + digit)) return 0;
  return 6;
}

/** The position behind a number that is written as JavaScript writes it; -1 where that is not certain. */
function numberEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = bytes[at] === 0x2d ? at + 1 : at;
  const digits = i;
  while (i < end && isDigit(bytes[i])) i += 1;
  const whole = i - digits;
  if (whole === 0 || (whole > 1 && bytes[digits] === 0x30)) return -1;
  const isZero = bytes[digits] === 0x30;
  let fraction = 0;
  if (bytes[i] === 0x2e) {
    const from = i + 1;
    i = from;
    let leadingZeros = 0;
    while (i < end && isDigit(bytes[i])) {
      if (bytes[i] === 0x30 && leadingZeros === i - from) leadingZeros += 1;
      i += 1;
    }
    fraction = i - from;
    // Below 0.000001 it has an exponent; a zero at the end is not written.
    if (fraction === 0 || bytes[i - 1] === 0x30 || (isZero && leadingZeros > 5)) return -1;
  } else if (isZero && digits > at) return -1;
  const after = bytes[i];
  if (whole + fraction > MAX_DIGITS || after === 0x65 || after === 0x45) return -1;
  return i;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
