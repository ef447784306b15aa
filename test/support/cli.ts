import { afterAll } from '@jest/globals';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** The root of the project. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

const program = `${root}bin/plumbline.js`;

/** What became of a run of the command line. */
export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A run under way. */
export interface Running {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Run>;
}

interface Surroundings {
  readonly cwd?: string;
  /** Settings. */
  readonly env?: Readonly<Record<string, string>>;
}

const alive = new Set<ChildProcessByStdio<Writable, Readable, Readable>>();

// A test that fails in the middle must not leave its processes behind.
afterAll(async () => {
  for (const child of alive) {
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
  }
});

/** Starts `plumbline` with these arguments, and of the settings of this process's environment with none but the given. */
export function start(args: readonly string[], options: Surroundings = {}): Running {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: options.cwd ?? root,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], TZ: 'Pacific/Chatham', ...options.env },
  });
  alive.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A program that has seen enough closes its input: what was still to be written is lost, and that is all.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<Run>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      alive.delete(child);
      resolve({ stdout, stderr, code, signal });
    });
  });
  return {
    pid: child.pid ?? -1,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    kill: (signal) => {
      child.kill(signal);
    },
    ended,
  };
}

/** Runs `plumbline` to its end. */
export function run(
  args: readonly string[],
  options: Surroundings & { readonly stdin?: string | Uint8Array } = {},
): Promise<Run> {
  const running = start(args, options);
  running.stdin.end(options.stdin ?? '');
  return running.ended;
}

/** The lines of a text that ends with a newline. */
export function linesOf(text: string): string[] {
  return text.split('\n').slice(0, -1);
}
