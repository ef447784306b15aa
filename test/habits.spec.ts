import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { stringify } from 'yaml';
import type { FindingKind } from '#domain/findings/kinds.js';
import { chronicle } from '#domain/score/chronicle.js';
import type { DealRecord, FindingRecord, MeetingRecord } from '#domain/score/records.js';
import { type Habit, type Owner, owners } from '#simulator/owners.js';
import { simulatedPolicy } from '#simulator/policy.js';
import { simulate } from '#simulator/simulate.js';
import { foldable, ruleBook } from './support/system.js';

// A whole year of an organisation is simulated and scored.
jest.setTimeout(120_000);

const NOW = Date.UTC(2026, 5, 30, 12);

/** What the scorer keeps of the deals of one owner. */
interface Owned {
  readonly deals: DealRecord[];
  readonly meetings: MeetingRecord[];
  readonly findings: FindingRecord[];
}

describe.each([7, 8])('In the measures of the scorer, with seed %i,', (seed) => {
  const byOwner = new Map<string, Owned>();
  let all: DealRecord[];

  beforeAll(() => {
    const rules = ruleBook(stringify(simulatedPolicy));
    for (const { id } of owners) byOwner.set(id, { deals: [], meetings: [], findings: [] });
    for (const [dealId, events] of foldable(simulate({ seed, until: NOW, order: 'deal' }))) {
      const { records } = chronicle(dealId, events, NOW, rules);
      const deal = records.find((record) => record.record === 'deal');
      const owned = byOwner.get(deal?.owner_id ?? '');
      if (deal === undefined || owned === undefined) continue;
      owned.deals.push(deal);
      owned.meetings.push(
        ...records.filter((record): record is MeetingRecord => record.record === 'meeting'),
      );
      owned.findings.push(
        ...records.filter((record): record is FindingRecord => record.record === 'finding'),
      );
    }
    all = [...byOwner.values()].flatMap(({ deals }) => deals);
  });

  const ownedBy = (chosen: readonly Owner[]): Owned => {
    const parts = chosen.flatMap(({ id }) => byOwner.get(id) ?? []);
    return {
      deals: parts.flatMap(({ deals }) => deals),
      meetings: parts.flatMap(({ meetings }) => meetings),
      findings: parts.flatMap(({ findings }) => findings),
    };
  };
  const withHabit = (habit: Habit): Owner[] => owners.filter((owner) => owner.habit === habit);

  /** A measure of the owners with the habit together, and of all other habits, the highest first. */
  const compared = (habit: Habit, measure: (owned: Owned) => number): { own: number; others: number[] } => {
    const habits = [...new Set(owners.map((owner) => owner.habit))].filter((other) => other !== habit);
    return {
      own: measure(ownedBy(withHabit(habit))),
      others: habits.map((other) => measure(ownedBy(withHabit(other)))).sort((a, b) => b - a),
    };
  };
  const highest = (habit: Habit, measure: (owned: Owned) => number, clearly = 1): void => {
    const { own, others } = compared(habit, measure);
    expect(own).toBeGreaterThan(clearly * (others[0] ?? Number.NaN));
  };
  const lowest = (habit: Habit, measure: (owned: Owned) => number): void => {
    const { own, others } = compared(habit, measure);
    expect(own).toBeLessThan(others.at(-1) ?? Number.NaN);
  };
  /** Each single owner with the habit has a higher measure than each without it. */
  const eachHighest = (habit: Habit, measure: (owned: Owned) => number): void => {
    const own = owners.filter((owner) => owner.habit === habit).map((owner) => measure(ownedBy([owner])));
    const others = owners.filter((owner) => owner.habit !== habit).map((owner) => measure(ownedBy([owner])));
    expect(Math.min(...own)).toBeGreaterThan(Math.max(...others));
  };

  const timed = ({ deals }: Owned): DealRecord[] => deals.filter((deal) => deal.close_timing !== null);
  const premature = (owned: Owned): number =>
    share(timed(owned), (deal) => deal.close_timing === 'premature');
  const unasked = (owned: Owned): number => share(timed(owned), (deal) => deal.close_timing === 'unasked');
  const coverage = ({ meetings }: Owned): number =>
    share(
      meetings.filter((meeting) => meeting.state === 'held' && meeting.customer),
      (meeting) => meeting.next_step_agreed === true,
    );
  const promiseKept = ({ deals }: Owned): number => mean(deals.flatMap((deal) => deal.promise_kept ?? []));
  /** Share of the deals that ever had such a finding, among those that it could come to. */
  const ever =
    (isSuch: (finding: FindingRecord) => boolean, among: (deal: DealRecord) => boolean) =>
    (owned: Owned): number => {
      const having = new Set(owned.findings.filter(isSuch).map((finding) => finding.deal_id));
      return share(owned.deals.filter(among), (deal) => having.has(deal.deal_id));
    };
  const everHad = (kind: FindingKind, among: (deal: DealRecord) => boolean) =>
    ever((finding) => finding.kind === kind, among);
  const everCritical = (kind: FindingKind, among: (deal: DealRecord) => boolean) =>
    ever((finding) => finding.kind === kind && finding.worst_severity === 'critical', among);

  it('each owner who asks too early has a higher share of premature asks than anybody else', () => {
    eachHighest('asks_too_early', premature);
  });

  it('those who ask too early have the most premature closes among the findings', () => {
    highest(
      'asks_too_early',
      everHad('premature_close', () => true),
      2,
    );
  });

  it('each owner who talks idly has a lower coverage of next steps than anybody else', () => {
    eachHighest('talks_idly', (owned) => 1 - coverage(owned));
  });

  it('those who talk idly have the most idle meetings, those who close on a next step the fewest', () => {
    const idle = everHad('idle_meeting', () => true);
    highest('talks_idly', idle);
    lowest('closes_on_next_step', idle);
    highest('closes_on_next_step', coverage);
  });

  it('each owner who never asks leaves more ready customers unasked than anybody else', () => {
    eachHighest('never_asks', unasked);
  });

  it('those who never ask let the most customers wait who are ready to buy', () => {
    highest(
      'never_asks',
      everCritical('ready_but_unasked', (deal) => deal.ready_at !== null),
      1.5,
    );
  });

  it('those who sell misfits keep the least of what they promised, and have the most poor fits', () => {
    lowest('sells_misfits', promiseKept);
    highest(
      'sells_misfits',
      everHad('poor_fit', () => true),
      2,
    );
  });

  it('those who forget the customer have the most forgotten customers', () => {
    highest(
      'forgets_the_customer',
      everHad('customer_forgotten', (deal) => deal.won_at !== null),
      2,
    );
  });

  it('those who slip dates have the most slipping close dates', () => {
    highest(
      'slips_dates',
      everHad('close_date_slipping', () => true),
      1.5,
    );
  });

  it('those who close on a next step win more than those who ask too early or never', () => {
    const winRate = ({ deals }: Owned): number =>
      share(
        deals.filter((deal) => deal.closed_at !== null),
        (deal) => deal.won_at !== null,
      );
    const own = winRate(ownedBy(withHabit('closes_on_next_step')));
    for (const habit of ['asks_too_early', 'never_asks', 'talks_idly'] as const)
      expect(own).toBeGreaterThan(1.3 * winRate(ownedBy(withHabit(habit))));
  });

  it('open deals are spread over all statuses, and so are won ones', () => {
    const open = all.filter(({ status }) => ['stalled', 'at_risk', 'watch', 'healthy'].includes(status));
    expect(open.length).toBeGreaterThan(300);
    for (const [status, from, to] of [
      ['stalled', 0.05, 0.4],
      ['at_risk', 0.05, 0.4],
      ['watch', 0.15, 0.55],
      ['healthy', 0.15, 0.6],
    ] as const) {
      const part = share(open, (deal) => deal.status === status);
      expect([status, part >= from && part <= to, part]).toEqual([status, true, part]);
    }
    const won = all.filter(({ status }) => status.startsWith('won_'));
    for (const status of ['won_at_risk', 'won_watch', 'won_healthy']) {
      const part = share(won, (deal) => deal.status === status);
      expect([status, part > 0.02 && part < 0.9, part]).toEqual([status, true, part]);
    }
  });
});

/** The share (0 to 1) of the items for which it is so; NaN of none, which no comparison lets pass. */
function share<T>(items: readonly T[], isSo: (item: T) => boolean): number {
  return items.filter(isSo).length / items.length;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
