import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { Instant } from '#domain/time/instant.js';
import { loadCsvMapping } from '#sources/csv/load-mapping.js';
import { lookUpsIn } from '#sources/csv/look-up-files.js';
import { translateCsv } from '#sources/csv/translate.js';
import type { EventDraft } from '#sources/native/draft.js';
import { loadSourceMapping } from '#sources/native/load-mapping.js';
import { defaultMapping, type SourceMapping } from '#sources/native/mapping.js';
import { readNativeRecords } from '#sources/native/read-records.js';
import type { DirectoryEntry } from '#sources/native/record.js';
import { type NativeSource, nativeSources, translateRecord } from '#sources/sources.js';
import { cutRecord } from '#sources/translation.js';
import { describe } from '../lines.js';
import { faultLine, readTextFile } from '../policy-file.js';
import { UserError } from '../user-error.js';

/** The names that `--source` knows. */
export const sourceNames: readonly string[] = [...nativeSources, 'csv'];

export interface TranslationOptions {
  readonly source: string;
  readonly mapping?: string;
}

/** What a record says of a person or an account, of which source, and when. */
export interface Entry {
  readonly source: string;
  readonly time?: Instant;
  readonly entry: DirectoryEntry;
}

/** A record of a file, translated or refused. */
export type Translated = {
  /** Position among the records of the file, from 0. */
  readonly index: number;
  /** The line on which it begins, from 1, where the file has records of several lines. */
  readonly line?: number;
} & (
  | { readonly drafts: readonly EventDraft[]; readonly entries: readonly Entry[] }
  | {
      readonly reasons: readonly string[];
      /** The first 64 KiB of it. */
      readonly record: string;
    }
);

/** Translates a file; `-` is standard input. @throws UserError where it can't be read */
export type TranslateFile = (file: string) => AsyncGenerator<Translated>;

/**
 * The translation that the options ask for.
 * @param files that are to be translated: what a mapping refers to lies beside them
 * @param native makes the mapping of native records of the text of its file; the file's own, unless told otherwise
 * @throws UserError where there is no such source, or that lists every fault of the mapping
 */
export async function openTranslation(
  { source, mapping: file }: TranslationOptions,
  files: readonly string[],
  native: (source: NativeSource, file?: MappingFile) => SourceMapping = ownMapping,
): Promise<TranslateFile> {
  if (source === 'csv') return csvTranslation(file, files);
  const name = nativeSources.find((known) => known === source);
  if (name === undefined) {
    throw new UserError(
      `--source: expected one of ${sourceNames.join(', ')}, got ${JSON.stringify(source)}`,
      2,
    );
  }
  const given = file === undefined ? undefined : { name: file, text: await readTextFile(file) };
  return nativeTranslation(name, native(name, given));
}

/** A mapping file, with its name for messages. */
export interface MappingFile {
  readonly name: string;
  readonly text: string;
}

function ownMapping(source: NativeSource, file?: MappingFile): SourceMapping {
  if (file === undefined) return defaultMapping;
  const loaded = loadSourceMapping(source, file.text);
  if ('mapping' in loaded) return loaded.mapping;
  throw new UserError(loaded.faults.map((fault) => faultLine(file.name, fault)).join('\n'));
}

function nativeTranslation(source: NativeSource, mapping: SourceMapping): TranslateFile {
  return async function* (file) {
    for await (const item of readNativeRecords(bytesOf(file))) {
      const { index } = item;
      const result = 'reasons' in item ? item : translateRecord(source, item.record, mapping);
      if ('reasons' in result) {
        yield { index, reasons: result.reasons, record: cutRecord(item.raw) };
        continue;
      }
      const { events, directory = [], source: by, time } = result;
      const entries = directory.map((entry) => ({
        source: by,
        ...(time === undefined ? {} : { time }),
        entry,
      }));
      yield { index, drafts: events, entries };
    }
  };
}

async function csvTranslation(mapping: string | undefined, files: readonly string[]): Promise<TranslateFile> {
  if (mapping === undefined)
    throw new UserError('--mapping: a CSV file needs a mapping that says what its columns mean', 2);
  // Look-up files lie beside the data that they go with, or else beside the mapping.
  const folders = [...files.filter((file) => file !== '-'), mapping].map((file) => path.dirname(file));
  const loaded = await loadCsvMapping(await readTextFile(mapping), lookUpsIn([...new Set(folders)]));
  if (!('mapping' in loaded))
    throw new UserError(loaded.faults.map((fault) => faultLine(mapping, fault)).join('\n'));
  return async function* (file) {
    const name = file === '-' ? undefined : path.parse(file).name;
    for await (const { index, line, result } of translateCsv(bytesOf(file), loaded.mapping, name)) {
      if ('refused' in result) yield { index, line, ...result.refused };
      else yield { index, line, drafts: result.events, entries: [] };
    }
  };
}

async function* bytesOf(file: string): AsyncGenerator<Uint8Array | string> {
  const stream: AsyncIterable<Uint8Array | string> = file === '-' ? process.stdin : createReadStream(file);
  try {
    yield* stream;
  } catch (error) {
    throw new UserError(`can't read ${file === '-' ? 'standard input' : file}: ${describe(error)}`);
  }
}

/** Tells of a refused record on standard error, as one line of JSON. */
export function tellRefused(
  source: string,
  translated: Extract<Translated, { readonly reasons: readonly string[] }>,
  /** Where there are several. */
  file?: string,
): void {
  const { index, line, reasons, record } = translated;
  process.stderr.write(`${JSON.stringify({ source, file, index, line, reasons, record })}\n`);
}
