import { MILLISECONDS_PER_DAY, type Instant } from '../../time/instant.js';
import type { Deal } from '../../deal/deal.js';
import type { Rules } from '../../policy/rules.js';
import { absent, evidence, type FindingRule, present, rounded } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';

/** The renewal is near, and something else is wrong. */
export const renewalAtRisk: FindingRule = {
  kind: 'renewal_at_risk',
  family: 'success',
  restsOn: ['future'],
  looksAt: ['future'],
  needsStage: false,
  afterOthers: true,
  judge(deal, at, rules, others) {
    if (deal.renewal === undefined) return absent();
    const from = nearFrom(deal.renewal, rules);
    if (at < from) return absent(from);
    return others === 'warning' || others === 'critical' ? present('critical') : absent();
  },
  explain(deal, at, rules) {
    const renewsAt = deal.renewal?.at ?? at;
    return {
      evidence: evidence(deal.renewal?.by),
      numbers: {
        days_to_renewal: rounded((renewsAt - at) / MILLISECONDS_PER_DAY),
        within_days: rules.findings.renewal_at_risk.within_days,
      },
      advice: `The renewal is due on ${dateOf(renewsAt, rules)}: put right what else is open here with ${customerContact(deal)} before speaking of it.`,
    };
  },
};

function nearFrom(renewal: NonNullable<Deal['renewal']>, rules: Rules): Instant {
  return renewal.at - rules.findings.renewal_at_risk.within_days * MILLISECONDS_PER_DAY;
}
