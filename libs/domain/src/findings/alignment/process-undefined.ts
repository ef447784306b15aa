import { milestonePositions } from '../../deal/buying.js';
import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact } from '../wording.js';

/** The seller is well on the way, and the customer has not defined how they will decide. */
export const processUndefined: FindingRule = {
  kind: 'process_undefined',
  family: 'alignment',
  restsOn: ['buying'],
  looksAt: ['buying'],
  needsStage: true,
  judge(deal, _at, rules) {
    if ((deal.stagePolicy?.order ?? 0) < rules.findings.process_undefined.order) return absent();
    return deal.milestones[milestonePositions.process_defined] === undefined ? present('warning') : absent();
  },
  explain(deal, _at, rules) {
    return {
      evidence: evidence(deal.stageBy, deal.withdrawals[milestonePositions.process_defined]),
      numbers: {
        stage_order: deal.stagePolicy?.order ?? null,
        due_from_stage_order: rules.findings.process_undefined.order,
      },
      advice: `Help ${customerContact(deal)} to write down how they will decide: who takes part, who approves, and by when.`,
    };
  },
};
