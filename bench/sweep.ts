/**
 * How fast the scorer works off deals that all become due at one instant, with events coming meanwhile: the service
 * itself on the embedded log and engine. First it scores all of them, which is told too.
 * Run: npm run build && node dist/bench/sweep.js [deals]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { defaultPolicy } from '#domain/policy/default-policy.js';
import { createRuleBook } from '#domain/policy/rules.js';
import { MAX_BATCH_RECORDS } from '#log/consume.js';
import { openEmbeddedLog } from '#log/embedded-log.js';
import { defaultTopics } from '#log/topics.js';
import { CACHE_WEIGHT, ScorerService } from '#scorer/scorer.service.js';
import type { EventRow } from '#warehouse/event-row.js';
import { openWarehouse } from '#warehouse/warehouse.js';
import { say } from './rounds.js';

const DEALS = Number(process.argv[2] ?? 100_000);
const OPENED = Date.UTC(2026, 2, 2, 9);
const ROWS_A_WRITE = 20_000;
const EVENTS_AT_ONCE = 25;
const EVERY_MS = 250;

const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
const warehouse = await openWarehouse({ kind: 'embedded', path: join(folder, 'warehouse') });
await warehouse.migrate();
const log = await openEmbeddedLog({ path: join(folder, 'log') });

/** An event as it is stored, and as it is told to the scorer. */
function eventOf(deal: number, type: string, time: number, data: object): EventRow {
  return {
    ...{ deal_id: `deal-${deal}`, time, source: 'bench', id: `${deal}-${type}-${time}`, type },
    ...{ family: 'deal', schemaversion: 1, data: JSON.stringify(data), extensions: '{}' },
    ...{ content_hash: '', recorded_at: time },
  };
}

let rows: EventRow[] = [];
for (let deal = 0; deal < DEALS; deal += 1) {
  rows.push(
    eventOf(deal, 'deal.opened', OPENED, {
      ...{ name: `Deal ${deal}`, account: { id: `a-${deal}` }, owner: { id: `o-${deal % 50}` } },
      ...{ stage: 'discovery', amount: 1_000 + deal, currency: 'EUR' },
    }),
    eventOf(deal, 'deal.stage_changed', OPENED + 60_000, { to: 'solution' }),
  );
  if (rows.length >= ROWS_A_WRITE || deal === DEALS - 1) {
    await warehouse.write.events({ append: rows });
    rows = [];
  }
}

let now = OPENED + 120_000;
const scorer = new ScorerService({
  ...{ log, warehouse, topics: defaultTopics, book: createRuleBook(defaultPolicy), now: () => now },
  ...{ maxRecords: MAX_BATCH_RECORDS, cacheWeight: CACHE_WEIGHT },
});

/** Of the program, without the engine's: its heap, and what it holds beside it. */
let memory = 0;
const measuring = setInterval(() => {
  const { heapTotal, external } = process.memoryUsage();
  memory = Math.max(memory, heapTotal + external);
}, 20);

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  memory = 0;
  const [began, used] = [performance.now(), process.cpuUsage()];
  await work();
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(used);
  say(
    `${what}: ${seconds.toFixed(1)} s, ${Math.round(DEALS / seconds)} deals/s, ` +
      `${((user + system) / 1e6).toFixed(1)} CPU s, memory at most ${Math.round(memory / 2 ** 20)} MB, ` +
      `${Math.round(process.resourceUsage().maxRSS / 1024)} MB with the engine`,
  );
}

await timed(`${DEALS} deals scored for the first time`, async () => {
  await scorer.onApplicationBootstrap();
  while (!scorer.isUpToDate()) await Promise.race([scorer.ended, pause(20)]);
});

const [due] = await warehouse.read.select(
  'SELECT max(rescore_at) AS last, uniqExact(rescore_at) AS instants FROM deal_health_now',
);
if (Number(due?.['instants']) !== 1) throw new Error('the deals are due at several instants');
const dueAt = Date.parse(`${String(due?.['last']).replace(' ', 'T')}Z`);

let isSwept = false;
const waits: number[] = [];

/** Events of deals that are due, too, a few at a time: how long each lot waits to be scored. */
async function goOn(): Promise<void> {
  for (let lot = 0; !isSwept; lot += 1) {
    const events = Array.from({ length: EVENTS_AT_ONCE }, (_, n) =>
      eventOf((lot * EVENTS_AT_ONCE + n) % DEALS, 'deal.stage_changed', dueAt + lot, { to: 'proposal' }),
    );
    await warehouse.write.events({ append: events });
    const told = performance.now();
    await log.append(
      defaultTopics.dealEvents,
      events.map((event) => ({
        key: event.deal_id,
        value: Buffer.from(
          JSON.stringify({
            ...{ specversion: '1.0', id: event.id, source: event.source, type: event.type },
            ...{ subject: event.deal_id, time: new Date(event.time).toISOString() },
            ...{ schemaversion: 1, data: JSON.parse(event.data) as object },
          }),
        ),
        timestamp: event.time,
      })),
    );
    while ((await scorer.lag()) > 0) await pause(5);
    waits.push(performance.now() - told);
    await pause(EVERY_MS);
  }
}

await timed(`${DEALS} deals due at once`, async () => {
  now = dueAt + 60_000;
  const going = goOn();
  while ((await warehouse.read.dealsDue(dueAt, { limit: 1 })).length > 0)
    await Promise.race([scorer.ended, pause(1_000)]);
  isSwept = true;
  await going;
});
waits.sort((a, b) => a - b);
say(
  `meanwhile ${waits.length * EVENTS_AT_ONCE} events, waiting to be scored: half of them at most ` +
    `${Math.round(waits[Math.floor(waits.length / 2)] ?? Number.NaN)} ms, all of them at most ${Math.round(waits.at(-1) ?? Number.NaN)} ms`,
);
await scorer.beforeApplicationShutdown();
clearInterval(measuring);
await warehouse.close();
await log.close();
rmSync(folder, { recursive: true, force: true });
