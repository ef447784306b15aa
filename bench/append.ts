/**
 * Appending events through the writer, against the same rows as JSON lines prepared beforehand and inserted raw in
 * blocks of the same length, with the same settings: what the engine can take when Node has nothing else to do.
 * Lines are objects (JSONEachRow), as a client would prepare them; lines in the writer's own format, arrays, are
 * cheaper for the engine, and shown as well.
 * Run: npm run build && node dist/bench/append.js [events]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksOf } from '#warehouse/blocks.js';
import { openClient } from '#warehouse/client.js';
import type { EventRow } from '#warehouse/event-row.js';
import { insertText } from '#warehouse/insert.js';
import { EVENT_TARGET, eventUnits } from '#warehouse/rows.js';
import { migrate } from '#warehouse/schema/migrate.js';
import { openWrites } from '#warehouse/writer.js';

const WANTED = 0.6;
const ROUNDS = 5;
const EVENTS_A_DEAL = 50;

/** About 450 bytes each, as a CRM's stage change is; some with escapes and letters beyond ASCII. */
function sampleEvents(count: number): EventRow[] {
  const start = Date.UTC(2026, 0, 1);
  return Array.from({ length: count }, (_, n) => {
    const note =
      n % 10 === 0 ? 'Gespräch mit "Einkauf"\nfür Q3: \\ 100 €' : 'Agreed with the buyer, waiting for legal';
    return {
      deal_id: `deal-${Math.floor(n / EVENTS_A_DEAL)}`,
      time: start + n * 1000,
      source: `https://crm.example/tenant/${n % 5}`,
      id: `0065e000${n.toString(16).padStart(12, '0')}-${(n * 2_654_435_761) % 4_294_967_296}`,
      type: 'deal.stage_changed',
      family: 'deal',
      schemaversion: 1,
      data: JSON.stringify({ from: 'solution', to: 'proposal', note, detail: 'x'.repeat(120) }),
      extensions: '{"partition":"eu-1","recordedtime":"2026-01-01T00:00:00.000Z"}',
      content_hash: (n * 40_503).toString(16).padStart(32, '0'),
      recorded_at: start + n * 1000,
    };
  });
}

const [TABLE = '', columns = ''] = EVENT_TARGET.split(' (');
const NAMES = columns.slice(0, -1).split(', ');

/** The rows of a block, one a line. */
function linesOf(block: string): string {
  return (JSON.parse(`[${block}]`) as unknown[][]).map((row) => JSON.stringify(row)).join('\n');
}

/** The same row with the names of its columns. */
function objectLine(line: string): string {
  const row = JSON.parse(line) as unknown[];
  return JSON.stringify(Object.fromEntries(NAMES.map((name, n) => [name, row[n]])));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const count = Number(process.argv[2] ?? 300_000);
const path = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
const connection = await openClient({ kind: 'embedded', path });
try {
  await migrate(connection, { kind: 'embedded', path });
  const { client } = connection;
  const writes = openWrites(client);
  const append = sampleEvents(count);
  const blocks = [...blocksOf(eventUnits({ append }))];
  const arrays = blocks.map(linesOf);
  const objects = arrays.map((text) => text.split('\n').map(objectLine).join('\n'));
  const bytes = objects.reduce((sum, block) => sum + Buffer.byteLength(block), 0);

  const rateOf = async (work: () => Promise<void>): Promise<number> => {
    for (const table of ['event_store', 'event_identities'])
      await client.command({ query: `TRUNCATE TABLE ${table}` });
    const start = performance.now();
    await work();
    return count / ((performance.now() - start) / 1000);
  };
  const sides = {
    objects: async () => {
      for (const block of objects) await insertText(client, TABLE, block, 'JSONEachRow');
    },
    arrays: async () => {
      for (const block of arrays) await insertText(client, EVENT_TARGET, block);
    },
    writer: () => writes.events({ append }),
  };

  const rates = { objects: [] as number[], arrays: [] as number[], writer: [] as number[] };
  for (const work of Object.values(sides)) await rateOf(work);
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.objects.push(await rateOf(sides.objects));
    rates.writer.push(await rateOf(sides.writer));
    rates.arrays.push(await rateOf(sides.arrays));
  }
  const peer = median(rates.objects);
  const ours = median(rates.writer);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  print(`${count} events, ${Math.round(bytes / count)} bytes each as a line, ${ROUNDS} rounds, median`);
  print(`prepared JSON lines, objects: ${Math.round(peer)} events/s`);
  print(`prepared JSON lines, arrays:  ${Math.round(median(rates.arrays))} events/s`);
  print(`events through the writer:    ${Math.round(ours)} events/s`);
  print(`ratio to objects: ${(ours / peer).toFixed(2)} (wanted: at least ${WANTED})`);
  if (ours / peer < WANTED) process.exitCode = 1;
} finally {
  await connection.close();
  rmSync(path, { recursive: true, force: true });
}
