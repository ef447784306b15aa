import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { defaultPolicy } from '#domain/policy/default-policy.js';
import { cloudEvent } from '#domain/testing/event-examples.js';
import { cloudEvents } from '#domain/testing/streams.js';
import type { Batch, Log, LoggedRecord, NewRecord } from '#log/log.js';
import { defaultTopics } from '#log/topics.js';
import { type Connection, openClient } from '#warehouse/client.js';
import type { FastEvents } from '#warehouse/fast-events/fast-events.js';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.js';
import { ingestBatches, type IngestDependencies } from '../ingest-batch.js';
import { loadMappings } from '../mappings.js';
import { createRemembered } from '../triggers.js';
import { createFastPath, fastTypes, storedTypes } from './fast-path.js';
import { publishThrough } from './publish.js';
import { areAllRefused } from './refused.js';

jest.setTimeout(300_000);

const NOW = Date.UTC(2026, 5, 1);
const TABLES = [
  ...['event_store', 'event_identities', 'dead_letter_store', 'deal_keys', 'deals_by_key'],
  ...['draft_store', 'draft_keys', 'unlinked_store'],
];

const directory = mkdtempSync(join(tmpdir(), 'plumbline-fast-'));
const config = { kind: 'embedded', path: directory } as const;
let warehouse: Warehouse;
let connection: Connection;
let events: FastEvents;
const mappings = loadMappings({}, defaultPolicy);
const types = fastTypes(mappings.cloudevents);

beforeAll(async () => {
  warehouse = await openWarehouse(config);
  await warehouse.migrate();
  connection = await openClient(config);
  const opened = warehouse.fastEvents(storedTypes(types));
  if (opened === undefined) throw new Error('this engine takes no columns');
  events = opened;
});

afterAll(async () => {
  events.close();
  await connection.close();
  await warehouse.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Told {
  readonly topic: string;
  readonly record: NewRecord;
}

function newLog(): { readonly log: Log; readonly told: Told[] } {
  const told: Told[] = [];
  const log: Log = {
    append: (topic, records) => {
      told.push(...records.map((record) => ({ topic, record })));
      return Promise.resolve();
    },
    open: () => Promise.reject(new Error('nothing is read here')),
    close: () => Promise.resolve(),
  };
  return { log, told };
}

function dependenciesOf(log: Log): IngestDependencies {
  return {
    log,
    warehouse,
    topics: defaultTopics,
    mappings,
    sellerDomains: new Set(['seller.example']),
    now: () => NOW,
    remembered: createRemembered(1_000),
  };
}

const QUERIES = {
  // What hash a row was stored with, if any, is nobody's business: whoever reads is given it.
  events: 'SELECT * EXCEPT content_hash FROM event_store FINAL ORDER BY deal_id, time_ms, source, id',
  identities: 'SELECT DISTINCT * FROM event_identities ORDER BY ALL',
  deadLetters:
    'SELECT topic, partition, offset, source, raw, reasons FROM dead_letter_store FINAL ORDER BY ALL',
  dealKeys: 'SELECT * FROM deal_keys FINAL ORDER BY ALL',
  drafts: 'SELECT * FROM draft_store FINAL ORDER BY ALL',
};

async function contents(): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const [name, query] of Object.entries(QUERIES))
    found[name] = await (await connection.client.query({ query, format: 'JSONEachRow' })).json();
  const identities = (found['events'] ?? []) as { source: string; id: string }[];
  found['claims'] = [...(await warehouse.read.identities(identities))];
  found['standings'] = [...(await warehouse.read.linking.standings(identities))].sort((a, b) =>
    JSON.stringify(a).localeCompare(JSON.stringify(b)),
  );
  return found;
}

async function emptied(): Promise<void> {
  for (const table of TABLES) await connection.client.command({ query: `TRUNCATE TABLE ${table}` });
}

const batchOf = (values: readonly Buffer[], partition = 0): Batch => ({
  topic: defaultTopics.bySource.cloudevents,
  partition,
  records: values.map((value, offset): LoggedRecord => ({
    key: null,
    value,
    headers: {},
    timestamp: 1,
    offset,
  })),
});

function toldText({ topic, record: { key, timestamp, value, headers = {} } }: Told): string {
  return JSON.stringify([topic, key, timestamp, value.toString('utf8'), headers]);
}

async function byCarefulPath(
  batches: readonly Batch[],
): Promise<{ stored: Record<string, unknown[]>; told: readonly string[] }> {
  await emptied();
  const { log, told } = newLog();
  for (const batch of batches) await ingestBatches([batch], dependenciesOf(log));
  return { stored: await contents(), told: told.map(toldText).sort() };
}

async function byFastPath(batches: readonly Batch[]): Promise<{
  stored: Record<string, unknown[]>;
  told: readonly string[];
  taken: number;
  parts: readonly Batch[];
}> {
  await emptied();
  const { log, told } = newLog();
  const fast = createFastPath({
    events,
    warehouse,
    publish: publishThrough(log, defaultTopics.dealEvents),
    now: () => NOW,
    maxRecords: 1_000,
    maxBatchRecords: 1_000,
    topics: new Set([defaultTopics.bySource.cloudevents]),
    types,
  });
  let taken = 0;
  const parts: Batch[] = [];
  for (const batch of batches) {
    const load = fast.load();
    load.add(batch);
    const outcome = await fast.store(load);
    taken += outcome.taken;
    await outcome.tell();
    await ingestBatches(outcome.rest, dependenciesOf(log));
    const rest = new Set(outcome.rest.flatMap(({ records }) => records));
    parts.push({ ...batch, records: batch.records.filter((record) => !rest.has(record)) }, ...outcome.rest);
  }
  return { stored: await contents(), told: told.map(toldText).sort(), taken, parts };
}

const spoiled = fc.constantFrom<(event: object) => string>(
  (event) => JSON.stringify({ ...event, id: 7 }),
  (event) => JSON.stringify({ ...event, type: 'deal.unknown' }),
  (event) => JSON.stringify(event, null, 1),
  (event) => JSON.stringify({ ...event, schemaversion: undefined }),
  (event) => JSON.stringify({ ...event, extra: 'x' }),
  (event) => JSON.stringify([event]),
  () => '{"specversion":"1.0"',
);

const values: fc.Arbitrary<readonly Buffer[]> = fc
  .tuple(
    cloudEvents,
    fc.array(fc.tuple(fc.nat(), spoiled), { maxLength: 4 }),
    fc.array(fc.nat(), { maxLength: 4 }),
  )
  .map(([sound, faults, again]) => {
    const texts = sound.map((event) => JSON.stringify({ schemaversion: 1, ...event }));
    for (const [at, spoil] of faults) {
      const event = sound[at % Math.max(1, sound.length)];
      if (event !== undefined) texts.push(spoil(event));
    }
    for (const at of again) texts.push(texts[at % Math.max(1, texts.length)] ?? '');
    return texts.map((text) => Buffer.from(text));
  })
  .filter(({ length }) => length > 0);

describe('records that are all refused', () => {
  const refused = (values: readonly string[], topic = defaultTopics.bySource.cloudevents): boolean =>
    areAllRefused(
      [{ ...batchOf(values.map((text) => Buffer.from(text))), topic }],
      defaultTopics.bySource.cloudevents,
      mappings.cloudevents,
    );
  const sound = JSON.stringify(cloudEvent('adoption.measured', { licensed: 3, active: 1 }));

  it('are told from those of which an event or a draft comes, and from those of other topics', () => {
    expect(refused(['{', '{"specversion":"1.0"}'])).toBe(true);
    expect(refused(['{', sound])).toBe(false);
    expect(refused(['{'], 'another')).toBe(false);
  });
});

describe('the fast path', () => {
  it('leaves the store, the dead letters and what is told as the careful path does', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(values, fc.boolean(), async (all, isTwice) => {
        const batches = isTwice ? [batchOf(all), batchOf(all)] : [batchOf(all)];
        const fast = await byFastPath(batches);
        // As if what was taken had come in a batch of its own, before the rest.
        const inParts = await byCarefulPath(fast.parts);
        expect(fast.stored).toEqual(inParts.stored);
        expect(fast.told).toEqual(inParts.told);
        // What counts is the same in whatever batches it comes.
        const careful = await byCarefulPath(batches);
        expect(fast.stored['events']).toEqual(careful.stored['events']);
        taken += fast.taken;
      }),
      { numRuns: 25 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('takes an event once, and leaves its repetition to the careful path', async () => {
    const value = Buffer.from(JSON.stringify(cloudEvent('adoption.measured', { licensed: 3, active: 1 })));
    const { taken, stored, told } = await byFastPath([batchOf([value, value]), batchOf([value])]);
    expect(taken).toBe(1);
    expect(stored['events']).toHaveLength(1);
    // Once more each time that it comes: a crash may have kept the scorer from hearing.
    expect(new Set(told).size).toBe(1);
  });

  it('leaves another event of an identity that is stored to the careful path, which weighs them', async () => {
    const [later, earlier] = ['2026-03-02T09:00:00.000Z', '2026-03-01T09:00:00.000Z'].map((time) =>
      batchOf([
        Buffer.from(JSON.stringify(cloudEvent('adoption.measured', { active: 1, licensed: 3 }, { time }))),
      ]),
    );
    if (later === undefined || earlier === undefined) throw new Error('two are made');
    const fast = await byFastPath([later, earlier]);
    expect(fast.taken).toBe(1);
    const careful = await byCarefulPath([later, earlier]);
    expect(fast.stored).toEqual(careful.stored);
    expect(fast.stored['events']).toHaveLength(1);
    expect(fast.stored['deadLetters']).toHaveLength(1);
  });

  it('takes no event that bears on drafts once there are any', async () => {
    const draft = cloudEvent(
      'meeting.scheduled',
      {
        meeting_id: 'm1',
        starts_at: '2026-03-02',
        ends_at: '2026-03-02',
        attendees: [{ email: 'a@b.example' }],
      },
      { subject: undefined },
    );
    const moves = cloudEvent('deal.stage_changed', { to: 'proposal' }, { id: 'e2' });
    const measured = cloudEvent(
      'adoption.measured',
      { active: 1, licensed: 3 },
      { id: 'e3', source: 'product' },
    );
    const batches = [
      batchOf([Buffer.from(JSON.stringify(draft))]),
      batchOf([moves, measured].map((event) => Buffer.from(JSON.stringify(event)))),
    ];
    const fast = await byFastPath(batches);
    expect(fast.taken).toBe(1);
    expect(fast.stored).toEqual((await byCarefulPath(batches)).stored);
  });

  it('leaves records whose headers say that they are something else', async () => {
    const value = Buffer.from(JSON.stringify(cloudEvent('adoption.measured', { active: 1, licensed: 3 })));
    const [record] = batchOf([value]).records;
    if (record === undefined) throw new Error('one is made');
    const withHeader = { ...batchOf([value]), records: [{ ...record, headers: { ce_id: 'other' } }] };
    expect((await byFastPath([withHeader])).taken).toBe(0);
  });
});
