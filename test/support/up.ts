import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Running, start } from './cli.js';
import { until } from './until.js';

/** A running `plumbline up`, and how to reach it. */
export interface Up {
  readonly process: Running;
  readonly url: string;
  readonly token: string;
}

interface Noted {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
}

function noted(folder: string): Noted | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')) as Noted;
  } catch {
    return undefined;
  }
}

/** Starts `plumbline up` on a folder without waiting for anything. */
export function startUp(folder: string, ...options: readonly string[]): Running {
  return start(['up', '--data', folder, '--port', '0', '--clickhouse-port', '0', ...options]);
}

/**
 * Starts `plumbline up` on a folder, and waits until it can be reached.
 * @throws Error where it ends before that
 */
export async function up(folder: string, ...options: readonly string[]): Promise<Up> {
  const process = startUp(folder, ...options);
  let ended = false;
  void process.ended.finally(() => (ended = true));
  const { url, token } = await until('plumbline up can be reached', async () => {
    if (ended) throw new Error(`plumbline up ended: ${(await process.ended).stderr}`);
    const file = noted(folder);
    return file?.pid === process.pid && file;
  });
  return { process, url, token };
}

/**
 * Posts NDJSON to the local API.
 * @returns whether it was acknowledged; false too where the process was killed meanwhile
 */
export async function post({ url, token }: Up, body: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/api/events', url), {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    });
    return response.status === 202;
  } catch {
    return false;
  }
}

/** How many records are still on their way. */
export async function lagOf({ url, token }: Up): Promise<number> {
  const response = await fetch(new URL('/api/lag', url), { headers: { authorization: `Bearer ${token}` } });
  const { ingest, scorer } = (await response.json()) as { ingest: number; scorer: number };
  return ingest + scorer;
}

/** Waits until everything acknowledged is taken in and scored. */
export async function drainedUp(running: Up): Promise<void> {
  await until('everything is scored', async () => (await lagOf(running)) === 0);
}
