import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeadLetter, UnlinkedEvent } from './kept-aside.js';
import { type TestWarehouse, openTestWarehouse } from './testing/open-test-warehouse.js';
import { T0 } from './testing/samples.js';

let test: TestWarehouse;
beforeAll(async () => {
  test = await openTestWarehouse();
});
afterAll(() => test.remove());

function letter(changes: Partial<DeadLetter>): DeadLetter {
  return {
    topic: 'crm.hubspot',
    partition: 0,
    offset: 7,
    position: 0,
    source: 'hubspot',
    raw: '{"half":',
    reasons: ["not JSON: it's cut off", 'no "id"'],
    received_at: T0,
    replayed_at: null,
    ...changes,
  };
}

const KIBIBYTES_64 = 65_536;

describe('dead letters', () => {
  it('are kept once a place in the log, newest first, and are known as replayed', async () => {
    const first = letter({});
    const second = letter({ offset: 9_007_199_254_740_991, position: 3, received_at: T0 + 5 });
    await test.warehouse.write.deadLetters([first, second]);
    await test.warehouse.write.deadLetters([letter({ received_at: T0 + 900 })]);

    const waiting = [
      { ...second, raw_cut: false },
      { ...first, raw_cut: false },
    ];
    expect(await test.warehouse.read.deadLetters({ limit: 10 })).toEqual(waiting);
    expect(await test.warehouse.read.deadLetters({ limit: 1 })).toEqual(waiting.slice(0, 1));

    const replayed = letter({ replayed_at: T0 + 1000 });
    await test.warehouse.write.deadLetters([replayed]);
    await test.warehouse.write.deadLetters([first]);
    expect(await test.warehouse.read.deadLetters({ limit: 10, replayed: false })).toEqual(
      waiting.slice(0, 1),
    );
    expect(await test.warehouse.read.deadLetters({ limit: 10, replayed: true })).toEqual([
      { ...replayed, raw_cut: false },
    ]);
  });

  it.each([
    ['of 64 KiB is whole', 'x'.repeat(KIBIBYTES_64), 'x'.repeat(KIBIBYTES_64)],
    ['beyond 64 KiB is cut', 'x'.repeat(5_000_000), 'x'.repeat(KIBIBYTES_64)],
    ['is cut between characters', `x${'é'.repeat(40_000)}`, `x${'é'.repeat(KIBIBYTES_64 / 2 - 1)}`],
    ['is cut between characters of four bytes', '😀'.repeat(40_000), '😀'.repeat(KIBIBYTES_64 / 4)],
  ])('keep what came: a text %s', async (name, raw, kept) => {
    await test.warehouse.write.deadLetters([letter({ topic: name, raw, received_at: T0 + 10_000 })]);
    const found = (await test.warehouse.read.deadLetters({ limit: 100 })).find(({ topic }) => topic === name);
    expect(found?.raw).toBe(kept);
    expect(found?.raw_cut).toBe(kept !== raw);
  });
});

function unlinked(changes: Partial<UnlinkedEvent>): UnlinkedEvent {
  return {
    time: T0,
    source: 'calendar',
    id: 'm1',
    type: 'meeting.scheduled',
    family: 'meeting',
    schemaversion: 1,
    data: '{"title":"Kick-off"}',
    extensions: '{"recordedtime":"2026-03-02T12:00:00Z"}',
    content_hash: 'h',
    recorded_at: T0 + 1,
    addresses: ['ann@acme.example', "o'neil@acme.example"],
    domains: ['acme.example'],
    ...changes,
  };
}

describe('events without a deal', () => {
  it('stand aside until the highest version says that they do not', async () => {
    const event = unlinked({ id: 'm7', time: Date.UTC(2026, 0, 1) });
    const shown = async (): Promise<unknown> =>
      test.warehouse.read.select('SELECT id, addresses, domains FROM unlinked WHERE id = {id:String}', {
        id: 'm7',
      });
    await test.warehouse.write.aside({ kept: [{ ...event, version: 5 }], gone: [] });
    await test.warehouse.write.aside({ kept: [{ ...event, version: 5 }], gone: [] });
    expect(await shown()).toEqual([{ id: 'm7', addresses: event.addresses, domains: event.domains }]);
    expect(await test.warehouse.read.linking.aside([event])).toEqual([
      { source: 'calendar', id: 'm7', content_hash: 'h', aside: true, version: 5 },
    ]);

    await test.warehouse.write.aside({ kept: [], gone: [{ ...event, version: 6 }] });
    await test.warehouse.write.aside({ kept: [{ ...event, version: 5 }], gone: [] });
    expect(await shown()).toEqual([]);
    await test.warehouse.write.aside({ kept: [{ ...event, version: 7 }], gone: [] });
    expect(await shown()).toHaveLength(1);
    expect((await test.warehouse.read.counts()).unlinked).toBe(1);
  });
});
