import {
  Kafka,
  type KafkaConfig,
  type LogEntry,
  logLevel,
  type RetryOptions,
  type SASLOptions,
} from 'kafkajs';
import type { KafkaLogOptions } from './options.js';

// A broker that restarts is back within seconds: long enough for that, about 17 s in all.
export const RETRY: RetryOptions = {
  initialRetryTime: 100,
  multiplier: 2,
  maxRetryTime: 2_000,
  factor: 0.2,
  retries: 11,
};

const CONNECTION_TIMEOUT_MS = 5_000;
const AUTHENTICATION_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

// Of every idempotent producer with an end to its retries; the appender is made for that.
const KNOWN_WARNING = 'Limiting retries for the idempotent producer may invalidate EoS guarantees';

/** The client that everything of one log is made with; it connects nowhere yet. */
export function createClient(options: KafkaLogOptions): Kafka {
  const { logged } = options;
  const config: KafkaConfig = {
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    authenticationTimeout: AUTHENTICATION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logLevel: logged === undefined ? logLevel.NOTHING : logLevel.WARN,
    logCreator: () => (entry) => {
      if (entry.log.message !== KNOWN_WARNING && !isPassing(entry)) logged?.(lineOf(entry));
    },
  };
  if (options.ssl !== undefined) config.ssl = { ...options.ssl };
  if (options.sasl !== undefined) config.sasl = saslOf(options.sasl);
  return new Kafka(config);
}

function saslOf({ mechanism, username, password }: NonNullable<KafkaLogOptions['sasl']>): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}

/**
 * What a broker says while it starts, or while partitions and groups move: it is asked again, and what stays so is told
 * by whoever gives up.
 */
function isPassing({ log }: LogEntry): boolean {
  const error = String(log['error'] ?? '');
  return log.message.startsWith('Response ') && /coordinator|leader|rebalanc/i.test(error);
}

/** Of an entry, only what is known to be about connections and groups: an error's text, never a payload. */
function lineOf({ level, namespace, log }: LogEntry): {
  level: 'error' | 'warn';
  message: string;
} {
  const about = ['broker', 'groupId', 'topic', 'partition', 'error']
    .filter((name) => typeof log[name] === 'string' || typeof log[name] === 'number')
    .map((name) => ` ${name}=${String(log[name])}`)
    .join('');
  return {
    level: level === logLevel.ERROR ? 'error' : 'warn',
    message: `${namespace}: ${log.message}${about}`,
  };
}
