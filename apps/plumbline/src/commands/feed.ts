import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { readLogEnvironment } from '#config/log-environment.js';
import { openLog } from '#config/open-log.js';
import { createCalendar } from '#domain/time/calendar.js';
import type { Log, NewRecord } from '#log/log.js';
import type { Topics } from '#log/topics.js';
import { nativeRecords } from '#simulator/native/native-records.js';
import type { SentRecord } from '#simulator/native/sent.js';
import { simulatedPolicy } from '#simulator/policy.js';
import { simulate } from '#simulator/simulate.js';
import { parseMoment } from '../moments.js';
import { createProgress, formatCount } from '../terminal/progress.js';
import { UserError } from '../user-error.js';

interface FeedOptions {
  readonly seed: string;
  readonly deals: string;
  readonly days: string;
  readonly until?: string;
  readonly rate?: string;
}

const RECORDS_PER_APPEND = 3_000;

export function feedCommand(program: Command): void {
  program
    .command('feed')
    .description(
      'append what the systems of a simulated sales organisation send (Salesforce, Google Calendar, CloudEvents) ' +
        'to the raw topics of Kafka; the environment says where, as it does for the services',
    )
    .option('--seed <number>', 'same seed, same organisation', '7')
    .option('--deals <count>', 'how many deals open', '1500')
    .option('--until <time>', 'its present, RFC 3339 or a date (default: now)')
    .option('--days <count>', 'how many days before that the picture is about', '365')
    .option('--rate <count>', 'records a second (default: as fast as the log takes them)')
    .action(feed);
}

async function feed(options: FeedOptions): Promise<void> {
  const seed = wholeNumber('--seed', options.seed, 0);
  const deals = wholeNumber('--deals', options.deals, 1);
  const days = wholeNumber('--days', options.days, 1);
  const rate = options.rate === undefined ? undefined : wholeNumber('--rate', options.rate, 1);
  const until = untilOf(options.until);
  const read = readLogEnvironment(process.env, { readFile: (path) => readFileSync(path, 'utf8') });
  if ('faults' in read) {
    throw new UserError(
      `the environment does not say where the log is (.env.example names all variables)\n${read.faults.join('\n')}`,
    );
  }
  const { config } = read;
  const say = eachOnce((message) => void process.stderr.write(`${message}\n`));
  const log = await openLog(config.log, { warn: say, error: say });
  const progress = createProgress(process.stderr, Date.now);
  try {
    const records = nativeRecords(simulate({ seed, deals, until, days, order: 'deal' }), 'deal');
    const asked = askedToEnd();
    const appended = await appendRecords(records, log, {
      topics: config.topics.bySource,
      rate,
      now: Date.now,
      pause: (ms) => pause(ms, undefined, { signal: asked }).catch(() => undefined),
      signal: asked,
      appended: (count) => {
        progress.update(`${formatCount(count)} records appended`);
      },
    });
    progress.done();
    process.stdout.write(summaryOf(appended, asked.aborted));
  } finally {
    progress.done();
    await log.close();
  }
}

export interface Feeding {
  readonly topics: Topics['bySource'];
  /** Records a second; undefined: as fast as the log takes them. */
  readonly rate: number | undefined;
  /** Milliseconds. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  /** Told after each batch how many records are in the log. */
  readonly appended?: (count: number) => void;
}

/**
 * Appends records to the raw topics of their sources, batch by batch: the next one is made once the log has the one
 * before.
 * @returns how many records went to which topic
 */
export async function appendRecords(
  records: Iterable<SentRecord>,
  log: Pick<Log, 'append'>,
  { topics, rate, now, pause, signal, appended }: Feeding,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const startedAt = now();
  // A slow feed comes evenly, not in one batch every few minutes.
  const most = Math.min(RECORDS_PER_APPEND, rate ?? RECORDS_PER_APPEND);
  let batch: SentRecord[] = [];
  let count = 0;
  const flush = async (): Promise<void> => {
    const byTopic = new Map<string, NewRecord[]>();
    for (const { topic: source, value, ...record } of batch) {
      const topic = topics[source];
      const ofTopic = byTopic.get(topic) ?? [];
      ofTopic.push({ ...record, value: Buffer.from(value) });
      byTopic.set(topic, ofTopic);
    }
    for (const [topic, ofTopic] of byTopic) {
      await log.append(topic, ofTopic);
      counts.set(topic, (counts.get(topic) ?? 0) + ofTopic.length);
    }
    count += batch.length;
    batch = [];
    appended?.(count);
    // Even without a rate: signals and timers must have their turn between two batches.
    await pause(rate === undefined ? 0 : Math.max(0, startedAt + (count / rate) * 1_000 - now()));
  };
  for (const record of records) {
    if (signal.aborted) return counts;
    batch.push(record);
    if (batch.length >= most) await flush();
  }
  if (!signal.aborted && batch.length > 0) await flush();
  return counts;
}

function summaryOf(counts: ReadonlyMap<string, number>, isInterrupted: boolean): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...counts].map(([topic, count]) => `${formatCount(count)} to ${topic}`);
  const by = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  return `${formatCount(total)} records appended${by}${isInterrupted ? '; interrupted' : ''}\n`;
}

function wholeNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number >= least) return number;
  throw new UserError(
    `${option}: expected a whole number from ${least}, got ${JSON.stringify(text.slice(0, 64))}`,
    2,
  );
}

function untilOf(text: string | undefined): number {
  if (text === undefined) return Date.now();
  return parseMoment('--until', text, createCalendar(simulatedPolicy.calendar));
}

/** The client tells of each attempt to reach a broker; whoever looks at a terminal needs to know once. */
function eachOnce(say: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (said.has(message)) return;
    said.add(message);
    say(message);
  };
}

/** Aborts at the first Ctrl-C or request to end; a second one ends the process at once. */
function askedToEnd(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort();
    });
  }
  return controller.signal;
}
