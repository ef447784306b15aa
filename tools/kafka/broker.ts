import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaJars } from './jars.js';
import { javaProgram, run } from './programs.js';
import { serverProperties } from './settings.js';

const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 20_000;
const LAST_LOG_LINES = 15;

export interface BrokerOptions {
  /** Where its data are. None: a temporary directory. */
  readonly dataDir?: string;
  /** Whether the directory is deleted when the broker stops or this process ends. Default: where none is given. */
  readonly temporary?: boolean;
  /** None: a free one. */
  readonly port?: number;
  /** Told, a line each, of what takes long. Default: nobody. */
  readonly say?: (line: string) => void;
}

/** An Apache Kafka broker on this machine. It never outlives the process that started it, however that ends. */
export interface Broker {
  /** For clients: `localhost:NNNN`. */
  readonly bootstrap: string;
  /** Settles when the broker's process ends: without anybody's wish, too. */
  readonly ended: Promise<void>;
  /** Ends it without warning, as a power cut would; its data stay, for `restart`. */
  kill(): Promise<void>;
  /** Ends it in order, for good. */
  stop(): Promise<void>;
  /** Ends it in order where it still runs, and starts it on the same data and port. */
  restart(): Promise<void>;
  /** Lets this process end although the broker runs; the broker ends with it. */
  unref(): void;
}

/**
 * Starts a broker; resolves once clients can work with it.
 * @throws Error that says what to do where Java or Maven is missing, the port is taken, or the broker ends at once
 */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const say = options.say ?? (() => undefined);
  const java = javaProgram();
  if (java === null) {
    throw new Error(
      'Apache Kafka runs on Java 17 or later, and there is no java on the PATH: install it (Debian: apt-get install openjdk-17-jre-headless) or set JAVA_HOME.',
    );
  }
  const jars = await kafkaJars(say);
  const port = options.port ?? (await freePort());
  await checkFree(port);
  const dataDir = resolve(options.dataDir ?? (await mkdtemp(join(tmpdir(), 'plumbline-kafka-'))));
  await mkdir(dataDir, { recursive: true });
  const temporary = options.temporary ?? options.dataDir === undefined;
  const machine: Machine = { java, jars, dataDir, port, temporary };
  const watchdog = startWatchdog(machine);
  try {
    return await createBroker(machine, watchdog);
  } catch (error) {
    // The watchdog takes with it what there is of the broker, and a temporary directory.
    watchdog.stdin?.end();
    throw error;
  }
}

interface Machine {
  readonly java: string;
  readonly jars: string;
  readonly dataDir: string;
  readonly port: number;
  /** Whether the data directory goes with the broker. */
  readonly temporary: boolean;
}

async function createBroker(machine: Machine, watchdog: ChildProcess): Promise<Broker> {
  await prepare(machine);
  let child = await startJava(machine);
  let detached = false;

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      const patience = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
      await ended;
      clearTimeout(patience);
    }
    await rm(pidFile(machine), { force: true });
  }

  return {
    bootstrap: `localhost:${machine.port}`,
    get ended() {
      return exitOf(child);
    },
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM');
      watchdog.stdin?.end();
      if (machine.temporary) await rm(machine.dataDir, { recursive: true, force: true });
    },
    async restart() {
      await end('SIGTERM');
      child = await startJava(machine);
      if (detached) child.unref();
    },
    unref() {
      detached = true;
      child.unref();
    },
  };
}

function pidFile({ dataDir }: Machine): string {
  return join(dataDir, 'broker.pid');
}

async function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/**
 * A process that outlives this one by as long as it takes to end the broker: its standard input closes however this
 * process ends. Without it a killed test run would leave a broker behind for ever.
 */
function startWatchdog(machine: Machine): ChildProcess {
  // What is deleted while the broker still ends would be made again.
  const script = `
    cat >/dev/null
    broker=$(cat "$1/broker.pid" 2>/dev/null)
    if [ -n "$broker" ]; then
      kill -9 "$broker" 2>/dev/null
      for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$broker" 2>/dev/null && sleep 0.3; done
      rm -f "$1/broker.pid"
    fi
    if [ "$2" = true ]; then rm -rf "$1"; fi`;
  const child = spawn('sh', ['-c', script, 'watchdog', machine.dataDir, String(machine.temporary)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  const input: unknown = child.stdin;
  // The pipe alone must not keep this process.
  if (hasUnref(input)) input.unref();
  return child;
}

function hasUnref(value: unknown): value is { unref(): void } {
  return typeof value === 'object' && value !== null && 'unref' in value;
}

/** Writes the settings, and formats the directory where it is new. */
async function prepare(machine: Machine): Promise<void> {
  const records = join(machine.dataDir, 'records');
  const settings = serverProperties({ port: machine.port, controllerPort: await freePort(), records });
  await writeFile(propertiesFile(machine), settings);
  if (existsSync(join(records, 'meta.properties'))) return;
  // One that began with a dash would be taken for an option.
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, '_');
  const { code, output } = await run(machine.java, [
    ...javaOptions(machine),
    ...['kafka.tools.StorageTool', 'format', '--cluster-id', clusterId, '--config', propertiesFile(machine)],
  ]);
  if (code !== 0) throw new Error(`The directory ${machine.dataDir} could not be formatted:\n${output}`);
}

function propertiesFile({ dataDir }: Machine): string {
  return join(dataDir, 'server.properties');
}

function javaOptions({ jars }: Machine): string[] {
  return [
    // Small, and quick to start rather than fast for hours.
    ...['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    '-Dorg.slf4j.simpleLogger.showDateTime=true',
    ...['-cp', join(jars, '*')],
  ];
}

/** Starts the broker's process; resolves once it answers clients. */
async function startJava(machine: Machine): Promise<ChildProcess> {
  const logFile = join(machine.dataDir, 'broker.log');
  const log = await open(logFile, 'w');
  const child = spawn(
    machine.java,
    [...javaOptions(machine), 'kafka.Kafka', propertiesFile(machine)],
    // Detached: Ctrl-C in a terminal is for this process, which then stops the broker in order.
    { detached: true, stdio: ['ignore', log.fd, log.fd] },
  );
  const failed = once(child, 'error').then(([error]) => {
    throw new Error(`${machine.java} can't be run: ${String(error)}`);
  });
  failed.catch(() => undefined);
  await log.close();
  if (child.pid === undefined) return failed;
  await writeFile(pidFile(machine), String(child.pid));
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  while (!(await answers(machine.port))) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (hasEnded || Date.now() > giveUpAt) {
      child.kill('SIGKILL');
      const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-LAST_LOG_LINES);
      const what = hasEnded ? 'ended at once' : `did not answer within ${READY_WITHIN_MS / 1000} s`;
      throw new Error(`The broker on port ${machine.port} ${what}. It wrote:\n${lines.join('\n')}`);
    }
    await pause(100);
  }
  return child;
}

/** Whether a broker on this port lists itself, which it does only once it takes requests. */
async function answers(port: number): Promise<boolean> {
  const admin = new Kafka({
    brokers: [`localhost:${port}`],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } catch {
    return false;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Another process there may be a broker, too: its answers must not be taken for those of this one. */
async function checkFree(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(`Port ${port} is taken, or not to be had: give another one.`, { cause: error });
  } finally {
    server.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('This machine gives no free port.');
  return address.port;
}
