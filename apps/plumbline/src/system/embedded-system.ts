import {
  type INestApplicationContext,
  Logger,
  type LogLevel,
  type NestApplicationOptions,
} from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { policyWarnings } from '#domain/policy/parse-policy.js';
import { createRuleBook, type RuleBook, sellerDomainsOf } from '#domain/policy/rules.js';
import type { AlertSettings } from '#domain/alerts/types.js';
import type { Instant } from '#domain/time/instant.js';
import { IngestService } from '#ingest/ingest.service.js';
import { openKafka } from '#config/open-log.js';
import type { KafkaConfig } from '#config/service-config.js';
import { readMappingFiles } from '#ingest/mapping-files.js';
import { loadMappings, type Mappings } from '#ingest/mappings.js';
import { MAX_BATCH_RECORDS } from '#log/consume.js';
import { type EmbeddedLog, openEmbeddedLog } from '#log/embedded-log.js';
import { LogInUseError } from '#log/log-in-use.js';
import type { Log } from '#log/log.js';
import { defaultTopics, type Topics } from '#log/topics.js';
import type { Rejudged } from '#scorer/rejudging.js';
import { CACHE_WEIGHT, ScorerService } from '#scorer/scorer.service.js';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.js';
import { readAlertsFile } from '../alerts-file.js';
import { UserError } from '../user-error.js';
import {
  type DataDirectory,
  findRunning,
  keepPolicy,
  makeDataDirectory,
  nameOfDirectory,
  policyInForce,
} from './data-directory.js';
import type { DeployedConfig } from './deployed-config.js';
import { inProcessSystem } from './in-process-system.js';
import { PlumblineModule } from './plumbline.module.js';
import type { System } from './system.js';

/** Ingest and scorer in this process, on a data directory. */
export interface EmbeddedSystem extends System {
  readonly warehouse: Warehouse;
  /**
   * Answers the local API on the loopback address.
   * @param port 0: any that is free
   * @returns its URL
   */
  readonly listen: (port: number) => Promise<string>;
  /** Rejects where ingest or scorer gave up: the process should end. */
  readonly ended: Promise<void>;
  /**
   * Resolves once all deals are judged by the policy in force: those that another judged are scored again while events
   * go on. Rejects where the scorer gave up.
   * @param waiting told again and again how far it is; undefined: it has not begun
   */
  readonly upToDate: (waiting?: (done: Rejudged | undefined) => void) => Promise<void>;
}

const LOG_LEVELS: LogLevel[] = ['error', 'warn'];
const LOG_KEPT_MS = 24 * 3_600_000;
const FORGET_EVERY_MS = 3_600_000;
const UP_TO_DATE_EVERY_MS = 25;

export interface EmbeddedOptions {
  /** A policy file to be in force from now on. */
  readonly policyFile?: string | undefined;
  /** Endpoints of alerts (YAML); nobody is told where there is none. */
  readonly alertsFile?: string | undefined;
  /** Told what takes time. */
  readonly say?: (message: string) => void;
  /** Asked for by the local API; without one there is no API. */
  readonly apiToken?: string;
  /** Milliseconds since the epoch; by default the time of the machine. */
  readonly now?: () => Instant;
  /** Reads and writes Kafka's topics instead of a log of its own. */
  readonly kafka?: Pick<DeployedConfig, 'log' | 'topics' | 'mappingFiles'> | undefined;
}

/**
 * Opens the data directory, brings its schema up to date, and starts ingest and scorer.
 * @throws UserError where another process has it open, or its schema is newer than this program
 */
export async function openEmbeddedSystem(
  directory: DataDirectory,
  options: EmbeddedOptions,
): Promise<EmbeddedSystem> {
  await makeDataDirectory(directory);
  const { policy, text } = await policyInForce(directory, options.policyFile);
  const book = createRuleBook(policy);
  const alerts = readAlertsFile(options.alertsFile, policy.calendar.timezone);
  // Also where it stays empty: it keeps other processes out of the directory.
  const own = await openOrExplain(directory);
  const log = options.kafka === undefined ? own : await openKafkaFor(directory, options.kafka.log, own);
  const topics = options.kafka?.topics ?? defaultTopics;
  const mappings = loadMappings(await readMappingFiles(options.kafka?.mappingFiles ?? {}), policy);
  const warehouse = await openWarehouse({ kind: 'embedded', path: directory.clickhouse });
  try {
    // Kept for all other commands, and only once the directory is ours.
    if (options.policyFile !== undefined) await keepPolicy(directory, text);
    await warehouse.migrate();
    return await start({ log, own, topics, mappings, warehouse, book, alerts }, options);
  } catch (error) {
    await warehouse.close();
    await log.close();
    throw error;
  }
}

/**
 * Kafka's topics, read under names of this directory: another directory reads all of them anew. Closes both logs.
 * @throws UserError where no broker answers
 */
async function openKafkaFor(directory: DataDirectory, config: KafkaConfig, own: EmbeddedLog): Promise<Log> {
  const name = await nameOfDirectory(directory);
  try {
    const kafka = await openKafka(config, new Logger('kafka'));
    return {
      append: (topic, records) => kafka.append(topic, records),
      open: ({ topics, group }) => kafka.open({ topics, group: `${group}-${name}` }),
      async close() {
        await kafka.close();
        await own.close();
      },
    };
  } catch (error) {
    await own.close();
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

/** A process that is about to end may have the directory open a little longer. */
const OPENING_ATTEMPTS = 20;

async function openOrExplain(directory: DataDirectory): Promise<EmbeddedLog> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openEmbeddedLog({ path: directory.log });
    } catch (error) {
      // Whoever stays has said where it can be reached; whoever is ending has taken that back.
      const ending = error instanceof LogInUseError && (await findRunning(directory)) === undefined;
      if (!ending || attempt === OPENING_ATTEMPTS) {
        throw new UserError(error instanceof Error ? error.message : String(error));
      }
      await pause(250);
    }
  }
}

interface Parts {
  readonly log: Log;
  /** The log of the directory; the same where it isn't Kafka. */
  readonly own: EmbeddedLog;
  readonly topics: Topics;
  readonly mappings: Mappings;
  readonly warehouse: Warehouse;
  readonly book: RuleBook;
  readonly alerts: AlertSettings;
}

async function start(parts: Parts, options: EmbeddedOptions): Promise<EmbeddedSystem> {
  const { log, own, topics, mappings, warehouse, book } = parts;
  for (const warning of policyWarnings(book.policy)) options.say?.(`Policy: ${warning}.`);
  let rejudged: Rejudged | undefined;
  const now = options.now ?? ((): Instant => Date.now());
  const shared = { log, warehouse, topics, now, maxRecords: MAX_BATCH_RECORDS };
  const root = PlumblineModule.register({
    ingest: {
      ...shared,
      mappings,
      sellerDomains: sellerDomainsOf(book.policy),
    },
    scorer: {
      ...shared,
      book,
      cacheWeight: CACHE_WEIGHT,
      rejudging: {
        begun: () => {
          options.say?.(
            'The policy or the program has changed since these deals were scored: scoring all of them again.',
          );
        },
        progress: (done) => {
          rejudged = { ...done };
        },
        ended: ({ deals, changed }) => {
          options.say?.(`${changed} of ${deals} deals have another verdict now.`);
        },
      },
      alerts: { settings: parts.alerts, replicas: false, publish: options.kafka !== undefined },
    },
    system: { log, warehouse, book, topics, now },
    apiToken: options.apiToken,
  });
  const nest = { abortOnError: false, logger: LOG_LEVELS } satisfies NestApplicationOptions;
  const http =
    options.apiToken === undefined
      ? undefined
      : await NestFactory.create(root, { ...nest, bodyParser: false });
  const app: INestApplicationContext = http ?? (await NestFactory.createApplicationContext(root, nest));
  await app.init();
  const ingest = app.get(IngestService);
  const scorer = app.get(ScorerService);
  const ended = Promise.all([ingest.ended, scorer.ended]).then(() => undefined);
  // A failure is the caller's to see; one that nobody waits for yet must not end the process by itself.
  ended.catch(() => undefined);
  // The store has everything that both services have committed: the log only bridges the time until then.
  const forgetRead = (): void => {
    own.deleteBefore(now() - LOG_KEPT_MS).catch((error: unknown) => {
      options.say?.(
        `The log could not be shortened: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
  };
  forgetRead();
  const forgetting = setInterval(forgetRead, FORGET_EVERY_MS).unref();

  return {
    ...inProcessSystem({ log, warehouse, book, topics, now }, ingest, scorer),
    warehouse,
    ended,
    async upToDate(waiting) {
      while (!scorer.isUpToDate()) {
        await Promise.race([scorer.ended, pause(UP_TO_DATE_EVERY_MS)]);
        waiting?.(rejudged);
      }
    },
    async listen(port) {
      if (http === undefined) throw new Error('the local API was not asked for');
      // A port that is in use is for the caller to tell, in one line; Nest would tell it in its own way as well.
      Logger.overrideLogger(false);
      try {
        await http.listen(port, '127.0.0.1');
      } finally {
        Logger.overrideLogger(LOG_LEVELS);
      }
      return http.getUrl();
    },
    async close() {
      clearInterval(forgetting);
      await app.close();
      await warehouse.close();
      await log.close();
    },
  };
}
