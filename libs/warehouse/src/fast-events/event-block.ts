import { copyBytes, createTextColumn, getInt64, reserve, setInt64, type TextColumn } from './columns.js';
import type { EventFields } from './event-fields.js';
import { identityHash } from './identity-hash.js';

/**
 * Events that are on their way into `event_store`: the bytes that they came in, and where in these each of their fields
 * stands. Filled, and emptied as a whole.
 */
export interface EventBlock {
  readonly rows: number;
  readonly isFull: boolean;
  /** How many bytes it has taken over. */
  readonly bytes: number;
  /** Takes over the bytes, from start to end, that the events to be added next stand in. */
  begin(bytes: Buffer, start: number, end: number): void;
  /**
   * Adds the event that the fields tell of.
   * @returns false where an event of its identity is in the block already: nothing was added
   */
  add(fields: EventFields): boolean;
  /** `identityHash` of its identity. */
  hash(row: number): number;
  /** The event as it came: a view, which holds until the block is cleared. */
  value(row: number): Buffer;
  dealId(row: number): string;
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

/** A field of each row: where it begins in the text of its row, counted from 1, and its length in bytes. */
export interface Place {
  readonly at: Int32Array;
  readonly length: Int32Array;
}

/** As Arrow lays them out. */
export interface EventColumns {
  /** Of each row the bytes that it came in; behind them there may be others up to the next row. */
  readonly raw: TextColumn;
  /** How many of these bytes are the event. */
  readonly rawLength: Int32Array;
  readonly type: Uint8Array;
  /** 64-bit integers. */
  readonly timeMs: Int32Array;
  readonly dealId: Place;
  readonly source: Place;
  readonly id: Place;
  /** Of no length where there is none. */
  readonly data: Place;
  /** The other attributes, without braces: the first and the second range of them… */
  readonly extensions: readonly [Place, Place];
  /** …or, where there are more, all of them, with braces; the places are of no length then. */
  readonly moreExtensions: TextColumn;
}

export function createEventBlock(maxRows: number): EventBlock {
  const place = (): Place => ({ at: new Int32Array(maxRows), length: new Int32Array(maxRows) });
  const raw = createTextColumn(maxRows, 400);
  const moreExtensions = createTextColumn(maxRows, 0);
  const [dealId, source, id, data, extension1, extension2] = [
    place(),
    place(),
    place(),
    place(),
    place(),
    place(),
  ];
  const rawLength = new Int32Array(maxRows);
  const types = new Uint8Array(maxRows);
  const times = new Int32Array(2 * maxRows);
  const hashes = new Int32Array(maxRows);
  const numbers: (Int32Array | Uint8Array)[] = [rawLength, types, hashes];
  for (const { at, length } of [dealId, source, id, data, extension1, extension2]) numbers.push(at, length);
  // Open addressing: 0 is free, else a row and one.
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * maxRows + 2)));
  const mask = slots.length - 1;
  let rows = 0;
  /** How much of the raw bytes is taken. */
  let used = 0;
  /** From a place in the bytes that were taken over last to its place in the raw ones. */
  let shift = 0;

  const set = ({ at, length }: Place, row: number, origin: number, start: number, end: number): void => {
    at[row] = start - origin + 1;
    length[row] = end - start;
  };
  const startOf = ({ at }: Place, row: number): number => (raw.offsets[row] ?? 0) + (at[row] ?? 0) - 1;
  const text = (place: Place, row: number): string => {
    const start = startOf(place, row);
    return raw.bytes.toString('utf8', start, start + (place.length[row] ?? 0));
  };

  /** Where in the table an identity goes; -1 where a row has it already. */
  function slotOf({ idStart, idEnd }: EventFields, hash: number): number {
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const taken = (slots[slot] ?? 0) - 1;
      if (taken === -1) return slot;
      if (hashes[taken] === hash && isSameId(taken, idStart + shift, idEnd - idStart)) return -1;
      slot = (slot + 1) & mask;
    }
  }

  /** Of two sources an id may be the same: so rarely that it does no harm to take them for one. */
  function isSameId(row: number, start: number, length: number): boolean {
    if (id.length[row] !== length) return false;
    const other = startOf(id, row);
    for (let i = 0; i < length; i += 1) if (raw.bytes[other + i] !== raw.bytes[start + i]) return false;
    return true;
  }

  return {
    get rows() {
      return rows;
    },
    get isFull() {
      return rows === maxRows;
    },
    get bytes() {
      return used;
    },
    columns: {
      raw,
      rawLength,
      type: types,
      timeMs: times,
      dealId,
      source,
      id,
      data,
      extensions: [extension1, extension2],
      moreExtensions,
    },

    begin(bytes, start, end) {
      reserve(raw, used, end - start);
      bytes.copy(raw.bytes, used, start, end);
      shift = used - start;
      used += end - start;
    },

    add(fields) {
      const { start, extensions, extensionNumbers } = fields;
      const row = rows;
      const hash = identityHash(fields);
      const slot = slotOf(fields, hash);
      if (slot === -1) return false;
      slots[slot] = row + 1;
      hashes[row] = hash;
      raw.offsets[row] = start + shift;
      // Until the next row begins.
      raw.offsets[row + 1] = fields.end + shift;
      rawLength[row] = fields.end - start;
      types[row] = fields.type;
      setInt64(times, row, fields.time);
      set(dealId, row, start, fields.dealStart, fields.dealEnd);
      set(source, row, start, fields.sourceStart, fields.sourceEnd);
      set(id, row, start, fields.idStart, fields.idEnd);
      set(data, row, start, fields.dataStart, fields.dataEnd);
      const isShort = extensionNumbers <= 4;
      set(
        extension1,
        row,
        start,
        isShort ? (extensions[0] ?? 0) : start,
        isShort ? (extensions[1] ?? 0) : start,
      );
      const hasTwo = extensionNumbers === 4;
      set(
        extension2,
        row,
        start,
        hasTwo ? (extensions[2] ?? 0) : start,
        hasTwo ? (extensions[3] ?? 0) : start,
      );
      appendExtensions(moreExtensions, row, isShort ? undefined : fields);
      rows += 1;
      return true;
    },

    hash: (row) => hashes[row] ?? 0,
    value(row) {
      const start = raw.offsets[row] ?? 0;
      return raw.bytes.subarray(start, start + (rawLength[row] ?? 0));
    },
    dealId: (row) => text(dealId, row),
    identity: (row) => ({ source: text(source, row), id: text(id, row) }),
    time: (row) => getInt64(times, row),
    type: (row) => types[row] ?? 0,
    data: (row) => (data.length[row] === 0 ? '{}' : text(data, row)),

    drop(dropped) {
      let kept = 0;
      let end = 0;
      for (let row = 0; row < rows; row += 1) {
        if (dropped.has(row)) continue;
        // The bytes stay where they are: those of rows that are dropped are behind the row before.
        raw.offsets[kept] = raw.offsets[row] ?? 0;
        end = (raw.offsets[row] ?? 0) + (rawLength[row] ?? 0);
        for (const column of numbers) column[kept] = column[row] ?? 0;
        times[2 * kept] = times[2 * row] ?? 0;
        times[2 * kept + 1] = times[2 * row + 1] ?? 0;
        const [from, to] = [moreExtensions.offsets[row] ?? 0, moreExtensions.offsets[row + 1] ?? 0];
        const at = moreExtensions.offsets[kept] ?? 0;
        moreExtensions.bytes.copyWithin(at, from, to);
        moreExtensions.offsets[kept + 1] = at + to - from;
        kept += 1;
      }
      raw.offsets[kept] = end;
      rows = kept;
    },

    clear() {
      rows = 0;
      used = 0;
      slots.fill(0);
    },
  };
}

/** Adds the attributes of an event as an object; nothing where there is none given. */
function appendExtensions(column: TextColumn, row: number, fields: EventFields | undefined): void {
  const start = column.offsets[row] ?? 0;
  column.offsets[row + 1] = start;
  if (fields === undefined) return;
  const { bytes, extensions, extensionNumbers } = fields;
  let length = 2 + extensionNumbers / 2;
  for (let i = 0; i < extensionNumbers; i += 2) length += (extensions[i + 1] ?? 0) - (extensions[i] ?? 0);
  reserve(column, start, length);
  const target = column.bytes;
  let at = start;
  for (let i = 0; i < extensionNumbers; i += 2) {
    target[at] = i === 0 ? OPEN : COMMA;
    at = copyBytes(bytes, extensions[i] ?? 0, extensions[i + 1] ?? 0, target, at + 1);
  }
  target[at] = CLOSE;
  column.offsets[row + 1] = at + 1;
}

const OPEN = 0x7b;
const CLOSE = 0x7d;
const COMMA = 0x2c;
