import type { ServiceConfig } from './service-config.js';
import { type Variable, variableNames, type Variables } from './variables.js';

/** The first is of no use, or means something else, without the second. */
const needs: readonly (readonly [Variable, Variable])[] = [
  ['PLUMBLINE_KAFKA_SSL_CERT', 'PLUMBLINE_KAFKA_SSL_KEY'],
  ['PLUMBLINE_KAFKA_SSL_KEY', 'PLUMBLINE_KAFKA_SSL_CERT'],
  ['PLUMBLINE_KAFKA_SASL_MECHANISM', 'PLUMBLINE_KAFKA_SASL_USERNAME'],
  ['PLUMBLINE_KAFKA_SASL_USERNAME', 'PLUMBLINE_KAFKA_SASL_MECHANISM'],
  ['PLUMBLINE_KAFKA_SASL_USERNAME', 'PLUMBLINE_KAFKA_SASL_PASSWORD'],
  ['PLUMBLINE_KAFKA_SASL_PASSWORD', 'PLUMBLINE_KAFKA_SASL_USERNAME'],
  ['PLUMBLINE_CLICKHOUSE_USER', 'PLUMBLINE_CLICKHOUSE_URL'],
  ['PLUMBLINE_CLICKHOUSE_PASSWORD', 'PLUMBLINE_CLICKHOUSE_URL'],
  ['PLUMBLINE_CLICKHOUSE_DATABASE', 'PLUMBLINE_CLICKHOUSE_URL'],
  ['PLUMBLINE_CLICKHOUSE_CLUSTER', 'PLUMBLINE_CLICKHOUSE_URL'],
  ['PLUMBLINE_CLICKHOUSE_TLS_CERT', 'PLUMBLINE_CLICKHOUSE_TLS_KEY'],
  ['PLUMBLINE_CLICKHOUSE_TLS_KEY', 'PLUMBLINE_CLICKHOUSE_TLS_CERT'],
  // The client takes a certificate of its own only together with the authority of the server's.
  ['PLUMBLINE_CLICKHOUSE_TLS_CERT', 'PLUMBLINE_CLICKHOUSE_TLS_CA'],
  // What HubSpot signs begins with the URL that it calls, which behind a proxy is not the one that arrives.
  ['PLUMBLINE_HUBSPOT_CLIENT_SECRET', 'PLUMBLINE_PUBLIC_URL'],
];

/** The first means nothing unless the second is `true`. */
const needsTrue: readonly (readonly [Variable, Variable])[] = [
  ['PLUMBLINE_KAFKA_SSL_CA', 'PLUMBLINE_KAFKA_SSL'],
  ['PLUMBLINE_KAFKA_SSL_CERT', 'PLUMBLINE_KAFKA_SSL'],
  ['PLUMBLINE_KAFKA_SSL_KEY', 'PLUMBLINE_KAFKA_SSL'],
  ['PLUMBLINE_KAFKA_PARTITIONS', 'PLUMBLINE_KAFKA_CREATE_TOPICS'],
  ['PLUMBLINE_KAFKA_REPLICATION', 'PLUMBLINE_KAFKA_CREATE_TOPICS'],
];

/**
 * Faults of variables that don't go together.
 * @param unread secrets whose file could not be read: given, and a fault of their own
 */
export function combinationFaults(given: Variables, unread: readonly Variable[]): string[] {
  const isGiven = (name: Variable): boolean => given[name] !== undefined || unread.includes(name);
  return [
    ...oneOfTwo(given, {
      first: 'PLUMBLINE_KAFKA_BROKERS',
      second: 'PLUMBLINE_LOG_PATH',
      neither: 'expected the brokers, or PLUMBLINE_LOG_PATH with the directory of the embedded log',
    }),
    ...oneOfTwo(given, {
      first: 'PLUMBLINE_CLICKHOUSE_URL',
      second: 'PLUMBLINE_CLICKHOUSE_PATH',
      neither:
        'expected the URL of a server, or PLUMBLINE_CLICKHOUSE_PATH with the directory of the embedded engine',
    }),
    ...kafkaOnly()
      .filter((name) => isGiven(name) && !isGiven('PLUMBLINE_KAFKA_BROKERS'))
      .map((name) => `${name}: needs PLUMBLINE_KAFKA_BROKERS`),
    ...needs
      .filter(([name, other]) => isGiven(name) && !isGiven(other))
      .map(([name, other]) => `${name}: needs ${other}`),
    ...needsTrue
      .filter(([name, other]) => isGiven(name) && given[other] !== 'true')
      .map(([name, other]) => `${name}: needs ${other}=true`),
    ...tlsWithoutHttps(given),
  ];
}

/** Two topics of one name would have a service read what it writes, or take one source's records for another's. */
export function topicFaults({
  bySource,
  dealEvents,
  deadLetters,
  alerts,
}: ServiceConfig['topics']): string[] {
  const names: readonly (readonly [Variable, string])[] = [
    ['PLUMBLINE_TOPIC_SALESFORCE', bySource.salesforce],
    ['PLUMBLINE_TOPIC_HUBSPOT', bySource.hubspot],
    ['PLUMBLINE_TOPIC_PIPEDRIVE', bySource.pipedrive],
    ['PLUMBLINE_TOPIC_GOOGLE', bySource['google-calendar']],
    ['PLUMBLINE_TOPIC_MICROSOFT', bySource['microsoft-graph']],
    ['PLUMBLINE_TOPIC_EVENTS', bySource.cloudevents],
    ['PLUMBLINE_TOPIC_DEAL_EVENTS', dealEvents],
    ['PLUMBLINE_TOPIC_DEAD_LETTERS', deadLetters],
    ['PLUMBLINE_TOPIC_ALERTS', alerts],
  ];
  // Kafka takes a dot and an underscore for the same in a topic's name, and refuses the second of two such topics.
  const told = new Map<string, Variable>();
  return names.flatMap(([name, topic]) => {
    const same = topic.replaceAll('.', '_');
    const other = told.get(same);
    if (other === undefined) told.set(same, name);
    return other === undefined ? [] : [`${name}: the same topic as ${other}`];
  });
}

function oneOfTwo(
  given: Variables,
  {
    first,
    second,
    neither,
  }: { readonly first: Variable; readonly second: Variable; readonly neither: string },
): string[] {
  if (given[first] === undefined && given[second] === undefined) return [`${first}: ${neither}`];
  if (given[first] !== undefined && given[second] !== undefined) {
    return [`${second}: either this or ${first}, not both`];
  }
  return [];
}

function kafkaOnly(): readonly Variable[] {
  return variableNames.filter(
    (name) => name.startsWith('PLUMBLINE_KAFKA_') && name !== 'PLUMBLINE_KAFKA_BROKERS',
  );
}

function tlsWithoutHttps(given: Variables): string[] {
  const encrypted = given.PLUMBLINE_CLICKHOUSE_URL?.toLowerCase().startsWith('https://') === true;
  const names = [
    'PLUMBLINE_CLICKHOUSE_TLS_CA',
    'PLUMBLINE_CLICKHOUSE_TLS_CERT',
    'PLUMBLINE_CLICKHOUSE_TLS_KEY',
  ] as const;
  return names
    .filter((name) => given[name] !== undefined && !encrypted)
    .map((name) => `${name}: needs a PLUMBLINE_CLICKHOUSE_URL that begins with https`);
}
