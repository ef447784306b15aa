import { CsvError, parse, type Parser } from 'csv-parse';

/** No row is longer: beyond it, a quote was opened and never closed, and the rest of the file would be one cell. */
const LONGEST_ROW_BYTES = 8 * 1024 * 1024;
const LINE_BREAKS = /\r\n?|\n/g;
const LEADING_LINE_BREAKS = /^[\r\n]+/;

/**
 * A row of a CSV file, the header included. Its texts are bytes, one in each character: `decodeCell` makes text of
 * them, for the cells that are used.
 */
export interface Row {
  /** The line of the file on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** The row as it stands in the file. */
  readonly raw: string;
}

/** Where a file stops being CSV: the last thing that is read of it. */
export interface BrokenRow {
  readonly line: number;
  readonly broken: string;
  readonly raw: string;
}

/** Where a row begins after empty lines. Of their line breaks the parser keeps one character each. */
const beginOf = (raw: string): number => LEADING_LINE_BREAKS.exec(raw)?.[0].length ?? 0;
const countBreaks = (text: string): number => text.match(LINE_BREAKS)?.length ?? 0;

/**
 * The rows of CSV bytes in UTF-8 (RFC 4180), in bounded memory. Any line break ends a row, empty lines are passed
 * over, a quote within a cell that isn't quoted is a character like any other.
 * @param delimiter one ASCII character
 * @param longestRow in bytes; some 64 KiB more may be read
 */
export async function* csvRows(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  delimiter: string,
  longestRow = LONGEST_ROW_BYTES,
): AsyncGenerator<Row | BrokenRow> {
  let nextLine = 1;
  let ready: Row[] = [];
  const parser = parse({
    delimiter,
    // Bytes as characters: bytes that are not UTF-8 stay what they are until the cell is looked at.
    encoding: 'latin1',
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    raw: true,
    on_record: (parsed: unknown) => {
      const { record: cells, raw } = parsed as { record: string[]; raw: string };
      const begin = beginOf(raw);
      const row = { line: nextLine + begin, cells, raw: raw.slice(begin) };
      ready.push(row);
      nextLine = row.line + countBreaks(row.raw);
      return null;
    },
  });
  parser.on('error', () => undefined);

  let bytesSinceRow = 0;
  for await (const chunk of chunks) {
    await write(parser, chunk);
    bytesSinceRow = ready.length > 0 ? 0 : bytesSinceRow + chunk.length;
    yield* ready;
    ready = [];
    if (bytesSinceRow > longestRow) break;
  }
  const fault = await end(parser, nextLine);
  const last = fault ?? ready[0];
  if (last !== undefined && bytesSinceRow > longestRow) {
    const broken = `the row that begins here is longer than ${longestRow} bytes (a quote that is not closed?); nothing after it was read`;
    yield { line: last.line, broken, raw: last.raw };
    return;
  }
  yield* ready;
  if (fault !== undefined) yield fault;
}

/** Rows come out while the chunk is written, not later: none is lost when the parser fails at a later one. */
function write(parser: Parser, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(chunk, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** @returns what is wrong with the end of the file, if anything */
function end(parser: Parser, nextLine: number): Promise<BrokenRow | undefined> {
  return new Promise((resolve, reject) => {
    parser.once('error', (error: Error) => {
      if (!(error instanceof CsvError) || error.code !== 'CSV_QUOTE_NOT_CLOSED') {
        reject(error);
        return;
      }
      const text: unknown = error['raw'];
      const raw = typeof text === 'string' ? text : '';
      const begin = beginOf(raw);
      const broken = 'a quote is opened in this row and never closed';
      resolve({ line: nextLine + begin, broken, raw: raw.slice(begin) });
    });
    parser.once('end', () => {
      resolve(undefined);
    });
    parser.resume();
    parser.end();
  });
}
