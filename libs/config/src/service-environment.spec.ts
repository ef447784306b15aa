import { describe, expect, it } from '@jest/globals';
import { readServiceEnvironment } from './service-environment.js';
import type { ServiceConfig } from './service-config.js';
import { knownNames, secretNames, variableNames } from './variables.js';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const KEY = '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n';

const files: Readonly<Record<string, string>> = {
  '/certs/ca.pem': CERTIFICATE,
  '/certs/client.pem': CERTIFICATE,
  '/certs/client.key': KEY,
  '/certs/locked.key': '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n-----END ENCRYPTED PRIVATE KEY-----\n',
  '/certs/old-locked.key':
    '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nMIIE\n-----END RSA PRIVATE KEY-----\n',
  '/config/any.yaml': 'a: 1\n',
  '/run/secrets/one': 'hunter2\n',
  '/run/secrets/windows': 'hunter2\r\n',
  '/run/secrets/tokens': 'token-number-one-1,\ntoken-number-two-2\n',
  '/run/secrets/empty': '\n',
};

function readFile(path: string): string {
  const text = files[path];
  if (text !== undefined) return text;
  const code = { '/forbidden': 'EACCES', '/directory': 'EISDIR', '/broken': 'EIO' }[path] ?? 'ENOENT';
  throw Object.assign(new Error(`${code}: ${path}`), { code });
}

type Environment = Readonly<Record<string, string>>;

/** The least that a service needs. */
const embedded: Environment = { PLUMBLINE_LOG_PATH: '/log', PLUMBLINE_CLICKHOUSE_PATH: '/data' };
const kafka: Environment = { PLUMBLINE_KAFKA_BROKERS: 'kafka:9092', PLUMBLINE_CLICKHOUSE_PATH: '/data' };
const server: Environment = {
  PLUMBLINE_LOG_PATH: '/log',
  PLUMBLINE_CLICKHOUSE_URL: 'https://clickhouse:8443',
};

const read = (env: Environment): ReturnType<typeof readServiceEnvironment> =>
  readServiceEnvironment(env, { httpPort: 8080, readFile });

function configOf(env: Environment): ServiceConfig {
  const result = read(env);
  if ('faults' in result) throw new Error(result.faults.join('\n'));
  return result.config;
}

function faultsOf(env: Environment): readonly string[] {
  const result = read(env);
  return 'faults' in result ? result.faults : [];
}

const defaults: ServiceConfig = {
  log: { kind: 'embedded', path: '/log' },
  topics: {
    bySource: {
      salesforce: 'crm.salesforce',
      hubspot: 'crm.hubspot',
      pipedrive: 'crm.pipedrive',
      'google-calendar': 'calendar.google',
      'microsoft-graph': 'calendar.microsoft',
      cloudevents: 'deals.events',
    },
    dealEvents: 'plumbline.deal-events',
    deadLetters: 'plumbline.dead-letters',
    alerts: 'plumbline.alerts',
  },
  mappingFiles: {},
  warehouse: { kind: 'embedded', path: '/data' },
  policyFile: undefined,
  alertsFile: undefined,
  http: { host: '127.0.0.1', port: 8080 },
  intake: {
    host: '127.0.0.1',
    port: 8082,
    tokens: [],
    limits: { maxBodyBytes: 1_048_576, requestsPerMinute: 6_000 },
    trustedProxies: 0,
  },
  maxBatchRecords: 10_000,
  cacheWeight: 300_000,
  fastPath: false,
  logLevel: 'info',
};

const defaultKafka = {
  kind: 'kafka',
  brokers: ['kafka:9092'],
  clientId: 'plumbline',
  sessionTimeoutMs: 30_000,
} as const;

describe('the environment of the services', () => {
  it('needs a log and a warehouse, and has defaults for everything else', () => {
    expect(configOf(embedded)).toEqual(defaults);
    expect(configOf(kafka)).toEqual({ ...defaults, log: defaultKafka });
    expect(readServiceEnvironment(embedded, { httpPort: 8081, readFile })).toEqual({
      config: { ...defaults, http: { host: '127.0.0.1', port: 8081 } },
    });
  });

  it('counts empty variables as not set', () => {
    const empty = Object.fromEntries(knownNames.map((name) => [name, '']));
    expect(configOf({ ...empty, ...embedded })).toEqual(defaults);
    expect(faultsOf(empty)).toEqual([
      'PLUMBLINE_KAFKA_BROKERS: expected the brokers, or PLUMBLINE_LOG_PATH with the directory of the embedded log',
      'PLUMBLINE_CLICKHOUSE_URL: expected the URL of a server, or PLUMBLINE_CLICKHOUSE_PATH with the directory of the embedded engine',
    ]);
  });

  it.each<[Environment, Environment, Partial<ServiceConfig>]>([
    [
      kafka,
      { PLUMBLINE_KAFKA_BROKERS: 'kafka-1.internal:9092, 10.0.0.2:19092,[::1]:9092' },
      { log: { ...defaultKafka, brokers: ['kafka-1.internal:9092', '10.0.0.2:19092', '[::1]:9092'] } },
    ],
    [kafka, { PLUMBLINE_KAFKA_CLIENT_ID: 'deals' }, { log: { ...defaultKafka, clientId: 'deals' } }],
    [kafka, { PLUMBLINE_KAFKA_SSL: 'false' }, { log: defaultKafka }],
    [kafka, { PLUMBLINE_KAFKA_SSL: 'true' }, { log: { ...defaultKafka, ssl: {} } }],
    [
      kafka,
      { PLUMBLINE_KAFKA_SSL: 'true', PLUMBLINE_KAFKA_SSL_CA: '/certs/ca.pem' },
      { log: { ...defaultKafka, ssl: { ca: CERTIFICATE } } },
    ],
    [
      kafka,
      {
        PLUMBLINE_KAFKA_SSL: 'true',
        PLUMBLINE_KAFKA_SSL_CERT: '/certs/client.pem',
        PLUMBLINE_KAFKA_SSL_KEY: '/certs/client.key',
      },
      { log: { ...defaultKafka, ssl: { cert: CERTIFICATE, key: KEY } } },
    ],
    ...(['plain', 'scram-sha-256', 'scram-sha-512'] as const).map(
      (mechanism): [Environment, Environment, Partial<ServiceConfig>] => [
        kafka,
        {
          PLUMBLINE_KAFKA_SASL_MECHANISM: mechanism,
          PLUMBLINE_KAFKA_SASL_USERNAME: 'ingest',
          PLUMBLINE_KAFKA_SASL_PASSWORD: 'hunter2',
        },
        { log: { ...defaultKafka, sasl: { mechanism, username: 'ingest', password: 'hunter2' } } },
      ],
    ),
    [
      kafka,
      { PLUMBLINE_KAFKA_SESSION_TIMEOUT_MS: '60000' },
      { log: { ...defaultKafka, sessionTimeoutMs: 60_000 } },
    ],
    [kafka, { PLUMBLINE_KAFKA_CREATE_TOPICS: 'false' }, { log: defaultKafka }],
    [kafka, { PLUMBLINE_KAFKA_RECORDS: 'packed' }, { log: defaultKafka }],
    [kafka, { PLUMBLINE_KAFKA_RECORDS: 'stock' }, { log: { ...defaultKafka, records: 'stock' } }],
    [
      kafka,
      { PLUMBLINE_KAFKA_CREATE_TOPICS: 'true' },
      { log: { ...defaultKafka, createTopics: { partitions: 6, replication: -1 } } },
    ],
    [
      kafka,
      {
        PLUMBLINE_KAFKA_CREATE_TOPICS: 'true',
        PLUMBLINE_KAFKA_PARTITIONS: '12',
        PLUMBLINE_KAFKA_REPLICATION: '3',
      },
      { log: { ...defaultKafka, createTopics: { partitions: 12, replication: 3 } } },
    ],
    [
      server,
      {
        PLUMBLINE_CLICKHOUSE_USER: 'writer',
        PLUMBLINE_CLICKHOUSE_PASSWORD: 'hunter2',
        PLUMBLINE_CLICKHOUSE_DATABASE: 'deals',
        PLUMBLINE_CLICKHOUSE_CLUSTER: 'main',
        PLUMBLINE_CLICKHOUSE_TLS_CA: '/certs/ca.pem',
        PLUMBLINE_CLICKHOUSE_TLS_CERT: '/certs/client.pem',
        PLUMBLINE_CLICKHOUSE_TLS_KEY: '/certs/client.key',
      },
      {
        warehouse: {
          kind: 'server',
          url: 'https://clickhouse:8443',
          user: 'writer',
          password: 'hunter2',
          database: 'deals',
          cluster: 'main',
          tls: { ca: CERTIFICATE, cert: CERTIFICATE, key: KEY },
        },
      },
    ],
    [server, {}, { warehouse: { kind: 'server', url: 'https://clickhouse:8443' } }],
    [
      server,
      { PLUMBLINE_CLICKHOUSE_PASSWORD_FILE: '/run/secrets/one' },
      { warehouse: { kind: 'server', url: 'https://clickhouse:8443', password: 'hunter2' } },
    ],
    [
      embedded,
      {
        PLUMBLINE_TOPIC_SALESFORCE: 'a',
        PLUMBLINE_TOPIC_HUBSPOT: 'b',
        PLUMBLINE_TOPIC_PIPEDRIVE: 'c',
        PLUMBLINE_TOPIC_GOOGLE: 'd',
        PLUMBLINE_TOPIC_MICROSOFT: 'e',
        PLUMBLINE_TOPIC_EVENTS: 'f',
        PLUMBLINE_TOPIC_DEAL_EVENTS: 'g',
        PLUMBLINE_TOPIC_DEAD_LETTERS: 'h',
        PLUMBLINE_TOPIC_ALERTS: 'i',
      },
      {
        topics: {
          bySource: {
            salesforce: 'a',
            hubspot: 'b',
            pipedrive: 'c',
            'google-calendar': 'd',
            'microsoft-graph': 'e',
            cloudevents: 'f',
          },
          dealEvents: 'g',
          deadLetters: 'h',
          alerts: 'i',
        },
      },
    ],
    ...(
      [
        ['SALESFORCE', 'salesforce'],
        ['HUBSPOT', 'hubspot'],
        ['PIPEDRIVE', 'pipedrive'],
        ['GOOGLE', 'google-calendar'],
        ['MICROSOFT', 'microsoft-graph'],
        ['EVENTS', 'cloudevents'],
      ] as const
    ).map(([name, source]): [Environment, Environment, Partial<ServiceConfig>] => [
      embedded,
      { [`PLUMBLINE_MAPPING_${name}`]: '/config/any.yaml' },
      { mappingFiles: { [source]: '/config/any.yaml' } },
    ]),
    [embedded, { PLUMBLINE_POLICY: '/config/any.yaml' }, { policyFile: '/config/any.yaml' }],
    [embedded, { PLUMBLINE_ALERTS: '/config/any.yaml' }, { alertsFile: '/config/any.yaml' }],
    [
      embedded,
      { PLUMBLINE_HTTP_HOST: '0.0.0.0', PLUMBLINE_HTTP_PORT: '9000' },
      { http: { host: '0.0.0.0', port: 9_000 } },
    ],
    [
      embedded,
      {
        PLUMBLINE_INTAKE_HOST: '::',
        PLUMBLINE_INTAKE_PORT: '0',
        PLUMBLINE_INTAKE_TOKENS: `token-number-one-1, token.number_two~2==,sha256:${'0a'.repeat(32)}`,
        PLUMBLINE_INTAKE_MAX_BODY_BYTES: '65536',
        PLUMBLINE_INTAKE_REQUESTS_PER_MINUTE: '60',
        PLUMBLINE_INTAKE_TRUSTED_PROXIES: '1',
        PLUMBLINE_HUBSPOT_CLIENT_SECRET: 'hunter2',
        PLUMBLINE_PUBLIC_URL: 'https://deals.example.com/plumbline/',
      },
      {
        intake: {
          host: '::',
          port: 0,
          tokens: ['token-number-one-1', 'token.number_two~2==', `sha256:${'0a'.repeat(32)}`],
          hubspot: {
            clientSecret: 'hunter2',
            publicUrl: 'https://deals.example.com/plumbline/hooks/hubspot',
          },
          limits: { maxBodyBytes: 65_536, requestsPerMinute: 60 },
          trustedProxies: 1,
        },
      },
    ],
    [
      embedded,
      { PLUMBLINE_INTAKE_TOKENS_FILE: '/run/secrets/tokens' },
      { intake: { ...defaults.intake, tokens: ['token-number-one-1', 'token-number-two-2'] } },
    ],
    [embedded, { PLUMBLINE_MAX_BATCH_RECORDS: '500' }, { maxBatchRecords: 500 }],
    [embedded, { PLUMBLINE_CACHE_WEIGHT: '1000' }, { cacheWeight: 1_000 }],
    [embedded, { PLUMBLINE_FAST_PATH: 'off' }, { fastPath: false }],
    [embedded, { PLUMBLINE_FAST_PATH: 'on' }, { fastPath: true }],
    [embedded, { PLUMBLINE_LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
  ])('with %j takes %j', (base, env, expected) => {
    expect(configOf({ ...base, ...env })).toEqual({ ...configOf(base), ...expected });
  });

  it.each<[Environment, string, string, string]>([
    ...['kafka', 'kafka:', ':9092', 'kafka:99999', 'kafka:9092;other:9092', 'ssl://kafka:9092', ','].map(
      (value): [Environment, string, string, string] => [
        kafka,
        'PLUMBLINE_KAFKA_BROKERS',
        value,
        'brokers as host:port, separated by commas, such as kafka-1:9092,kafka-2:9092',
      ],
    ),
    [kafka, 'PLUMBLINE_KAFKA_CLIENT_ID', 'a\nb', 'a name in one line, without control characters'],
    [kafka, 'PLUMBLINE_KAFKA_SSL', 'yes', 'one of true, false'],
    [kafka, 'PLUMBLINE_KAFKA_SESSION_TIMEOUT_MS', '5999', 'a whole number from 6000 to 1800000'],
    [kafka, 'PLUMBLINE_KAFKA_SESSION_TIMEOUT_MS', '30s', 'a whole number from 6000 to 1800000'],
    [kafka, 'PLUMBLINE_KAFKA_CREATE_TOPICS', 'TRUE', 'one of true, false'],
    [kafka, 'PLUMBLINE_KAFKA_RECORDS', 'flat', 'one of packed, stock'],
    [
      embedded,
      'PLUMBLINE_LOG_PATH',
      '/a\0',
      'the path of a directory in one line, without control characters',
    ],
    [
      embedded,
      'PLUMBLINE_CLICKHOUSE_PATH',
      '/a\n',
      'the path of a directory in one line, without control characters',
    ],
    ...[
      'SALESFORCE',
      'HUBSPOT',
      'PIPEDRIVE',
      'GOOGLE',
      'MICROSOFT',
      'EVENTS',
      'DEAL_EVENTS',
      'DEAD_LETTERS',
    ].map((name): [Environment, string, string, string] => [
      embedded,
      `PLUMBLINE_TOPIC_${name}`,
      'crm/other',
      'the name of a topic: up to 249 letters, digits, dots, dashes and underscores',
    ]),
    [
      embedded,
      'PLUMBLINE_TOPIC_EVENTS',
      '..',
      'the name of a topic: up to 249 letters, digits, dots, dashes and underscores',
    ],
    [
      embedded,
      'PLUMBLINE_TOPIC_EVENTS',
      'a'.repeat(250),
      'the name of a topic: up to 249 letters, digits, dots, dashes and underscores',
    ],
    ...[
      'tcp://clickhouse:9000',
      'clickhouse:8123',
      'http://u:p@clickhouse:8123',
      'http://clickhouse/?database=x',
    ].map((value): [Environment, string, string, string] => [
      server,
      'PLUMBLINE_CLICKHOUSE_URL',
      value,
      'an http or https URL without user, query and fragment, such as http://clickhouse:8123',
    ]),
    [server, 'PLUMBLINE_CLICKHOUSE_USER', 'a\nb', 'a user in one line, without control characters'],
    [server, 'PLUMBLINE_CLICKHOUSE_PASSWORD', 'a\nb', 'a password in one line, without control characters'],
    [server, 'PLUMBLINE_CLICKHOUSE_DATABASE', 'a\tb', 'a database in one line, without control characters'],
    [server, 'PLUMBLINE_CLICKHOUSE_CLUSTER', 'a\nb', 'a cluster in one line, without control characters'],
    [
      embedded,
      'PLUMBLINE_HTTP_HOST',
      'http://0.0.0.0',
      'a host name or IP address to listen on, such as 127.0.0.1',
    ],
    [embedded, 'PLUMBLINE_HTTP_PORT', '65536', 'a whole number from 0 to 65535'],
    [embedded, 'PLUMBLINE_HTTP_PORT', '08080', 'a whole number from 0 to 65535'],
    [embedded, 'PLUMBLINE_INTAKE_HOST', '*', 'a host name or IP address to listen on, such as 127.0.0.1'],
    [embedded, 'PLUMBLINE_INTAKE_PORT', '-1', 'a whole number from 0 to 65535'],
    ...['only-15-letters', 'token-number-one-1,short', 'token with spaces in it', 'sha256:abcdef', ','].map(
      (value): [Environment, string, string, string] => [
        embedded,
        'PLUMBLINE_INTAKE_TOKENS',
        value,
        'tokens of at least 16 of A-Z a-z 0-9 - . _ ~ + /, or sha256: and 64 hexadecimal digits, separated by commas',
      ],
    ),
    [embedded, 'PLUMBLINE_INTAKE_MAX_BODY_BYTES', '1MB', 'a whole number from 1024 to 67108864'],
    [embedded, 'PLUMBLINE_INTAKE_REQUESTS_PER_MINUTE', '0', 'a whole number from 1 to 10000000'],
    [embedded, 'PLUMBLINE_INTAKE_TRUSTED_PROXIES', '11', 'a whole number from 0 to 10'],
    [
      embedded,
      'PLUMBLINE_PUBLIC_URL',
      'deals.example.com',
      'an http or https URL without user, query and fragment, such as https://plumbline.example.com',
    ],
    [embedded, 'PLUMBLINE_MAX_BATCH_RECORDS', '0', 'a whole number from 1 to 100000'],
    [embedded, 'PLUMBLINE_MAX_BATCH_RECORDS', '1e3', 'a whole number from 1 to 100000'],
    [embedded, 'PLUMBLINE_CACHE_WEIGHT', '999', 'a whole number from 1000 to 100000000'],
    [embedded, 'PLUMBLINE_FAST_PATH', 'true', 'one of on, off'],
    [embedded, 'PLUMBLINE_LOG_LEVEL', 'verbose', 'one of error, warn, info, debug'],
  ])('with %j refuses %s=%j', (base, name, value, expected) => {
    expect(faultsOf({ ...base, [name]: value })).toEqual([`${name}: expected ${expected}`]);
  });

  it.each([
    [{ PLUMBLINE_KAFKA_SASL_MECHANISM: 'gssapi' }, 'PLUMBLINE_KAFKA_SASL_MECHANISM', 'plain, scram-sha-256'],
    [{ PLUMBLINE_KAFKA_SASL_USERNAME: 'a\nb' }, 'PLUMBLINE_KAFKA_SASL_USERNAME', 'a user in one line'],
    [{ PLUMBLINE_KAFKA_SASL_PASSWORD: 'a\nb' }, 'PLUMBLINE_KAFKA_SASL_PASSWORD', 'a password in one line'],
    [{ PLUMBLINE_KAFKA_PARTITIONS: '0' }, 'PLUMBLINE_KAFKA_PARTITIONS', 'a whole number from 1 to 10000'],
    [{ PLUMBLINE_KAFKA_REPLICATION: '33' }, 'PLUMBLINE_KAFKA_REPLICATION', 'a whole number from 1 to 32'],
    [{ PLUMBLINE_HUBSPOT_CLIENT_SECRET: 'a\nb' }, 'PLUMBLINE_HUBSPOT_CLIENT_SECRET', 'a secret in one line'],
  ])('refuses %j, which needs others beside it', (env, name, expected) => {
    expect(faultsOf({ ...kafka, ...env })).toContainEqual(
      expect.stringMatching(`^${name}: expected .*${expected}`),
    );
  });

  it.each<[Environment, Environment, readonly string[]]>([
    [
      embedded,
      { PLUMBLINE_KAFKA_BROKERS: 'kafka:9092' },
      ['PLUMBLINE_LOG_PATH: either this or PLUMBLINE_KAFKA_BROKERS, not both'],
    ],
    [
      embedded,
      { PLUMBLINE_CLICKHOUSE_URL: 'http://clickhouse:8123' },
      ['PLUMBLINE_CLICKHOUSE_PATH: either this or PLUMBLINE_CLICKHOUSE_URL, not both'],
    ],
    [
      embedded,
      { PLUMBLINE_KAFKA_CLIENT_ID: 'deals', PLUMBLINE_KAFKA_CREATE_TOPICS: 'true' },
      [
        'PLUMBLINE_KAFKA_CLIENT_ID: needs PLUMBLINE_KAFKA_BROKERS',
        'PLUMBLINE_KAFKA_CREATE_TOPICS: needs PLUMBLINE_KAFKA_BROKERS',
      ],
    ],
    [
      kafka,
      { PLUMBLINE_KAFKA_SSL: 'true', PLUMBLINE_KAFKA_SSL_CERT: '/certs/client.pem' },
      ['PLUMBLINE_KAFKA_SSL_CERT: needs PLUMBLINE_KAFKA_SSL_KEY'],
    ],
    [
      kafka,
      { PLUMBLINE_KAFKA_SSL: 'true', PLUMBLINE_KAFKA_SSL_KEY: '/certs/client.key' },
      ['PLUMBLINE_KAFKA_SSL_KEY: needs PLUMBLINE_KAFKA_SSL_CERT'],
    ],
    [
      kafka,
      {
        PLUMBLINE_KAFKA_SSL: 'false',
        PLUMBLINE_KAFKA_SSL_CA: '/certs/ca.pem',
        PLUMBLINE_KAFKA_SSL_CERT: '/certs/client.pem',
        PLUMBLINE_KAFKA_SSL_KEY: '/certs/client.key',
      },
      [
        'PLUMBLINE_KAFKA_SSL_CA: needs PLUMBLINE_KAFKA_SSL=true',
        'PLUMBLINE_KAFKA_SSL_CERT: needs PLUMBLINE_KAFKA_SSL=true',
        'PLUMBLINE_KAFKA_SSL_KEY: needs PLUMBLINE_KAFKA_SSL=true',
      ],
    ],
    [
      kafka,
      { PLUMBLINE_KAFKA_SASL_MECHANISM: 'plain', PLUMBLINE_KAFKA_SASL_USERNAME: 'ingest' },
      ['PLUMBLINE_KAFKA_SASL_USERNAME: needs PLUMBLINE_KAFKA_SASL_PASSWORD'],
    ],
    [
      kafka,
      { PLUMBLINE_KAFKA_SASL_MECHANISM: 'plain' },
      ['PLUMBLINE_KAFKA_SASL_MECHANISM: needs PLUMBLINE_KAFKA_SASL_USERNAME'],
    ],
    [
      kafka,
      { PLUMBLINE_KAFKA_SASL_USERNAME: 'ingest', PLUMBLINE_KAFKA_SASL_PASSWORD: 'hunter2' },
      ['PLUMBLINE_KAFKA_SASL_USERNAME: needs PLUMBLINE_KAFKA_SASL_MECHANISM'],
    ],
    [
      kafka,
      { PLUMBLINE_KAFKA_SASL_PASSWORD_FILE: '/run/secrets/one' },
      ['PLUMBLINE_KAFKA_SASL_PASSWORD: needs PLUMBLINE_KAFKA_SASL_USERNAME'],
    ],
    [
      kafka,
      { PLUMBLINE_KAFKA_PARTITIONS: '6', PLUMBLINE_KAFKA_REPLICATION: '3' },
      [
        'PLUMBLINE_KAFKA_PARTITIONS: needs PLUMBLINE_KAFKA_CREATE_TOPICS=true',
        'PLUMBLINE_KAFKA_REPLICATION: needs PLUMBLINE_KAFKA_CREATE_TOPICS=true',
      ],
    ],
    [
      embedded,
      {
        PLUMBLINE_CLICKHOUSE_USER: 'writer',
        PLUMBLINE_CLICKHOUSE_PASSWORD: 'hunter2',
        PLUMBLINE_CLICKHOUSE_DATABASE: 'deals',
        PLUMBLINE_CLICKHOUSE_CLUSTER: 'main',
      },
      [
        'PLUMBLINE_CLICKHOUSE_USER: needs PLUMBLINE_CLICKHOUSE_URL',
        'PLUMBLINE_CLICKHOUSE_PASSWORD: needs PLUMBLINE_CLICKHOUSE_URL',
        'PLUMBLINE_CLICKHOUSE_DATABASE: needs PLUMBLINE_CLICKHOUSE_URL',
        'PLUMBLINE_CLICKHOUSE_CLUSTER: needs PLUMBLINE_CLICKHOUSE_URL',
      ],
    ],
    [
      server,
      { PLUMBLINE_CLICKHOUSE_URL: 'http://clickhouse:8123', PLUMBLINE_CLICKHOUSE_TLS_CA: '/certs/ca.pem' },
      ['PLUMBLINE_CLICKHOUSE_TLS_CA: needs a PLUMBLINE_CLICKHOUSE_URL that begins with https'],
    ],
    [
      server,
      { PLUMBLINE_CLICKHOUSE_TLS_CA: '/certs/ca.pem', PLUMBLINE_CLICKHOUSE_TLS_CERT: '/certs/client.pem' },
      ['PLUMBLINE_CLICKHOUSE_TLS_CERT: needs PLUMBLINE_CLICKHOUSE_TLS_KEY'],
    ],
    [
      server,
      { PLUMBLINE_CLICKHOUSE_TLS_CA: '/certs/ca.pem', PLUMBLINE_CLICKHOUSE_TLS_KEY: '/certs/client.key' },
      ['PLUMBLINE_CLICKHOUSE_TLS_KEY: needs PLUMBLINE_CLICKHOUSE_TLS_CERT'],
    ],
    [
      server,
      {
        PLUMBLINE_CLICKHOUSE_TLS_CERT: '/certs/client.pem',
        PLUMBLINE_CLICKHOUSE_TLS_KEY: '/certs/client.key',
      },
      ['PLUMBLINE_CLICKHOUSE_TLS_CERT: needs PLUMBLINE_CLICKHOUSE_TLS_CA'],
    ],
    [
      embedded,
      { PLUMBLINE_HUBSPOT_CLIENT_SECRET: 'hunter2' },
      ['PLUMBLINE_HUBSPOT_CLIENT_SECRET: needs PLUMBLINE_PUBLIC_URL'],
    ],
    [
      embedded,
      { PLUMBLINE_TOPIC_DEAL_EVENTS: 'deals.events' },
      ['PLUMBLINE_TOPIC_DEAL_EVENTS: the same topic as PLUMBLINE_TOPIC_EVENTS'],
    ],
    [
      embedded,
      { PLUMBLINE_TOPIC_HUBSPOT: 'crm_salesforce' },
      ['PLUMBLINE_TOPIC_HUBSPOT: the same topic as PLUMBLINE_TOPIC_SALESFORCE'],
    ],
  ])('with %j finds that %j does not go together', (base, env, faults) => {
    expect(faultsOf({ ...base, ...env })).toEqual(faults);
  });

  it.each<[Environment, Environment, string]>([
    [embedded, { PLUMBLINE_POLICY: '/missing.yaml' }, 'PLUMBLINE_POLICY: there is no such file'],
    [embedded, { PLUMBLINE_ALERTS: '/missing.yaml' }, 'PLUMBLINE_ALERTS: there is no such file'],
    [embedded, { PLUMBLINE_POLICY: '/forbidden' }, 'PLUMBLINE_POLICY: this process may not read the file'],
    [embedded, { PLUMBLINE_POLICY: '/directory' }, 'PLUMBLINE_POLICY: expected a file, found a directory'],
    [embedded, { PLUMBLINE_POLICY: '/broken' }, "PLUMBLINE_POLICY: the file can't be read (EIO)"],
    ...['SALESFORCE', 'HUBSPOT', 'PIPEDRIVE', 'GOOGLE', 'MICROSOFT', 'EVENTS'].map(
      (name): [Environment, Environment, string] => [
        embedded,
        { [`PLUMBLINE_MAPPING_${name}`]: '/missing.yaml' },
        `PLUMBLINE_MAPPING_${name}: there is no such file`,
      ],
    ),
    [
      kafka,
      { PLUMBLINE_KAFKA_SSL: 'true', PLUMBLINE_KAFKA_SSL_CA: '/certs/client.key' },
      'PLUMBLINE_KAFKA_SSL_CA: expected a file with a certificate in PEM form',
    ],
    [
      kafka,
      {
        PLUMBLINE_KAFKA_SSL: 'true',
        PLUMBLINE_KAFKA_SSL_CERT: '/certs/client.key',
        PLUMBLINE_KAFKA_SSL_KEY: '/certs/client.key',
      },
      'PLUMBLINE_KAFKA_SSL_CERT: expected a file with a certificate in PEM form',
    ],
    [
      kafka,
      {
        PLUMBLINE_KAFKA_SSL: 'true',
        PLUMBLINE_KAFKA_SSL_CERT: '/certs/client.pem',
        PLUMBLINE_KAFKA_SSL_KEY: '/certs/client.pem',
      },
      'PLUMBLINE_KAFKA_SSL_KEY: expected a file with a private key in PEM form',
    ],
    ...['/certs/locked.key', '/certs/old-locked.key'].map((path): [Environment, Environment, string] => [
      kafka,
      {
        PLUMBLINE_KAFKA_SSL: 'true',
        PLUMBLINE_KAFKA_SSL_CERT: '/certs/client.pem',
        PLUMBLINE_KAFKA_SSL_KEY: path,
      },
      'PLUMBLINE_KAFKA_SSL_KEY: expected a private key that is not encrypted',
    ]),
    [
      server,
      { PLUMBLINE_CLICKHOUSE_TLS_CA: '/missing.pem' },
      'PLUMBLINE_CLICKHOUSE_TLS_CA: there is no such file',
    ],
    [
      server,
      {
        PLUMBLINE_CLICKHOUSE_TLS_CA: '/certs/ca.pem',
        PLUMBLINE_CLICKHOUSE_TLS_CERT: '/config/any.yaml',
        PLUMBLINE_CLICKHOUSE_TLS_KEY: '/certs/client.key',
      },
      'PLUMBLINE_CLICKHOUSE_TLS_CERT: expected a file with a certificate in PEM form',
    ],
    [
      server,
      {
        PLUMBLINE_CLICKHOUSE_TLS_CA: '/certs/ca.pem',
        PLUMBLINE_CLICKHOUSE_TLS_CERT: '/certs/client.pem',
        PLUMBLINE_CLICKHOUSE_TLS_KEY: '/config/any.yaml',
      },
      'PLUMBLINE_CLICKHOUSE_TLS_KEY: expected a file with a private key in PEM form',
    ],
  ])('with %j finds at the start what is wrong with the files of %j', (base, env, fault) => {
    expect(faultsOf({ ...base, ...env })).toEqual([fault]);
  });
});

describe('secrets in files', () => {
  const around: Environment = {
    ...server,
    PLUMBLINE_PUBLIC_URL: 'https://deals.example.com',
  };

  it.each(['/run/secrets/one', '/run/secrets/windows'])(
    'are taken from %s without the line break at the end',
    (path) => {
      expect(
        configOf({ ...around, PLUMBLINE_HUBSPOT_CLIENT_SECRET_FILE: path }).intake.hubspot?.clientSecret,
      ).toBe('hunter2');
    },
  );

  it('are refused where the file is missing, unreadable or empty, without a fault of what needs them', () => {
    const sasl = {
      PLUMBLINE_KAFKA_BROKERS: 'kafka:9092',
      PLUMBLINE_KAFKA_SASL_MECHANISM: 'plain',
      PLUMBLINE_KAFKA_SASL_USERNAME: 'ingest',
      PLUMBLINE_CLICKHOUSE_PATH: '/data',
    };
    const faultsWith = (path: string): readonly string[] =>
      faultsOf({ ...sasl, PLUMBLINE_KAFKA_SASL_PASSWORD_FILE: path });
    expect(faultsWith('/missing')).toEqual(['PLUMBLINE_KAFKA_SASL_PASSWORD_FILE: there is no such file']);
    expect(faultsWith('/forbidden')).toEqual([
      'PLUMBLINE_KAFKA_SASL_PASSWORD_FILE: this process may not read the file',
    ]);
    expect(faultsWith('/run/secrets/empty')).toEqual([
      'PLUMBLINE_KAFKA_SASL_PASSWORD_FILE: the file is empty',
    ]);
  });

  it.each(secretNames)('are refused where %s is given both ways', (name) => {
    expect(
      faultsOf({ ...around, [name]: 'token-number-one-1', [`${name}_FILE`]: '/run/secrets/one' }),
    ).toContain(`${name}_FILE: either this or ${name}, not both`);
  });
});

describe('faults of the environment', () => {
  it('are told all at once', () => {
    expect(
      faultsOf({
        PLUMBLINE_KAFKA_BROKER: 'kafka:9092',
        PLUMBLINE_HTTP_PORT: 'x',
        PLUMBLINE_CLICKHOUSE_PASSWORD_FILE: '/missing',
        PLUMBLINE_POLICY: '/missing',
        PLUMBLINE_TOPIC_EVENTS: 'crm.hubspot',
      }),
    ).toEqual([
      'PLUMBLINE_KAFKA_BROKER: there is no such variable; did you mean PLUMBLINE_KAFKA_BROKERS?',
      'PLUMBLINE_CLICKHOUSE_PASSWORD_FILE: there is no such file',
      'PLUMBLINE_HTTP_PORT: expected a whole number from 0 to 65535',
      'PLUMBLINE_KAFKA_BROKERS: expected the brokers, or PLUMBLINE_LOG_PATH with the directory of the embedded log',
      'PLUMBLINE_CLICKHOUSE_URL: expected the URL of a server, or PLUMBLINE_CLICKHOUSE_PATH with the directory of the embedded engine',
      'PLUMBLINE_CLICKHOUSE_PASSWORD: needs PLUMBLINE_CLICKHOUSE_URL',
      'PLUMBLINE_TOPIC_EVENTS: the same topic as PLUMBLINE_TOPIC_HUBSPOT',
      'PLUMBLINE_POLICY: there is no such file',
    ]);
  });

  it('never hold a value, whatever is set to what', () => {
    // Valid for no kind of value that is checked, and nothing that a message could say by itself.
    const secret = 'hunter2\u0007%zzz';
    const everything = Object.fromEntries([...knownNames, 'PLUMBLINE_UNKNOWN'].map((name) => [name, secret]));
    const faults = faultsOf(everything);
    expect(faults.length).toBeGreaterThanOrEqual(variableNames.length);
    expect(faults.join('\n')).not.toMatch(/hunter2|zzz/);
    for (const name of variableNames) {
      expect(faultsOf({ [name]: secret })).toContainEqual(expect.stringMatching(`^${name}: `));
    }
  });
});
