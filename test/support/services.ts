import { afterAll } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { until } from './until.js';

export interface ServiceOptions {
  /** The compiled main.ts. */
  readonly program: string;
  /** What others may know it by. */
  readonly name: string;
  /** All of its environment but the ports. */
  readonly environment: Readonly<Record<string, string>>;
}

/** One process of a service, which is started again where it ends by itself, as one that operates it would do. */
export interface ServiceProcess {
  readonly name: string;
  /** How often it ended by itself and was started again. */
  readonly restarts: number;
  /** Resolves once it says that it is ready for work. */
  ready(): Promise<void>;
  /**
   * Ends it, and resolves when it is gone: with its exit code, null after SIGKILL. It is not started again.
   * @throws Error where it does not end, after it was killed
   */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Sends it a signal that does not end it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** The last lines that it wrote, of all its starts. */
  output(): string;
}

const KEPT_LINES = 40;
const RESTARTED_AFTER_MS = 500;
/** A service gives itself 25 s to end its work. */
const ENDED_WITHIN_MS = 35_000;

const running = new Set<ServiceProcess>();

// A test that fails in the middle must not leave its processes behind.
afterAll(async () => {
  for (const service of running) await service.end('SIGKILL');
});

/** Starts a service without waiting for it. */
export async function startService({ program, name, environment }: ServiceOptions): Promise<ServiceProcess> {
  const lines: string[] = [];
  const port = await freePort();
  const env = {
    PATH: process.env['PATH'],
    TZ: 'Pacific/Chatham',
    KAFKAJS_NO_PARTITIONER_WARNING: '1',
    PLUMBLINE_HTTP_PORT: String(port),
    ...environment,
  };
  let restarts = 0;
  let isWanted = true;
  let child = run();

  function run(): ChildProcess {
    const started = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        lines.push(...text.trimEnd().split('\n'));
        lines.splice(0, lines.length - KEPT_LINES);
      });
    }
    started.once('exit', (code, signal) => {
      lines.push(`${name} ended: ${signal ?? code ?? ''}`);
      if (!isWanted) return;
      restarts += 1;
      // One that can't start at all must not take the machine from those that can.
      setTimeout(() => {
        if (isWanted) child = run();
      }, RESTARTED_AFTER_MS);
    });
    return started;
  }

  const service: ServiceProcess = {
    name,
    get restarts() {
      return restarts;
    },
    async ready() {
      await until(
        `${name} is ready`,
        async () => {
          const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
          await answer?.body?.cancel();
          return answer?.status === 200;
        },
        30_000,
      ).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${service.output()}`);
      });
    },
    async end(signal) {
      isWanted = false;
      running.delete(service);
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill(signal);
      const patience = AbortSignal.timeout(ENDED_WITHIN_MS);
      patience.addEventListener('abort', () => child.kill('SIGKILL'));
      await ended;
      if (patience.aborted)
        throw new Error(`${name} did not end within ${ENDED_WITHIN_MS} ms of ${signal}\n${service.output()}`);
      return child.exitCode;
    },
    signal(signal) {
      child.kill(signal);
    },
    output: () => lines.map((line) => `${name}: ${line}`).join('\n'),
  };
  running.add(service);
  return service;
}

/** That of nobody for now; a service that comes too late to it says so and is started again. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('This machine gives no free port.');
  return address.port;
}
