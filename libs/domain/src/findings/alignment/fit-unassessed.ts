import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact, sellerOf } from '../wording.js';

/** Nobody has asked yet whether this customer and we are a match. */
export const fitUnassessed: FindingRule = {
  kind: 'fit_unassessed',
  family: 'alignment',
  restsOn: ['value'],
  looksAt: ['value'],
  needsStage: true,
  judge(deal, _at, rules) {
    const due = (deal.stagePolicy?.order ?? 0) >= rules.findings.fit_unassessed.order;
    return due && deal.fit === undefined ? present('info') : absent();
  },
  explain(deal, _at, rules) {
    return {
      evidence: evidence(deal.stageBy),
      numbers: {
        stage_order: deal.stagePolicy?.order ?? null,
        due_from_stage_order: rules.findings.fit_unassessed.order,
      },
      advice: `${sellerOf(deal)} should check with ${customerContact(deal)} whether the need is real and we are the right ones for it, before either side spends more on it.`,
    };
  },
};
