import { readFileSync } from 'node:fs';
import { createLogger, type StructuredLogger } from '#operations/logger.js';
import { readServiceEnvironment } from './service-environment.js';
import type { ServiceConfig, ServiceDefaults } from './service-config.js';

/** A service as its process runs it. */
export interface RunningService {
  /** Rejects where it gave up: the process should end, and be started anew. */
  readonly ended: Promise<void>;
  /** Ends it after the work in hand. */
  close(): Promise<void>;
}

/** How long the work in hand may take to end: whoever asked for the end kills the process soon after. */
const CLOSING_MS = 25_000;

/** How long a process may live when its work has ended. */
const LINGERING_MS = 1_000;

/**
 * Runs a service, configured by the environment, until it fails or the process is asked to end. Faults of the
 * configuration are told all at once, on stderr; everything else as lines of JSON on stdout.
 * @param start opens what the service needs and starts it
 */
export async function runService(
  name: string,
  defaults: ServiceDefaults,
  start: (config: ServiceConfig, logger: StructuredLogger) => Promise<RunningService>,
): Promise<void> {
  const read = readServiceEnvironment(process.env, {
    ...defaults,
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  if ('faults' in read) {
    process.stderr.write(`${name}: the configuration is not right\n${read.faults.join('\n')}\n`);
    process.exitCode = 1;
    return;
  }
  const logger = createLogger({
    write: (line) => void process.stdout.write(line),
    now: Date.now,
    level: read.config.logLevel,
    service: name,
  });
  try {
    const asked = askedToEnd();
    const service = await start(read.config, logger);
    logger.info(`${name} runs`);
    try {
      await Promise.race([service.ended, asked]);
      logger.info(`${name} ends`);
    } finally {
      const overdue = setTimeout(() => {
        logger.error(
          `${name} did not end within ${CLOSING_MS / 1_000} s: leaving the work in hand to the next start`,
        );
        process.exit(1);
      }, CLOSING_MS).unref();
      await service.close();
      clearTimeout(overdue);
      // kafkajs may keep a connection that it made while a broker started again, and so a process that has ended.
      setTimeout(() => process.exit(), LINGERING_MS).unref();
    }
  } catch (error) {
    logger.error(`${name} gave up`, error);
    process.exitCode = 1;
  }
}

function askedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}
