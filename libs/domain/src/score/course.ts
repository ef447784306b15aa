import { isOpened, type Deal, type OpenedDeal, unknownDeal } from '../deal/deal.js';
import { apply, passTime, settle } from '../deal/evolve.js';
import { pauseAt } from '../deal/lifecycle.js';
import { eventCatalogue, type EventFamily } from '../events/catalogue.js';
import type { DomainEvent } from '../events/domain-event.js';
import type { Severity } from '../findings/kinds.js';
import type { FindingRule } from '../findings/rule.js';
import type { RuleBook, Rules } from '../policy/rules.js';
import type { Instant } from '../time/instant.js';

/** Which findings a deal can have: those of an open deal, those of a won one, or none. */
export type Phase = 'open' | 'won' | 'none';

/** A finding that is looked for, and how it stands. */
export interface Standing {
  readonly rule: FindingRule;
  /** Null: it does not hold. */
  severity: Severity | null;
  /** The start of the unbroken run of instants at which it holds. */
  since: Instant;
  /** Until when time alone changes nothing about it. */
  until: Instant;
  /** The event families, as bits, after whose events it is judged again. */
  readonly looksAt: number;
}

/** What happened to a finding at an instant. `before` and `after` are its severities; null: it does not hold. */
export type Transition = (
  standing: Standing,
  change: { readonly at: Instant; readonly before: Severity | null; readonly after: Severity | null },
) => void;

/** Told of a course as it goes on; `turned` after everything that happens at one instant. */
export interface Observer {
  readonly transition: Transition;
  readonly turned: (at: Instant) => void;
}

/** A deal followed through time, with its findings as they stand. */
export interface Course {
  readonly deal: Deal;
  readonly book: RuleBook;
  rules: Rules;
  phase: Phase;
  standings: Standing[];
  /** Up to which instant it has been followed. */
  at: Instant;
  /** The latest instant at which an event, or time, was looked at: nothing has changed since. */
  turnedAt: Instant;
}

const families = [...new Set(Object.values(eventCatalogue).map(({ family }) => family))];
const bitOf = new Map<EventFamily, number>(families.map((family, index) => [family, 1 << index]));
const bitOfType = new Map<string, number>(
  Object.entries(eventCatalogue).map(([type, { family }]) => [type, bitOf.get(family) ?? 0]),
);
const DEAL_FAMILY = bitOf.get('deal') ?? 0;

function maskOf(rule: FindingRule): number {
  return rule.looksAt.reduce((mask, family) => mask | (bitOf.get(family) ?? 0), DEAL_FAMILY);
}
/** A deal before its first event. */
export function startCourse(dealId: string, book: RuleBook): Course {
  const deal = unknownDeal(dealId);
  return {
    deal,
    book,
    rules: book.forPipeline(deal.pipeline),
    phase: 'none',
    standings: [],
    at: Number.NEGATIVE_INFINITY,
    turnedAt: Number.NEGATIVE_INFINITY,
  };
}

function phaseOf(deal: Deal): Phase {
  if (!isOpened(deal) || deal.removed || deal.mergedInto !== undefined) return 'none';
  return deal.lifecycle === 'open' || deal.lifecycle === 'won' ? deal.lifecycle : 'none';
}

/**
 * Takes a course on through events and time up to an instant.
 * @param events in the order of `compareEvents`, each identity once; those to be folded are later than `turnedAt`
 * @param from index of the first of them to be folded
 * @returns the index of the first event that is later than the instant
 */
export function follow(
  course: Course,
  events: readonly DomainEvent[],
  asOf: Instant,
  observer?: Observer,
  from = 0,
): number {
  // It may have been followed beyond the next event: up to there nothing turned, so it goes on from where it last did.
  course.at = course.turnedAt;
  let index = from;
  for (;;) {
    const first = events[index];
    if (first === undefined || first.time > asOf) break;
    const at = first.time;
    letTimePass(course, at - 1, observer);
    passTime(course.deal, at, course.rules);
    let touched = 0;
    for (let event: DomainEvent | undefined = first; event?.time === at; event = events[++index]) {
      apply(course.deal, event, course.book);
      touched |= bitOfType.get(event.type) ?? 0;
    }
    course.rules = course.book.forPipeline(course.deal.pipeline);
    settle(course.deal, at, course.rules);
    turn(course, at, touched, observer);
  }
  letTimePass(course, asOf, observer);
  return index;
}

function letTimePass(course: Course, to: Instant, observer: Observer | undefined): void {
  for (;;) {
    const next = Math.min(nextTurn(course.standings), liftsAt(course));
    if (next > to) break;
    judgeDue(course, course.standings, next, 0, observer?.transition);
    course.at = course.turnedAt = next;
    observer?.turned(next);
  }
  course.at = Math.max(course.at, to);
}

/** When the pause that the course is in lifts by itself; Infinity where there is none or no end is known. */
function liftsAt(course: Course): Instant {
  return pauseAt(course.deal, course.at)?.to ?? Number.POSITIVE_INFINITY;
}

function nextTurn(standings: readonly Standing[]): Instant {
  let next = Number.POSITIVE_INFINITY;
  for (const { until } of standings) if (until < next) next = until;
  return next;
}

function turn(course: Course, at: Instant, touched: number, observer: Observer | undefined): void {
  if ((touched & DEAL_FAMILY) !== 0 || course.phase !== phaseOf(course.deal))
    choosePhase(course, at, observer?.transition);
  judgeDue(course, course.standings, at, touched, observer?.transition);
  course.at = course.turnedAt = at;
  observer?.turned(at);
}

/** Looks for the findings that the deal can have now; one that is still looked for goes on as it stood. */
function choosePhase(course: Course, at: Instant, transition: Transition | undefined): void {
  const phase = phaseOf(course.deal);
  const rules = phase === 'none' ? [] : course.rules.judged[phase];
  const before = new Map(course.standings.map((standing) => [standing.rule, standing]));
  if (phase === course.phase && rules.length === before.size && rules.every((rule) => before.has(rule)))
    return;
  course.phase = phase;
  course.standings = rules.map((rule) => {
    const standing = before.get(rule) ?? {
      rule,
      severity: null,
      since: at,
      until: at,
      looksAt: maskOf(rule),
    };
    before.delete(rule);
    return standing;
  });
  for (const gone of before.values()) {
    if (gone.severity !== null) transition?.(gone, { at, before: gone.severity, after: null });
  }
}

/** Judges again what is due by time, or looks at one of the event families that were touched. */
function judgeDue(
  course: Course,
  standings: readonly Standing[],
  at: Instant,
  touched: number,
  transition: Transition | undefined,
): void {
  const { deal, rules } = course;
  if (!isOpened(deal)) return;
  for (const standing of standings) {
    const { rule } = standing;
    if (rule.afterOthers || (at < standing.until && (touched & standing.looksAt) === 0)) continue;
    judge(standing, deal, rules, at, null, transition);
  }
  for (const standing of standings) {
    if (standing.rule.afterOthers)
      judge(standing, deal, rules, at, worstOthers(standings, standing), transition);
  }
}

function worstOthers(standings: readonly Standing[], self: Standing): Severity | null {
  let worst: Severity | null = null;
  for (const standing of standings) {
    if (standing === self || standing.severity === null) continue;
    worst = graver(worst, standing.severity);
  }
  return worst;
}

export function graver(a: Severity | null, b: Severity): Severity {
  if (a === 'critical' || b === 'critical') return 'critical';
  return a === 'warning' || b === 'warning' ? 'warning' : 'info';
}

function judge(
  standing: Standing,
  deal: OpenedDeal,
  rules: Rules,
  at: Instant,
  others: Severity | null,
  transition: Transition | undefined,
): void {
  const { rule, severity: before } = standing;
  const stageless = rule.needsStage && deal.stagePolicy === undefined;
  const { severity: after, until } = stageless
    ? { severity: null, until: Number.POSITIVE_INFINITY }
    : rule.judge(deal, at, rules, others);
  standing.until = until;
  if (after === before) return;
  standing.severity = after;
  if (before === null) standing.since = at;
  transition?.(standing, { at, before, after });
}

/**
 * The next instant at which, with no further event, a finding appears, changes severity or goes, or the pause
 * lifts. Infinity: never.
 */
export function nextChange(course: Course): Instant {
  if (course.phase === 'none') return Number.POSITIVE_INFINITY;
  const lifts = liftsAt(course);
  const ahead = course.standings.map((standing) => ({ ...standing }));
  const before = ahead.map((standing) => standing.severity);
  for (;;) {
    const next = nextTurn(ahead);
    if (next >= lifts) return lifts;
    judgeDue(course, ahead, next, 0, undefined);
    if (ahead.some((standing, index) => standing.severity !== before[index])) return next;
  }
}
