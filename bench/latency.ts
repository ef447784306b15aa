/**
 * From an event's being produced to its deal's score being visible to a query: a real broker, ingest and scorer, and
 * the embedded engine, at a steady rate. A tenth of the events open a deal and are watched for; the others change the
 * deals that are open already.
 * Run: npm run build && node dist/bench/latency.js [events a second] [seconds]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { defaultPolicy } from '#domain/policy/default-policy.js';
import { createRuleBook } from '#domain/policy/rules.js';
import { IngestModule } from '#ingest/ingest.module.js';
import { loadMappings } from '#ingest/mappings.js';
import { MAX_BATCH_RECORDS } from '#log/consume.js';
import { openKafkaLog } from '#log/kafka/kafka-log.js';
import { defaultTopics } from '#log/topics.js';
import { ScorerModule } from '#scorer/scorer.module.js';
import { CACHE_WEIGHT } from '#scorer/scorer.service.js';
import { openWarehouse } from '#warehouse/warehouse.js';
import { startBroker } from '../tools/kafka/broker.js';
import { say } from './rounds.js';

const RATE = Number(process.argv[2] ?? 1_000);
const SECONDS = Number(process.argv[3] ?? 30);
const TICK_MS = 20;
const STAGES = ['discovery', 'solution', 'proposal'];

const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
const broker = await startBroker({ temporary: true, say: (line) => void process.stderr.write(`${line}\n`) });
const warehouse = await openWarehouse({ kind: 'embedded', path: folder });
await warehouse.migrate();
const log = await openKafkaLog({
  brokers: [broker.bootstrap],
  clientId: 'bench',
  createTopics: { partitions: 6, replication: 1 },
});
const shared = {
  log,
  warehouse,
  topics: defaultTopics,
  now: Date.now,
  maxRecords: MAX_BATCH_RECORDS,
};
const ingest = await NestFactory.createApplicationContext(
  IngestModule.register({
    ...shared,
    mappings: loadMappings({}, defaultPolicy),
    sellerDomains: new Set(['seller.example']),
  }),
  { logger: ['error', 'warn'] },
);
const scorer = await NestFactory.createApplicationContext(
  ScorerModule.register({ ...shared, book: createRuleBook(defaultPolicy), cacheWeight: CACHE_WEIGHT }),
  { logger: ['error', 'warn'] },
);
await ingest.init();
await scorer.init();

let made = 0;
let deals = 0;
const waiting = new Map<string, number>();
const latencies: number[] = [];

/** The next event, at an instant of its own: one in ten opens a deal. */
function nextEvent(at: number): { key: string; value: Buffer; deal: string | undefined } {
  made += 1;
  const opens = made % 10 === 1;
  if (opens) deals += 1;
  const deal = `deal-${opens ? deals : Math.max(1, (made * 7_919) % deals)}`;
  const [type, data] = opens
    ? [
        'deal.opened',
        { name: deal, account: { id: `a-${deal}` }, stage: 'discovery', amount: 1_000, currency: 'EUR' },
      ]
    : ['deal.stage_changed', { to: STAGES[made % 3] ?? 'solution', note: 'x'.repeat(300) }];
  const time = new Date(at).toISOString();
  const event = {
    specversion: '1.0',
    id: `e-${made}`,
    source: 'bench',
    type,
    subject: deal,
    time,
    schemaversion: 1,
    data,
  };
  return { key: deal, value: Buffer.from(JSON.stringify(event)), deal: opens ? deal : undefined };
}

async function produce(): Promise<void> {
  const began = Date.now();
  let owed = 0;
  for (let sent = 0; sent < RATE * SECONDS;) {
    owed = Math.min(Math.floor(((Date.now() - began) / 1_000) * RATE), RATE * SECONDS) - sent;
    if (owed > 0) {
      const events = Array.from({ length: owed }, () => nextEvent(Date.now()));
      for (const { deal } of events) if (deal !== undefined) waiting.set(deal, performance.now());
      await log.append(
        defaultTopics.bySource.cloudevents,
        events.map(({ key, value }) => ({ key, value, timestamp: Date.now() })),
      );
      sent += owed;
    }
    await pause(TICK_MS);
  }
}

let isProduced = false;
async function watch(): Promise<void> {
  while (!isProduced || waiting.size > 0) {
    const asked = [...waiting.keys()].slice(0, 500);
    if (asked.length > 0) {
      const rows = await warehouse.read.select(
        'SELECT deal_id FROM deal_health_now WHERE deal_id IN {deals:Array(String)}',
        { deals: asked },
      );
      const seen = performance.now();
      for (const { deal_id: deal } of rows) {
        const since = waiting.get(String(deal));
        if (since === undefined) continue;
        latencies.push(seen - since);
        waiting.delete(String(deal));
      }
    }
    await pause(TICK_MS);
  }
}

const watching = watch();
await produce();
isProduced = true;
await watching;
latencies.sort((a, b) => a - b);
const quantile = (q: number): string =>
  `${Math.round(latencies[Math.floor(q * latencies.length)] ?? Number.NaN)} ms`;
say(
  `${RATE} events/s for ${SECONDS} s, ${latencies.length} watched: p50 ${quantile(0.5)}, p95 ${quantile(0.95)}, ` +
    `p99 ${quantile(0.99)}, longest ${Math.round(latencies.at(-1) ?? Number.NaN)} ms`,
);
await ingest.close();
await scorer.close();
await warehouse.close();
await log.close();
await broker.stop();
rmSync(folder, { recursive: true, force: true });
