import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact } from '../wording.js';

/** A poor match: better walked away from, and helped elsewhere. */
export const poorFit: FindingRule = {
  kind: 'poor_fit',
  family: 'alignment',
  restsOn: ['value'],
  looksAt: ['value'],
  needsStage: false,
  judge(deal, _at, rules) {
    const numbers = rules.findings.poor_fit;
    if (deal.fit === undefined || deal.fit.score >= numbers.below) return absent();
    return present((deal.stagePolicy?.order ?? 0) >= numbers.critical_order ? 'critical' : 'warning');
  },
  explain(deal, _at, rules) {
    const numbers = rules.findings.poor_fit;
    const order = deal.stagePolicy?.order ?? null;
    return {
      evidence: evidence(
        deal.fit?.by,
        order !== null && order >= numbers.critical_order ? deal.stageBy : undefined,
      ),
      numbers: { fit_score: deal.fit?.score ?? null, required_fit_score: numbers.below, stage_order: order },
      advice: `Walk away openly: tell ${customerContact(deal)} why this is no match, and point them to someone who can help them.`,
    };
  },
};
