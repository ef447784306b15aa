import type { EventFields } from './event-fields.js';

/** Of a column's texts, one after another. */
interface TextColumn {
  bytes: Buffer;
  /** Where each text ends; the first begins at 0. */
  readonly offsets: Int32Array;
}

/** Columns of events that are on their way into `event_store`, filled from bytes and emptied as a whole. */
export interface EventBlock {
  readonly rows: number;
  /** Whether there is no room for another event of usual size. */
  readonly isFull: boolean;
  /**
   * Adds the event that the fields tell of.
   * @returns false where an event of its identity is in the block already: nothing was added
   */
  add(fields: EventFields): boolean;
  dealId(row: number): Buffer;
  identity(row: number): { readonly source: string; readonly id: string };
  time(row: number): number;
  type(row: number): number;
  /** JSON text of its data. */
  data(row: number): string;
  /** For when no more is added: the rows that are not among these stay, in their order. */
  drop(rows: ReadonlySet<number>): void;
  clear(): void;
  readonly columns: EventColumns;
}

/** As Arrow lays them out. */
export interface EventColumns {
  readonly dealId: TextColumn;
  readonly timeMs: Buffer;
  readonly source: TextColumn;
  readonly id: TextColumn;
  readonly type: Uint8Array;
  readonly data: TextColumn;
  /** Data with sorted keys, where those of `data` are not; else of no length. */
  readonly sortedData: TextColumn;
  readonly extensions: TextColumn;
}

/** Texts that are shorter are copied byte by byte: a call costs more. */
const SHORT = 48;

export function createEventBlock(maxRows: number): EventBlock {
  const text = (bytes: number): TextColumn => ({
    bytes: Buffer.allocUnsafe(bytes * maxRows),
    offsets: new Int32Array(maxRows + 1),
  });
  const [dealId, source, id] = [text(16), text(32), text(40)];
  const [data, sortedData, extensions] = [text(400), text(400), text(96)];
  const times = new Int32Array(2 * maxRows);
  const types = new Uint8Array(maxRows);
  const texts = [dealId, source, id, data, sortedData, extensions];
  // Open addressing: 0 is free, else a row and one.
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * maxRows + 2)));
  const hashes = new Int32Array(maxRows);
  const mask = slots.length - 1;
  let rows = 0;

  function slotOf(row: number, hash: number): number {
    let slot = hash & mask;
    for (;;) {
      const taken = slots[slot] ?? 0;
      if (taken === 0) return slot;
      if (hashes[taken - 1] === hash && isSameId(taken - 1, row)) return -1;
      slot = (slot + 1) & mask;
    }
  }

  /** Of two sources an id may be the same: so rarely that it does no harm to take them for one. */
  function isSameId(a: number, b: number): boolean {
    const { bytes, offsets } = id;
    const [start, end] = [offsets[a] ?? 0, offsets[a + 1] ?? 0];
    const other = offsets[b] ?? 0;
    if ((offsets[b + 1] ?? 0) - other !== end - start) return false;
    for (let i = start, j = other; i < end; i += 1, j += 1) if (bytes[i] !== bytes[j]) return false;
    return true;
  }

  return {
    get rows() {
      return rows;
    },
    get isFull() {
      return rows === maxRows;
    },
    columns: {
      dealId,
      timeMs: Buffer.from(times.buffer),
      source,
      id,
      type: types,
      data,
      sortedData,
      extensions,
    },

    add(fields) {
      const row = rows;
      const { bytes } = fields;
      append(id, row, bytes, fields.idStart, fields.idEnd);
      const hash = hashOf(bytes, fields);
      const slot = slotOf(row, hash);
      if (slot === -1) return false;
      slots[slot] = row + 1;
      hashes[row] = hash;
      append(dealId, row, bytes, fields.dealStart, fields.dealEnd);
      append(source, row, bytes, fields.sourceStart, fields.sourceEnd);
      if (fields.dataEnd === 0) append(data, row, NO_DATA, 0, NO_DATA.length);
      else append(data, row, bytes, fields.dataStart, fields.dataEnd);
      appendRanges(sortedData, row, fields);
      appendExtensions(extensions, row, fields);
      // Two halves of a 64-bit integer, without making a BigInt.
      times[2 * row] = fields.time % 2 ** 32;
      times[2 * row + 1] = Math.floor(fields.time / 2 ** 32);
      types[row] = fields.type;
      rows += 1;
      return true;
    },

    dealId: (row) => dealId.bytes.subarray(dealId.offsets[row], dealId.offsets[row + 1]),
    identity: (row) => ({
      source: source.bytes.toString('utf8', source.offsets[row], source.offsets[row + 1]),
      id: id.bytes.toString('utf8', id.offsets[row], id.offsets[row + 1]),
    }),
    time: (row) => ((times[2 * row] ?? 0) >>> 0) + (times[2 * row + 1] ?? 0) * 2 ** 32,
    type: (row) => types[row] ?? 0,
    data: (row) => data.bytes.toString('utf8', data.offsets[row], data.offsets[row + 1]),

    drop(dropped) {
      let kept = 0;
      for (let row = 0; row < rows; row += 1) {
        if (dropped.has(row)) continue;
        for (const { bytes, offsets } of texts) {
          const at = offsets[kept] ?? 0;
          const [start, end] = [offsets[row] ?? 0, offsets[row + 1] ?? 0];
          bytes.copyWithin(at, start, end);
          offsets[kept + 1] = at + end - start;
        }
        times[2 * kept] = times[2 * row] ?? 0;
        times[2 * kept + 1] = times[2 * row + 1] ?? 0;
        types[kept] = types[row] ?? 0;
        kept += 1;
      }
      rows = kept;
    },

    clear() {
      rows = 0;
      slots.fill(0);
    },
  };
}

const NO_DATA = Buffer.from('{}');

function hashOf(bytes: Buffer, { idStart, idEnd, sourceStart, sourceEnd }: EventFields): number {
  let hash = 0x811c9dc5;
  for (let i = idStart; i < idEnd; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  for (let i = sourceStart; i < sourceEnd; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}

function append(column: TextColumn, row: number, from: Buffer, start: number, end: number): void {
  const at = column.offsets[row] ?? 0;
  const behind = at + end - start;
  if (behind > column.bytes.length) grow(column, at, behind);
  copy(from, start, end, column.bytes, at);
  column.offsets[row + 1] = behind;
}

function appendRanges(column: TextColumn, row: number, { bytes, sorted, sortedNumbers }: EventFields): void {
  let at = column.offsets[row] ?? 0;
  let length = 0;
  for (let i = 0; i < sortedNumbers; i += 2) length += (sorted[i + 1] ?? 0) - (sorted[i] ?? 0);
  if (at + length > column.bytes.length) grow(column, at, at + length);
  for (let i = 0; i < sortedNumbers; i += 2)
    at = copy(bytes, sorted[i] ?? 0, sorted[i + 1] ?? 0, column.bytes, at);
  column.offsets[row + 1] = at;
}

function appendExtensions(column: TextColumn, row: number, fields: EventFields): void {
  const { bytes, extensions, extensionNumbers } = fields;
  const start = column.offsets[row] ?? 0;
  let length = 2 + extensionNumbers / 2;
  for (let i = 0; i < extensionNumbers; i += 2) length += (extensions[i + 1] ?? 0) - (extensions[i] ?? 0);
  if (start + length > column.bytes.length) grow(column, start, start + length);
  const target = column.bytes;
  let at = start;
  for (let i = 0; i < extensionNumbers; i += 2) {
    target[at] = i === 0 ? OPEN : COMMA;
    at = copy(bytes, extensions[i] ?? 0, extensions[i + 1] ?? 0, target, at + 1);
  }
  target[at] = CLOSE;
  column.offsets[row + 1] = at + 1;
}

const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;

function copy(from: Buffer, start: number, end: number, to: Buffer, at: number): number {
  if (end - start > SHORT) from.copy(to, at, start, end);
  else for (let i = start, j = at; i < end; i += 1, j += 1) to[j] = from[i] ?? 0;
  return at + end - start;
}

function grow(column: TextColumn, used: number, needed: number): void {
  const larger = Buffer.allocUnsafe(Math.max(needed, 2 * column.bytes.length));
  column.bytes.copy(larger, 0, 0, used);
  column.bytes = larger;
}
