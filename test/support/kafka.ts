import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect } from '@jest/globals';
import { type Broker, startBroker } from '../../tools/kafka/broker.js';
import { canHaveJars } from '../../tools/kafka/jars.js';
import { javaProgram } from '../../tools/kafka/programs.js';
import { createTopics } from '../../tools/kafka/topics.js';

// A first start downloads the broker.
const STARTED_WITHIN_MS = 300_000;
const CONTAINER_IMAGE = 'confluentinc/cp-kafka:7.9.1';
const CONTAINER_PORT = 9093;
const MAX_MESSAGE_BYTES = 12 * 1024 * 1024;

/** The broker that all specs of a run share. */
export interface TestKafka {
  /** `describe`, or its skipping twin where no broker can be had. */
  readonly describe: (name: string, specs: () => void) => void;
  /** For clients: `host:port`. */
  readonly bootstrap: string;
  /** Creates topics that no other spec knows, and returns their names. */
  freshTopics(count: number, partitions?: number): Promise<readonly string[]>;
}

/** Brokers that a spec has for itself, to kill and to start again. */
export interface OwnBrokers {
  /** `describe`, or its skipping twin where none can be had. */
  readonly describe: (name: string, specs: () => void) => void;
  start(): Promise<Broker>;
}

/**
 * The broker of this run, to be called at the top of a spec file: the one at PLUMBLINE_TEST_KAFKA, else one that
 * the first spec that asks starts, with Java or as a container. It ends with the run, however that ends.
 * @throws Error under CI where none can be had
 */
export async function useKafka(): Promise<TestKafka> {
  const given = process.env['PLUMBLINE_TEST_KAFKA'];
  if (given !== undefined && given !== '') return kafkaAt(given);
  if (await canRunBroker()) return kafkaAt(await sharedBootstrap(startWithJava));
  if (await hasDocker()) return kafkaAt(await sharedBootstrap(startContainer));
  return {
    describe: leftOut(
      'no broker: it takes java 17 and mvn, or Docker, or the address of one in PLUMBLINE_TEST_KAFKA',
    ),
    bootstrap: '',
    freshTopics: () => Promise.reject(new Error('There is no broker.')),
  };
}

/**
 * Brokers of the spec's own, to be called at the top of a spec file. They end with the run at the latest.
 * @throws Error under CI where none can be had
 */
export async function useOwnBrokers(): Promise<OwnBrokers> {
  return {
    describe: (await canRunBroker()) ? describe : leftOut('no broker to be killed: it takes java 17 and mvn'),
    start: async () => {
      const broker = await startBroker({ say });
      broker.unref();
      return broker;
    },
  };
}

function kafkaAt(bootstrap: string): TestKafka {
  return {
    describe,
    bootstrap,
    async freshTopics(count, partitions = 6) {
      const topics = Array.from({ length: count }, () => `test-${randomUUID()}`);
      await createTopics(bootstrap, topics, partitions);
      return topics;
    },
  };
}

async function canRunBroker(): Promise<boolean> {
  return javaProgram() !== null && (await canHaveJars());
}

function leftOut(why: string): TestKafka['describe'] {
  const spec = expect.getState().testPath ?? 'a spec';
  if (process.env['CI'] === 'true') throw new Error(`${spec} needs Kafka, and there is ${why}.`);
  say(`Left out: ${spec}. There is ${why}.`);
  // Only on a developer's machine without any broker, and said aloud; under CI it is the failure above.
  return describe.skip;
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Starts a broker whose files, if any, are in the directory, and returns its bootstrap address. */
type Start = (directory: string) => Promise<string>;

/** The address of the broker that the workers of this run share; the first that asks starts it. */
async function sharedBootstrap(start: Start): Promise<string> {
  // A worker is a process that jest's own has started; without workers it is jest's own.
  const run = process.connected ? process.ppid : process.pid;
  const directory = join(tmpdir(), `plumbline-test-kafka-${process.getuid?.() ?? 0}-${run}`);
  const giveUpAt = Date.now() + STARTED_WITHIN_MS;
  while (Date.now() < giveUpAt) {
    if (await isMade(directory)) return startShared(directory, start);
    const said = await readFile(join(directory, 'said'), 'utf8').catch(() => '');
    if (said.startsWith('failed ')) throw new Error(said);
    if (said !== '' && (await accepts(said))) return said;
    // Still starting, or what is left of an earlier run with the same number.
    if (said !== '') await rename(directory, `${directory}-${randomUUID()}`).catch(() => undefined);
    else await pause(100);
  }
  throw new Error(`The broker that another spec starts isn't there after ${STARTED_WITHIN_MS / 1000} s.`);
}

async function isMade(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
    return true;
  } catch (error) {
    if (existsSync(directory)) return false;
    throw error;
  }
}

async function startShared(directory: string, start: Start): Promise<string> {
  try {
    const bootstrap = await start(directory);
    await tell(directory, bootstrap);
    return bootstrap;
  } catch (error) {
    await mkdir(directory, { recursive: true });
    await tell(directory, `failed ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  }
}

/** Whole or not at all: others look for it all the time. */
async function tell(directory: string, what: string): Promise<void> {
  const partial = join(directory, `said-${randomUUID()}`);
  await writeFile(partial, what);
  await rename(partial, join(directory, 'said'));
}

async function startWithJava(directory: string): Promise<string> {
  const broker = await startBroker({ dataDir: directory, temporary: true, say });
  broker.unref();
  return broker.bootstrap;
}

async function hasDocker(): Promise<boolean> {
  const { getContainerRuntimeClient } = await import('testcontainers');
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

/** testcontainers removes it when this process ends. */
async function startContainer(): Promise<string> {
  const { KafkaContainer } = await import('@testcontainers/kafka');
  const container = await new KafkaContainer(CONTAINER_IMAGE)
    .withKraft()
    .withEnvironment({
      KAFKA_MESSAGE_MAX_BYTES: String(MAX_MESSAGE_BYTES),
      KAFKA_REPLICA_FETCH_MAX_BYTES: String(MAX_MESSAGE_BYTES),
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
      // Test records may be of 1970.
      KAFKA_LOG_RETENTION_MS: '-1',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    })
    .start();
  return `${container.getHost()}:${container.getMappedPort(CONTAINER_PORT)}`;
}

function accepts(bootstrap: string): Promise<boolean> {
  const { hostname, port } = new URL(`kafka://${bootstrap}`);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
