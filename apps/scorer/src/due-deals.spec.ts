import { describe, expect, it } from '@jest/globals';
import type { DueDeal } from '#warehouse/read-rows.js';
import { createDueDeals } from './due-deals.js';

const READING = 4;

/** A store in which these deals are due until they are scored, and which notes how often it is asked. */
function storeOf(ids: readonly string[]) {
  const due = new Map(ids.map((id) => [id, { deal_id: id, rescore_at: '2026-03-02T00:00:00.000Z' }]));
  let readings = 0;
  const read = (
    _: number,
    { limit, after }: { limit: number; after?: DueDeal | undefined },
  ): Promise<readonly DueDeal[]> => {
    readings += 1;
    const beyond = [...due.values()].filter(({ deal_id: id }) => after === undefined || id > after.deal_id);
    return Promise.resolve(beyond.slice(0, limit));
  };
  return { due, deals: createDueDeals(read, { idsAReading: READING }), readings: () => readings };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `d${10 + n}`);

describe('deals that are due', () => {
  it('are taken a few at a time, each once, and read many at a time', async () => {
    const { due, deals, readings } = storeOf(names(10));
    const taken: string[][] = [];
    for (let more = true; more;) {
      const page = await deals.take(0, 3, () => true);
      taken.push([...page.ids]);
      for (const id of page.ids) due.delete(id);
      more = page.more;
    }
    expect(taken.flat()).toEqual(names(10));
    expect(Math.max(...taken.map((page) => page.length))).toBe(3);
    expect(readings()).toBe(3);
  });

  it('are found behind any number that others score', async () => {
    const { deals } = storeOf(names(10));
    expect(await deals.take(0, 3, (id) => id === 'd19')).toEqual({ ids: ['d19'], more: false });
    expect(await deals.take(0, 3, () => false)).toEqual({ ids: [], more: false });
  });

  it('cost one reading where none is due, and are found as soon as one is', async () => {
    const { due, deals, readings } = storeOf([]);
    expect(await deals.take(0, 3, () => true)).toEqual({ ids: [], more: false });
    expect(readings()).toBe(1);
    due.set('d1', { deal_id: 'd1', rescore_at: '2026-03-02T00:00:00.000Z' });
    expect(await deals.take(0, 3, () => true)).toEqual({ ids: ['d1'], more: false });
  });

  it('are given again where they are due still after all others: what could not be scored is tried again', async () => {
    const { deals } = storeOf(names(2));
    expect((await deals.take(0, 3, () => true)).ids).toEqual(names(2));
    expect((await deals.take(0, 3, () => true)).ids).toEqual(names(2));
  });

  it('are read anew after they were forgotten', async () => {
    const { due, deals } = storeOf(names(4));
    expect((await deals.take(0, 1, () => true)).ids).toEqual(['d10']);
    due.clear();
    deals.forget();
    expect((await deals.take(0, 1, () => true)).ids).toEqual([]);
  });
});
