import { describe, expect, it } from '@jest/globals';
import { owners, type Habit, type Owner } from './owners.js';
import { simulate } from './simulate.js';
import { factsOfAll, mean, share, type DealFacts } from './testing/measures.js';

const until = Date.UTC(2026, 2, 2, 12);

/** Those with the habit, and everyone else. */
function parted(habit: Habit): { own: readonly Owner[]; others: readonly Owner[] } {
  return { own: owners.filter((o) => o.habit === habit), others: owners.filter((o) => o.habit !== habit) };
}

describe('the owners', () => {
  it('are about two dozen people in teams with a mix of habits each', () => {
    expect(owners).toHaveLength(24);
    expect(new Set(owners.map(({ id }) => id)).size).toBe(24);
    for (const team of new Set(owners.map((o) => o.team))) {
      const habits = new Set(owners.filter((o) => o.team === team).map((o) => o.habit));
      expect(habits.size).toBeGreaterThanOrEqual(4);
    }
  });
});

describe.each([1, 2])('habits show in the deals of seed %i', (seed) => {
  const facts = factsOfAll(simulate({ seed, until }), until);
  const dealsOf = (...of: readonly Owner[]): DealFacts[] =>
    facts.filter((d) => of.some(({ id }) => id === d.owner));

  /** Each owner with the habit has a higher measure than each one without it. */
  const stickOut = (habit: Habit, measure: (deals: readonly DealFacts[]) => number): void => {
    const { own, others } = parted(habit);
    const lowest = Math.min(...own.map((owner) => measure(dealsOf(owner))));
    const highest = Math.max(
      ...others.map((owner) => measure(dealsOf(owner))).filter((n) => !Number.isNaN(n)),
    );
    expect(lowest).toBeGreaterThan(highest);
  };

  it('those who ask too early have the highest shares of premature first asks', () => {
    stickOut('asks_too_early', (deals) => {
      const timed = deals.filter((d) => d.firstAskPremature !== undefined || d.readyUnasked);
      return share(timed, (d) => d.firstAskPremature === true);
    });
  });

  it('those who talk idly have the lowest next-step coverage, and the most internal meetings', () => {
    stickOut('talks_idly', (deals) => {
      const held = deals.reduce((sum, d) => sum + d.held, 0);
      return 1 - deals.reduce((sum, d) => sum + d.heldWithNextStep, 0) / held;
    });
    stickOut('talks_idly', (deals) => mean(deals.map((d) => d.internalMeetings)));
  });

  it('those who close each meeting on a next step have the highest coverage', () => {
    stickOut('closes_on_next_step', (deals) => {
      const held = deals.reduce((sum, d) => sum + d.held, 0);
      return deals.reduce((sum, d) => sum + d.heldWithNextStep, 0) / held;
    });
  });

  it('those who never ask leave the most ready customers unasked', () => {
    stickOut('never_asks', (deals) =>
      share(
        deals.filter((d) => d.ready),
        (d) => d.readyUnasked,
      ),
    );
  });

  it('those who sell misfits have the lowest mean fit', () => {
    stickOut('sells_misfits', (deals) => 1 - mean(deals.flatMap((d) => d.fit ?? [])));
  });

  it('those who sell misfits keep the least of what they promised', () => {
    const { own, others } = parted('sells_misfits');
    const kept = (deals: readonly DealFacts[]): number => mean(deals.flatMap((d) => d.attainments));
    const byHabit = [...new Set(others.map((o) => o.habit))].map((habit) =>
      kept(dealsOf(...parted(habit).own)),
    );
    expect(kept(dealsOf(...own))).toBeLessThan(Math.min(...byHabit));
  });

  it('those who forget the customer have the longest silences after the order', () => {
    stickOut('forgets_the_customer', (deals) => mean(deals.flatMap((d) => d.silenceAfterWin ?? [])));
  });

  it('those who slip dates slip the most of them', () => {
    stickOut('slips_dates', (deals) => share(deals, (d) => d.slipped));
  });

  it('those who close on the next step win more than those who talk idly, ask too early, or never ask', () => {
    const won = (habit: Habit): number =>
      share(
        dealsOf(...parted(habit).own).filter((d) => d.closedAt !== undefined),
        (d) => d.outcome === 'won',
      );
    for (const habit of ['talks_idly', 'asks_too_early', 'never_asks', 'sells_misfits'] as const) {
      expect(won('closes_on_next_step')).toBeGreaterThan(1.5 * won(habit));
    }
  });
});
