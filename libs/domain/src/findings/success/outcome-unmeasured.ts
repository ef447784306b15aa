import type { Deal, Outcome } from '../../deal/deal.js';
import { businessDays } from '../../time/business-time.js';
import { absent, type FindingRule, graded, rounded } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';

/** A result that the customer expected is due, and nobody looked whether it came. */
export const outcomeUnmeasured: FindingRule = {
  kind: 'outcome_unmeasured',
  family: 'success',
  restsOn: ['outcome'],
  looksAt: ['outcome'],
  needsStage: false,
  judge(deal, at) {
    const [first] = unmeasured(deal);
    return first === undefined ? absent() : graded(at, first.due + 1);
  },
  explain(deal, at, rules) {
    const late = unmeasured(deal).filter((outcome) => outcome.due < at);
    const [first] = late;
    const due = first?.due ?? at;
    return {
      evidence: late.map((outcome) => outcome.by),
      numbers: {
        outcomes_unmeasured: late.length,
        business_days_since_due: rounded(businessDays(rules.calendar, due, at, deal.pauses)),
      },
      advice: `Measure "${first?.name ?? 'the outcome'}" with ${customerContact(deal)}; it was due on ${dateOf(due, rules)}.`,
    };
  },
};

/** By due date. */
function unmeasured(deal: Deal): Outcome[] {
  const open: Outcome[] = [];
  for (const [id, outcome] of deal.outcomes) if (!deal.measures.has(id)) open.push(outcome);
  return open.sort((a, b) => a.due - b.due);
}
