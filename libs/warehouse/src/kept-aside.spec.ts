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
  it('are found by any address or domain, the oldest first, until they are linked', async () => {
    const early = unlinked({ id: 'early', time: Date.UTC(1, 0, 1) });
    const late = unlinked({ id: 'late', addresses: [], domains: ['other.example'] });
    await test.warehouse.write.unlinked([late, early, late]);
    const find = (addresses: string[], domains: string[]): Promise<readonly UnlinkedEvent[]> =>
      test.warehouse.read.unlinked({ addresses, domains, limit: 10 });

    expect(await find(["o'neil@acme.example"], ['other.example'])).toEqual([early, late]);
    expect(await find([], ['acme.example'])).toEqual([early]);
    expect(await find(['acme.example'], ['ann@acme.example'])).toEqual([]);
    expect(await find([], [])).toEqual([]);

    await test.warehouse.write.linked([early], T0 + 50);
    await test.warehouse.write.unlinked([early]);
    expect(await find([], ['acme.example', 'other.example'])).toEqual([late]);
    expect((await test.warehouse.read.counts()).unlinked).toBe(1);
  });
});
