import { describe, expect, it } from '@jest/globals';
import { readDeployedConfig } from './deployed-config.js';

const kafka = {
  PLUMBLINE_KAFKA_BROKERS: 'localhost:9092',
  PLUMBLINE_CLICKHOUSE_URL: 'http://localhost:8123',
};

describe('The environment of services that meet on Kafka', () => {
  it('may have what only the command line reads', () => {
    const password = { PLUMBLINE_CLICKHOUSE_HTTP_PASSWORD: 'open sesame' };
    expect(readDeployedConfig({ ...kafka, ...password })).toEqual(readDeployedConfig(kafka));
  });

  it('is refused where it names a variable that there is not', () => {
    expect(() => readDeployedConfig({ ...kafka, PLUMBLINE_CLICKHOUSE_HTTP_PASWORD: 'x' })).toThrow(
      'PLUMBLINE_CLICKHOUSE_HTTP_PASWORD: there is no such variable',
    );
  });
});
