/**
 * From an event's being appended to its alert's being received: the whole system on its embedded log and engine, with
 * a receiver over HTTP, at a steady rate. A tenth of the events bring up a finding and are watched for.
 * Run: npm run build && node dist/bench/alert-latency.js [events a second] [seconds]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { dataDirectory } from '../apps/plumbline/src/system/data-directory.js';
import { openEmbeddedSystem } from '../apps/plumbline/src/system/embedded-system.js';
import { say } from './rounds.js';

const RATE = Number(process.argv[2] ?? 100);
const SECONDS = Number(process.argv[3] ?? 20);
const TICK_MS = 20;
const WAIT_AT_MOST_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
const waiting = new Map<string, number>();
const latencies: number[] = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  request.on('end', () => {
    const { data } = JSON.parse(body) as { data: { deal?: { id: string } } };
    const since = waiting.get(data.deal?.id ?? '');
    if (since !== undefined) latencies.push(performance.now() - since);
    waiting.delete(data.deal?.id ?? '');
    response.end();
  });
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const { port } = receiver.address() as AddressInfo;
const alertsFile = join(folder, 'alerts.yaml');
writeFileSync(
  alertsFile,
  `endpoints:
  - name: bench
    url: http://127.0.0.1:${port}/
    secret: whsec_${Buffer.alloc(32, 'bench').toString('base64')}
    kinds: [stage_regressed]
    minimum_severity: info
    max_per_hour: 10000
    allow_private: true
    allow_http: true
`,
);
const system = await openEmbeddedSystem(dataDirectory(folder), { alertsFile });

let made = 0;
function eventOf(type: string, subject: string, data: object): CloudEvent {
  made += 1;
  const time = new Date().toISOString();
  return { specversion: '1.0', id: `e-${made}`, source: 'bench', type, subject, time, data };
}
const opening = (deal: string): CloudEvent =>
  eventOf('deal.opened', deal, {
    ...{ name: deal, account: { id: `a-${deal}` }, stage: 'solution', amount: 1_000, currency: 'EUR' },
  });

// What is true before the endpoint is in use would come in a digest.
for (let probe = 0; latencies.length === 0; probe += 1) {
  const deal = `probe-${probe}`;
  waiting.set(deal, performance.now());
  await system.append([opening(deal), eventOf('deal.stage_changed', deal, { to: 'qualification' })]);
  await pause(250);
}
await system.append(Array.from({ length: (RATE * SECONDS) / 10 }, (_, n) => opening(`deal-${n}`)));
while ((await system.lag()).scorer + (await system.lag()).ingest > 0) await pause(TICK_MS);
waiting.clear();
latencies.length = 0;

const began = performance.now();
for (let sent = 0; sent < RATE * SECONDS;) {
  const owed = Math.min(Math.floor(((performance.now() - began) / 1_000) * RATE), RATE * SECONDS) - sent;
  const events = Array.from({ length: owed }, (_, n) => {
    const number = sent + n;
    const deal = `deal-${Math.floor(number / 10)}`;
    if (number % 10 !== 0) return eventOf('deal.described', deal, { name: `${deal} ${number}` });
    waiting.set(deal, performance.now());
    return eventOf('deal.stage_changed', deal, { to: 'qualification' });
  });
  if (events.length > 0) await system.append(events);
  sent += events.length;
  await pause(TICK_MS);
}
const until = performance.now() + WAIT_AT_MOST_MS;
while (waiting.size > 0 && performance.now() < until) await pause(TICK_MS);
latencies.sort((a, b) => a - b);
const quantile = (q: number): string =>
  `${Math.round(latencies[Math.floor(q * latencies.length)] ?? Number.NaN)} ms`;
say(
  `${RATE} events/s for ${SECONDS} s, ${latencies.length} alerts received, ${waiting.size} missing: ` +
    `p50 ${quantile(0.5)}, p95 ${quantile(0.95)}, p99 ${quantile(0.99)}, ` +
    `longest ${Math.round(latencies.at(-1) ?? Number.NaN)} ms`,
);
await system.close();
receiver.close();
rmSync(folder, { recursive: true, force: true });
