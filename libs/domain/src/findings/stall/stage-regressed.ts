import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact } from '../wording.js';

/** The deal went back on the seller's ladder. */
export const stageRegressed: FindingRule = {
  kind: 'stage_regressed',
  family: 'stall',
  restsOn: ['deal'],
  looksAt: [],
  needsStage: true,
  judge(deal) {
    const order = deal.stagePolicy?.order;
    const highest = deal.highestStage?.order;
    return order !== undefined && highest !== undefined && order < highest ? present('info') : absent();
  },
  explain(deal) {
    return {
      evidence: evidence(deal.highestStage?.by, deal.stageBy),
      numbers: {
        stage_order: deal.stagePolicy?.order ?? null,
        highest_stage_order: deal.highestStage?.order ?? null,
      },
      advice: `Find out from ${customerContact(deal)} what changed for them, and start again from where they are now.`,
    };
  },
};
