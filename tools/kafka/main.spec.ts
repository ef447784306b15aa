import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import { compilePackage } from '../../test/support/compile-package.js';
import { useOwnBrokers } from '../../test/support/kafka.js';
import { temporaryFolder } from '../../test/support/temporary.js';
import { until } from '../../test/support/until.js';
import { DEFAULT_TOPICS } from './topics.js';

jest.setTimeout(120_000);

const SOURCES = fileURLToPath(new URL('.', import.meta.url));

const brokers = await useOwnBrokers();
let script: string;

beforeAll(async () => {
  script = await compile(temporaryFolder());
});

/** Compiles the program as it is in the sources now, into a project of its own. */
async function compile(directory: string): Promise<string> {
  const compiled = await compilePackage(directory, ['tools/kafka', 'libs/log/src']);
  await mkdir(join(directory, 'tools', 'kafka'), { recursive: true });
  await copyFile(join(SOURCES, 'pom.xml'), join(directory, 'tools', 'kafka', 'pom.xml'));
  return join(compiled, 'tools', 'kafka', 'main.js');
}

interface Started {
  readonly child: ChildProcess;
  readonly said: () => string;
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  return { child, said: () => said };
}

/** The address in what it prints once it runs. */
async function bootstrapOf({ said, child }: Started): Promise<string> {
  return until('it runs', () => {
    if (child.exitCode !== null) throw new Error(said());
    return /runs on (localhost:\d+)[^]*Ctrl-C stops it/.exec(said())?.[1];
  });
}

function isReachable(bootstrap: string): Promise<boolean> {
  const socket = createConnection({ host: 'localhost', port: Number(bootstrap.split(':')[1]) });
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

/** A port that was free a moment ago. */
async function somePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return String(typeof address === 'object' ? address?.port : '');
}

brokers.describe('A broker for development', () => {
  it('has the default topics, keeps its data, and stops in order', async () => {
    const args = ['--port', await somePort(), '--data', join(temporaryFolder(), 'data'), '--partitions', '2'];
    const first = start(args);
    const bootstrap = await bootstrapOf(first);
    const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [...DEFAULT_TOPICS] });
    await admin.disconnect();
    expect(topics.map(({ partitions }) => partitions.length)).toEqual(DEFAULT_TOPICS.map(() => 2));

    first.child.kill('SIGINT');
    expect((await once(first.child, 'exit'))[0]).toBe(0);
    expect(await isReachable(bootstrap)).toBe(false);

    const second = start(args);
    await bootstrapOf(second);
    const again = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin();
    await again.connect();
    expect(await again.listTopics()).toEqual(expect.arrayContaining([...DEFAULT_TOPICS]));
    await again.disconnect();
    second.child.kill('SIGTERM');
    expect((await once(second.child, 'exit'))[0]).toBe(0);
  });

  it('ends with the program that started it, however that ends', async () => {
    const data = join(temporaryFolder(), 'data');
    const started = start(['--port', await somePort(), '--data', data]);
    const bootstrap = await bootstrapOf(started);
    expect(Number(await readFile(join(data, 'broker.pid'), 'utf8'))).toBeGreaterThan(0);
    started.child.kill('SIGKILL');
    await until('the broker has ended', async () => !(await isReachable(bootstrap)));
    await until('and nothing says it runs', () => !existsSync(join(data, 'broker.pid')));
  });

  it('says so where its port is taken', async () => {
    const port = await somePort();
    const server = createServer().listen(Number(port), '127.0.0.1');
    await once(server, 'listening');
    const started = start(['--port', port]);
    expect((await once(started.child, 'exit'))[0]).toBe(1);
    server.close();
    expect(started.said()).toContain(`Port ${port} is taken`);
  });
});

describe('A broker for development without what it takes', () => {
  it('says what to install where there is no Java', async () => {
    const started = start([], { PATH: '' });
    expect((await once(started.child, 'exit'))[0]).toBe(1);
    expect(started.said()).toMatch(/Java 17 or later.*install it.*JAVA_HOME/);
  });
});
