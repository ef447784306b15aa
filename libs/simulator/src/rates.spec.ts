import { describe, expect, it } from '@jest/globals';
import { MILLISECONDS_PER_DAY } from '#domain/time/instant.js';
import { simulate } from './simulate.js';
import { factsOfAll, mean, median, share } from './testing/measures.js';

const until = Date.UTC(2026, 2, 2, 12);

/** Bands as published for sales organisations of this kind. */
describe.each([1, 2, 3])('the organisation of seed %i', (seed) => {
  const facts = factsOfAll(simulate({ seed, until }), until).filter(
    ({ outcome }) => outcome !== 'removed' && outcome !== 'merged',
  );
  const closed = facts.filter(({ outcome }) => outcome !== 'open');
  const lost = closed.filter(({ outcome }) => outcome === 'lost');
  const cycle = (deals: typeof closed): number =>
    median(deals.map((d) => ((d.closedAt ?? Number.NaN) - d.openedAt) / MILLISECONDS_PER_DAY));

  it('wins 19 to 29% of the deals that are closed', () => {
    const won = share(closed, ({ outcome }) => outcome === 'won');
    expect(won).toBeGreaterThan(0.19);
    expect(won).toBeLessThan(0.29);
  });

  it('takes five to six months for a deal, be it won or however closed', () => {
    for (const deals of [closed, closed.filter(({ outcome }) => outcome === 'won')]) {
      expect(cycle(deals)).toBeGreaterThan(152);
      expect(cycle(deals)).toBeLessThan(184);
    }
  });

  it('slips the close date of 36 to 44% of the deals that had one', () => {
    const slipped = share(
      closed.filter(({ forecast }) => forecast),
      ({ slipped }) => slipped,
    );
    expect(slipped).toBeGreaterThan(0.36);
    expect(slipped).toBeLessThan(0.44);
  });

  it('loses 40 to 60% of its losses to no decision', () => {
    const undecided = share(lost, ({ lossReason }) => lossReason === 'no_decision');
    expect(undecided).toBeGreaterThan(0.4);
    expect(undecided).toBeLessThan(0.6);
  });

  it('has 35 to 45% of its deals still open', () => {
    const open = share(facts, ({ outcome }) => outcome === 'open');
    expect(open).toBeGreaterThan(0.35);
    expect(open).toBeLessThan(0.45);
  });

  it('tells 60 to 80 events of a closed deal', () => {
    const events = mean(closed.map((d) => d.events));
    expect(events).toBeGreaterThan(60);
    expect(events).toBeLessThan(80);
  });

  it('walks away from more poor fits than it wins', () => {
    const poor = closed.filter(({ fit }) => fit !== undefined && fit < 0.5);
    const won = share(poor, ({ outcome }) => outcome === 'won');
    expect(won).toBeLessThan(0.2);
    expect(share(poor, ({ outcome }) => outcome === 'walked_away')).toBeGreaterThan(won);
  });
});
