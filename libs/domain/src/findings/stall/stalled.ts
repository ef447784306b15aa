import { isAhead } from '../../deal/meetings.js';
import type { Deal } from '../../deal/deal.js';
import type { Rules } from '../../policy/rules.js';
import { businessDays, overAt, withinAt } from '../../time/business-time.js';
import type { Instant } from '../../time/instant.js';
import { absent, type FindingRule, graded, rounded, untilAtMost } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';

/** No progress for longer than the stage is expected to take, and nothing agreed with the customer says what comes next. */
export const stalled: FindingRule = {
  kind: 'stalled',
  family: 'stall',
  restsOn: ['deal'],
  looksAt: ['buying', 'close', 'next_step', 'value', 'meeting'],
  needsStage: true,
  judge(deal, at, rules) {
    const expected = deal.stagePolicy?.expected_days ?? null;
    if (expected === null) return absent();
    const { critical_factor: factor } = rules.findings.stalled;
    const overdue = graded(
      at,
      overAt(rules.calendar, deal.pauses, deal.progress.at, expected),
      overAt(rules.calendar, deal.pauses, deal.progress.at, factor * expected),
    );
    if (overdue.severity === null) return overdue;
    const held = heldOff(deal, at, rules);
    return held.off ? absent(held.until) : untilAtMost(overdue, held.until);
  },
  explain(deal, at, rules) {
    const since = deal.progress.at;
    return {
      evidence: [deal.progress.by],
      numbers: {
        business_days_since_progress: rounded(businessDays(rules.calendar, since, at, deal.pauses)),
        expected_business_days: deal.stagePolicy?.expected_days ?? null,
      },
      advice: `Nothing has moved since ${dateOf(since, rules)}: ask ${customerContact(deal)} what they need to go on, and agree a next step with a date.`,
    };
  },
};

/** Whether a mutual step that comes soon enough holds the stall off, and until when at least that stays so. */
function heldOff(deal: Deal, at: Instant, rules: Rules): { readonly off: boolean; readonly until: Instant } {
  const { step_within_days: days } = rules.findings.stalled;
  let until = Number.POSITIVE_INFINITY;
  const soon = (due: Instant): boolean => {
    const from = withinAt(rules.calendar, due, days);
    if (at < from) until = Math.min(until, from);
    return at >= from;
  };
  for (const step of deal.steps.values()) {
    if (step.state === 'open' && step.mutual && step.due >= at && soon(step.due)) {
      return { off: true, until: step.due + 1 };
    }
  }
  for (const meeting of deal.meetings.values()) {
    if (isAhead(meeting, at) && soon(meeting.startsAt)) return { off: true, until: meeting.aheadUntil };
  }
  return { off: false, until };
}
