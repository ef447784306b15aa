import { contactSince } from '../../deal/contact.js';
import { nextHeld } from '../../deal/meetings.js';
import { businessDays, overAt } from '../../time/business-time.js';
import { absent, evidence, type FindingRule, graded, rounded, untilAtMost } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';

/** Sold to, and not spoken with since. */
export const customerForgotten: FindingRule = {
  kind: 'customer_forgotten',
  family: 'success',
  restsOn: ['contact', 'meeting'],
  looksAt: ['contact', 'close', 'next_step', 'meeting'],
  needsStage: false,
  judge(deal, at, rules) {
    if (deal.won === undefined) return absent();
    const contact = contactSince(deal, at, deal.won);
    const forgottenAt = overAt(
      rules.calendar,
      deal.pauses,
      contact.at,
      rules.findings.customer_forgotten.days,
    );
    return untilAtMost(graded(at, forgottenAt), nextHeld(deal, at, true));
  },
  explain(deal, at, rules) {
    const contact = contactSince(deal, at, deal.won ?? deal.run);
    return {
      evidence: evidence(...contact.evidence),
      numbers: {
        business_days_since_contact: rounded(businessDays(rules.calendar, contact.at, at, deal.pauses)),
        allowed_business_days: rules.findings.customer_forgotten.days,
      },
      advice: `Nobody has heard from ${customerContact(deal)} since ${dateOf(contact.at, rules)}: call and ask whether they get the results they bought it for.`,
    };
  },
};
