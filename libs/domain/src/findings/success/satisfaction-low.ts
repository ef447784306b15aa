import { satisfaction } from '../../deal/success.js';
import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact } from '../wording.js';

/** The customer says that they are not content. */
export const satisfactionLow: FindingRule = {
  kind: 'satisfaction_low',
  family: 'success',
  restsOn: ['voice'],
  looksAt: ['voice'],
  needsStage: false,
  judge(deal, _at, rules) {
    const verdict = satisfaction(deal, rules);
    return verdict === 'good' ? absent() : present(verdict === 'critical' ? 'critical' : 'warning');
  },
  explain(deal, _at, rules) {
    const limits = rules.findings.satisfaction_low;
    const nps = deal.nps !== undefined && deal.nps.score <= limits.nps ? deal.nps : undefined;
    const csat = deal.csat !== undefined && deal.csat.score <= limits.csat ? deal.csat : undefined;
    return {
      evidence: evidence(nps?.by, csat?.by),
      numbers: {
        ...(nps === undefined ? {} : { nps: nps.score, low_nps: limits.nps }),
        ...(csat === undefined ? {} : { csat: csat.score, low_csat: limits.csat }),
      },
      advice: `Call ${customerContact(deal)}, listen to what disappointed them, and come back with what will be done by when.`,
    };
  },
};
