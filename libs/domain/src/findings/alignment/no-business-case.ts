import { milestonePositions } from '../../deal/buying.js';
import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact } from '../wording.js';

/** An offer is made, and the customer has no business case for it. */
export const noBusinessCase: FindingRule = {
  kind: 'no_business_case',
  family: 'alignment',
  restsOn: ['value'],
  looksAt: ['buying', 'value'],
  needsStage: true,
  judge(deal, _at, rules) {
    const numbers = rules.findings.no_business_case;
    const order = deal.stagePolicy?.order ?? 0;
    if (order < numbers.order || deal.milestones[milestonePositions.business_case_accepted] !== undefined)
      return absent();
    return present(order >= numbers.critical_order ? 'critical' : 'warning');
  },
  explain(deal, _at, rules) {
    return {
      evidence: evidence(deal.stageBy, deal.withdrawals[milestonePositions.business_case_accepted]),
      numbers: {
        stage_order: deal.stagePolicy?.order ?? null,
        due_from_stage_order: rules.findings.no_business_case.order,
      },
      advice: `Work out with ${customerContact(deal)} what this is worth to them in their own numbers, before talking about the price.`,
    };
  },
};
