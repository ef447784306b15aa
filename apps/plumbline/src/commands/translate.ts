import type { Command } from 'commander';
import { writeOut } from '../terminal/write-out.js';
import { openTranslation, sourceNames, tellRefused, type TranslationOptions } from './translation.js';

export function translateCommand(program: Command): void {
  program
    .command('translate')
    .description(
      'native records in, canonical events out (NDJSON); what is refused goes to stderr as dead letters',
    )
    .requiredOption('--source <name>', `where the records come from: ${sourceNames.join(', ')}`)
    .option('--mapping <file>', 'mapping file (YAML); csv needs one')
    .argument('[files...]', 'files; - or none: standard input')
    .action(async (files: string[], options: TranslationOptions) => {
      const translate = await openTranslation(options, files);
      const inputs = files.length === 0 ? ['-'] : files;
      for (const file of inputs) {
        for await (const translated of translate(file)) {
          if ('reasons' in translated) {
            tellRefused(options.source, translated, inputs.length > 1 ? file : undefined);
            process.exitCode = 1;
          } else if (translated.drafts.length > 0) {
            await writeOut(translated.drafts.map((event) => `${JSON.stringify(event)}\n`).join(''));
          }
        }
      }
    });
}
