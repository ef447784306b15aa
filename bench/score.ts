/**
 * `plumbline score` on 1,000,000 events as one feed brings them, against a process that only reads the lines and
 * parses them. Wall clock and the highest memory of each process.
 * Usage: node dist/bench/score.js [events]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { simulatedPolicy } from '#simulator/policy.js';
import { simulate } from '#simulator/simulate.js';
import { say } from './rounds.js';

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const EVENTS_A_DEAL = 62;
const until = Date.parse('2026-03-02T12:00:00Z');

const folder = await mkdtemp(path.join(tmpdir(), 'plumbline-bench-'));
try {
  const events = path.join(folder, 'events.ndjson');
  const policy = path.join(folder, 'policy.yaml');
  const reader = path.join(folder, 'reader.mjs');
  await writeFile(policy, stringify(simulatedPolicy));
  await writeFile(
    reader,
    `import { createReadStream } from 'node:fs'; import { createInterface } from 'node:readline';
     for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) JSON.parse(line);`,
  );
  await writeEvents(events);
  const program = path.resolve(import.meta.dirname, '../../bin/plumbline.js');
  const asOf = '2026-03-02T12:00:00Z';
  for (let round = 1; round <= 3; round += 1) {
    const peer = await measure([reader, events]);
    const score = await measure([program, 'score', events, '--policy', policy, '--as-of', asOf]);
    say(
      `round ${round}: score ${score.seconds.toFixed(1)} s, ${score.peakMb} MB; reading and JSON.parse alone ` +
        `${peer.seconds.toFixed(1)} s, ${peer.peakMb} MB; ratio ${(score.seconds / peer.seconds).toFixed(1)}`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function writeEvents(file: string): Promise<void> {
  const out = createWriteStream(file);
  let written = 0;
  let pending: string[] = [];
  const flush = async (): Promise<void> => {
    if (!out.write(pending.join(''))) await once(out, 'drain');
    pending = [];
  };
  // Deal by deal the simulator needs the memory of one deal; the order within the file does not matter to score.
  const deals = Math.ceil(EVENTS / EVENTS_A_DEAL) + 1_000;
  for (const event of simulate({ seed: 5, deals, until, order: 'deal' })) {
    pending.push(`${JSON.stringify(event)}\n`);
    written += 1;
    if (pending.length >= 5_000) await flush();
    if (written >= EVENTS) break;
  }
  await flush();
  await new Promise<void>((resolve) => {
    out.end(() => {
      resolve();
    });
  });
  say(`${written.toLocaleString('en')} events written`);
}

/** Runs a script, and looks every 20 ms at the highest memory that it ever had (Linux; elsewhere NaN). */
async function measure(args: readonly string[]): Promise<{ seconds: number; peakMb: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peakMb = Number.NaN;
  const look = setInterval(() => {
    void readFile(`/proc/${child.pid ?? 0}/status`, 'utf8').then(
      (status) => {
        const kilobytes = /VmHWM:\s+(\d+)/.exec(status)?.[1];
        if (kilobytes !== undefined) peakMb = Math.round(Number(kilobytes) / 1024);
      },
      () => undefined,
    );
  }, 20);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}`);
  return { seconds: (performance.now() - start) / 1000, peakMb };
}
