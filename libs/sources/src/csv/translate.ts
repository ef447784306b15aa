import { cutRecord, type Translation } from '../translation.js';
import { createClock } from './clock.js';
import { utf8Chunks } from './decode.js';
import { readHeader } from './header.js';
import type { CsvMapping } from './mapping.js';
import { csvRows, type BrokenRow, type Row } from './rows.js';
import { translateRow, type FileContext } from './translate-row.js';

/** A row of the file, translated or refused. */
export interface TranslatedRow {
  /** Position among the rows after the header, from 0. */
  readonly index: number;
  /** The line of the file on which the row begins, from 1. */
  readonly line: number;
  readonly result: Translation;
}

/**
 * Translates a CSV file to canonical events, row by row, in bounded memory. A file whose header lacks what the mapping
 * reads, or that stops being CSV, is one refusal more and the end; nothing but a failing stream throws.
 * @param stream the file's bytes
 * @param mapping from `loadCsvMapping`
 * @param name of the file without folder and extension, for the events' `source` where the mapping doesn't say
 */
export async function* translateCsv(
  stream: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  mapping: CsvMapping,
  name?: string,
): AsyncGenerator<TranslatedRow> {
  let index = 0;
  let file: File | undefined;
  for await (const row of csvRows(utf8Chunks(stream, mapping.encoding), mapping.delimiter)) {
    const { line } = row;
    if ('broken' in row) {
      yield { index, line, result: refused([row.broken], row, file) };
      return;
    }
    if (file === undefined) {
      const header = readHeader(row.cells, mapping.usedColumns, mapping.delimiter);
      if ('faults' in header) {
        yield { index, line, result: refused(header.faults, row) };
        return;
      }
      const source = mapping.source ?? (name === undefined ? 'csv' : `csv/${name}`);
      const context = { mapping, clock: createClock(mapping.timezone), source, places: header.places };
      file = { context, width: row.cells.length, header: lineOf(row) };
    } else {
      yield { index, line, result: translated(row, file) };
      index += 1;
    }
  }
  if (file === undefined) {
    const reasons = ['the file is empty; expected a line with the names of the columns'];
    yield { index, line: 1, result: { refused: { reasons, record: '' } } };
  }
}

interface File {
  readonly context: FileContext;
  /** Cells of a row. */
  readonly width: number;
  /** The line of the column names, as it stands in the file. */
  readonly header: string;
}

function translated(row: Row, file: File): Translation {
  if (row.cells.length !== file.width) {
    return refused([`the row has ${row.cells.length} cells, the header ${file.width}`], row, file);
  }
  const result = translateRow(row.cells, file.context);
  return 'events' in result ? result : refused(result.reasons, row, file);
}

/** The record of a refusal is a small CSV file, header and row, so that it can be understood and put back alone. */
function refused(reasons: readonly string[], row: Row | BrokenRow, file?: File): Translation {
  const lines = file === undefined ? [lineOf(row)] : [file.header, lineOf(row)];
  return { refused: { reasons, record: cutRecord(lines.join('\n')) } };
}

/** A row's text as far as a refusal shows it; bytes that are not UTF-8 become replacement characters. */
function lineOf({ raw }: Row | BrokenRow): string {
  return cutRecord(Buffer.from(raw.replace(/[\r\n]+$/, ''), 'latin1').toString('utf8'));
}
