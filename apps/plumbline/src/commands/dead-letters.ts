import type { Command } from 'commander';
import { formatInstant } from '#domain/time/instant.js';
import { DEFAULT_DATA, openSystem } from '../system/open-system.js';
import { table } from '../terminal/table.js';
import { UserError } from '../user-error.js';

export function deadLettersCommand(program: Command): void {
  program
    .command('dead-letters')
    .description('what was refused, and why')
    .command('list')
    .description('the latest first')
    .option('--limit <count>', 'how many', '50')
    .option('--data <dir>', 'where the data is kept', DEFAULT_DATA)
    .action(async (options: { limit: string; data: string }) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1)
        throw new UserError('--limit: expected a whole number from 1', 2);
      const system = await openSystem(options.data, {});
      try {
        const letters = await system.deadLetters(limit);
        if (letters.length === 0) {
          process.stdout.write('nothing was refused\n');
          return;
        }
        process.stdout.write(
          table(letters, [
            { title: 'RECEIVED', cell: (letter) => formatInstant(letter.received_at) },
            { title: 'FROM', cell: (letter) => `${letter.topic}/${letter.partition}@${letter.offset}` },
            { title: 'REASONS', cell: (letter) => letter.reasons.join('; '), maxWidth: 160 },
          ]),
        );
      } finally {
        await system.close();
      }
    });
}
