import { readFileSync } from 'node:fs';
import type { KafkaConfig, ServiceConfig } from '#config/service-config.js';
import { readServiceEnvironment } from '#config/service-environment.js';
import { UserError } from '../user-error.js';

/** The configuration of services that meet on Kafka. */
export interface DeployedConfig extends ServiceConfig {
  readonly log: KafkaConfig;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the environment is that of services that meet on Kafka. */
export function namesKafka(env: Environment): boolean {
  return (env['PLUMBLINE_KAFKA_BROKERS'] ?? '') !== '';
}

/** @throws UserError that lists every fault by the name of its variable, and no value */
export function readDeployedConfig(env: Environment): DeployedConfig {
  const {
    // The services don't know what only the command line reads, and would call it misspelt.
    PLUMBLINE_CLICKHOUSE_HTTP_PASSWORD: _password,
    PLUMBLINE_CLICKHOUSE_HTTP_PASSWORD_FILE: _passwordFile,
    ...ofServices
  } = env;
  const read = readServiceEnvironment(ofServices, {
    httpPort: 0,
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  const faults = 'faults' in read ? read.faults : [];
  if ('config' in read) {
    const { log } = read.config;
    if (log.kind === 'kafka') return { ...read.config, log };
  }
  throw new UserError(
    ['the environment names Kafka and is not right (.env.example names all variables)', ...faults].join('\n'),
  );
}
