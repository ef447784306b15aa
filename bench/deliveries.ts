/**
 * How many messages a second leave the outbox, and how long they wait in it, with one of the endpoints dead: it takes
 * connections and never answers. Messages are stored in the embedded engine at a steady rate, as the scorer stores
 * them, and sent and accounted for as in service; the receivers are another process.
 * Run: npm run build && node dist/bench/deliveries.js [messages a second to those that answer] [seconds]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Delivery, Endpoint } from '#domain/alerts/types.js';
import { untried } from '#domain/alerts/untried.js';
import { createDispatcher } from '#scorer/alerts/dispatcher.js';
import { createSender } from '#scorer/alerts/sending/send.js';
import { openWarehouse } from '#warehouse/warehouse.js';
import { say } from './rounds.js';

const RATE = Number(process.argv[2] ?? 1_000);
const SECONDS = Number(process.argv[3] ?? 20);
const ENDPOINTS = 10;
const STORE_EVERY_MS = 100;
/** About what a message of one finding takes. */
const BODY_BYTES = 900;
const WAIT_AT_MOST_MS = 60_000;

interface Tally {
  readonly ids: number;
  readonly requests: number;
  readonly dead: number;
  readonly p50: number;
  readonly p99: number;
}

/** In the other process: answers on every path but `/dead`, and tells what came when asked. */
async function receive(): Promise<void> {
  const ids = new Set<string>();
  const latencies: number[] = [];
  let requests = 0;
  let dead = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/dead') {
        dead += 1;
        return;
      }
      const { stored } = JSON.parse(Buffer.concat(chunks).toString()) as { stored: number };
      requests += 1;
      ids.add(String(request.headers['webhook-id']));
      latencies.push(Date.now() - stored);
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.on('message', () => {
    const sorted = latencies.toSorted((a, b) => a - b);
    const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
    process.send?.({ ids: ids.size, requests, dead, p50: at(0.5), p99: at(0.99) } satisfies Tally);
  });
  process.send?.((server.address() as AddressInfo).port);
}

async function ask(other: ChildProcess): Promise<Tally> {
  other.send('tally');
  const [tally] = (await once(other, 'message')) as [Tally];
  return tally;
}

function endpoint(index: number, port: number): Endpoint {
  return {
    name: index === 0 ? 'dead' : `endpoint-${index}`,
    url: `http://127.0.0.1:${port}/${index === 0 ? 'dead' : index}`,
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    format: 'standard',
    kinds: null,
    families: null,
    minimumSeverity: 'warning',
    minimumAmount: null,
    owners: null,
    teams: null,
    segments: null,
    pipelines: null,
    digest: null,
    businessHours: null,
    repeatAfter: null,
    resolved: true,
    maxPerHour: Number.MAX_SAFE_INTEGER,
    concurrency: 4,
    allowPrivate: true,
    allowHttp: true,
  };
}

function message(count: number, name: string, now: number): Delivery {
  return {
    webhook_id: `msg_${count}`,
    endpoint: name,
    alert_id: `al_${count}`,
    deal_id: `deal_${count}`,
    type: 'deal.stalled',
    state: 'pending',
    digest_id: null,
    body: JSON.stringify({ type: 'deal.stalled', stored: now, data: 'x'.repeat(BODY_BYTES) }),
    ...untried,
    created_at: now,
    next_attempt_at: now,
  };
}

async function measure(): Promise<void> {
  const other = fork(fileURLToPath(import.meta.url), [], { env: { ...process.env, RECEIVE: '1' } });
  const [port] = (await once(other, 'message')) as [number];
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const warehouse = await openWarehouse({ kind: 'embedded', path: folder });
  await warehouse.migrate();
  const endpoints = Array.from({ length: ENDPOINTS }, (_, index) => endpoint(index, port));
  const alive = endpoints.slice(1);
  const sender = createSender();
  const dispatcher = createDispatcher({
    store: warehouse.alerts,
    settings: { flapWithin: 0, historyAfter: 0, backlogDigestAfter: 0, dealLink: null, endpoints },
    owns: () => true,
    now: Date.now,
    random: Math.random,
    send: sender.send,
    renderDigest: () => '{}',
    warn: say,
  });
  const stopping = new AbortController();
  const running = dispatcher.run(stopping.signal);

  let stored = 0;
  let toAlive = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  while (toAlive < RATE * SECONDS) {
    const owed = Math.min(Math.floor(((performance.now() - began) / 1_000) * RATE), RATE * SECONDS) - toAlive;
    const now = Date.now();
    const rows: Delivery[] = [];
    for (let more = 0; more < owed; more += 1) {
      toAlive += 1;
      rows.push(message((stored += 1), alive[toAlive % alive.length]?.name ?? '', now));
      if (toAlive % alive.length === 0) rows.push(message((stored += 1), 'dead', now));
    }
    if (rows.length > 0) {
      await warehouse.alerts.writeDeliveries(rows);
      dispatcher.wake();
    }
    await pause(STORE_EVERY_MS);
  }
  const storedIn = (performance.now() - began) / 1_000;
  let tally = await ask(other);
  while (tally.ids < toAlive && performance.now() - began < storedIn * 1_000 + WAIT_AT_MOST_MS) {
    await pause(STORE_EVERY_MS);
    tally = await ask(other);
  }
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  say(`${toAlive} messages stored in ${storedIn.toFixed(1)} s, ${stored - toAlive} more for a dead endpoint`);
  say(`${tally.ids} received within ${seconds.toFixed(1)} s: ${Math.round(tally.ids / seconds)}/s`);
  say(`stored to received: p50 ${tally.p50} ms, p99 ${tally.p99} ms; repeats: ${tally.requests - tally.ids}`);
  say(`attempts at the dead endpoint: ${tally.dead}`);
  say(`CPU of sender and engine: ${((user + system) / 1e6 / seconds).toFixed(2)} cores`);
  say(`memory: ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
  stopping.abort();
  await running;
  sender.close();
  await warehouse.close();
  other.kill();
  rmSync(folder, { recursive: true });
  process.exit(tally.ids === toAlive ? 0 : 1);
}

await (process.env['RECEIVE'] === undefined ? measure() : receive());
