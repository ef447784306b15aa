import { firstDue } from '../../deal/next-steps.js';
import { businessDays, overAt } from '../../time/business-time.js';
import { absent, type FindingRule, graded, rounded } from '../rule.js';
import { customerContact, dateOf, sellerOf, stepText } from '../wording.js';

/** A step that was agreed is past its date and still open. */
export const nextStepOverdue: FindingRule = {
  kind: 'next_step_overdue',
  family: 'stall',
  restsOn: ['next_step'],
  looksAt: ['next_step'],
  needsStage: false,
  judge(deal, at, rules) {
    const first = firstDue(deal);
    if (first === undefined) return absent();
    const { days, critical_days: criticalDays } = rules.findings.next_step_overdue;
    return graded(
      at,
      overAt(rules.calendar, deal.pauses, first.due, days),
      overAt(rules.calendar, deal.pauses, first.due, criticalDays),
    );
  },
  explain(deal, at, rules) {
    const { days } = rules.findings.next_step_overdue;
    const overdue = [...deal.steps.values()]
      .filter((step) => step.state === 'open' && at >= overAt(rules.calendar, deal.pauses, step.due, days))
      .sort((a, b) => a.due - b.due);
    const [first] = overdue;
    const due = first?.due ?? at;
    const step = first === undefined ? 'the step' : `${stepText(first)}, due ${dateOf(due, rules)},`;
    return {
      evidence: overdue.map((late) => late.dueBy),
      numbers: {
        business_days_overdue: rounded(businessDays(rules.calendar, due, at, deal.pauses)),
        allowed_business_days: days,
        overdue_steps: overdue.length,
      },
      advice:
        first?.ownerSide === 'seller'
          ? `The customer waits for us: ${sellerOf(deal)} should do ${step} today, or tell ${customerContact(deal)} a new date.`
          : `Ask ${customerContact(deal)} what holds up ${step} offer help with it, and agree a date that they can keep.`,
    };
  },
};
