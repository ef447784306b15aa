import { describe, expect, it } from '@jest/globals';
import { misspeltFaults } from './misspelt.js';
import { knownNames } from './variables.js';

const faultsOf = (env: Readonly<Record<string, string>>): readonly string[] =>
  misspeltFaults(env, knownNames);

describe('a misspelt variable', () => {
  it.each([
    ['PLUMBLINE_KAFKA_BROKER', 'PLUMBLINE_KAFKA_BROKERS'],
    ['PLUMBLINE_KAFAK_BROKERS', 'PLUMBLINE_KAFKA_BROKERS'],
    ['PLUMBLINE_BROKERS', 'PLUMBLINE_KAFKA_BROKERS'],
    ['PLUMBLINE_KAFKA_SASL_USER', 'PLUMBLINE_KAFKA_SASL_USERNAME'],
    ['PLUMBLINE_KAFKA_SSL_CA_FILE', 'PLUMBLINE_KAFKA_SSL_CA'],
    ['PLUMBLINE_CLICKHOUSE_PASWORD_FILE', 'PLUMBLINE_CLICKHOUSE_PASSWORD_FILE'],
    ['PLUMBLINE_CLICKHOUSE_CA', 'PLUMBLINE_CLICKHOUSE_TLS_CA'],
    ['PLUMBLINE_LOGLEVEL', 'PLUMBLINE_LOG_LEVEL'],
    ['PLUMBLINE_POLICY_FILE', 'PLUMBLINE_POLICY'],
    ['plumbline_log_path', 'PLUMBLINE_LOG_PATH'],
    ['PLUMBLINE__HTTP_PORT', 'PLUMBLINE_HTTP_PORT'],
  ])('%s is told, and that %s was meant', (name, meant) => {
    expect(faultsOf({ [name]: 'x' })).toEqual([`${name}: there is no such variable; did you mean ${meant}?`]);
  });

  it('is told without a guess where nothing is like it', () => {
    expect(faultsOf({ PLUMBLINE_QUIXOTIC: 'x' })).toEqual([
      'PLUMBLINE_QUIXOTIC: there is no such variable; .env.example names all of them',
    ]);
  });

  it('is found where its value is empty, too', () => {
    expect(faultsOf({ PLUMBLINE_POLICIES: '' })).toHaveLength(1);
  });

  it('is none of those that are read, of other programs, or of the tests', () => {
    const env = { PATH: '/bin', KAFKA_BROKERS: 'x', PLUMBLINE_TEST_CLICKHOUSE_URL: 'x' };
    expect(faultsOf({ ...env, ...Object.fromEntries(knownNames.map((name) => [name, 'x'])) })).toEqual([]);
  });

  it('is none of what Kubernetes tells of services whose names begin like ours', () => {
    expect(
      faultsOf({
        PLUMBLINE_INGEST_SERVICE_HOST: '10.0.0.1',
        PLUMBLINE_INGEST_SERVICE_PORT: '8080',
        PLUMBLINE_INGEST_SERVICE_PORT_HTTP: '8080',
        PLUMBLINE_INGEST_PORT: 'tcp://10.0.0.1:8080',
        PLUMBLINE_INGEST_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
        PLUMBLINE_INGEST_PORT_8080_TCP_ADDR: '10.0.0.1',
      }),
    ).toEqual([]);
    expect(faultsOf({ PLUMBLINE_HTP_PORT: '8080' })).toHaveLength(1);
  });
});
