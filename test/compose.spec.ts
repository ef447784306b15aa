import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { posix } from 'node:path';
import { readServiceEnvironment } from '#config/service-environment.js';
import type { ServiceConfig } from '#config/service-config.js';
import { knownNames } from '#config/variables.js';
import { DEFAULT_LIMITS } from '#ingest/http/intake-options.js';
import { MAX_KEY_AND_HEADER_BYTES, MAX_VALUE_BYTES } from '#log/checks.js';
import { CACHE_WEIGHT } from '#scorer/scorer.service.js';
import { root } from './support/cli.js';
import { type ComposeService, interpolate, parseCompose, variablesOf } from './support/compose-file.js';
import { parseDockerfile } from './support/dockerfile.js';

const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

const composeText = read('docker-compose.yml');
const compose = parseCompose(composeText);
const services = Object.entries(compose.services);
const longRunning = services.filter(([, { restart }]) => restart === 'unless-stopped');
const oneShots = services.filter(([, { restart }]) => restart === 'no');
const ofOurImage = services.filter(([, { build }]) => build !== undefined);

const stages = parseDockerfile(read('Dockerfile'));
const runtime = stages.find(({ alias }) => alias === 'runtime') ?? { image: '', instructions: [] };
const manifest = JSON.parse(read('package.json')) as { version: string; engines: { node: string } };

const filled = { PLUMBLINE_CLICKHOUSE_PASSWORD: 'a password', GRAFANA_ADMIN_PASSWORD: 'another' };

function service(name: string): ComposeService {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`there is no service ${name}`);
  return found;
}

function environmentOf(name: string, env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(service(name).environment ?? {}).map(([key, value]) => [key, interpolate(value, env)]),
  );
}

function configOf(name: string, env: Readonly<Record<string, string>> = filled): ServiceConfig {
  const found = readServiceEnvironment(environmentOf(name, env), { httpPort: 0, readFile: () => '' });
  if ('faults' in found) throw new Error(found.faults.join('\n'));
  return found.config;
}

describe('docker-compose.yml', () => {
  const { $schema: _, ...schema } = JSON.parse(
    read('test/support/compose-specification/schema.json'),
  ) as Record<string, unknown>;
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);

  it('is valid by the schema of the Compose Specification', () => {
    expect({ valid: validate(compose), errors: validate.errors }).toEqual({ valid: true, errors: null });
  });

  it.each([
    ['a key that there is not', { ...service('kafka'), imagee: 'x' }],
    [
      'a condition that there is not',
      { ...service('topics'), depends_on: { kafka: { condition: 'ready' } } },
    ],
    ['a list for a text', { ...service('kafka'), hostname: ['kafka'] }],
  ])('would not be, with %s', (_what, broken) => {
    expect(validate({ ...compose, services: { ...compose.services, broken } })).toBe(false);
  });

  it('has the services it is made of', () => {
    expect(longRunning.map(([name]) => name)).toEqual(['kafka', 'clickhouse', 'ingest', 'scorer', 'grafana']);
    expect(oneShots.map(([name]) => name)).toEqual(['topics', 'migrate', 'feed']);
    expect(longRunning.length + oneShots.length).toBe(services.length);
  });

  it('names each image with its full version, and our own with that of the package', () => {
    for (const [name, { image }] of services)
      expect([name, image]).toEqual([name, expect.stringMatching(PINNED)]);
    expect(new Set(ofOurImage.map(([, { image }]) => image))).toEqual(
      new Set([`plumbline:${manifest.version}`]),
    );
    expect(service('topics').image).toBe(service('kafka').image);
  });

  it('asks everything that stays up whether it is healthy', () => {
    for (const [name, { healthcheck, build }] of longRunning) {
      const asked = healthcheck === undefined ? build !== undefined : healthcheck.test !== undefined;
      expect([name, asked]).toEqual([name, true]);
    }
    for (const [name, { healthcheck, build }] of oneShots) {
      // The image's own check would call a container unhealthy that serves nothing.
      if (build !== undefined) expect([name, healthcheck]).toEqual([name, { disable: true }]);
    }
  });

  it('waits for what stays up to be healthy, and for what ends to have ended', () => {
    const waits = services.flatMap(([name, { depends_on = {} }]) =>
      Object.entries(depends_on).map(([other, { condition }]) => ({ name, other, condition })),
    );
    for (const { other, condition } of waits) {
      const ends = service(other).restart === 'no';
      expect({ other, condition }).toEqual({
        other,
        condition: ends ? 'service_completed_successfully' : 'service_healthy',
      });
    }
    for (const name of ['ingest', 'scorer']) {
      expect(Object.keys(service(name).depends_on ?? {})).toEqual(['topics', 'migrate']);
    }
  });

  it('does not start the simulated organisation unless it is asked for', () => {
    expect(services.filter(([, { profiles }]) => profiles !== undefined).map(([name]) => name)).toEqual([
      'feed',
    ]);
    expect(service('feed').profiles).toEqual(['demo']);
  });

  it('takes only variables from .env that .env.example names', () => {
    const { required, optional } = variablesOf(composeText);
    const example = new Set([...read('.env.example').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name));
    expect([...required, ...optional.keys()].filter((name) => !example.has(name))).toEqual([]);
    expect([...required].sort()).toEqual(['GRAFANA_ADMIN_PASSWORD', 'PLUMBLINE_CLICKHOUSE_PASSWORD']);
  });

  it('holds no secret, and says which one is missing', () => {
    const secrets = services.flatMap(([name, { environment = {} }]) =>
      Object.entries(environment)
        .filter(([key]) => /PASSWORD|SECRET|TOKEN/.test(key))
        .map(([key, value]) => `${name} ${key} ${value.replace(/^\$\{\w+(:-|:\?).*\}$/, '$1')}`),
    );
    expect(secrets.filter((secret) => !/ (:-|:\?)$/.test(secret))).toEqual([]);
    expect(secrets.length).toBeGreaterThanOrEqual(6);
    expect(() => configOf('ingest', {})).toThrow('set PLUMBLINE_CLICKHOUSE_PASSWORD in .env');
    for (const name of Object.keys(filled)) expect(composeText).toContain(`\${${name}:?set ${name} in .env}`);
  });

  it('gives the services only variables that they know', () => {
    for (const [name, { environment = {} }] of services) {
      const ours = Object.keys(environment).filter((key) => key.startsWith('PLUMBLINE_'));
      expect([name, ours.filter((key) => !knownNames.includes(key))]).toEqual([name, []]);
    }
  });

  it('lets every setting of .env through to a service, but those that it sets by itself', () => {
    const { required, optional } = variablesOf(composeText);
    const set = new Set(services.flatMap(([, { environment = {} }]) => Object.keys(environment)));
    // Files with secrets, TLS, SASL and embedded directories are for setups that this file does not describe.
    const otherSetups = /_FILE$|_SSL|_TLS_|_SASL_|_PATH$|_CREATE_TOPICS$|_CLUSTER$|^PLUMBLINE_HTTP_HOST$/;
    const through = new Set([...required, ...optional.keys(), ...set]);
    expect(knownNames.filter((name) => !through.has(name) && !otherSetups.test(name))).toEqual([]);
  });

  it('configures ingest and scorer so that they start, on the same topics and the same server', () => {
    const [ingest, scorer] = [configOf('ingest'), configOf('scorer')];
    expect(ingest.log).toEqual({
      kind: 'kafka',
      brokers: ['kafka:9092'],
      clientId: 'plumbline-ingest',
      sessionTimeoutMs: 30_000,
    });
    expect(scorer.topics).toEqual(ingest.topics);
    expect(scorer.warehouse).toEqual(ingest.warehouse);
    expect(ingest.warehouse).toEqual({
      kind: 'server',
      url: 'http://clickhouse:8123',
      user: service('clickhouse').environment?.['CLICKHOUSE_USER'],
      password: environmentOf('clickhouse', filled)['CLICKHOUSE_PASSWORD'],
      database: service('clickhouse').environment?.['CLICKHOUSE_DB'],
    });
  });

  it('keeps the defaults of the services where .env does not say otherwise', () => {
    const least = { PLUMBLINE_LOG_PATH: '/log', PLUMBLINE_CLICKHOUSE_PATH: '/data' };
    const plain = readServiceEnvironment(least, { httpPort: 0, readFile: () => '' });
    if ('faults' in plain) throw new Error(plain.faults.join('\n'));
    const { topics, mappingFiles, policyFile, intake, maxBatchRecords, cacheWeight, logLevel } = plain.config;
    const ingest = configOf('ingest');
    expect(ingest).toMatchObject({ topics, mappingFiles, policyFile, maxBatchRecords, logLevel });
    expect(ingest.intake).toEqual({ ...intake, host: '0.0.0.0' });
    expect(configOf('scorer')).toMatchObject({ topics, policyFile, maxBatchRecords, cacheWeight, logLevel });
    expect(DEFAULT_LIMITS).toMatchObject(intake.limits);
    expect(cacheWeight).toBe(CACHE_WEIGHT);
  });

  it('migrates the database that the services use', () => {
    const command = service('migrate').command ?? [];
    const option = (name: string): string | undefined => command[command.indexOf(name) + 1];
    expect(configOf('ingest').warehouse).toMatchObject({
      url: option('--url'),
      user: option('--user'),
      database: option('--database'),
    });
  });

  it('publishes ports on this machine only', () => {
    for (const port of services.flatMap(([, { ports = [] }]) => ports))
      expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('publishes only ports that the services listen on', () => {
    const { http, intake } = configOf('ingest');
    expect(containerPorts('ingest')).toEqual([intake.port, http.port]);
    expect(containerPorts('scorer')).toEqual([configOf('scorer').http.port]);
    const exposed =
      runtime.instructions
        .find(({ name }) => name === 'EXPOSE')
        ?.rest.split(' ')
        .map(Number) ?? [];
    expect(new Set([...containerPorts('ingest'), ...containerPorts('scorer')])).toEqual(new Set(exposed));
  });

  it('leaves no container more than it needs', () => {
    for (const [name, { mem_limit, security_opt, privileged, cap_drop }] of services) {
      expect([name, mem_limit, security_opt, privileged]).toEqual([
        name,
        expect.stringMatching(/^\d+[mg]$/),
        ['no-new-privileges:true'],
        undefined,
      ]);
      // Kafka and ClickHouse start as they choose; their images give up root by themselves.
      if (!['kafka', 'clickhouse'].includes(name)) expect([name, cap_drop]).toEqual([name, ['ALL']]);
    }
    for (const [name, { read_only }] of ofOurImage) expect([name, read_only]).toEqual([name, true]);
  });

  it('keeps data in volumes that it names, and mounts files that are there, read-only', () => {
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((mount) => mount.split(':')));
    const named = mounts.filter(([source = '']) => !source.startsWith('.'));
    expect(named.map(([source]) => source)).toEqual(Object.keys(compose.volumes));
    for (const [source = '', , mode] of mounts.filter(([path = '']) => path.startsWith('.'))) {
      expect([source, existsSync(`${root}${source}`), mode]).toEqual([source, true, 'ro']);
    }
  });

  it('runs programs that the image has', () => {
    const main = ofOurImage.map(([name, { command = [] }]) => [name, command[0], command[1]]);
    expect(main).toEqual([
      ['migrate', 'node', 'bin/plumbline.js'],
      ['ingest', 'node', 'dist/apps/ingest/src/main.js'],
      ['scorer', 'node', 'dist/apps/scorer/src/main.js'],
      ['feed', 'node', 'bin/plumbline.js'],
    ]);
    for (const name of ['ingest', 'scorer']) expect(existsSync(`${root}apps/${name}/src/main.ts`)).toBe(true);
    expect(existsSync(`${root}bin/plumbline.js`)).toBe(true);
  });

  it('has a broker that takes the largest record there may be', () => {
    const { KAFKA_MESSAGE_MAX_BYTES: most, KAFKA_REPLICA_FETCH_MAX_BYTES: fetched } =
      service('kafka').environment ?? {};
    expect(Number(most)).toBeGreaterThan(MAX_VALUE_BYTES + MAX_KEY_AND_HEADER_BYTES);
    expect(fetched).toBe(most);
  });

  it('creates each topic once', () => {
    const script = read('docker/kafka/create-topics.sh');
    const created = [...script.matchAll(/^create "\$(\w+)" \d+$/gm)].map(([, name = '']) => name);
    const environment = environmentOf('topics', {});
    const { bySource, dealEvents, deadLetters, alerts } = configOf('ingest').topics;
    const topics = created.map((name) => environment[name]);
    expect(new Set(topics)).toEqual(new Set([...Object.values(bySource), dealEvents, deadLetters, alerts]));
    expect(topics).toHaveLength(9);
    const used = new Set([...script.matchAll(/\$([A-Z_]+)/g)].map(([, name = '']) => name));
    expect([...used].filter((name) => !(name in environment))).toEqual([]);
  });

  function containerPorts(name: string): number[] {
    return (service(name).ports ?? []).map((port) => Number(port.split(':').at(-1)));
  }
});

/** A registry's name and a full version: no `latest`, and no line that moves. */
const PINNED = /^[a-z0-9./-]+:\d+\.\d+\.\d+[a-z0-9.-]*$/;

describe('the Dockerfile', () => {
  it('builds on images named with their full version, of one Node', () => {
    for (const { image } of stages) expect(image).toMatch(PINNED);
    expect(new Set(stages.map(({ image }) => image)).size).toBe(1);
    const version = /^node:(\d+)\.(\d+)\./.exec(runtime.image);
    const least = /^>=(\d+)\.(\d+)$/.exec(manifest.engines.node);
    expect(Number(version?.[1])).toBeGreaterThan(Number(least?.[1]));
  });

  it('ends as a user who is not root, and asks /health/live', () => {
    const names = runtime.instructions.map(({ name }) => name);
    const last = (name: string): string =>
      runtime.instructions.findLast((one) => one.name === name)?.rest ?? '';
    expect(last('USER')).toBe('node');
    expect(names.lastIndexOf('USER')).toBeGreaterThan(names.lastIndexOf('COPY'));
    expect(last('HEALTHCHECK')).toContain('CMD ["node", "docker/healthcheck.js"]');
    expect(read('docker/healthcheck.js')).toContain('/health/live');
  });

  it('brings no development dependency and no embedded engine into what runs', () => {
    const modules = runtime.instructions.filter(({ rest }) => rest.includes('node_modules'));
    expect(modules).toEqual([{ name: 'COPY', rest: '--from=dependencies /app/node_modules node_modules' }]);
    const install = stages
      .find(({ alias }) => alias === 'dependencies')
      ?.instructions.find(({ name }) => name === 'RUN')?.rest;
    expect(install).toMatch(/^npm ci --omit=dev --ignore-scripts .*rm -rf node_modules\/@chdb\/lib-\*/);
    expect(runtime.instructions.some(({ name }) => name === 'RUN')).toBe(false);
  });

  it('copies what is there and what .dockerignore lets through', () => {
    const sent = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const sources = stages
      .flatMap(({ instructions }) => instructions)
      .filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from='))
      .flatMap(({ rest }) => rest.split(' ').slice(0, -1));
    expect(sources.length).toBeGreaterThan(8);
    for (const source of sources) {
      const isSent = sent.some((path) => source === path || posix.dirname(source).startsWith(path));
      expect([source, existsSync(`${root}${source}`), isSent]).toEqual([source, true, true]);
    }
    expect(read('.dockerignore').split('\n')).toContain('*');
  });

  it('copies from stages that there are', () => {
    const from = stages.flatMap(({ instructions }) =>
      instructions.flatMap(({ rest }) => /^--from=(\w+)/.exec(rest)?.[1] ?? []),
    );
    expect(from.sort()).toEqual(['build', 'dependencies']);
    expect(stages.map(({ alias }) => alias)).toEqual(['build', 'dependencies', 'runtime']);
  });
});

describe('the health check of the containers', () => {
  it.each([
    [200, 0],
    [503, 1],
  ])('takes an answer of %i as exit code %i', async (status, code) => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      expect(await exitCodeOfCheck((server.address() as AddressInfo).port)).toBe(code);
      expect(asked).toEqual(['/health/live']);
    } finally {
      server.close();
    }
  });

  it('fails where nothing answers', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await exitCodeOfCheck(port)).toBe(1);
  });

  function exitCodeOfCheck(port: number): Promise<number | null> {
    const child = spawn(process.execPath, [`${root}docker/healthcheck.js`], {
      env: { PLUMBLINE_HTTP_PORT: String(port) },
      stdio: 'ignore',
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
  }
});
