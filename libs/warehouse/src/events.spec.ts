import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wellFormed } from './encode.js';
import type { EventKey, EventRow } from './event-row.js';
import { collect } from './testing/collect.js';
import { type TestWarehouse, openTestWarehouse } from './testing/open-test-warehouse.js';
import { T0, sampleEvent } from './testing/samples.js';

let test: TestWarehouse;
beforeAll(async () => {
  test = await openTestWarehouse();
});
afterAll(() => test.remove());

/** Each test has deals and a source of its own, and so a store of its own. */
let cases = 0;
function nextCase(): { deal: string; source: string } {
  cases += 1;
  return { deal: `case-${cases}`, source: `source-${cases}` };
}

async function eventsOf(...dealIds: string[]): Promise<EventRow[]> {
  return (await collect(test.warehouse.read.events(dealIds))).flatMap(({ events }) => events);
}

function keyOf({ deal_id, time, source, id }: EventRow): EventKey {
  return { deal_id, time, source, id };
}

describe('events', () => {
  it('come back as they were stored, deal by deal, in the order of time, source and id by code point', async () => {
    const { deal, source } = nextCase();
    const at = (changes: Partial<EventRow>): EventRow => sampleEvent({ deal_id: deal, source, ...changes });
    const inOrder = [
      at({ time: Date.UTC(1, 0, 1) - 86_400_000 * 366 }),
      at({ time: T0, source: 'A', id: 'a' }),
      at({ time: T0, id: 'B' }),
      at({ time: T0, id: 'a' }),
      at({ time: T0, id: '\uFFFD' }),
      at({ time: T0, id: '😀' }),
      at({ time: T0 + 1, id: '' }),
      at({ time: 253_402_300_799_999, schemaversion: 65_535, recorded_at: 0 }),
    ];
    const other = at({ deal_id: `${deal}b`, id: 'other' });
    await test.warehouse.write.events({ append: [other, ...inOrder].reverse() });

    const read = await collect(test.warehouse.read.events([`${deal}b`, deal, deal, `${deal}-none`]));

    expect(read).toEqual([
      { deal_id: deal, events: inOrder },
      { deal_id: `${deal}b`, events: [other] },
    ]);
  });

  it('are paged through without a gap or a repetition', async () => {
    const { deal, source } = nextCase();
    const append = Array.from({ length: 41_000 }, (_, n) =>
      sampleEvent({ deal_id: n < 30_500 ? deal : `${deal}b`, source, id: String(n).padStart(6, '0') }),
    );
    await test.warehouse.write.events({ append });

    const read = await collect(test.warehouse.read.events([deal, `${deal}b`]));

    expect(read.map(({ deal_id, events }) => [deal_id, events.length])).toEqual([
      [deal, 30_500],
      [`${deal}b`, 10_500],
    ]);
    expect(read.flatMap(({ events }) => events.map(({ id }) => id))).toEqual(append.map(({ id }) => id));
  });

  it('count once however often they are appended, and keep the earliest time of ingestion', async () => {
    const { deal, source } = nextCase();
    const event = sampleEvent({ deal_id: deal, source, recorded_at: T0 + 5 });
    await test.warehouse.write.events({ append: [event, event] });
    await test.warehouse.write.events({ append: [{ ...event, recorded_at: T0 + 9 }] });
    await test.warehouse.write.events({ append: [{ ...event, recorded_at: T0 + 2 }] });

    expect(await eventsOf(deal)).toEqual([{ ...event, recorded_at: T0 + 2 }]);
    const shown = await test.warehouse.read.select('SELECT id FROM events WHERE deal_id = {deal:String}', {
      deal,
    });
    expect(shown).toHaveLength(1);
  });

  it('whose identity another event takes over count no more, even when delivered again', async () => {
    const { deal, source } = nextCase();
    const loser = sampleEvent({ deal_id: deal, source, time: T0 + 10, content_hash: 'loser' });
    const winner = sampleEvent({
      deal_id: `${deal}b`,
      source,
      time: T0,
      content_hash: 'winner',
      recorded_at: T0 + 99,
    });
    await test.warehouse.write.events({ append: [loser] });
    await test.warehouse.write.events({ append: [], takeovers: [{ winner, loser: keyOf(loser) }] });
    await test.warehouse.write.events({ append: [loser] });

    expect(await eventsOf(deal, `${deal}b`)).toEqual([winner]);
    expect(await test.warehouse.read.identities([{ source, id: 'e1' }])).toEqual([
      {
        deal_id: `${deal}b`,
        time: T0,
        source,
        id: 'e1',
        content_hash: 'winner',
        linked_by: '',
        has_won: true,
      },
    ]);
  });

  it('that take over an identity under the same key replace the content', async () => {
    const { deal, source } = nextCase();
    const loser = sampleEvent({ deal_id: deal, source, data: '{"b":1}', content_hash: 'b' });
    const winner = { ...loser, data: '{"a":1}', content_hash: 'a', recorded_at: T0 + 2000 };
    await test.warehouse.write.events({ append: [loser] });
    await test.warehouse.write.events({ append: [], takeovers: [{ winner, loser: keyOf(loser) }] });

    expect(await eventsOf(deal)).toEqual([winner]);
  });

  it('that win an identity back from a winner stand again under their old key', async () => {
    const { deal, source } = nextCase();
    const first = sampleEvent({ deal_id: deal, source, content_hash: 'c' });
    const second = { ...first, deal_id: `${deal}b`, content_hash: 'b', recorded_at: T0 + 2000 };
    const third = { ...first, content_hash: 'a', recorded_at: T0 + 3000 };
    await test.warehouse.write.events({ append: [first] });
    await test.warehouse.write.events({ append: [], takeovers: [{ winner: second, loser: keyOf(first) }] });
    await test.warehouse.write.events({ append: [], takeovers: [{ winner: third, loser: keyOf(second) }] });

    expect(await eventsOf(deal, `${deal}b`)).toEqual([third]);
  });

  it('are known by identity, many at once, and others are not', async () => {
    const { deal, source } = nextCase();
    const append = Array.from({ length: 12_000 }, (_, n) =>
      sampleEvent({ deal_id: deal, source, id: `id-${n}`, time: T0 + n, content_hash: `h${n}` }),
    );
    await test.warehouse.write.events({ append });

    const wanted = append.slice(500).map(({ id }) => ({ source, id }));
    const claims = await test.warehouse.read.identities([
      ...wanted,
      { source, id: 'id-none' },
      { source: 'none', id: 'id-1' },
    ]);

    expect(claims).toHaveLength(11_500);
    expect(claims[0]).toEqual({
      deal_id: deal,
      time: T0 + 500,
      source,
      id: 'id-500',
      content_hash: 'h500',
      linked_by: '',
      has_won: false,
    });
    expect(await test.warehouse.read.identities([])).toEqual([]);
  });

  it('are known by identity only where the event itself is stored', async () => {
    const { deal, source } = nextCase();
    const hash = `sipHash64('${source}', 'lost')`;
    // What a crash between the two tables may leave: the index has the claim, the store has not.
    await test.client.command({
      query: `INSERT INTO event_identities SELECT ${hash}, '${source}', 'lost', '${deal}', ${T0}`,
    });

    expect(await test.warehouse.read.identities([{ source, id: 'lost' }])).toEqual([]);
  });

  it('of all deals are listed by deal id, page by page', async () => {
    const { deal, source } = nextCase();
    const append = Array.from({ length: 10_001 }, (_, n) =>
      sampleEvent({ deal_id: `${deal}-${String(n).padStart(6, '0')}`, source, id: String(n) }),
    );
    await test.warehouse.write.events({ append });

    const pages = await collect(test.warehouse.read.dealIds());

    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat().filter((id) => id.startsWith(`${deal}-`))).toEqual(
      append.map(({ deal_id }) => deal_id),
    );
  });

  it('written in one call are one part, and so appear at once', async () => {
    const { deal, source } = nextCase();
    const append = Array.from({ length: 50_000 }, (_, n) =>
      sampleEvent({ deal_id: deal, source, id: String(n), data: JSON.stringify({ note: 'x'.repeat(700) }) }),
    );
    await test.warehouse.write.events({ append });

    const parts = await test.warehouse.read.select(
      "SELECT rows FROM system.parts WHERE database = currentDatabase() AND table = 'event_store' AND level = 0 AND rows = 50000",
    );
    expect(parts).toHaveLength(1);
  });

  it('keep hostile text as it is, but for half surrogate pairs', async () => {
    const { deal, source } = nextCase();
    const hostile = [
      'it\'s "quoted" \\ and \\\' over',
      'a\0b\u0001\u001f\u007f',
      '😀 Zoë ​\u2028',
      'line\nline\r\n\ttab',
      "'); DROP TABLE event_store; --\n;SELECT 1;",
      '{id:String}',
      '\\N',
      '\ud800 alone, \udc00 alone',
      '\\ud800 spelt out',
      ' '.repeat(5),
    ];
    const append = hostile.map((text) =>
      sampleEvent({
        deal_id: `${deal}${text}`,
        source: `${source}${text}`,
        id: text,
        type: text,
        data: text,
      }),
    );
    await test.warehouse.write.events({ append });

    const stored = append.map((event) => ({
      ...event,
      deal_id: wellFormed(event.deal_id),
      source: wellFormed(event.source),
      id: wellFormed(event.id),
      type: wellFormed(event.type),
      data: wellFormed(event.data),
    }));
    const read = await eventsOf(...append.map(({ deal_id }) => deal_id));
    expect(new Map(read.map((event) => [event.deal_id, event]))).toEqual(
      new Map(stored.map((event) => [event.deal_id, event])),
    );
    const claims = await test.warehouse.read.identities(append);
    expect(claims.map(({ id }) => id).sort()).toEqual(stored.map(({ id }) => id).sort());
  });

  it('keep any text', async () => {
    const { deal, source } = nextCase();
    const anyText = fc
      .array(
        fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0x22, 0x27, 0x5c, 0x75, 0xd8, 0)),
        { maxLength: 40 },
      )
      .map((units) => String.fromCharCode(...units));
    const texts = fc.sample(anyText, { numRuns: 2000, seed: 1 });
    const append = texts.map((data, n) =>
      sampleEvent({ deal_id: deal, source, id: String(n).padStart(5, '0'), data }),
    );
    await test.warehouse.write.events({ append });

    expect((await eventsOf(deal)).map(({ data }) => data)).toEqual(texts.map(wellFormed));
  });

  it('keep a text of 5 MB', async () => {
    const { deal, source } = nextCase();
    const event = sampleEvent({ deal_id: deal, source, data: `{"note":"${'é"\\'.repeat(1_250_000)}"}` });
    await test.warehouse.write.events({ append: [event] });

    expect(await eventsOf(deal)).toEqual([event]);
  });
});
