import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvRows, type BrokenRow, type Row } from './rows.js';

/** How long megabytes may take where others use the machine too. */
const SLOW_MACHINE_MS = 60_000;

async function rowsOf(
  text: string,
  chunkLength = Infinity,
  delimiter = ',',
  longestRow?: number,
): Promise<(Row | BrokenRow)[]> {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunkLength) chunks.push(bytes.subarray(at, at + chunkLength));
  const rows: (Row | BrokenRow)[] = [];
  for await (const row of csvRows(chunks, delimiter, longestRow)) rows.push(row);
  return rows;
}

const cellsOf = (rows: readonly (Row | BrokenRow)[]): unknown[] =>
  rows.map((row) => ('cells' in row ? row.cells : row.broken));
const linesOf = (rows: readonly (Row | BrokenRow)[]): number[] => rows.map(({ line }) => line);

describe('the rows of a CSV file', () => {
  it('end at any line break, the last one with or without', async () => {
    const rows = await rowsOf('a,b\r\n1,2\n3,4\r5,6');
    expect(cellsOf(rows)).toEqual([['a', 'b'], ['1', '2'], ['3', '4'], ['5', '6']]); // prettier-ignore
    expect(linesOf(rows)).toEqual([1, 2, 3, 4]);
  });

  it('may hold line breaks, delimiters and doubled quotes in quotes, and count the lines of each', async () => {
    const rows = await rowsOf('a,b\r\n"1\r\n2","x,""y"""\r\n\r\n\n3,\r\n4,5\r\n');
    expect(cellsOf(rows)).toEqual([['a', 'b'], ['1\r\n2', 'x,"y"'], ['3', ''], ['4', '5']]); // prettier-ignore
    expect(linesOf(rows)).toEqual([1, 2, 6, 7]);
  });

  it('take a quote inside an unquoted cell for a character', async () => {
    expect(cellsOf(await rowsOf('a,b\n5" disk,"x"y\n'))).toEqual([['a', 'b'], ['5" disk', '"x"y']]); // prettier-ignore
  });

  it('may be ragged: what that means is for others to say', async () => {
    expect(cellsOf(await rowsOf('a,b\n1\n1,2,3\n'))).toEqual([['a', 'b'], ['1'], ['1', '2', '3']]);
  });

  it('are parted by other delimiters too', async () => {
    expect(cellsOf(await rowsOf('a;b\n1,5;2\n', Infinity, ';'))).toEqual([['a', 'b'], ['1,5', '2']]); // prettier-ignore
  });

  it('before a quote that is never closed are all given, then what is wrong and where', async () => {
    const rows = await rowsOf('a,b\n1,2\n\n"3,4\n5,6\n');
    expect(cellsOf(rows)).toEqual([['a', 'b'], ['1', '2'], 'a quote is opened in this row and never closed']); // prettier-ignore
    expect(linesOf(rows)).toEqual([1, 2, 4]);
    expect(rows.at(-1)?.raw).toBe('"3,4\n5,6\n');
  });

  it(
    'hold cells of 5 MB',
    async () => {
      const rows = await rowsOf(`a,b\n${'x'.repeat(5_000_000)},2\n3,4\n`, 65_536);
      expect(rows.map((row) => ('cells' in row ? row.cells[0]?.length : row))).toEqual([1, 5_000_000, 1]);
    },
    SLOW_MACHINE_MS,
  );

  it('end at a row that has no end', async () => {
    for (const endless of ['"' + 'x\n'.repeat(50_000), ','.repeat(100_000)]) {
      const rows = await rowsOf(`a,b\n1,2\n\n${endless}\n3,4\n5,6\n`, 1000, ',', 9000);
      expect(cellsOf(rows)).toEqual([['a', 'b'], ['1', '2'], expect.stringContaining('longer than 9000 bytes')]); // prettier-ignore
      expect(linesOf(rows)).toEqual([1, 2, 4]);
      const raw = rows.at(-1)?.raw ?? '';
      expect(endless.startsWith(raw)).toBe(true);
      expect(raw.length).toBeGreaterThan(9000);
      expect(raw.length).toBeLessThan(12_000);
    }
  });

  it(
    'are the same however the bytes are cut into chunks',
    async () => {
      const cell = fc.string({
        unit: fc.constantFrom('a', 'é', ',', '"', '\r', '\n', ' ', '😀'),
        maxLength: 6,
      });
      const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { minLength: 1, maxLength: 6 });
      const write = (rows: string[][]): string =>
        rows.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')).join('\r\n');
      await fc.assert(
        fc.asyncProperty(table, fc.integer({ min: 1, max: 9 }), async (rows, chunkLength) => {
          const latin = rows.map((cells) => cells.map((text) => Buffer.from(text).toString('latin1')));
          const cut = await rowsOf(write(rows), chunkLength);
          expect(cellsOf(cut)).toEqual(latin);
          expect(cut).toEqual(await rowsOf(write(rows)));
        }),
      );
    },
    SLOW_MACHINE_MS,
  );
});
