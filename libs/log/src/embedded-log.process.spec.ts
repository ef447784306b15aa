import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedLog } from './embedded-log.js';
import type { LoggedRecord } from './log.js';
import { compileLogProcess } from './testing/compile-log.js';

// Processes start and end several times in a test, on machines that may be busy.
jest.setTimeout(120_000);

const SEED = 20_240_229;
const KEYS = ['a', 'b', 'c'];

let storage: string;
let script: string;

beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), 'log-process-'));
  script = await compileLogProcess(join(storage, 'compiled'));
});

afterAll(async () => {
  await rm(storage, { recursive: true });
});

describe('An embedded log whose process is killed', () => {
  it('has every acknowledged record once and in order, however often that happens', async () => {
    const path = join(storage, 'append');
    const random = seeded(SEED);
    let counts: Record<string, number> = Object.fromEntries(KEYS.map((key) => [key, 0]));
    for (let round = 1; round <= 5; round += 1) {
      const lines = await runAndKill(
        ['append', path, JSON.stringify(counts)],
        1 + Math.floor(random() * 150),
      );
      const acknowledged = { ...counts };
      for (const [key, count] of lines.map(words)) acknowledged[key] = count;

      const records = await readAll(path);
      for (const key of KEYS) {
        const numbers = records.filter((record) => record.key === key).map(({ timestamp }) => timestamp);
        expect(numbers.length).toBeGreaterThanOrEqual(acknowledged[key] ?? 0);
        expect(numbers).toEqual(numbers.map((_, i) => i));
      }
      for (const { value, timestamp } of records) {
        expect(value.toString('latin1', 0, String(timestamp).length + 1)).toBe(`${timestamp} `);
      }
      counts = Object.fromEntries(
        KEYS.map((key) => [key, records.filter((record) => record.key === key).length]),
      );
    }
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
  });

  it('has every acknowledged commit, and no commit of what was not read', async () => {
    const path = join(storage, 'consume');
    const log = await openEmbeddedLog({ path });
    const records = Array.from({ length: 5_000 }, (_, i) => ({
      key: 'a',
      value: Buffer.from('x'),
      timestamp: i,
    }));
    await log.append('deals', records);
    await log.close();

    const random = seeded(SEED + 1);
    let position = 0;
    for (let round = 1; round <= 5; round += 1) {
      const lines = await runAndKill(['consume', path], 1 + Math.floor(random() * 100));
      const committed = lines.map(words).filter(([word]) => word === 'committed');
      const read = lines.map(words).filter(([word]) => word === 'read');

      const next = await nextNumber(path);
      expect(next).toBeGreaterThanOrEqual(committed.at(-1)?.[1] ?? position);
      expect(next).toBeLessThanOrEqual(read.at(-1)?.[1] ?? position);
      position = next;
    }
    expect(position).toBeGreaterThan(0);
  });
});

describe('An embedded log that another process has open', () => {
  it('is refused in one line that names the process, until that is killed', async () => {
    const path = join(storage, 'hold');
    const { child, lines } = start(['hold', path]);
    const ended = new Promise((resolve) => child.once('close', resolve));
    await lines(1);
    await expect(openEmbeddedLog({ path })).rejects.toThrow(
      `The log at ${path} is already open in process ${String(child.pid)}: one process at a time can have it, stop that one first.`,
    );
    child.kill('SIGKILL');
    await ended;
    const log = await openEmbeddedLog({ path });
    await log.append('deals', [{ key: 'a', value: Buffer.from('x'), timestamp: 0 }]);
    await log.close();
  });
});

describe('An embedded log without room', () => {
  it('refuses the append in one line, and has all that it took before', async () => {
    const path = join(storage, 'full');
    // A limit on the size of files stands for a full disk. It comes as a failed write where the signal is ignored.
    const { child, all } = start(['fill', path], `trap '' XFSZ; ulimit -f 2000; exec "$0" "$@"`);
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect(status).toBe(0);
    const appended = all().filter((line) => line.startsWith('appended '));
    const failed = all().filter((line) => line.startsWith('failed '));
    expect(appended.length).toBeGreaterThan(0);
    expect(failed).toHaveLength(2);
    for (const line of failed) {
      expect(line).toMatch(
        /^failed Can't write to the log at .*full \(.+\): see that its disk has space left/,
      );
    }
    const records = await readAll(path);
    expect(records.map(({ timestamp }) => timestamp)).toEqual(appended.map((_, i) => i));
  });
});

interface Running {
  readonly child: ChildProcess;
  /** Resolves once that many lines have come. */
  readonly lines: (count: number) => Promise<void>;
  /** All whole lines so far. */
  readonly all: () => string[];
}

function start(args: readonly string[], shell?: string): Running {
  const command = [process.execPath, script, ...args];
  const child =
    shell === undefined ? spawn(process.execPath, command.slice(1)) : spawn('sh', ['-c', shell, ...command]);
  let output = '';
  let errors = '';
  const all = (): string[] => output.split('\n').slice(0, -1);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    child.emit('lines');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return {
    child,
    all,
    lines: (count) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (all().length >= count) resolve();
        };
        child.on('lines', look);
        child.once('close', () => {
          reject(new Error(`The process ended before it said ${count} lines:\n${errors}`));
        });
        look();
      }),
  };
}

/** Kills the process once it has said `count` lines, in the middle of what it does then. */
async function runAndKill(args: readonly string[], count: number): Promise<string[]> {
  const { child, lines, all } = start(args);
  const ended = new Promise((resolve) => child.once('close', resolve));
  await lines(count);
  child.kill('SIGKILL');
  await ended;
  return all();
}

async function readAll(path: string): Promise<LoggedRecord[]> {
  const log = await openEmbeddedLog({ path });
  const reader = await log.open({ topics: ['deals'], group: 'checker' });
  const records: LoggedRecord[] = [];
  for (;;) {
    const batch = await reader.read({ maxRecords: 1_000, waitMs: 0 });
    if (batch === null) break;
    records.push(...batch.records);
  }
  await log.close();
  return records;
}

async function nextNumber(path: string): Promise<number> {
  const log = await openEmbeddedLog({ path });
  const reader = await log.open({ topics: ['deals'], group: 'scorer' });
  const batch = await reader.read({ maxRecords: 1, waitMs: 0 });
  await log.close();
  return batch?.records[0]?.timestamp ?? NaN;
}

function words(line: string): [string, number] {
  const [word = '', number = ''] = line.split(' ');
  return [word, Number(number)];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
