import { MAX_BATCH_RECORDS } from '#log/consume.js';
import { defaultTopics, type Topics } from '#log/topics.js';
import type { LogLevel } from '#operations/logger.js';
import type { WarehouseConfig } from '#warehouse/config.js';
import type { PemTexts } from './files.js';
import { listOf } from './kinds.js';
import type { Variables } from './variables.js';

/** What a service needs to know from outside, checked. */
export interface ServiceConfig {
  readonly log: LogConfig;
  readonly topics: Topics;
  /** Mapping files (YAML) of the sources that have one; they can be read, what is in them is not judged yet. */
  readonly mappingFiles: Readonly<Partial<Record<keyof Topics['bySource'], string>>>;
  readonly warehouse: WarehouseConfig;
  /** Can be read; the defaults where not set. */
  readonly policyFile: string | undefined;
  /** Endpoints of alerts. Can be read, what is in it is not judged yet; nobody is told where not set. */
  readonly alertsFile: string | undefined;
  /** Where health and metrics are told. */
  readonly http: { readonly host: string; readonly port: number };
  /** Records over HTTP, taken by ingest. */
  readonly intake: IntakeConfig;
  readonly maxBatchRecords: number;
  /** How many events and stored records of deals the scorer remembers. */
  readonly cacheWeight: number;
  readonly fastPath: boolean;
  readonly logLevel: LogLevel;
}

export type LogConfig = KafkaConfig | { readonly kind: 'embedded'; readonly path: string };

export interface KafkaConfig {
  readonly kind: 'kafka';
  /** `host:port` each. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Connections are encrypted. PEM texts: a private authority, and a client's certificate with its key. */
  readonly ssl?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: SaslMechanism;
    readonly username: string;
    readonly password: string;
  };
  readonly sessionTimeoutMs: number;
  /** Records go through what the client has of its own. */
  readonly records?: 'stock';
  /** Topics that are missing are created so. Without it they must be there. */
  readonly createTopics?: {
    readonly partitions: number;
    /** -1: as the broker does by default. */
    readonly replication: number;
  };
}

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512';

export interface IntakeConfig {
  readonly host: string;
  readonly port: number;
  /** Of `POST /events`, or their SHA-256 as `sha256:` and 64 hexadecimal digits. None: the route takes nothing. */
  readonly tokens: readonly string[];
  /** Not given: `POST /hooks/hubspot` takes nothing. */
  readonly hubspot?: {
    readonly clientSecret: string;
    /** What HubSpot calls, and signs. */
    readonly publicUrl: string;
  };
  readonly limits: { readonly maxBodyBytes: number; readonly requestsPerMinute: number };
  /** How many proxies stand before the intake and write X-Forwarded-For. */
  readonly trustedProxies: number;
}

/** What differs between the services. */
export interface ServiceDefaults {
  readonly httpPort: number;
}

/** Of variables whose values are valid and go together. */
export function configOf(given: Variables, pems: PemTexts, defaults: ServiceDefaults): ServiceConfig {
  const { bySource } = defaultTopics;
  return {
    log: logOf(given, pems),
    topics: {
      bySource: {
        salesforce: given.PLUMBLINE_TOPIC_SALESFORCE ?? bySource.salesforce,
        hubspot: given.PLUMBLINE_TOPIC_HUBSPOT ?? bySource.hubspot,
        pipedrive: given.PLUMBLINE_TOPIC_PIPEDRIVE ?? bySource.pipedrive,
        'google-calendar': given.PLUMBLINE_TOPIC_GOOGLE ?? bySource['google-calendar'],
        'microsoft-graph': given.PLUMBLINE_TOPIC_MICROSOFT ?? bySource['microsoft-graph'],
        cloudevents: given.PLUMBLINE_TOPIC_EVENTS ?? bySource.cloudevents,
      },
      dealEvents: given.PLUMBLINE_TOPIC_DEAL_EVENTS ?? defaultTopics.dealEvents,
      deadLetters: given.PLUMBLINE_TOPIC_DEAD_LETTERS ?? defaultTopics.deadLetters,
      alerts: given.PLUMBLINE_TOPIC_ALERTS ?? defaultTopics.alerts,
    },
    mappingFiles: {
      ...optional('salesforce', given.PLUMBLINE_MAPPING_SALESFORCE),
      ...optional('hubspot', given.PLUMBLINE_MAPPING_HUBSPOT),
      ...optional('pipedrive', given.PLUMBLINE_MAPPING_PIPEDRIVE),
      ...optional('google-calendar', given.PLUMBLINE_MAPPING_GOOGLE),
      ...optional('microsoft-graph', given.PLUMBLINE_MAPPING_MICROSOFT),
      ...optional('cloudevents', given.PLUMBLINE_MAPPING_EVENTS),
    },
    warehouse: warehouseOf(given, pems),
    policyFile: given.PLUMBLINE_POLICY,
    alertsFile: given.PLUMBLINE_ALERTS,
    http: {
      host: given.PLUMBLINE_HTTP_HOST ?? '127.0.0.1',
      port: numberOf(given.PLUMBLINE_HTTP_PORT, defaults.httpPort),
    },
    intake: intakeOf(given),
    maxBatchRecords: numberOf(given.PLUMBLINE_MAX_BATCH_RECORDS, MAX_BATCH_RECORDS),
    cacheWeight: numberOf(given.PLUMBLINE_CACHE_WEIGHT, 300_000),
    fastPath: given.PLUMBLINE_FAST_PATH === 'on',
    logLevel: (given.PLUMBLINE_LOG_LEVEL as LogLevel | undefined) ?? 'info',
  };
}

function logOf(given: Variables, pems: PemTexts): LogConfig {
  if (given.PLUMBLINE_KAFKA_BROKERS === undefined) {
    return { kind: 'embedded', path: given.PLUMBLINE_LOG_PATH ?? '' };
  }
  return {
    kind: 'kafka',
    brokers: listOf(given.PLUMBLINE_KAFKA_BROKERS),
    clientId: given.PLUMBLINE_KAFKA_CLIENT_ID ?? 'plumbline',
    ...(given.PLUMBLINE_KAFKA_SSL === 'true'
      ? {
          ssl: {
            ...optional('ca', pems.PLUMBLINE_KAFKA_SSL_CA),
            ...optional('cert', pems.PLUMBLINE_KAFKA_SSL_CERT),
            ...optional('key', pems.PLUMBLINE_KAFKA_SSL_KEY),
          },
        }
      : {}),
    ...(given.PLUMBLINE_KAFKA_SASL_MECHANISM === undefined
      ? {}
      : {
          sasl: {
            mechanism: given.PLUMBLINE_KAFKA_SASL_MECHANISM as SaslMechanism,
            username: given.PLUMBLINE_KAFKA_SASL_USERNAME ?? '',
            password: given.PLUMBLINE_KAFKA_SASL_PASSWORD ?? '',
          },
        }),
    sessionTimeoutMs: numberOf(given.PLUMBLINE_KAFKA_SESSION_TIMEOUT_MS, 30_000),
    ...(given.PLUMBLINE_KAFKA_RECORDS === 'stock' ? { records: 'stock' } : {}),
    ...(given.PLUMBLINE_KAFKA_CREATE_TOPICS === 'true'
      ? {
          createTopics: {
            partitions: numberOf(given.PLUMBLINE_KAFKA_PARTITIONS, 6),
            replication: numberOf(given.PLUMBLINE_KAFKA_REPLICATION, -1),
          },
        }
      : {}),
  };
}

function warehouseOf(given: Variables, pems: PemTexts): WarehouseConfig {
  const url = given.PLUMBLINE_CLICKHOUSE_URL;
  if (url === undefined) return { kind: 'embedded', path: given.PLUMBLINE_CLICKHOUSE_PATH ?? '' };
  const tls = {
    ...optional('ca', pems.PLUMBLINE_CLICKHOUSE_TLS_CA),
    ...optional('cert', pems.PLUMBLINE_CLICKHOUSE_TLS_CERT),
    ...optional('key', pems.PLUMBLINE_CLICKHOUSE_TLS_KEY),
  };
  return {
    kind: 'server',
    url,
    ...optional('user', given.PLUMBLINE_CLICKHOUSE_USER),
    ...optional('password', given.PLUMBLINE_CLICKHOUSE_PASSWORD),
    ...optional('database', given.PLUMBLINE_CLICKHOUSE_DATABASE),
    ...optional('cluster', given.PLUMBLINE_CLICKHOUSE_CLUSTER),
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
  };
}

function intakeOf(given: Variables): IntakeConfig {
  const clientSecret = given.PLUMBLINE_HUBSPOT_CLIENT_SECRET;
  const base = given.PLUMBLINE_PUBLIC_URL?.replace(/\/+$/, '');
  return {
    host: given.PLUMBLINE_INTAKE_HOST ?? '127.0.0.1',
    port: numberOf(given.PLUMBLINE_INTAKE_PORT, 8082),
    tokens: listOf(given.PLUMBLINE_INTAKE_TOKENS ?? ''),
    ...(clientSecret === undefined || base === undefined
      ? {}
      : { hubspot: { clientSecret, publicUrl: `${base}/hooks/hubspot` } }),
    limits: {
      maxBodyBytes: numberOf(given.PLUMBLINE_INTAKE_MAX_BODY_BYTES, 1024 * 1024),
      requestsPerMinute: numberOf(given.PLUMBLINE_INTAKE_REQUESTS_PER_MINUTE, 6_000),
    },
    trustedProxies: numberOf(given.PLUMBLINE_INTAKE_TRUSTED_PROXIES, 0),
  };
}

function numberOf(value: string | undefined, otherwise: number): number {
  return value === undefined ? otherwise : Number(value);
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>);
}
