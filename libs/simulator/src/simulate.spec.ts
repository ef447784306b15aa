import { describe, expect, it } from '@jest/globals';
import { parseInstant } from '#domain/time/instant.js';
import type { SimulatedEvent } from './journal.js';
import { simulate, type SimulationOptions } from './simulate.js';

const until = Date.UTC(2026, 2, 2, 12);
const events = (options: Partial<SimulationOptions> = {}): SimulatedEvent[] => [
  ...simulate({ seed: 1, deals: 120, until, ...options }),
];
const standard = events();
const identity = (event: SimulatedEvent): string => `${event.source}|${event.id}`;
const arrival = (event: SimulatedEvent): string => event.recordedtime ?? event.time;

describe('simulate', () => {
  it('tells the same events for the same seed', () => {
    expect(events()).toEqual(standard);
  });

  it('tells other events for another seed', () => {
    const known = new Set(standard.map((event) => JSON.stringify(event)));
    const shared = events({ seed: 2 }).filter((event) => known.has(JSON.stringify(event)));
    expect(shared).toEqual([]);
  });

  it('tells the same by deal and by time, in another order', () => {
    const texts = (order: 'time' | 'deal'): string[] =>
      events({ order }).map((event) => JSON.stringify(event));
    const byTime = texts('time');
    const byDeal = texts('deal');
    expect(byDeal).not.toEqual(byTime);
    expect([...byDeal].sort((a, b) => (a < b ? -1 : 1))).toEqual(
      [...byTime].sort((a, b) => (a < b ? -1 : 1)),
    );
  });

  it('brings them by time as a feed does, so that only late and repeated ones look back', () => {
    const orderly = events({ duplicates: 0 }).map(arrival);
    expect(orderly).toEqual([...orderly].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });

  it('keeps the events of a deal together when they come by deal', () => {
    const roots = events({ order: 'deal' }).map(({ subject }) => subject.slice(0, 'deal-000000'.length));
    const runs = roots.filter((root, i) => root !== roots[i - 1]);
    expect(runs).toHaveLength(new Set(roots).size);
  });

  it('simulates a deal only when its turn comes, when they come by deal', () => {
    // A hundred million deals would take days if they were not made one by one.
    const [first] = simulate({ seed: 1, deals: 100_000_000, until, order: 'deal' });
    expect(first?.subject).toBe('deal-000001');
  });

  it('knows nothing of the future', () => {
    for (const event of standard) {
      expect(parseInstant(event.time)).toBeLessThanOrEqual(until);
      expect(parseInstant(arrival(event))).toBeLessThanOrEqual(until);
    }
  });

  it('gives an id to one fact only, and repeats a fact word by word', () => {
    const contents = new Map<string, string>();
    let repeated = 0;
    for (const event of events({ duplicates: 0.05 })) {
      const text = JSON.stringify(event);
      if (contents.has(identity(event))) repeated++;
      expect(contents.get(identity(event)) ?? text).toBe(text);
      contents.set(identity(event), text);
    }
    expect(repeated / contents.size).toBeCloseTo(0.05, 2);
  });

  it('repeats nothing and is never late when told so, but for what was found after the opening', () => {
    const orderly = events({ duplicates: 0, late: 0 });
    expect(new Set(orderly.map(identity)).size).toBe(orderly.length);
    const openings = new Map(orderly.filter((e) => e.type === 'deal.opened').map((e) => [e.subject, e.time]));
    const late = orderly.filter((event) => event.recordedtime !== undefined);
    expect(late.length).toBeGreaterThan(0);
    for (const event of late) expect(event.time < (openings.get(event.subject) ?? '')).toBe(true);
  });

  it('brings some events late, and says when they became known', () => {
    const late = events({ late: 0.1 }).filter((event) => event.recordedtime !== undefined);
    expect(late.length).toBeGreaterThan(100);
    for (const event of late) expect(arrival(event) > event.time).toBe(true);
  });

  it('finds the earlier conversation of some deals only after their opening', () => {
    const opened = new Set<string>();
    let found = 0;
    const openings = new Map(
      standard.filter((e) => e.type === 'deal.opened').map((e) => [e.subject, e.time]),
    );
    for (const event of standard) {
      if (event.type === 'deal.opened') opened.add(event.subject);
      expect(opened.has(event.subject)).toBe(true);
      if (event.time < (openings.get(event.subject) ?? '')) found++;
    }
    expect(found).toBeGreaterThan(10);
  });

  it('is the same whatever content is delivered late or twice', () => {
    const contents = (options: Partial<SimulationOptions>): Set<string> =>
      new Set(
        events({ until, ...options }).map(({ id, type, time, data }) =>
          JSON.stringify([id, type, time, data]),
        ),
      );
    const calm = contents({ late: 0, duplicates: 0 });
    for (const content of contents({ late: 0.2, duplicates: 0.2 })) expect(calm.has(content)).toBe(true);
  });

  it('opens as many deals as it is asked for; what grows out of them and is entered twice comes on top', () => {
    const opened = standard.filter((e) => e.type === 'deal.opened' && /^deal-\d{6}$/.test(e.subject));
    expect(new Set(opened.map((e) => e.subject)).size).toBe(120);
  });

  it('uses domains that cannot exist', () => {
    const addresses = JSON.stringify(standard).matchAll(/[a-z.]+@([a-z0-9.-]+)/g);
    const domains = new Set([...addresses].map(([, domain]) => domain ?? ''));
    expect(domains.size).toBeGreaterThan(50);
    for (const domain of domains) expect(domain).toMatch(/\.example$/);
  });
});
