import type { Deal, DeliveryMilestone } from '../../deal/deal.js';
import { businessDays, overAt } from '../../time/business-time.js';
import type { Instant } from '../../time/instant.js';
import { absent, type FindingRule, graded, rounded } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';

/** A milestone of the implementation is past its date and not reached. */
export const implementationLate: FindingRule = {
  kind: 'implementation_late',
  family: 'success',
  restsOn: ['delivery'],
  looksAt: ['delivery'],
  needsStage: false,
  judge(deal, at, rules) {
    const [first] = unreached(deal);
    if (first === undefined) return absent();
    const { critical_days: criticalDays } = rules.findings.implementation_late;
    return graded(at, first.due + 1, overAt(rules.calendar, deal.pauses, first.due, criticalDays));
  },
  explain(deal, at, rules) {
    const late = lateAt(deal, at);
    const [first] = late;
    const due = first?.due ?? at;
    return {
      evidence: late.map((milestone) => milestone.by),
      numbers: {
        business_days_late: rounded(businessDays(rules.calendar, due, at, deal.pauses)),
        critical_after_business_days: rules.findings.implementation_late.critical_days,
        late_milestones: late.length,
      },
      advice: `"${first?.name ?? 'The milestone'}" was due on ${dateOf(due, rules)}: tell ${customerContact(deal)} where it stands and the date that will be kept.`,
    };
  },
};

/** By due date. */
function unreached(deal: Deal): DeliveryMilestone[] {
  const open: DeliveryMilestone[] = [];
  for (const [id, milestone] of deal.delivery) if (!deal.delivered.has(id)) open.push(milestone);
  return open.sort((a, b) => a.due - b.due);
}

function lateAt(deal: Deal, at: Instant): DeliveryMilestone[] {
  return unreached(deal).filter((milestone) => milestone.due < at);
}
