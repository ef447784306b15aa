import { constants, createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { loadCsvMapping } from '#sources/csv/load-mapping.js';
import { lookUpsIn } from '#sources/csv/look-up-files.js';
import type { CsvMapping } from '#sources/csv/mapping.js';
import { translateCsv, type TranslatedRow } from '#sources/csv/translate.js';
import type { DeadLetter } from '#warehouse/kept-aside.js';
import { describe } from '../lines.js';
import { faultLine, readTextFile } from '../policy-file.js';
import { DEFAULT_DATA, drained, openSystem } from '../system/open-system.js';
import { createProgress, formatCount } from '../terminal/progress.js';
import { writeOut } from '../terminal/write-out.js';
import { UserError } from '../user-error.js';

interface TranslateOptions {
  readonly source: string;
  readonly mapping?: string;
}

interface ImportOptions extends TranslateOptions {
  readonly data: string;
  readonly policy?: string;
}

const SOURCES = ['csv'];
const EVENTS_PER_APPEND = 2_000;

export function translateCommand(program: Command): void {
  program
    .command('translate')
    .description(
      'native records in, canonical events out (NDJSON); what is refused goes to stderr as dead letters',
    )
    .requiredOption('--source <name>', `where the records come from: ${SOURCES.join(', ')}`)
    .option('--mapping <file>', 'mapping file (YAML)')
    .argument('[files...]', 'files; - or none: standard input')
    .action(async (files: string[], options: TranslateOptions) => {
      const mapping = await loadMapping(options, files);
      for (const file of files.length === 0 ? ['-'] : files) {
        for await (const row of translateFile(file, mapping)) {
          if ('refused' in row.result) {
            refuse(row);
            process.exitCode = 1;
          } else {
            for (const event of row.result.events) await writeOut(`${JSON.stringify(event)}\n`);
          }
        }
      }
    });
}

export function importCommand(program: Command): void {
  program
    .command('import')
    .description('native records into the system: translate, take in, score')
    .requiredOption('--source <name>', `where the records come from: ${SOURCES.join(', ')}`)
    .option('--mapping <file>', 'mapping file (YAML)')
    .option('--policy <file>', 'policy (YAML) to be in force from now on')
    .option('--data <dir>', 'where the data is kept', DEFAULT_DATA)
    .argument('<files...>', 'files to import')
    .action(async (files: string[], options: ImportOptions) => {
      for (const file of files) await expectReadable(file);
      const mapping = await loadMapping(options, files);
      const progress = createProgress(process.stderr, Date.now);
      const system = await openSystem(options.data, { policyFile: options.policy, create: true });
      try {
        let rows = 0;
        let refused = 0;
        let events = 0;
        let pending: CloudEvent[] = [];
        let letters: DeadLetter[] = [];
        const flush = async (): Promise<void> => {
          if (pending.length > 0) await system.append(pending);
          events += pending.length;
          pending = [];
          if (letters.length > 0) await system.refuse(letters);
          letters = [];
        };
        for (const file of files) {
          for await (const row of translateFile(file, mapping)) {
            rows += 1;
            if ('refused' in row.result) {
              refused += 1;
              progress.done();
              refuse(row);
              letters.push(...deadLetterOf(row, file));
            } else pending.push(...row.result.events);
            if (pending.length + letters.length >= EVENTS_PER_APPEND) await flush();
            progress.update(`${formatCount(rows)} rows read, ${formatCount(events)} events appended`);
          }
        }
        await flush();
        await drained(system, {
          pause: (ms) => pause(ms),
          waiting: (left) => {
            progress.update(
              `${formatCount(events)} events appended, ${formatCount(left)} still to be scored`,
            );
          },
        });
        progress.done();
        process.stdout.write(
          `${formatCount(rows)} rows: ${formatCount(rows - refused)} imported as ${formatCount(events)} events, ${formatCount(refused)} refused\n`,
        );
        if (refused > 0) process.exitCode = 1;
      } finally {
        progress.done();
        await system.close();
      }
    });
}

/** @throws UserError before anything else is said of files that are not there */
async function expectReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
  } catch (error) {
    throw new UserError(`can't read ${file}: ${describe(error)}`);
  }
}

async function loadMapping(
  { source, mapping }: TranslateOptions,
  files: readonly string[],
): Promise<CsvMapping> {
  if (!SOURCES.includes(source)) {
    throw new UserError(`--source: expected one of ${SOURCES.join(', ')}, got ${JSON.stringify(source)}`, 2);
  }
  if (mapping === undefined)
    throw new UserError('--mapping: a CSV file needs a mapping that says what its columns mean', 2);
  // Look-up files lie beside the data that they go with, or else beside the mapping.
  const folders = [...files.filter((file) => file !== '-'), mapping].map((file) => path.dirname(file));
  const loaded = await loadCsvMapping(await readTextFile(mapping), lookUpsIn([...new Set(folders)]));
  if ('mapping' in loaded) return loaded.mapping;
  throw new UserError(loaded.faults.map((fault) => faultLine(mapping, fault)).join('\n'));
}

async function* translateFile(file: string, mapping: CsvMapping): AsyncGenerator<TranslatedRow> {
  const name = file === '-' ? undefined : path.parse(file).name;
  const stream: AsyncIterable<Uint8Array | string> = file === '-' ? process.stdin : createReadStream(file);
  try {
    yield* translateCsv(stream, mapping, name);
  } catch (error) {
    throw new UserError(`can't read ${file}: ${describe(error)}`);
  }
}

/** A refused row as it is kept: known by its file and place, so that importing again keeps it once. */
function deadLetterOf({ index, result }: TranslatedRow, file: string): DeadLetter[] {
  if (!('refused' in result)) return [];
  const { reasons, record: raw } = result.refused;
  const place = { topic: `import.csv/${path.basename(file)}`, partition: 0, offset: index, position: 0 };
  return [{ ...place, source: 'csv', raw, reasons, received_at: Date.now(), replayed_at: null }];
}

/** A dead letter, as one line of JSON. */
function refuse({ index, line, result }: TranslatedRow): void {
  if (!('refused' in result)) return;
  const { reasons, record } = result.refused;
  process.stderr.write(`${JSON.stringify({ source: 'csv', index, line, reasons, record })}\n`);
}
