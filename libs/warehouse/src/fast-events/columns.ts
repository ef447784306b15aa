import type { ArrowColumn } from './arrow.js';

/** Texts one after another, as Arrow lays them out; it grows with what is added. */
export interface TextColumn {
  bytes: Buffer;
  /** Where each text ends; the first begins at 0. */
  offsets: Int32Array;
}

export function createTextColumn(rows: number, bytesEach: number): TextColumn {
  return { bytes: Buffer.allocUnsafe(bytesEach * rows), offsets: new Int32Array(rows + 1) };
}

/** Makes room for so many bytes behind those that are used. */
export function reserve(column: { bytes: Buffer }, used: number, more: number): void {
  if (used + more <= column.bytes.length) return;
  const larger = Buffer.allocUnsafe(Math.max(used + more, Math.ceil(1.5 * column.bytes.length)));
  column.bytes.copy(larger, 0, 0, used);
  column.bytes = larger;
}

/** Texts that are shorter are copied byte by byte: a call costs more. */
const SHORT = 48;

export function copyBytes(from: Buffer, start: number, end: number, to: Buffer, at: number): number {
  if (end - start > SHORT) from.copy(to, at, start, end);
  else for (let i = start, j = at; i < end; i += 1, j += 1) to[j] = from[i] ?? 0;
  return at + end - start;
}

/** Writes a number as a 64-bit integer, without making a BigInt. */
export function setInt64(halves: Int32Array, row: number, value: number): void {
  halves[2 * row] = value % 2 ** 32;
  halves[2 * row + 1] = Math.floor(value / 2 ** 32);
}

export function getInt64(halves: Int32Array, row: number): number {
  return ((halves[2 * row] ?? 0) >>> 0) + (halves[2 * row + 1] ?? 0) * 2 ** 32;
}

export function textColumn(name: string, { bytes, offsets }: TextColumn, rows: number): ArrowColumn {
  const behind = offsets[rows] ?? 0;
  const buffers = [null, Buffer.from(offsets.buffer, 0, 4 * (rows + 1)), bytes.subarray(0, behind)];
  return { name, format: 'u', length: rows, nullCount: 0, buffers };
}

export function int32Column(name: string, numbers: Int32Array, rows: number): ArrowColumn {
  const buffers = [null, Buffer.from(numbers.buffer, 0, 4 * rows)];
  return { name, format: 'i', length: rows, nullCount: 0, buffers };
}

/** @param halves as `setInt64` writes them */
export function int64Column(name: string, halves: Int32Array, rows: number): ArrowColumn {
  const buffers = [null, Buffer.from(halves.buffer, 0, 8 * rows)];
  return { name, format: 'l', length: rows, nullCount: 0, buffers };
}

export function uint8Column(name: string, numbers: Uint8Array, rows: number): ArrowColumn {
  return {
    name,
    format: 'C',
    length: rows,
    nullCount: 0,
    buffers: [null, Buffer.from(numbers.buffer, 0, rows)],
  };
}
