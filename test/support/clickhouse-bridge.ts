import { afterAll } from '@jest/globals';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Fault, Order, Word } from './clickhouse-bridge-protocol.js';
import { until } from './until.js';

/** A fault that stands until it is used up or released. */
export interface Breaking {
  /** Of the requests that it has hit, in their order, how each began. */
  readonly hits: readonly string[];
  /** Resolves once it has hit a request (so many of them). */
  struck(count?: number): Promise<void>;
  /** Ends it, and lets go of the requests that it holds. */
  release(): Promise<void>;
}

/** A ClickHouse for tests: the real engine behind its HTTP protocol, in a process of its own. */
export interface ClickHouseBridge {
  readonly url: string;
  /** Makes requests fail from now on. */
  break(fault: Fault): Promise<Breaking>;
  /** Ends it without warning; the data stay. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  restart(): Promise<void>;
}

const alive = new Set<ChildProcess>();

afterAll(async () => {
  for (const child of alive) await end(child);
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/**
 * Starts a bridge; it ends with the tests of the file.
 * @param program the compiled clickhouse-bridge-process.ts
 * @param path a directory for the data
 */
export async function startBridge(program: string, path: string): Promise<ClickHouseBridge> {
  const breaking = new Map<number, string[]>();
  const done = new Set<number>();
  let number = 0;
  let port = 0;
  let child = await run();

  async function run(): Promise<ChildProcess> {
    const started = fork(program, [path, String(port)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
    });
    alive.add(started);
    started.once('exit', () => alive.delete(started));
    let isListening = false;
    started.on('message', (word: Word) => {
      if (word.said === 'done') done.add(word.number);
      else if (word.said === 'hit') breaking.get(word.number)?.push(word.statement);
      else {
        port = word.port;
        isListening = true;
      }
    });
    await until('the bridge listens', () => {
      if (started.exitCode !== null)
        throw new Error(`the bridge ended at its start, with ${started.exitCode}`);
      return isListening;
    });
    return started;
  }

  async function order(what: Order): Promise<void> {
    done.delete(what.number);
    child.send(what);
    await until('the bridge obeys', () => done.has(what.number));
  }

  return {
    url: `http://127.0.0.1:${port}`,
    async break(fault) {
      number += 1;
      const own = number;
      const hits: string[] = [];
      breaking.set(own, hits);
      await order({ do: 'break', number: own, fault });
      return {
        hits,
        async struck(count = 1) {
          await until(`a request is struck (${JSON.stringify(fault)})`, () => hits.length >= count);
        },
        release: () => order({ do: 'release', number: own }),
      };
    },
    kill: () => end(child),
    async restart() {
      await end(child);
      child = await run();
    },
  };
}
