import { isOpened, type Deal, type OpenedDeal } from '../deal/deal.js';
import { pauseAt } from '../deal/lifecycle.js';
import type { DomainEvent, EventOf } from '../events/domain-event.js';
import { sentence } from '../findings/wording.js';
import { findingRules } from '../findings/rules.js';
import { type FindingFamily, type FindingKind, findingKinds, type Severity } from '../findings/kinds.js';
import type { RuleBook, Rules } from '../policy/rules.js';
import { formatInstant, type Instant } from '../time/instant.js';
import { type Course, follow, nextChange, type Phase, startCourse } from './course.js';
import type { DealStatus } from './records.js';

/** A finding as it is told: why, since when, and what to do. */
export interface Finding {
  readonly kind: FindingKind;
  readonly family: FindingFamily;
  readonly severity: Severity;
  readonly since: string;
  /** `source|id` of the events that it rests on. */
  readonly evidence: readonly string[];
  readonly numbers: Readonly<Record<string, number | string | null>>;
  readonly advice: string;
}

/** The points that a finding costs its family: 100 and the terms of a family add up to its score. */
export interface Term {
  readonly kind: FindingKind;
  readonly points: number;
}

/** A deal's verdict as of an instant. */
export interface Score {
  readonly deal_id: string;
  readonly as_of: string;
  readonly name: string;
  readonly owner: EventOf<'deal.opened'>['data']['owner'] | null;
  readonly pipeline: string;
  readonly stage: string | null;
  readonly position: number;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly status: DealStatus;
  /** 0 to 100, two decimals; null for a deal that is closed other than by winning. */
  readonly health: number | null;
  readonly families: Readonly<Partial<Record<FindingFamily, number>>>;
  readonly paused: boolean;
  readonly paused_until: string | null;
  readonly findings: readonly Finding[];
  readonly terms: readonly Term[];
  readonly not_judged: readonly FindingKind[];
  readonly next_change_at: string | null;
}

/** Health, families, terms and status: what follows from the findings alone. */
export interface Verdict {
  readonly status: DealStatus;
  readonly health: number | null;
  readonly families: Readonly<Partial<Record<FindingFamily, number>>>;
  readonly terms: readonly Term[];
}

interface Judged {
  readonly rule: { readonly kind: FindingKind; readonly family: FindingFamily };
  readonly severity: Severity | null;
}

/**
 * Scores a deal.
 * @param events the deal's events in the order of `compareEvents`, each identity once; later ones are left out
 * @returns undefined where the deal is not opened by then
 */
export function scoreDeal(
  dealId: string,
  events: readonly DomainEvent[],
  asOf: Instant,
  book: RuleBook,
): Score | undefined {
  const course = startCourse(dealId, book);
  follow(course, events, asOf);
  return scoreOf(course, asOf);
}

/** The score of a course that has been followed up to the instant. */
export function scoreOf(course: Course, asOf: Instant): Score | undefined {
  const { deal, rules } = course;
  if (!isOpened(deal)) return undefined;
  const pause = course.phase === 'none' ? undefined : pauseAt(deal, asOf);
  const { status, health, families, terms } = verdictOf(deal, course.phase, course.standings, rules);
  return {
    deal_id: deal.id,
    as_of: formatInstant(asOf),
    name: deal.name,
    owner: deal.owner ?? null,
    pipeline: deal.pipeline,
    stage: deal.stagePolicy?.id ?? deal.stage,
    position: deal.position,
    amount: deal.amount,
    currency: deal.currency,
    status,
    health,
    families,
    paused: pause !== undefined,
    paused_until: pause === undefined ? null : instantOrNull(pause.to),
    findings: findingsOf(course, deal, asOf),
    terms,
    not_judged: notJudged(deal, course.phase, rules),
    next_change_at: instantOrNull(nextChange(course)),
  };
}

/** The latest date that ECMAScript can tell; what would come later comes never. */
const END_OF_TIME = 8.64e15;

/** RFC 3339, or null for what never comes. */
export function instantOrNull(at: Instant): string | null {
  return at <= END_OF_TIME ? formatInstant(at) : null;
}

/** How an event is named as evidence. */
export function evidenceId(event: DomainEvent): string {
  return `${event.source}|${event.id}`;
}

function findingsOf(course: Course, deal: OpenedDeal, asOf: Instant): Finding[] {
  const findings: Finding[] = [];
  for (const { rule, severity, since } of course.standings) {
    if (severity === null) continue;
    const { evidence, numbers, advice } = rule.explain(deal, asOf, course.rules);
    findings.push({
      kind: rule.kind,
      family: rule.family,
      severity,
      since: formatInstant(since),
      evidence: evidence.map(evidenceId),
      numbers,
      advice: sentence(advice),
    });
  }
  return findings;
}

/** The kinds that would apply to the deal now but can't be judged: untracked, or for want of a known stage. */
export function notJudged(deal: Deal, phase: Phase, rules: Rules): FindingKind[] {
  if (phase === 'none') return [];
  const stageless =
    deal.stagePolicy === undefined ? rules.judged[phase].filter((rule) => rule.needsStage) : [];
  if (stageless.length === 0 && rules.untracked[phase].length === 0) return [];
  const left = new Set([...rules.untracked[phase], ...stageless]);
  return findingRules.filter((rule) => left.has(rule)).map((rule) => rule.kind);
}

/** The verdict on a deal with these findings. */
export function verdictOf(deal: Deal, phase: Phase, judged: readonly Judged[], rules: Rules): Verdict {
  if (phase === 'none') return { status: closedStatus(deal), health: null, families: {}, terms: [] };
  const families: Partial<Record<FindingFamily, number>> = {};
  const terms: Term[] = [];
  for (const family of phase === 'open' ? (['stall', 'alignment'] as const) : (['success'] as const)) {
    families[family] = charge(family, judged, rules, terms);
  }
  const { stall = 100, alignment = 100, success = 100 } = families;
  const health =
    phase === 'won' ? success : 0.75 * Math.min(stall, alignment) + 0.25 * Math.max(stall, alignment);
  const status = phase === 'won' ? wonStatus(judged) : openStatus(judged, health);
  return { status, health: halfUp(health), families, terms };
}

/** Two decimals, half up; the small addition mends what binary fractions lose. */
function halfUp(value: number): number {
  return Math.floor(value * 100 + 0.5 + 1e-9) / 100;
}

/**
 * Charges a family's findings: the costliest in full, in order of points, then kind; where they would go below 0,
 * the last only what is left (fine print 57). Terms are listed in the order of the findings.
 * @returns the family's score
 */
function charge(family: FindingFamily, judged: readonly Judged[], rules: Rules, terms: Term[]): number {
  const held = judged.filter(({ rule, severity }) => rule.family === family && severity !== null);
  if (held.length === 0) return 100;
  const costs = held.map(({ rule, severity }) => ({
    kind: rule.kind,
    cost: rules.points[severity ?? 'info'],
  }));
  const points = new Map<FindingKind, number>();
  let left = 100;
  const order: readonly FindingKind[] = findingKinds[family];
  for (const { kind, cost } of [...costs].sort(
    (a, b) => b.cost - a.cost || order.indexOf(a.kind) - order.indexOf(b.kind),
  )) {
    const charged = Math.min(cost, left);
    left -= charged;
    points.set(kind, charged === 0 ? 0 : -charged);
  }
  for (const { kind } of costs) terms.push({ kind, points: points.get(kind) ?? 0 });
  return left;
}

function has(judged: readonly Judged[], severity: Severity): boolean {
  return judged.some((finding) => finding.severity === severity);
}

function openStatus(judged: readonly Judged[], health: number): DealStatus {
  const stalled = judged.some(
    ({ rule, severity }) =>
      (rule.kind === 'stalled' && severity !== null) ||
      (rule.kind === 'disconnected' && severity === 'critical'),
  );
  if (stalled) return 'stalled';
  if (has(judged, 'critical') || health < 50) return 'at_risk';
  return has(judged, 'warning') || health < 75 ? 'watch' : 'healthy';
}

function wonStatus(judged: readonly Judged[]): DealStatus {
  if (has(judged, 'critical')) return 'won_at_risk';
  return has(judged, 'warning') ? 'won_watch' : 'won_healthy';
}

function closedStatus(deal: Deal): DealStatus {
  if (deal.mergedInto !== undefined) return 'merged';
  if (deal.removed) return 'removed';
  return deal.lifecycle === 'churned' || deal.lifecycle === 'walked_away' ? deal.lifecycle : 'lost';
}
