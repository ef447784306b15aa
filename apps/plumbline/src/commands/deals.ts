import type { Command } from 'commander';
import { createRuleBook } from '#domain/policy/rules.js';
import { openStatuses } from '#domain/score/records.js';
import type { Score } from '#domain/score/score.js';
import { formatInstant } from '#domain/time/instant.js';
import { readListOptions } from '../list-options.js';
import { parseMoment } from '../moments.js';
import { openSystem } from '../system/open-system.js';
import { DATA_HELP, placeOf, policyAt } from '../system/place.js';
import { scoreTable } from '../terminal/score-table.js';
import { writeOut } from '../terminal/write-out.js';
import { expectNone } from './no-such-deals.js';

interface DealsOptions {
  readonly data?: string;
  readonly asOf?: string;
  readonly deal?: string[];
  readonly all?: boolean;
  readonly limit: string;
  readonly format: string;
}

export function dealsCommand(program: Command): void {
  program
    .command('deals')
    .description('the stored deals as of any instant, scored from their events: the worst first')
    .option('--as-of <time>', 'the instant asked about, RFC 3339 or a date (default: now)')
    .option('--deal <id...>', 'only these deals')
    .option('--all', 'closed deals too')
    .option('--limit <count>', 'how many rows of the table', '30')
    .option('--format <format>', 'table or ndjson', 'table')
    .option('--data <dir>', DATA_HELP)
    .action(async (options: DealsOptions) => {
      const { limit, format } = readListOptions(options);
      const place = placeOf(options.data);
      const { calendar } = createRuleBook(await policyAt(place, undefined)).forPipeline('default');
      const asOf = options.asOf === undefined ? Date.now() : parseMoment('--as-of', options.asOf, calendar);
      const system = await openSystem(place, {});
      try {
        const wanted: Score[] = [];
        const missing = new Set(options.deal);
        for await (const score of system.scores(asOf, options.deal ?? [])) {
          missing.delete(score.deal_id);
          if (options.all === true || options.deal !== undefined || isOpen(score)) wanted.push(score);
        }
        wanted.sort((a, b) => (a.health ?? 101) - (b.health ?? 101) || (b.amount ?? 0) - (a.amount ?? 0));
        if (format === 'table') process.stdout.write(scoreTable(wanted.slice(0, limit)));
        else for (const score of wanted) await writeOut(`${JSON.stringify(score)}\n`);
        expectNone([...missing], options.asOf === undefined ? '' : ` as of ${formatInstant(asOf)}`);
      } finally {
        await system.close();
      }
    });
}

function isOpen({ status }: Score): boolean {
  return openStatuses.some((open) => open === status);
}
