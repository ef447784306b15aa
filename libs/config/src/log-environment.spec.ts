import { describe, expect, it } from '@jest/globals';
import { readLogEnvironment } from './log-environment.js';
import { readServiceEnvironment } from './service-environment.js';

const readFile = (path: string): string => {
  throw Object.assign(new Error(path), { code: 'ENOENT' });
};
const read = (env: Readonly<Record<string, string>>): ReturnType<typeof readLogEnvironment> =>
  readLogEnvironment(env, { readFile });

describe('the environment of whoever only writes to the log', () => {
  it('needs no warehouse, and says the same of the log and its topics as for a service', () => {
    const env = {
      PLUMBLINE_KAFKA_BROKERS: 'kafka-1:9092,kafka-2:9092',
      PLUMBLINE_KAFKA_CREATE_TOPICS: 'true',
      PLUMBLINE_KAFKA_SASL_MECHANISM: 'plain',
      PLUMBLINE_KAFKA_SASL_USERNAME: 'feeder',
      PLUMBLINE_KAFKA_SASL_PASSWORD: 'hunter2',
      PLUMBLINE_TOPIC_SALESFORCE: 'crm.changes',
    };
    const service = readServiceEnvironment(
      { ...env, PLUMBLINE_CLICKHOUSE_PATH: '/data' },
      { readFile, httpPort: 1 },
    );
    if ('faults' in service) throw new Error(service.faults.join('\n'));
    const { log, topics } = service.config;
    expect(log.kind).toBe('kafka');
    expect(topics.bySource.salesforce).toBe('crm.changes');
    expect(read(env)).toEqual({ config: { log, topics } });
  });

  it('does not look at what other variables of a service say', () => {
    const { PLUMBLINE_LOG_PATH: path, ...rest } = {
      PLUMBLINE_LOG_PATH: '/log',
      PLUMBLINE_CLICKHOUSE_URL: 'nonsense',
      PLUMBLINE_POLICY: '/nowhere.yaml',
      PLUMBLINE_HTTP_PORT: 'x',
    };
    expect(read({ PLUMBLINE_LOG_PATH: path, ...rest })).toMatchObject({
      config: { log: { kind: 'embedded', path: '/log' } },
    });
  });

  it('tells all that is missing or wrong of the log, and names that are misspelt', () => {
    expect(read({})).toEqual({
      faults: [
        'PLUMBLINE_KAFKA_BROKERS: expected the brokers, or PLUMBLINE_LOG_PATH with the directory of the embedded log',
      ],
    });
    const result = read({
      PLUMBLINE_KAFKA_BROKERS: 'kafka:9092',
      PLUMBLINE_KAFKA_SSL: 'maybe',
      PLUMBLINE_KAFKA_SASL_PASSWORD_FILE: '/run/secrets/none',
      PLUMBLINE_TOPIC_EVENTS: 'crm_salesforce',
      PLUMBLINE_KAFKA_BROKER: 'kafka:9092',
    });
    const faults = 'faults' in result ? result.faults : [];
    for (const name of [
      'PLUMBLINE_KAFKA_BROKER:',
      'PLUMBLINE_KAFKA_SSL:',
      'PLUMBLINE_KAFKA_SASL_PASSWORD_FILE:',
      'PLUMBLINE_TOPIC_EVENTS:',
    ])
      expect(faults.some((fault) => fault.startsWith(name))).toBe(true);
    expect(faults.join('\n')).not.toContain('kafka:9092');
  });
});
