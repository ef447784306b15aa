import { describe, expect, it } from '@jest/globals';
import { readServiceEnvironment } from './service-environment.js';

describe('the environment of the services', () => {
  it('takes the embedded engine where no server is named', () => {
    expect(readServiceEnvironment({ PLUMBLINE_LOG_PATH: 'l', PLUMBLINE_CLICKHOUSE_PATH: 'c' })).toEqual({
      config: { logPath: 'l', warehouse: { kind: 'embedded', path: 'c' }, policyFile: undefined },
    });
  });

  it('takes a server with user, password, database and cluster', () => {
    expect(
      readServiceEnvironment({
        PLUMBLINE_LOG_PATH: 'l',
        PLUMBLINE_CLICKHOUSE_URL: 'https://clickhouse:8443',
        PLUMBLINE_CLICKHOUSE_USER: 'writer',
        PLUMBLINE_CLICKHOUSE_PASSWORD: 'secret',
        PLUMBLINE_CLICKHOUSE_DATABASE: 'deals',
        PLUMBLINE_CLICKHOUSE_CLUSTER: 'main',
        PLUMBLINE_POLICY: 'policy.yaml',
      }),
    ).toEqual({
      config: {
        logPath: 'l',
        policyFile: 'policy.yaml',
        warehouse: {
          kind: 'server',
          url: 'https://clickhouse:8443',
          user: 'writer',
          password: 'secret',
          database: 'deals',
          cluster: 'main',
        },
      },
    });
  });

  it('tells every fault at once and never a value', () => {
    const read = readServiceEnvironment({ PLUMBLINE_CLICKHOUSE_URL: 'tcp://user:hunter2@clickhouse:9000' });
    expect(read).toEqual({
      faults: [
        'PLUMBLINE_LOG_PATH: expected the directory of the log',
        'PLUMBLINE_CLICKHOUSE_URL: expected an http or https URL such as http://clickhouse:8123',
      ],
    });
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });

  it('counts empty variables as not set', () => {
    expect(readServiceEnvironment({ PLUMBLINE_LOG_PATH: '', PLUMBLINE_CLICKHOUSE_PATH: '' })).toEqual({
      faults: [
        'PLUMBLINE_LOG_PATH: expected the directory of the log',
        'PLUMBLINE_CLICKHOUSE_PATH: expected a directory, or PLUMBLINE_CLICKHOUSE_URL instead',
      ],
    });
  });
});
