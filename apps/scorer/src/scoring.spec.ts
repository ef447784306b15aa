import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { eventCatalogue } from '#domain/events/catalogue.js';
import { compareEvents, type DomainEvent } from '#domain/events/domain-event.js';
import { parsePolicy } from '#domain/policy/parse-policy.js';
import { createRuleBook } from '#domain/policy/rules.js';
import { chronicle } from '#domain/score/chronicle.js';
import { streams } from '#domain/testing/streams.js';
import { type Instant, MILLISECONDS_PER_DAY } from '#domain/time/instant.js';
import type { EventRow } from '#warehouse/event-row.js';
import { type DealChanges, digested, type StoredRecord } from '#warehouse/record-changes.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import { createScoring, type DealNews } from './scoring.js';

const { policy } = parsePolicy('');
if (policy === undefined) throw new Error('the default policy is none');
const book = createRuleBook(policy);

/** A store in memory that holds what ingest stored and what the scorer writes. */
function createStore() {
  const events: DomainEvent[] = [];
  const records = new Map<string, StoredRecord>();
  const did = { read: 0, written: 0 };
  let broken = false;
  const rowOf = (event: DomainEvent): EventRow => ({
    deal_id: 'd1',
    source: event.source,
    id: event.id,
    time: event.time,
    type: event.type,
    family: eventCatalogue[event.type].family,
    schemaversion: 1,
    data: JSON.stringify(event.data),
    extensions: '',
    content_hash: '',
    recorded_at: 0,
  });
  const warehouse = {
    read: {
      storedRecords: (ids: readonly string[]) => {
        did.read += 1;
        return Promise.resolve(new Map(ids.map((id) => [id, [...records.values()]])));
      },
      async *events() {
        if (events.length > 0)
          yield await Promise.resolve({ deal_id: 'd1', events: [...events].sort(compareEvents).map(rowOf) });
      },
    },
    write: {
      records(changes: readonly DealChanges[]) {
        if (broken) return Promise.reject(new Error('the store is away'));
        for (const { version, written, deleted } of changes) {
          did.written += written.length + deleted.length;
          for (const { content, digest } of written) {
            const { record, key } = content;
            records.set(`${record} ${key}`, { record, key, digest, version, is_deleted: false });
          }
          for (const { record, key } of deleted)
            records.set(`${record} ${key}`, { record, key, digest: '', version, is_deleted: true });
        }
        return Promise.resolve();
      },
    },
  } as unknown as Warehouse;
  return {
    warehouse,
    events,
    did,
    setBroken: (now: boolean) => {
      broken = now;
    },
    standing: () =>
      [...records.values()]
        .filter((row) => !row.is_deleted)
        .map(({ record, key, digest }) => `${record} ${key} ${digest}`)
        .sort(),
  };
}

function expectedOf(events: readonly DomainEvent[], asOf: Instant): string[] {
  return chronicle('d1', [...events].sort(compareEvents), asOf, book)
    .records.map((content) => `${content.record} ${content.key} ${digested(content).digest}`)
    .sort();
}

function news(told: Partial<DealNews>): ReadonlyMap<string, DealNews> {
  return new Map([['d1', { added: [], retracted: [], reload: false, ...told }]]);
}

const DAY = MILLISECONDS_PER_DAY;

describe('scoring', () => {
  it('leaves in the store what a rebuild would, whatever comes: late, again, taken back or read anew', async () => {
    const steps = fc.array(
      fc.record({
        size: fc.integer({ min: 0, max: 5 }),
        what: fc.constantFrom('in order', 'in order', 'again', 'late', 'retracted', 'reload', 'forgotten'),
        days: fc.constantFrom(0, 0, 1, 8),
      }),
      { minLength: 10, maxLength: 10 },
    );
    await fc.assert(
      fc.asyncProperty(streams, steps, async (stream, plan) => {
        const store = createStore();
        const scoring = createScoring(store.warehouse, book, { cacheWeight: 10_000 });
        const ahead = [...stream];
        let asOf = stream[0]?.time ?? 0;
        for (const { size, what, days } of plan) {
          const [first] = store.events;
          const told =
            what === 'again'
              ? store.events.slice(-size)
              : what === 'late'
                ? ahead.splice(-size)
                : ahead.splice(0, size);
          if (what !== 'again') store.events.push(...told);
          const retracted = what === 'retracted' && first !== undefined ? [first] : [];
          if (retracted.length > 0) store.events.shift();
          if (what === 'forgotten') scoring.forget();
          asOf = Math.max(asOf, ...(what === 'late' ? [] : told.map(({ time }) => time))) + days * DAY;
          const reload = what === 'reload';
          await scoring.score(news({ added: reload ? [] : [...told], retracted, reload }), asOf);
          expect(store.standing()).toEqual(expectedOf(store.events, asOf));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('neither reads nor writes for events that it knows, until something is due', async () => {
    await fc.assert(
      fc.asyncProperty(streams, async (stream) => {
        const last = stream.at(-1);
        if (last === undefined) return;
        const store = createStore();
        const scoring = createScoring(store.warehouse, book, { cacheWeight: 10_000 });
        await scoring.score(news({ added: [...stream] }), last.time);
        const { rescoreAt } = chronicle('d1', stream, last.time, book);
        const before = { ...store.did };
        const quiet = Math.min(rescoreAt - 1, last.time + 400 * DAY);
        expect(await scoring.score(news({ added: [last] }), quiet)).toBe(0);
        expect(store.did).toEqual(before);
        if (!Number.isFinite(rescoreAt)) return;
        await scoring.score(news({ added: [last] }), rescoreAt);
        expect(store.standing()).toEqual(expectedOf(stream, rescoreAt));
      }),
      { numRuns: 60 },
    );
  });

  it('looks into the store again after a write that failed', async () => {
    const [stream] = fc.sample(
      streams.filter((events) => events.length > 8),
      { numRuns: 1, seed: 1 },
    );
    const last = stream?.at(-1);
    if (stream === undefined || last === undefined) throw new Error('there is no stream');
    const store = createStore();
    const scoring = createScoring(store.warehouse, book, { cacheWeight: 10_000 });
    store.events.push(...stream);
    await scoring.score(news({ added: stream.slice(0, -1) }), last.time - 1);
    store.setBroken(true);
    const told = news({ added: [last] });
    await expect(scoring.score(told, last.time + DAY)).rejects.toThrow('the store is away');
    store.setBroken(false);
    await scoring.score(told, last.time + DAY);
    expect(store.standing()).toEqual(expectedOf(stream, last.time + DAY));
    expect(store.did.read).toBe(2);
  });

  it('stores each deal once, however many come together, and reads few at once', async () => {
    const written: string[] = [];
    const read: number[] = [];
    const warehouse = {
      read: {
        storedRecords: (ids: readonly string[]) => {
          read.push(ids.length);
          return Promise.resolve(new Map());
        },
        async *events() {
          yield* await Promise.resolve([]);
        },
      },
      write: {
        records(changes: readonly DealChanges[]) {
          written.push(...changes.map(({ deal_id: dealId }) => dealId));
          return Promise.resolve();
        },
      },
    } as unknown as Warehouse;
    const scoring = createScoring(warehouse, book, { cacheWeight: 1_000_000 });
    const [stream] = fc.sample(
      streams.filter((events) => chronicle('d1', events, events.at(-1)?.time ?? 0, book).records.length > 0),
      { numRuns: 1, seed: 1 },
    );
    const last = stream?.at(-1);
    if (stream === undefined || last === undefined) throw new Error('there is no stream');
    const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => `deal-${n}`);
    const told = (count: number) =>
      new Map(ids(count).map((id) => [id, { added: [...stream], retracted: [], reload: false }]));
    expect(await scoring.score(told(700), last.time)).toBe(700);
    expect(await scoring.score(told(1_700), last.time)).toBe(1_000);
    expect(written.sort()).toEqual(ids(1_700).sort());
    expect(Math.max(...read)).toBeLessThanOrEqual(500);
  }, 30_000);
});
