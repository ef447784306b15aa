import type { Escalation, OpenedDeal } from '../../deal/deal.js';
import { businessDays, overAt } from '../../time/business-time.js';
import { absent, type FindingRule, graded, rounded } from '../rule.js';
import { customerContact, dateOf, sellerOf } from '../wording.js';

/** An escalation that nobody resolves. */
export const escalationOpen: FindingRule = {
  kind: 'escalation_open',
  family: 'success',
  restsOn: ['voice'],
  looksAt: ['voice'],
  needsStage: false,
  judge(deal, at, rules) {
    const [first] = openEscalations(deal);
    if (first === undefined) return absent();
    const numbers = rules.findings.escalation_open;
    const since = Math.max(first.at, deal.run.at);
    return graded(
      at,
      overAt(rules.calendar, deal.pauses, since, numbers.days),
      overAt(rules.calendar, deal.pauses, since, numbers.critical_days),
    );
  },
  explain(deal, at, rules) {
    const { days } = rules.findings.escalation_open;
    const lasting = openEscalations(deal).filter(
      (escalation) => at >= overAt(rules.calendar, deal.pauses, Math.max(escalation.at, deal.run.at), days),
    );
    const raisedAt = lasting[0]?.at ?? at;
    const since = Math.max(raisedAt, deal.run.at);
    return {
      evidence: lasting.map((escalation) => escalation.by),
      numbers: {
        business_days_open: rounded(businessDays(rules.calendar, since, at, deal.pauses)),
        allowed_business_days: days,
        escalations_open: lasting.length,
      },
      advice: `${sellerOf(deal)} should take the escalation of ${dateOf(raisedAt, rules)} in hand, name one person who resolves it, and tell ${customerContact(deal)} by when.`,
    };
  },
};

/** By the time they were raised. */
function openEscalations(deal: OpenedDeal): Escalation[] {
  return [...deal.escalations.values()]
    .filter((escalation) => escalation.resolvedAt === undefined)
    .sort((a, b) => a.at - b.at);
}
