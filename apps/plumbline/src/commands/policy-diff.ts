import { createRuleBook } from '#domain/policy/rules.js';
import { toDomainEvent } from '#warehouse/stored-events.js';
import { readListOptions } from '../list-options.js';
import { readAlertsFile } from '../alerts-file.js';
import { compareDeal, isChanged } from '../policy-diff/compare-deal.js';
import { diffText } from '../policy-diff/diff-tables.js';
import { createLargest } from '../policy-diff/largest.js';
import { createTally } from '../policy-diff/tally.js';
import { loadPolicy } from '../policy-file.js';
import { openSystem } from '../system/open-system.js';
import { placeOf } from '../system/place.js';
import { createProgress, formatCount } from '../terminal/progress.js';
import { writeOut } from '../terminal/write-out.js';

export interface PolicyDiffOptions {
  readonly alerts?: string;
  readonly limit: string;
  readonly format: string;
  readonly data?: string;
}

/** Judges the stored deals by both policies, one deal at a time, and tells what differs. Nothing is changed. */
export async function policyDiff(fileA: string, fileB: string, options: PolicyDiffOptions): Promise<void> {
  const { limit, format } = readListOptions(options);
  const [a, b] = [await loadPolicy(fileA), await loadPolicy(fileB)];
  const settings = readAlertsFile(options.alerts ?? process.env['PLUMBLINE_ALERTS'], b.calendar.timezone);
  const sides = { books: [createRuleBook(a), createRuleBook(b)] as const, asOf: Date.now(), settings };
  const system = await openSystem(placeOf(options.data), {});
  const progress = createProgress(process.stderr, Date.now);
  const tally = createTally();
  const largest = createLargest(limit);
  try {
    for await (const { deal_id: dealId, events } of system.dealEvents()) {
      const diff = compareDeal(dealId, events.map(toDomainEvent), sides);
      if (diff === undefined) continue;
      tally.add(diff);
      if (isChanged(diff)) {
        if (format === 'ndjson') await writeOut(`${JSON.stringify(diff)}\n`);
        else largest.offer(diff);
      }
      const { deals, changed } = tally.counts();
      progress.update(`${formatCount(deals)} deals judged by both, ${formatCount(changed)} of them differ`);
    }
  } finally {
    progress.done();
    await system.close();
  }
  const summary = tally.summary();
  await writeOut(
    format === 'ndjson'
      ? `${JSON.stringify({ summary })}\n`
      : diffText(summary, largest.list(), settings.endpoints.length > 0),
  );
}
