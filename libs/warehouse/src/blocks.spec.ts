import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_ROWS, MAX_SIZE, type Unit, blocksOf } from './blocks.js';
import { wellFormed } from './encode.js';

/** Units of so many rows each; a row is the number of its unit. */
function units(...rows: number[]): Unit[] {
  return rows.map((count, n) => ({ rows: Array.from({ length: count }, () => [n]), size: count }));
}

function rowsOf(block: string): unknown[] {
  return JSON.parse(`[${block}]`) as unknown[];
}

function lengths(blocks: Iterable<string>): number[] {
  return [...blocks].map((block) => rowsOf(block).length);
}

describe('blocks', () => {
  it('of nothing are none', () => {
    expect([...blocksOf([])]).toEqual([]);
  });

  it('hold all rows in order', () => {
    expect([...blocksOf(units(1, 2, 1))].map(rowsOf)).toEqual([[[0], [1], [1], [2]]]);
    const many = Array.from({ length: 1000 }, (_, n) => ({ rows: [{ n }], size: 1 }));
    expect([...blocksOf(many)].flatMap(rowsOf)).toEqual(many.flatMap(({ rows }) => rows));
  });

  it('hold rows that are text already where they stand among others', () => {
    const rows = [['a'], '["b"]', '["c"]', ['d']];
    expect([...blocksOf([{ rows, size: 1 }])].map(rowsOf)).toEqual([[['a'], ['b'], ['c'], ['d']]]);
  });

  it('end before a unit that would make them too long, and never part a unit', () => {
    expect(lengths(blocksOf(units(MAX_ROWS - 1, 2, MAX_ROWS - 2, 1)))).toEqual([MAX_ROWS - 1, MAX_ROWS, 1]);
    expect(lengths(blocksOf(units(1, MAX_ROWS + 7, 1)))).toEqual([1, MAX_ROWS + 7, 1]);
  });

  it('end before a unit that would make them too large', () => {
    const half = { rows: [['x']], size: MAX_SIZE / 2 };
    expect(lengths(blocksOf([half, half, half]))).toEqual([2, 1]);
  });

  it('keep every text, but for half surrogate pairs', () => {
    const anyText = fc
      .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0x22, 0x5c, 0x75, 0x64)))
      .map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(fc.array(fc.array(anyText)), (rows) => {
        const text = [...blocksOf([{ rows, size: 1 }])].join('');
        expect(rowsOf(text)).toEqual(rows.map((row) => row.map(wellFormed)));
        expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
      }),
    );
  });
});
