import type { Command } from 'commander';
import { compareCodePoints, compareEvents, type DomainEvent } from '#domain/events/domain-event.js';
import { createIdentityRegister } from '#domain/events/identity.js';
import { validateEvent } from '#domain/events/validate.js';
import { createRuleBook, type RuleBook } from '#domain/policy/rules.js';
import { type Score, scoreDeal } from '#domain/score/score.js';
import { type Instant, parseInstant } from '#domain/time/instant.js';
import { type Line, readLines } from '../lines.js';
import { parseMoment } from '../moments.js';
import { loadPolicy } from '../policy-file.js';
import { scoreTable } from '../terminal/score-table.js';
import { writeOut } from '../terminal/write-out.js';
import { UserError } from '../user-error.js';

interface ScoreOptions {
  readonly policy?: string;
  readonly asOf?: string;
  readonly knownAt?: string;
  readonly format: string;
}

export function scoreCommand(program: Command): void {
  program
    .command('score')
    .description('score deals from canonical events (NDJSON): one line a deal, no server, no storage')
    .argument('[files...]', 'NDJSON files of CloudEvents; - or none: standard input')
    .option('--policy <file>', 'policy (YAML) over the defaults')
    .option('--as-of <time>', 'the instant asked about, RFC 3339 or a date (default: now)')
    .option('--known-at <time>', 'only what was recorded by then')
    .option('--format <format>', 'ndjson or table', 'ndjson')
    .action(async (files: string[], options: ScoreOptions) => {
      if (options.format !== 'ndjson' && options.format !== 'table') {
        throw new UserError(`--format: expected ndjson or table, got ${JSON.stringify(options.format)}`, 2);
      }
      const book = createRuleBook(await loadPolicy(options.policy));
      const calendar = book.forPipeline('default').calendar;
      const asOf = options.asOf === undefined ? Date.now() : parseMoment('--as-of', options.asOf, calendar);
      const knownAt =
        options.knownAt === undefined ? undefined : parseMoment('--known-at', options.knownAt, calendar);

      const input = await collectDeals(readLines(files), knownAt, (message) =>
        process.stderr.write(`${message}\n`),
      );
      if (input.withoutDeal > 0) {
        process.stderr.write(
          `${input.withoutDeal} ${input.withoutDeal === 1 ? 'event names' : 'events name'} no deal yet and ${input.withoutDeal === 1 ? 'is' : 'are'} not scored\n`,
        );
      }
      const scores = scoreAll(input.deals, asOf, book);
      if (options.format === 'table') process.stdout.write(scoreTable([...scores]));
      else for (const score of scores) await writeOut(`${JSON.stringify(score)}\n`);
      if (input.refused > 0) process.exitCode = 1;
    });
}

interface Collected {
  readonly deals: ReadonlyMap<string, DomainEvent[]>;
  /** Lines that could not be read, and events that lost their identity to another. */
  readonly refused: number;
  readonly withoutDeal: number;
}

/** Reads events by deal; what can't be read is reported with its line and every reason, and the rest goes on. */
export async function collectDeals(
  lines: AsyncIterable<Line>,
  knownAt: Instant | undefined,
  report: (message: string) => void,
): Promise<Collected> {
  const deals = new Map<string, DomainEvent[]>();
  const dropped = new Set<DomainEvent>();
  const register = createIdentityRegister();
  let refused = 0;
  let withoutDeal = 0;
  const refuse = (where: string, reason: string): void => {
    refused += 1;
    report(`${where}: ${reason}`);
  };
  for await (const { text, number, where } of lines) {
    const candidate = parseJson(text);
    if (candidate === undefined) {
      refuse(where(number), 'not JSON');
      continue;
    }
    const verdict = validateEvent(candidate);
    if (verdict.outcome === 'unknown_type') continue;
    if (verdict.outcome === 'invalid') {
      refuse(where(number), verdict.reasons.join('; '));
      continue;
    }
    const { event, domain } = verdict;
    if (knownAt !== undefined && (recordedAt(event.recordedtime) ?? domain.time) > knownAt) continue;
    if (typeof event.subject !== 'string') {
      withoutDeal += 1;
      continue;
    }
    const claim = register.claim({ event: domain, dealId: event.subject, where: where(number) });
    if (claim.outcome === 'duplicate') continue;
    if (claim.outcome === 'refused') {
      refuse(where(number), lostIdentity(domain));
      continue;
    }
    if (claim.outcome === 'supersedes') {
      dropped.add(claim.refused.event);
      refuse(claim.refused.where, lostIdentity(domain));
    }
    const events = deals.get(event.subject);
    if (events === undefined) deals.set(event.subject, [domain]);
    else events.push(domain);
  }
  if (dropped.size > 0) {
    for (const [dealId, events] of deals)
      deals.set(
        dealId,
        events.filter((event) => !dropped.has(event)),
      );
  }
  return { deals, refused, withoutDeal };
}

function lostIdentity({ source, id }: DomainEvent): string {
  return `another event with source ${JSON.stringify(source)} and id ${JSON.stringify(id)} counts, this one does not`;
}

function recordedAt(text: string | null | undefined): Instant | undefined {
  return typeof text === 'string' ? parseInstant(text) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function* scoreAll(
  deals: ReadonlyMap<string, DomainEvent[]>,
  asOf: Instant,
  book: RuleBook,
): Generator<Score> {
  const ids = [...deals.keys()].sort(compareCodePoints);
  for (const id of ids) {
    const events = deals.get(id) ?? [];
    events.sort(compareEvents);
    const score = scoreDeal(id, events, asOf, book);
    if (score !== undefined) yield score;
  }
}
