import { fork } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { createRuleBook } from '#domain/policy/rules.js';
import { ingestBatches, type IngestDependencies } from '#ingest/ingest-batch.js';
import { loadMappings } from '#ingest/mappings.js';
import { createRemembered } from '#ingest/triggers.js';
import type { Log, LoggedRecord, NewRecord } from '#log/log.js';
import { defaultTopics } from '#log/topics.js';
import { scoreBatch } from '#scorer/score-batch.js';
import { createScoring } from '#scorer/scoring.js';
import { CACHE_WEIGHT } from '#scorer/scorer.service.js';
import { simulatedPolicy } from '#simulator/policy.js';
import { parsePolicy } from '#domain/policy/parse-policy.js';
import { stringify } from 'yaml';
import { simulate } from '#simulator/simulate.js';
import { openWarehouse } from '#warehouse/warehouse.js';

/**
 * How fast the scorer turns events into stored records, with everything that it does in service: the events of a whole
 * organisation in the order in which they happen, taken in beforehand batch by batch, and scored in batches. Only the
 * scoring is timed. The organisation is simulated by another process, so that its memory is not counted here.
 */
const DEALS = Number(process.argv[2] ?? 3_000);
const BATCH = Number(process.argv[3] ?? 10_000);
/** In the other process: where to write the events. */
const SIMULATE_INTO = process.argv[4];
const UNTIL = Date.UTC(2026, 0, 1);

if (SIMULATE_INTO !== undefined) {
  const lines = function* (): Generator<string> {
    for (const event of simulate({ seed: 7, deals: DEALS, until: UNTIL, order: 'time' }))
      yield `${JSON.stringify(event)}\n`;
  };
  await pipeline(lines, createWriteStream(SIMULATE_INTO));
  process.exit();
}

const policy = parsePolicy(stringify(simulatedPolicy)).policy;
if (policy === undefined) throw new Error('the simulated policy is none');
const book = createRuleBook(policy);
const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
const simulated = join(folder, 'events.ndjson');
const [code] = (await once(
  fork(fileURLToPath(import.meta.url), [String(DEALS), String(BATCH), simulated]),
  'exit',
)) as [number | null];
if (code !== 0) throw new Error('the organisation could not be simulated');
const warehouse = await openWarehouse({ kind: 'embedded', path: join(folder, 'warehouse') });
await warehouse.migrate();

let told: LoggedRecord[] = [];
const log = {
  append(topic: string, records: readonly NewRecord[]) {
    if (topic === defaultTopics.dealEvents)
      for (const record of records)
        told.push({ ...record, headers: record.headers ?? {}, offset: told.length });
    return Promise.resolve();
  },
} as unknown as Log;
let now = 0;
const dependencies: IngestDependencies = {
  log,
  warehouse,
  topics: defaultTopics,
  mappings: loadMappings({}, policy),
  sellerDomains: new Set(policy.seller_domains),
  now: () => now,
  remembered: createRemembered(200_000),
};
const scoring = createScoring(warehouse, book, { cacheWeight: CACHE_WEIGHT });

let events = 0;
let changed = 0;
let seconds = 0;
let cpu = 0;
/** Memory of the program without the engine's. */
let programMemory = 0;
async function run(batch: readonly CloudEvent[]): Promise<void> {
  now = Date.parse(batch.at(-1)?.time ?? '');
  told = [];
  await ingestBatches(
    [
      {
        topic: defaultTopics.bySource.cloudevents,
        partition: 0,
        records: batch.map((event, offset) => ({
          key: event.subject ?? null,
          value: Buffer.from(JSON.stringify(event)),
          headers: {},
          timestamp: now,
          offset,
        })),
      },
    ],
    dependencies,
  );
  const records = told;
  const [began, used] = [performance.now(), process.cpuUsage()];
  changed += await scoreBatch(records, scoring, now);
  const { user, system } = process.cpuUsage(used);
  seconds += (performance.now() - began) / 1_000;
  cpu += (user + system) / 1e6;
  events += records.length;
  const { heapTotal, external } = process.memoryUsage();
  programMemory = Math.max(programMemory, heapTotal + external);
}

let batch: CloudEvent[] = [];
for await (const line of createInterface({ input: createReadStream(simulated) })) {
  batch.push(JSON.parse(line) as CloudEvent);
  if (batch.length === BATCH) {
    await run(batch);
    batch = [];
  }
}
await run(batch);
const rate = Math.round(events / seconds);
process.stdout.write(
  `${events} events of ${DEALS} deals in batches of ${BATCH}: ${rate} events/s, ` +
    `${((cpu / events) * 1e6).toFixed(1)} CPU s per million, ${changed} scorings stored, ` +
    `program memory at most ${Math.round(programMemory / 2 ** 20)} MB, ` +
    `with the engine ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`,
);
await warehouse.close();
rmSync(folder, { recursive: true, force: true });
