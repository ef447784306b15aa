import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { openStatuses } from '#domain/score/records.js';
import { formatDate, MILLISECONDS_PER_DAY } from '#domain/time/instant.js';
import { simulatedPolicy } from '#simulator/policy.js';
import { simulate } from '#simulator/simulate.js';
import {
  clickHouseAddress,
  DEFAULT_CLICKHOUSE_HOST,
  DEFAULT_CLICKHOUSE_PORT,
} from '../clickhouse-http/command-options.js';
import { type ClickHouseHttp, serveClickHouseHttp } from '../clickhouse-http/server.js';
import { codeOf } from '../lines.js';
import {
  type DataDirectory,
  dataDirectory,
  type DemoState,
  demoState,
  findRunning,
  forgetRunning,
  hasPolicy,
  keepPolicy,
  noteDemo,
  noteRunning,
  policyInForce,
} from '../system/data-directory.js';
import { type DeployedConfig, namesKafka, readDeployedConfig } from '../system/deployed-config.js';
import { drained } from '../system/drained.js';
import { type EmbeddedSystem, openEmbeddedSystem } from '../system/embedded-system.js';
import { DEFAULT_DATA } from '../system/place.js';
import { createProgress, formatCount, type Progress } from '../terminal/progress.js';
import { summaryText } from '../terminal/summary.js';
import { UserError } from '../user-error.js';

interface UpOptions {
  readonly data?: string;
  readonly demo?: boolean;
  readonly policy?: string;
  readonly alerts?: string;
  readonly port: string;
  readonly clickhousePort: string;
  readonly clickhouseHost: string;
  readonly once?: boolean;
}

const DEMO_DATA = '.plumbline/demo';
const DEMO_SEED = 7;
const DEMO_DEALS = 1_500;
const EVENTS_PER_APPEND = 2_000;
const DEFAULT_PORT = '3000';

export function upCommand(program: Command): void {
  program
    .command('up')
    .description(
      'the whole system in this process: takes events in, scores deals, keeps everything in a directory',
    )
    .option('--data <dir>', `where the data is kept (default: ${DEFAULT_DATA}, with --demo ${DEMO_DATA})`)
    .option(
      '--demo',
      `feed a simulated sales organisation first: about ${formatCount(DEMO_DEALS)} deals over a year`,
    )
    .option('--policy <file>', 'policy (YAML) to be in force from now on')
    .option('--alerts <file>', 'whom to tell of what (YAML); see docs/alerts.md (default: PLUMBLINE_ALERTS)')
    .option(
      '--port <port>',
      'port of the local API on 127.0.0.1; another is taken where it is in use',
      DEFAULT_PORT,
    )
    .option(
      '--clickhouse-port <port>',
      'port of the ClickHouse HTTP interface, to query with; off: none',
      DEFAULT_CLICKHOUSE_PORT,
    )
    .option(
      '--clickhouse-host <address>',
      'address of that interface; a password is needed where other machines can reach it',
      DEFAULT_CLICKHOUSE_HOST,
    )
    .option('--once', 'end after the summary instead of staying up')
    .action(up);
}

async function up(options: UpOptions): Promise<void> {
  const port = Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UserError('--port: expected 0 to 65535', 2);
  const demo = options.demo === true;
  const directory = dataDirectory(options.data ?? (demo ? DEMO_DATA : DEFAULT_DATA));
  const running = await findRunning(directory);
  if (running !== undefined) {
    throw new UserError(
      `plumbline already runs on ${directory.path}: process ${running.pid}, ${running.url}`,
    );
  }
  if (demo && options.policy === undefined && !(await hasPolicy(directory))) {
    await keepPolicy(directory, stringify(simulatedPolicy));
  }
  const say = (message: string): void => void process.stderr.write(`${message}\n`);
  const clickHouse = clickHouseAddress(options, process.env, say);
  const token = randomBytes(24).toString('base64url');
  const kafka = namesKafka(process.env) ? kafkaOf(directory) : undefined;
  if (kafka !== undefined) say(`Reading from Kafka at ${kafka.log.brokers.join(', ')}.`);
  const system = await openEmbeddedSystem(directory, {
    policyFile: options.policy,
    alertsFile: options.alerts ?? process.env['PLUMBLINE_ALERTS'],
    say,
    apiToken: token,
    kafka,
  });
  const progress = createProgress(process.stderr, Date.now);
  let querying: ClickHouseHttp | undefined;
  try {
    const url = await listen(system, port, say);
    // Whoever reads that it runs may ask it to end at once.
    const asked = askedToEnd();
    await noteRunning(directory, { pid: process.pid, url, token });
    if (clickHouse !== undefined && options.once !== true) {
      querying = await serveClickHouseHttp({ path: directory.clickhouse, ...clickHouse, say });
    }
    await Promise.race([
      feedAndDrain(system, { demo, directory, progress, say, signal: asked }),
      system.ended,
      aborted(asked),
    ]);
    progress.done();
    if (asked.aborted) return;
    const deals = await printSummary(system, directory);
    if (options.once === true) return;
    const folder = options.data ?? (demo ? DEMO_DATA : undefined);
    process.stdout.write(whereToLook(folder, directory, url, deals > 0));
    if (querying !== undefined) {
      process.stdout.write(`Any ClickHouse client can query it at ${querying.url}: see docs/querying.md.\n`);
    }
    await Promise.race([system.ended, aborted(asked)]);
    process.stdout.write(`Stopped. Everything is kept in ${directory.path}.\n`);
  } finally {
    progress.done();
    await forgetRunning(directory);
    await querying?.close();
    await system.close();
  }
}

/** The environment's Kafka, with the engine of the directory in place of any server. */
function kafkaOf(directory: DataDirectory): DeployedConfig {
  const { PLUMBLINE_CLICKHOUSE_URL: _server, ...environment } = process.env;
  return readDeployedConfig({ ...environment, PLUMBLINE_CLICKHOUSE_PATH: directory.clickhouse });
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

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

async function listen(system: EmbeddedSystem, port: number, say: (message: string) => void): Promise<string> {
  try {
    return await system.listen(port);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    say(`Port ${port} is in use: taking another.`);
    return system.listen(0);
  }
}

interface Feeding {
  readonly demo: boolean;
  readonly directory: DataDirectory;
  readonly progress: Progress;
  readonly say: (message: string) => void;
  readonly signal: AbortSignal;
}

async function feedAndDrain(system: EmbeddedSystem, feeding: Feeding): Promise<void> {
  const { demo, directory, progress, say, signal } = feeding;
  let fed = 0;
  const unfinished = demo ? await unfinishedDemo(system, directory) : undefined;
  if (unfinished !== undefined) {
    say(`Simulating a sales organisation: ${formatCount(DEMO_DEALS)} deals over a year.`);
    await noteDemo(directory, unfinished);
    fed = await feed(system, unfinished.until, feeding);
    if (!signal.aborted) await noteDemo(directory, { ...unfinished, fed: true });
  }
  await drained(system, {
    pause: (ms) => pause(ms),
    signal,
    waiting: (left) => {
      const appended = fed === 0 ? '' : `${formatCount(fed)} events appended, `;
      progress.update(`${appended}${formatCount(left)} still to be taken in and scored`);
    },
  });
  if (!signal.aborted)
    await system.upToDate((done) => {
      if (done !== undefined)
        progress.update(
          `${formatCount(done.deals)} deals scored by the policy in force, ${formatCount(done.changed)} of them changed`,
        );
    });
}

/**
 * The demo that is to be fed: a new one into an empty system, or all of one that was interrupted once more. It is the
 * same simulation up to the same instant, so that what is there already counts once.
 */
async function unfinishedDemo(
  system: EmbeddedSystem,
  directory: DataDirectory,
): Promise<DemoState | undefined> {
  const begun = await demoState(directory);
  if (begun !== undefined) return begun.fed ? undefined : begun;
  const { ingest, scorer } = await system.lag();
  const { events } = await system.counts();
  return events + ingest + scorer === 0 ? { until: Date.now(), fed: false } : undefined;
}

async function feed(system: EmbeddedSystem, until: number, { progress, signal }: Feeding): Promise<number> {
  let fed = 0;
  let pending: CloudEvent[] = [];
  const flush = async (): Promise<void> => {
    if (pending.length > 0) await system.append(pending);
    fed += pending.length;
    pending = [];
    progress.update(`${formatCount(fed)} events appended`);
    // The simulator fills a batch without waiting for anything: let the services have their turn.
    await pause(0);
  };
  for (const event of simulate({ seed: DEMO_SEED, deals: DEMO_DEALS, until, order: 'deal' })) {
    if (signal.aborted) break;
    pending.push(event);
    if (pending.length >= EVENTS_PER_APPEND) await flush();
  }
  await flush();
  return fed;
}

/** @returns how many deals it is about */
async function printSummary(system: EmbeddedSystem, directory: DataDirectory): Promise<number> {
  const { read } = system.warehouse;
  const { policy } = await policyInForce(directory, undefined);
  const counts = await read.counts();
  process.stdout.write(
    `${formatCount(counts.deals)} deals from ${formatCount(counts.events)} events` +
      (counts.dead_letters === 0
        ? ''
        : `, ${formatCount(counts.dead_letters)} records refused (plumbline dead-letters list)`) +
      `, as of ${new Date().toISOString().slice(0, 16)}Z\n\n`,
  );
  if (counts.deals === 0) {
    process.stdout.write('No deals yet. Bring some in: npx plumbline import --help, or start with --demo.\n');
    return 0;
  }
  process.stdout.write(
    summaryText({
      currency: policy.reporting_currency,
      statuses: await read.statusCounts(),
      worst: await read.dealsNow({
        statuses: openStatuses,
        order: 'worst_first',
        limit: 10,
      }),
      coverage: await read.nextStepCoverage('team'),
      timing: await read.closeTiming('team'),
      // A pipe has no width: as wide as is comfortable to read.
      width: process.stdout.columns || 110,
    }),
  );
  return counts.deals;
}

function whereToLook(
  folder: string | undefined,
  directory: DataDirectory,
  url: string,
  hasDeals: boolean,
): string {
  const data = folder === undefined ? '' : ` --data ${folder}`;
  const lines = [
    [`npx plumbline deals${data}`, 'every open deal, the worst first, with the next best action'],
    [
      `npx plumbline deals${data} --as-of ${formatDate(Math.floor(Date.now() / MILLISECONDS_PER_DAY) - 90)}`,
      'the same, as it was then',
    ],
    [`npx plumbline import${data} --help`, 'bring in your own'],
  ] as const;
  if (!hasDeals)
    return `The data is kept in ${directory.path}; the local API answers on ${url}. Ctrl-C ends it.\n`;
  const width = Math.max(...lines.map(([command]) => command.length));
  return [
    '',
    'Where to look further (in another terminal while this runs, or after it)',
    ...lines.map(([command, does]) => `  ${command.padEnd(width)}  ${does}`),
    `The data is kept in ${directory.path}; the local API answers on ${url}. Ctrl-C ends it.`,
    '',
  ].join('\n');
}
