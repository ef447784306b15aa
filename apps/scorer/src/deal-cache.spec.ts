import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareEvents, type DomainEvent } from '#domain/events/domain-event.js';
import { domainEvent } from '#domain/events/validate.js';
import { standingRecords } from '#warehouse/record-changes.js';
import { type CachedDeal, createDealCache, mergeEvents } from './deal-cache.js';

function event(time: number, id = `e${time}`): DomainEvent {
  return domainEvent('deal.history_gap', { source: 'crm', id }, time, {});
}

describe('merging events into a deal’s', () => {
  it('puts late events in their place and counts repeated ones once', () => {
    const merged = mergeEvents([event(1), event(3)], [event(4), event(2), event(3), event(4)]);
    expect(merged.map(({ time }) => time)).toEqual([1, 2, 3, 4]);
  });

  it('gives the very list that it was given where all of the added are in it', () => {
    const known = [event(1), event(3), event(3, 'f3'), event(7)];
    expect(mergeEvents(known, [event(3, 'f3'), event(1), event(7)])).toBe(known);
    expect(mergeEvents(known, [])).toBe(known);
    expect(mergeEvents(known, [event(3, 'a3')])).not.toBe(known);
  });

  it('gives the same list whatever the order in which events are added', () => {
    const times = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 });
    fc.assert(
      fc.property(times, times, (first, second) => {
        const known = [...new Set(first)].sort((a, b) => a - b).map((time) => event(time));
        const merged = mergeEvents(
          known,
          second.map((time) => event(time)),
        );
        const expected = [...new Set([...first, ...second])].sort((a, b) => a - b);
        expect(merged.map(({ time }) => time)).toEqual(expected);
        expect([...merged].sort(compareEvents)).toEqual(merged);
      }),
    );
  });
});

describe('the cache of deals', () => {
  const deal = (count: number, records = 0): CachedDeal => ({
    events: Array.from({ length: count }, (_, time) => event(time)),
    standing: standingRecords(
      Array.from({ length: records }, (_, key) => {
        return { record: 'health', key: String(key), digest: 'd', version: 1, is_deleted: false };
      }),
    ),
    scored: undefined,
  });

  it('drops the deals that were not used for longest once all weigh too much', () => {
    const cache = createDealCache(80);
    cache.set('a', deal(4, 5));
    cache.set('b', deal(4, 6));
    expect(cache.get('a')).toBeDefined();
    cache.set('c', deal(7));
    expect(cache.get('b')).toBeUndefined();
    expect(cache.get('a')).toBeDefined();
    expect(cache.state()).toMatchObject({ deals: 2, weight: 66 });
  });

  it('keeps a deal that alone is larger than the bound, and nothing beside it', () => {
    const cache = createDealCache(80);
    cache.set('a', deal(2));
    cache.set('huge', deal(60));
    expect(cache.state()).toMatchObject({ deals: 1, weight: 85 });
    cache.set('huge', deal(3));
    expect(cache.state()).toMatchObject({ deals: 1, weight: 28 });
  });

  it('forgets a deal, or all of them', () => {
    const cache = createDealCache(80);
    cache.set('a', deal(2));
    cache.set('b', deal(3));
    cache.drop('a');
    cache.drop('unknown');
    expect(cache.state()).toMatchObject({ deals: 1, weight: 28 });
    cache.clear();
    expect(cache.state()).toMatchObject({ deals: 0, weight: 0 });
  });
});
