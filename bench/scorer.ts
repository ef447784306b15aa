import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { validateEvent } from '#domain/events/validate.js';
import { parsePolicy } from '#domain/policy/parse-policy.js';
import { createRuleBook } from '#domain/policy/rules.js';
import { eventCatalogue } from '#domain/events/catalogue.js';
import type { LoggedRecord } from '#log/log.js';
import { scoreBatch } from '#scorer/score-batch.js';
import { CACHE_WEIGHT } from '#scorer/scorer.service.js';
import { createScoring } from '#scorer/scoring.js';
import { simulatedPolicy } from '#simulator/policy.js';
import { simulate } from '#simulator/simulate.js';
import type { EventRow } from '#warehouse/event-row.js';
import { openWarehouse } from '#warehouse/warehouse.js';

/**
 * How fast the scorer turns events into stored records, with everything that it does in service: the events of a whole
 * organisation in the order in which they happen, stored beforehand batch by batch as ingest stores them, and scored in
 * batches. Only the scoring is timed. The organisation is simulated by another process: its memory is not counted.
 *
 * Arguments: deals, events in a batch.
 */
const DEALS = Number(process.argv[2] ?? 3_000);
const BATCH = Number(process.argv[3] ?? 10_000);
/** In the other process: where to write the events. */
const SIMULATE_INTO = process.argv[4];

if (SIMULATE_INTO !== undefined) {
  const lines = function* (): Generator<string> {
    const until = Date.UTC(2026, 0, 1);
    for (const event of simulate({ seed: 7, deals: DEALS, until, order: 'time' }))
      yield `${JSON.stringify(event)}\n`;
  };
  await pipeline(lines, createWriteStream(SIMULATE_INTO));
  process.exit();
}

const { policy } = parsePolicy(stringify(simulatedPolicy));
if (policy === undefined) throw new Error('the simulated policy is none');
const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
const simulated = join(folder, 'events.ndjson');
const other = fork(fileURLToPath(import.meta.url), [String(DEALS), String(BATCH), simulated]);
const [code] = (await once(other, 'exit')) as [number | null];
if (code !== 0) throw new Error('the organisation could not be simulated');

const warehouse = await openWarehouse({ kind: 'embedded', path: join(folder, 'warehouse') });
await warehouse.migrate();
const scoring = createScoring(warehouse, createRuleBook(policy), { cacheWeight: CACHE_WEIGHT });
const total = { events: 0, changed: 0, seconds: 0, cpu: 0 };
/** Of the program, without the engine's: its heap, and what it holds beside it. */
let memory = 0;

async function run(lines: readonly string[]): Promise<void> {
  const rows: EventRow[] = [];
  const records: LoggedRecord[] = [];
  for (const line of lines) {
    const event = JSON.parse(line) as CloudEvent;
    const verdict = validateEvent(event);
    if (verdict.outcome !== 'valid') throw new Error('the simulator told an event that is not valid');
    const { type, source, id, time, data } = verdict.domain;
    const dealId = event.subject ?? '';
    rows.push({
      ...{ deal_id: dealId, time, source, id, type, family: eventCatalogue[type].family, schemaversion: 1 },
      ...{ data: JSON.stringify(data), extensions: '{}', content_hash: '', recorded_at: time },
    });
    const value = Buffer.from(line);
    records.push({ key: dealId, value, headers: {}, timestamp: time, offset: total.events + records.length });
  }
  await warehouse.write.events({ append: rows });
  const now = rows.at(-1)?.time ?? 0;
  const [began, used] = [performance.now(), process.cpuUsage()];
  total.changed += await scoreBatch(records, scoring, now);
  const { user, system } = process.cpuUsage(used);
  total.seconds += (performance.now() - began) / 1_000;
  total.cpu += (user + system) / 1e6;
  total.events += records.length;
  const { heapTotal, external } = process.memoryUsage();
  memory = Math.max(memory, heapTotal + external);
}

let batch: string[] = [];
for await (const line of createInterface({ input: createReadStream(simulated) })) {
  batch.push(line);
  if (batch.length === BATCH) {
    await run(batch);
    batch = [];
  }
}
if (batch.length > 0) await run(batch);
const { events, changed, seconds, cpu } = total;
process.stdout.write(
  `${events} events of ${DEALS} deals in batches of ${BATCH}: ${Math.round(events / seconds)} events/s, ` +
    `${((cpu / events) * 1e6).toFixed(1)} CPU s per million, ${changed} scorings stored, ` +
    `memory at most ${Math.round(memory / 2 ** 20)} MB, ` +
    `${Math.round(process.resourceUsage().maxRSS / 1024)} MB with the engine\n`,
);
await warehouse.close();
rmSync(folder, { recursive: true, force: true });
