import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { readMappingFiles } from '#ingest/mapping-files.js';
import { loadMappings } from '#ingest/mappings.js';
import type { EventDraft } from '#sources/native/draft.js';
import type { DeadLetter } from '#warehouse/kept-aside.js';
import { describe } from '../lines.js';
import { openSystem } from '../system/open-system.js';
import { DATA_HELP, type Place, placeOf, policyAt } from '../system/place.js';
import type { System } from '../system/system.js';
import { createProgress, formatCount } from '../terminal/progress.js';
import { UserError } from '../user-error.js';
import { settled } from './settled.js';
import {
  type Entry,
  openTranslation,
  sourceNames,
  tellRefused,
  type TranslateFile,
  type Translated,
  type TranslationOptions,
} from './translation.js';

interface ImportOptions extends TranslationOptions {
  readonly data?: string;
  readonly policy?: string;
}

/** Events, entries and refusals that are handed over at once. */
const MOST_AT_ONCE = 2_000;

export function importCommand(program: Command): void {
  program
    .command('import')
    .description('native records into the system: translate, take in, score')
    .requiredOption('--source <name>', `where the records come from: ${sourceNames.join(', ')}`)
    .option('--mapping <file>', 'mapping file (YAML); csv needs one')
    .option('--policy <file>', 'policy (YAML) to be in force from now on')
    .option('--data <dir>', DATA_HELP)
    .argument('<files...>', 'files to import')
    .action(async (files: string[], options: ImportOptions) => {
      for (const file of files) await expectReadable(file);
      const place = placeOf(options.data);
      const translate = await openImport(options, files, place);
      const progress = createProgress(process.stderr, Date.now);
      const system = await openSystem(place, { policyFile: options.policy, create: true });
      try {
        const hand = handOver(system, options.source);
        let read = 0;
        let refused = 0;
        for (const file of files) {
          for await (const translated of translate(file)) {
            read += 1;
            if ('reasons' in translated) {
              refused += 1;
              progress.done();
              tellRefused(options.source, translated, files.length > 1 ? file : undefined);
            }
            await hand.add(translated, file);
            progress.update(`${formatCount(read)} records read, ${formatCount(hand.events)} events appended`);
          }
        }
        await hand.end();
        await settled(
          system,
          place,
          progress,
          (left) => `${formatCount(hand.events)} events appended, ${formatCount(left)} still to be scored`,
        );
        const what = options.source === 'csv' ? 'rows' : 'records';
        process.stdout.write(
          `${formatCount(read)} ${what}: ${formatCount(read - refused)} imported as ${formatCount(hand.events)} events, ${formatCount(refused)} refused\n`,
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

/**
 * What is imported means what it would mean if it came in live: the policy's names of closed stages count as well, and
 * so do the mapping files of deployed services, unless one is given.
 */
async function openImport(
  options: ImportOptions,
  files: readonly string[],
  place: Place,
): Promise<TranslateFile> {
  const policy = await policyAt(place, options.policy);
  const live = place.kind === 'deployed' ? await readMappingFiles(place.config.mappingFiles) : {};
  return openTranslation(options, files, (source, file) => {
    const texts = file === undefined ? live : { [source]: file };
    try {
      return loadMappings(texts, policy)[source];
    } catch (error) {
      throw new UserError(describe(error));
    }
  });
}

/** Hands what records were translated to over to the system, many at once. */
function handOver(system: System, source: string) {
  let drafts: EventDraft[] = [];
  let entries: Entry[] = [];
  let letters: DeadLetter[] = [];
  const hand = {
    /** Events that were handed over. */
    events: 0,
    async add(translated: Translated, file: string): Promise<void> {
      if ('reasons' in translated) letters.push(deadLetterOf(translated, source, file));
      else {
        for (const draft of translated.drafts) drafts.push(draft);
        for (const entry of translated.entries) entries.push(entry);
      }
      if (drafts.length + entries.length + letters.length >= MOST_AT_ONCE) await hand.end();
    },
    async end(): Promise<void> {
      if (drafts.length + entries.length > 0)
        await system.appendTranslated({ origin: source, drafts, entries });
      hand.events += drafts.length;
      drafts = [];
      entries = [];
      if (letters.length > 0) await system.refuse(letters);
      letters = [];
    },
  };
  return hand;
}

/** A refused record as it is kept: known by its file and place, so that importing again keeps it once. */
function deadLetterOf(
  { index, reasons, record: raw }: Extract<Translated, { readonly reasons: readonly string[] }>,
  source: string,
  file: string,
): DeadLetter {
  const place = {
    topic: `import.${source}/${path.basename(file)}`,
    partition: 0,
    offset: index,
    position: 0,
  };
  return { ...place, source, raw, reasons, received_at: Date.now(), replayed_at: null };
}
