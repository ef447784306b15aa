import type { Command } from 'commander';
import { formatInstant } from '#domain/time/instant.js';
import { openSystem } from '../system/open-system.js';
import { DATA_HELP, placeOf } from '../system/place.js';
import { createProgress, formatCount } from '../terminal/progress.js';
import { table } from '../terminal/table.js';
import { UserError } from '../user-error.js';
import { settled } from './settled.js';

export function deadLettersCommand(program: Command): void {
  const letters = program.command('dead-letters').description('what was refused, and why; put it back');
  letters
    .command('replay')
    .description('put back what was refused, the oldest first, after its cause is mended')
    .option('--topic <topic>', 'only what came from this topic')
    .option('--limit <count>', 'at most so many', '100000')
    .option('--data <dir>', DATA_HELP)
    .action(async (options: { topic?: string; limit: string; data?: string }) => {
      const limit = countOf(options.limit);
      const place = placeOf(options.data);
      const system = await openSystem(place, {});
      try {
        const { replayed, left } = await system.replay({ topic: options.topic, limit });
        await settled(
          system,
          place,
          createProgress(process.stderr, Date.now),
          (left) => `${formatCount(replayed)} put back, ${formatCount(left)} still to be taken in and scored`,
        );
        const cannot =
          left === 0
            ? ''
            : `, ${left} can't be put back (too long to have been kept whole, or refused by an import: import it again)`;
        process.stdout.write(`${replayed} put back${cannot}\n`);
      } finally {
        await system.close();
      }
    });
  letters
    .command('list')
    .description('the latest first')
    .option('--limit <count>', 'how many', '50')
    .option('--data <dir>', DATA_HELP)
    .action(async (options: { limit: string; data?: string }) => {
      const limit = countOf(options.limit);
      const system = await openSystem(placeOf(options.data), {});
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

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new UserError('--limit: expected a whole number from 1', 2);
  return count;
}
