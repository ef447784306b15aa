import type { OpenedDeal } from '../../deal/deal.js';
import { lastAheadAt } from '../../deal/steps-ahead.js';
import type { DomainEvent } from '../../events/domain-event.js';
import { businessDays, overAt } from '../../time/business-time.js';
import type { Instant } from '../../time/instant.js';
import { absent, type FindingRule, graded, rounded } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';

/** Nobody has agreed with the customer what happens next, by whom and when. */
export const noNextStep: FindingRule = {
  kind: 'no_next_step',
  family: 'stall',
  restsOn: ['next_step'],
  looksAt: ['next_step', 'meeting'],
  needsStage: false,
  judge(deal, at, rules) {
    if (at < deal.ahead.end) return absent(deal.ahead.end);
    const { days } = rules.findings.no_next_step;
    return graded(at, overAt(rules.calendar, deal.pauses, lastAhead(deal, at).at, days));
  },
  explain(deal, at, rules) {
    const last = lastAhead(deal, at);
    return {
      evidence: last.evidence,
      numbers: {
        business_days_without_next_step: rounded(businessDays(rules.calendar, last.at, at, deal.pauses)),
        allowed_business_days: rules.findings.no_next_step.days,
      },
      advice: `Nothing is agreed since ${dateOf(last.at, rules)}: agree with ${customerContact(deal)} the one step that helps them most now, with a date and who does it.`,
    };
  },
};

/** What was last ahead, or the start of the run. */
function lastAhead(
  deal: OpenedDeal,
  at: Instant,
): { readonly at: Instant; readonly evidence: readonly DomainEvent[] } {
  const last = lastAheadAt(deal, at);
  return last !== undefined && last.at >= deal.run.at ? last : { at: deal.run.at, evidence: [deal.run.by] };
}
