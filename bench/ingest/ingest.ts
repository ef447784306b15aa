/**
 * Events from a real broker into `event_store`, validated, with dead letters, published on and committed, against
 * ClickHouse's own Kafka engine (two consumers), kafkajs with JSON.parse alone, and prepared rows inserted alone.
 * All in one run on one broker; each side in a process of its own, one after another. What each side holds in the
 * end is checked against what was produced.
 * Run: npm run build && node dist/bench/ingest/ingest.js [--events n] [--rounds n] [--sides a,b] [--spaced n of 1000]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, say } from '../rounds.js';
import { startBroker } from '../../tools/kafka/broker.js';
import { createTopics } from '../../tools/kafka/topics.js';
import { type Expected, produce, readBack } from './produce.js';
import type { SideResult } from './run-side.js';
import { type Mix, sampleEvent } from './sample-events.js';
import type { Task } from './sides.js';

const { values: given } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '1' },
    sides: { type: 'string', default: 'engine,fast,engine,fast-silent,parse,rows' },
    invalid: { type: 'string', default: '1' },
    spaced: { type: 'string', default: '0' },
    keyed: { type: 'boolean', default: true },
    load: { type: 'string', default: '50000' },
    verify: { type: 'boolean', default: true },
    profile: { type: 'string' },
  },
  allowNegative: true,
});

const RUN_SIDE = fileURLToPath(new URL('run-side.js', import.meta.url));
const count = Number(given.events);
const mix: Mix = { invalid: Number(given.invalid), spaced: Number(given.spaced), keyed: given.keyed };
const TOPIC = 'bench.events';

async function runSide(name: string, task: Task): Promise<SideResult> {
  const profile = given.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${given.profile}`];
  const child = spawn(process.execPath, [...profile, RUN_SIDE, name, JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, KAFKAJS_NO_PARTITIONER_WARNING: '1' },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the side ${name} failed`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as SideResult;
}

/** Every way in which the store or the topic differs from what was produced. */
async function faultsOf(
  name: string,
  task: Task,
  { held }: SideResult,
  expected: Expected,
): Promise<string[]> {
  const faults: string[] = [];
  const check = (what: string, found: unknown, wanted: unknown): void => {
    if (found !== wanted) faults.push(`${name}: ${what} ${String(found)}, not ${String(wanted)}`);
  };
  if (held === undefined || name === 'parse') return faults;
  if (name === 'engine') {
    // It takes some invalid events in.
    if (held.events < expected.valid) check('events', held.events, expected.valid);
    return faults;
  }
  check('events', held.events, expected.valid);
  check('distinct ids', held.ids, expected.valid);
  check('sum of times', held.times, expected.times);
  if (name === 'rows') return faults;
  check('dead letters', held.deadLetters, expected.invalid);
  if (name.endsWith('-silent')) return faults;
  const published = await readBack(task.bootstrap, `${task.run}.deal-events`);
  check('published', published.records, expected.valid);
  check('distinct ids published', published.ids, expected.valid);
  check('bytes published', published.bytes, expected.bytes);
  check('published under another key', published.misplaced, 0);
  return faults;
}

const broker = await startBroker({ say });
const faults: string[] = [];
const results = new Map<string, SideResult[]>();
const ratios = new Map<string, number[]>();
try {
  const expected = await produce(broker.bootstrap, TOPIC, count, mix);
  const length = Math.round(
    Array.from({ length: 1000 }, (_, n) => sampleEvent(n, mix).value.length).reduce((a, b) => a + b) / 1000,
  );
  say(`${count.toLocaleString('en')} events of ${length} bytes, 6 partitions; ${expected.invalid} invalid`);
  let runs = 0;
  let peer: number | undefined;
  for (let round = 0; round < Number(given.rounds); round += 1) {
    for (const name of given.sides.split(',')) {
      runs += 1;
      const path = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
      const task = {
        bootstrap: broker.bootstrap,
        topic: TOPIC,
        count,
        mix,
        path,
        loadRecords: Number(given.load),
        run: `bench.${name}.${runs}`,
      };
      await createTopics(broker.bootstrap, [`${task.run}.deal-events`, `${task.run}.dead-letters`], 6);
      const result = await runSide(name, task);
      rmSync(path, { recursive: true, force: true });
      if (given.verify) faults.push(...(await faultsOf(name, task, result, expected)));
      results.set(name, [...(results.get(name) ?? []), result]);
      const rate = result.events / result.seconds;
      if (name === 'engine') peer = rate;
      else if (peer !== undefined) ratios.set(name, [...(ratios.get(name) ?? []), rate / peer]);
      say(
        `  ${name}: ${line(result)}${name === 'engine' || peer === undefined ? '' : ` ${(rate / peer).toFixed(2)} of the peer before it`}`,
      );
    }
  }
} finally {
  await broker.stop();
}

function line({ events, seconds, cpuSeconds, allCpuSeconds, peakMiB }: SideResult): string {
  return [
    `${Math.round(events / seconds).toLocaleString('en')}/s`,
    `${((cpuSeconds * 1e6) / events).toFixed(1)} CPU s per million`,
    `${allCpuSeconds.toFixed(1)} CPU s in all`,
    `${Math.round(peakMiB)} MiB at most`,
  ].join('  ');
}

say('');
say(
  'side'.padEnd(14) +
    'events/s'.padStart(12) +
    'CPU s/million'.padStart(16) +
    'MiB'.padStart(8) +
    'of engine'.padStart(12),
);
for (const [name, all] of results) {
  const rate = median(all.map(({ events, seconds }) => events / seconds));
  const cpu = median(all.map(({ events, cpuSeconds }) => (cpuSeconds * 1e6) / events));
  const ratio = ratios.get(name);
  say(
    name.padEnd(14) +
      Math.round(rate).toLocaleString('en').padStart(12) +
      cpu.toFixed(1).padStart(16) +
      String(Math.round(Math.max(...all.map(({ peakMiB }) => peakMiB)))).padStart(8) +
      (ratio === undefined ? '' : median(ratio).toFixed(2)).padStart(12),
  );
}
for (const fault of faults) say(`WRONG ${fault}`);
if (faults.length > 0) process.exitCode = 1;
