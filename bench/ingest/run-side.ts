/** One side in a process of its own, so that its CPU and memory are its alone. Prints its result as JSON. */
import 'reflect-metadata';
import { readdirSync, readFileSync } from 'node:fs';
import { type Held, sides, type Task } from './sides.js';

/** What a side did between its first acknowledged block and its last. */
export interface SideResult {
  readonly events: number;
  readonly seconds: number;
  /** User and system, all threads. */
  readonly cpuSeconds: number;
  /** Of the whole process from its start, reading back included. */
  readonly allCpuSeconds: number;
  readonly peakMiB: number;
  readonly held: Held | undefined;
}

/** CPU s of each kind of thread, by its name: Linux only. */
function threads(): Map<string, number> {
  const sums = new Map<string, number>();
  for (const id of readdirSync('/proc/self/task')) {
    const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
    const name =
      id === String(process.pid) ? 'main' : stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    sums.set(name, (sums.get(name) ?? 0) + (Number(fields[11]) + Number(fields[12])) / 100);
  }
  return sums;
}

const [name = '', json = ''] = process.argv.slice(2);
const side = sides[name];
if (side === undefined) throw new Error(`there is no side ${name}`);
interface Mark {
  readonly at: number;
  readonly events: number;
  readonly cpu: number;
  readonly threads: Map<string, number>;
}

const NO_THREADS: Map<string, number> = new Map<string, number>();
const marks: Mark[] = [];
const isTelling = process.env['BENCH_THREADS'] !== undefined;
const cpuNow = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const held = await side(JSON.parse(json) as Task, (events) => {
  marks.push({ at: performance.now(), events, cpu: cpuNow(), threads: isTelling ? threads() : NO_THREADS });
});
const [first] = marks;
const last = marks.at(-1);
if (first === undefined || last === undefined || first === last)
  throw new Error('not enough blocks to tell a rate: give more events');
if (isTelling) {
  const told = [...last.threads].map(([name, s]) => [name, s - (first.threads.get(name) ?? 0)] as const);
  const perEvent = 1e6 / (last.events - first.events);
  const texts = told.sort((a, b) => b[1] - a[1]).map(([name, s]) => `${name} ${(s * perEvent).toFixed(1)}`);
  process.stderr.write(`  CPU us an event: ${texts.slice(0, 6).join(', ')}\n`);
}
const result: SideResult = {
  events: last.events - first.events,
  seconds: (last.at - first.at) / 1000,
  cpuSeconds: last.cpu - first.cpu,
  allCpuSeconds: cpuNow(),
  peakMiB: process.resourceUsage().maxRSS / 1024,
  held,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
