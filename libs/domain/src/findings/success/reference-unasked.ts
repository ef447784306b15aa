import type { Deal } from '../../deal/deal.js';
import { nextOutcomeDue, referableSince } from '../../deal/success.js';
import type { DomainEvent } from '../../events/domain-event.js';
import { businessDays, overAt } from '../../time/business-time.js';
import type { Instant } from '../../time/instant.js';
import { absent, evidence, type FindingRule, present, rounded } from '../rule.js';
import { customerContact } from '../wording.js';

/** The customer got what they came for, and nobody asked whether they would say so. */
export const referenceUnasked: FindingRule = {
  kind: 'reference_unasked',
  family: 'success',
  restsOn: ['outcome', 'future'],
  looksAt: ['outcome', 'voice', 'future'],
  needsStage: false,
  judge(deal, at, rules) {
    const next = nextOutcomeDue(deal, at);
    const since = referableSince(deal, at, rules);
    if (since === undefined) return absent(next);
    const { days } = rules.findings.reference_unasked;
    const from = overAt(rules.calendar, deal.pauses, Math.max(since, deal.run.at), days);
    return at < from ? absent(Math.min(from, next)) : present('info', next);
  },
  explain(deal, at, rules) {
    const since = Math.max(referableSince(deal, at, rules) ?? at, deal.run.at);
    const due = [...deal.outcomes].filter(([, outcome]) => outcome.due < at);
    return {
      evidence: evidence(...measuresOf(deal, at)),
      numbers: {
        business_days_attained: rounded(businessDays(rules.calendar, since, at, deal.pauses)),
        allowed_business_days: rules.findings.reference_unasked.days,
        outcomes_attained: due.length,
      },
      advice: `${customerContact(deal)} got what they bought it for: ask whether they would tell others about it.`,
    };
  },
};

/** The measures of the outcomes due: without one of them not all would be attained. */
export function measuresOf(deal: Deal, at: Instant): (DomainEvent | undefined)[] {
  return [...deal.outcomes]
    .filter(([, outcome]) => outcome.due < at)
    .map(([id]) => deal.measures.get(id)?.by);
}
