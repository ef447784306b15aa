import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { readServiceEnvironment } from './service-environment.js';
import { knownNames } from './variables.js';

const lines = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8').split('\n');

interface Setting {
  readonly name: string;
  readonly value: string;
  /** The line above. */
  readonly meaning: string;
}

const settings: readonly Setting[] = lines.flatMap((line, index) => {
  const found = /^#?([A-Z_]+)=(.*)$/.exec(line);
  if (found === null) return [];
  return [{ name: found[1] ?? '', value: found[2] ?? '', meaning: lines[index - 1] ?? '' }];
});

const ours = settings.filter(({ name }) => name.startsWith('PLUMBLINE_'));

describe('.env.example', () => {
  it('names every variable of the services, once, and no other', () => {
    expect(ours.map(({ name }) => name).sort()).toEqual([...knownNames].sort());
  });

  it('says in one line above each what it means', () => {
    expect(settings.filter(({ meaning }) => !/^# [A-Z/].*\.$/.test(meaning))).toEqual([]);
  });

  it('gives the defaults: setting them all changes nothing', () => {
    const least = {
      PLUMBLINE_KAFKA_BROKERS: 'kafka:9092',
      PLUMBLINE_CLICKHOUSE_URL: 'http://clickhouse:8123',
    };
    const options = {
      httpPort: 8080,
      readFile: () => {
        throw new Error('no default names a file');
      },
    };
    const written = Object.fromEntries(ours.map(({ name, value }) => [name, value]));
    const withDefaults = readServiceEnvironment({ ...written, ...least }, options);
    expect(withDefaults).toHaveProperty('config');
    expect(withDefaults).toEqual(readServiceEnvironment(least, options));
    expect(ours.filter(({ value }) => value !== '').length).toBeGreaterThan(20);
  });

  it('holds no secret', () => {
    const secrets = settings.filter(({ name }) => /PASSWORD|SECRET|TOKENS/.test(name));
    expect(secrets.map(({ value }) => value).filter((value) => value !== '')).toEqual([]);
    expect(secrets).toHaveLength(9);
  });
});
