import 'reflect-metadata';
import { getMetadataStorage } from 'class-validator';
import { logLevels } from '#operations/logger.js';
import { Brokers, HostAddress, HttpUrl, OneOf, Text, TopicName, Tokens, WholeNumber } from './kinds.js';

/**
 * The environment variables of the services ingest and scorer, each with what its value must be. Empty ones count as
 * not set. `.env.example` says what each means, and its default.
 */
export class Variables {
  @Brokers()
  PLUMBLINE_KAFKA_BROKERS?: string;

  @Text('a name')
  PLUMBLINE_KAFKA_CLIENT_ID?: string;

  @OneOf('true', 'false')
  PLUMBLINE_KAFKA_SSL?: string;

  @Text('the path of a file')
  PLUMBLINE_KAFKA_SSL_CA?: string;

  @Text('the path of a file')
  PLUMBLINE_KAFKA_SSL_CERT?: string;

  @Text('the path of a file')
  PLUMBLINE_KAFKA_SSL_KEY?: string;

  @OneOf('plain', 'scram-sha-256', 'scram-sha-512')
  PLUMBLINE_KAFKA_SASL_MECHANISM?: string;

  @Text('a user')
  PLUMBLINE_KAFKA_SASL_USERNAME?: string;

  @Text('a password')
  PLUMBLINE_KAFKA_SASL_PASSWORD?: string;

  // Brokers refuse less than 6 seconds and more than 30 minutes unless they are told otherwise.
  @WholeNumber(6_000, 1_800_000)
  PLUMBLINE_KAFKA_SESSION_TIMEOUT_MS?: string;

  @OneOf('packed', 'stock')
  PLUMBLINE_KAFKA_RECORDS?: string;

  @OneOf('true', 'false')
  PLUMBLINE_KAFKA_CREATE_TOPICS?: string;

  @WholeNumber(1, 10_000)
  PLUMBLINE_KAFKA_PARTITIONS?: string;

  @WholeNumber(1, 32)
  PLUMBLINE_KAFKA_REPLICATION?: string;

  @Text('the path of a directory')
  PLUMBLINE_LOG_PATH?: string;

  @TopicName()
  PLUMBLINE_TOPIC_SALESFORCE?: string;

  @TopicName()
  PLUMBLINE_TOPIC_HUBSPOT?: string;

  @TopicName()
  PLUMBLINE_TOPIC_PIPEDRIVE?: string;

  @TopicName()
  PLUMBLINE_TOPIC_GOOGLE?: string;

  @TopicName()
  PLUMBLINE_TOPIC_MICROSOFT?: string;

  @TopicName()
  PLUMBLINE_TOPIC_EVENTS?: string;

  @TopicName()
  PLUMBLINE_TOPIC_DEAL_EVENTS?: string;

  @TopicName()
  PLUMBLINE_TOPIC_DEAD_LETTERS?: string;

  @TopicName()
  PLUMBLINE_TOPIC_ALERTS?: string;

  @Text('the path of a file')
  PLUMBLINE_MAPPING_SALESFORCE?: string;

  @Text('the path of a file')
  PLUMBLINE_MAPPING_HUBSPOT?: string;

  @Text('the path of a file')
  PLUMBLINE_MAPPING_PIPEDRIVE?: string;

  @Text('the path of a file')
  PLUMBLINE_MAPPING_GOOGLE?: string;

  @Text('the path of a file')
  PLUMBLINE_MAPPING_MICROSOFT?: string;

  @Text('the path of a file')
  PLUMBLINE_MAPPING_EVENTS?: string;

  @HttpUrl('http://clickhouse:8123')
  PLUMBLINE_CLICKHOUSE_URL?: string;

  @Text('a user')
  PLUMBLINE_CLICKHOUSE_USER?: string;

  @Text('a password')
  PLUMBLINE_CLICKHOUSE_PASSWORD?: string;

  @Text('a database')
  PLUMBLINE_CLICKHOUSE_DATABASE?: string;

  @Text('a cluster')
  PLUMBLINE_CLICKHOUSE_CLUSTER?: string;

  @Text('the path of a file')
  PLUMBLINE_CLICKHOUSE_TLS_CA?: string;

  @Text('the path of a file')
  PLUMBLINE_CLICKHOUSE_TLS_CERT?: string;

  @Text('the path of a file')
  PLUMBLINE_CLICKHOUSE_TLS_KEY?: string;

  @Text('the path of a directory')
  PLUMBLINE_CLICKHOUSE_PATH?: string;

  @Text('the path of a file')
  PLUMBLINE_POLICY?: string;

  @Text('the path of a file')
  PLUMBLINE_ALERTS?: string;

  @HostAddress()
  PLUMBLINE_HTTP_HOST?: string;

  @WholeNumber(0, 65_535)
  PLUMBLINE_HTTP_PORT?: string;

  @HostAddress()
  PLUMBLINE_INTAKE_HOST?: string;

  @WholeNumber(0, 65_535)
  PLUMBLINE_INTAKE_PORT?: string;

  @Tokens()
  PLUMBLINE_INTAKE_TOKENS?: string;

  // A request may hold many events, and so be larger than the largest record; it is held in memory whole.
  @WholeNumber(1_024, 64 * 1024 * 1024)
  PLUMBLINE_INTAKE_MAX_BODY_BYTES?: string;

  @WholeNumber(1, 10_000_000)
  PLUMBLINE_INTAKE_REQUESTS_PER_MINUTE?: string;

  @WholeNumber(0, 10)
  PLUMBLINE_INTAKE_TRUSTED_PROXIES?: string;

  @HttpUrl('https://plumbline.example.com')
  PLUMBLINE_PUBLIC_URL?: string;

  @Text('a secret')
  PLUMBLINE_HUBSPOT_CLIENT_SECRET?: string;

  @WholeNumber(1, 100_000)
  PLUMBLINE_MAX_BATCH_RECORDS?: string;

  @WholeNumber(1_000, 100_000_000)
  PLUMBLINE_CACHE_WEIGHT?: string;

  @OneOf('on', 'off')
  PLUMBLINE_FAST_PATH?: string;

  @OneOf(...logLevels)
  PLUMBLINE_LOG_LEVEL?: string;
}

export type Variable = keyof Variables;

/** In the order of the class. */
export const variableNames: readonly Variable[] = [
  ...new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(Variables, '', false, false)
      .map(({ propertyName }) => propertyName as Variable),
  ),
];

/** Each of these may be given as a file that holds it, by the name with `_FILE` at its end. */
export const secretNames = [
  'PLUMBLINE_KAFKA_SASL_PASSWORD',
  'PLUMBLINE_CLICKHOUSE_PASSWORD',
  'PLUMBLINE_INTAKE_TOKENS',
  'PLUMBLINE_HUBSPOT_CLIENT_SECRET',
] as const satisfies readonly Variable[];

/** Every name that is read from the environment. */
export const knownNames: readonly string[] = [...variableNames, ...secretNames.map((name) => `${name}_FILE`)];
