import type { OpenedDeal } from '../deal/deal.js';
import type { EventFamily } from '../events/catalogue.js';
import type { DomainEvent } from '../events/domain-event.js';
import type { Rules } from '../policy/rules.js';
import type { Instant } from '../time/instant.js';
import type { FindingFamily, FindingKind, Severity } from './kinds.js';

/** Whether a finding holds at an instant, and until when at least that stays so if no event comes between. */
export interface Judgement {
  /** Null: it does not hold. */
  readonly severity: Severity | null;
  /** Later than the instant asked about, and never later than the next change. Infinity: time alone changes nothing. */
  readonly until: Instant;
}

/** Why a finding holds. */
export interface Explanation {
  /** Take any of them away, and the finding goes or changes. Never empty. */
  readonly evidence: readonly DomainEvent[];
  /** What was compared with what; names carry the unit. */
  readonly numbers: Readonly<Record<string, number | string | null>>;
  /** One sentence: the next best action, for the customer. */
  readonly advice: string;
}

/** The rule of one kind of finding. */
export interface FindingRule {
  readonly kind: FindingKind;
  readonly family: FindingFamily;
  /** Event families without which the kind can't be judged at all (fine print 61). */
  readonly restsOn: readonly EventFamily[];
  /** Event families whose events, beside those of `deal`, can change its judgement; after others it is not asked again. */
  readonly looksAt: readonly EventFamily[];
  /** It needs a stage that the policy knows (fine print 20). */
  readonly needsStage: boolean;
  /** It looks at the other findings of its family, and so is judged after them. */
  readonly afterOthers?: true;
  /**
   * @param deal an open deal for the families stall and alignment, a won one for success
   * @param others the worst severity among the other findings of the family, where the rule asks for it
   */
  judge(deal: OpenedDeal, at: Instant, rules: Rules, others: Severity | null): Judgement;
  /** Only asked where `judge` says that it holds. */
  explain(deal: OpenedDeal, at: Instant, rules: Rules): Explanation;
}

const NEVER = Number.POSITIVE_INFINITY;
const ABSENT: Judgement = { severity: null, until: NEVER };

export function absent(until: Instant = NEVER): Judgement {
  return until === NEVER ? ABSENT : { severity: null, until };
}

export function present(severity: Severity, until: Instant = NEVER): Judgement {
  return { severity, until };
}

/** Absent before `warningAt`; from then on a warning, or critical where `criticalAt` has come too. */
export function graded(at: Instant, warningAt: Instant, criticalAt: Instant = NEVER): Judgement {
  if (at < warningAt) return absent(warningAt);
  return at < criticalAt ? present('warning', criticalAt) : present('critical');
}

/** The judgement, to be asked again at `until` at the latest. */
export function untilAtMost(judgement: Judgement, until: Instant): Judgement {
  return until < judgement.until ? { severity: judgement.severity, until } : judgement;
}

/** Business days to two decimals: enough to compare, short enough to read. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Evidence without gaps and repetitions, in the given order. */
export function evidence(...events: readonly (DomainEvent | undefined)[]): DomainEvent[] {
  return [...new Set(events)].filter((event) => event !== undefined);
}
