import { businessDays, overAt } from '../../time/business-time.js';
import { absent, evidence, type FindingRule, graded, rounded } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';

/** The order was won, and nobody wrote down what the customer expects of it. */
export const noExpectedOutcome: FindingRule = {
  kind: 'no_expected_outcome',
  family: 'success',
  restsOn: ['outcome'],
  looksAt: ['outcome'],
  needsStage: false,
  judge(deal, at, rules) {
    if (deal.won === undefined || deal.outcomes.size > 0) return absent();
    return graded(
      at,
      overAt(rules.calendar, deal.pauses, deal.won.at, rules.findings.no_expected_outcome.days),
    );
  },
  explain(deal, at, rules) {
    const wonAt = deal.won?.at ?? at;
    return {
      evidence: evidence(deal.won?.by),
      numbers: {
        business_days_since_won: rounded(businessDays(rules.calendar, wonAt, at, deal.pauses)),
        allowed_business_days: rules.findings.no_expected_outcome.days,
        outcomes_expected: 0,
      },
      advice: `Agree with ${customerContact(deal)} which result they expect of the order of ${dateOf(wonAt, rules)}, how it is measured and by when.`,
    };
  },
};
