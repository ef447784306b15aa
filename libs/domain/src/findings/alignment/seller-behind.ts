import { businessDays, overAt } from '../../time/business-time.js';
import { absent, evidence, type FindingRule, graded, rounded } from '../rule.js';
import { customerContact, milestoneName } from '../wording.js';

/** The customer has gone further than the seller's stage serves. */
export const sellerBehind: FindingRule = {
  kind: 'seller_behind',
  family: 'alignment',
  restsOn: ['buying'],
  looksAt: ['buying', 'value'],
  needsStage: true,
  judge(deal, at, rules) {
    if (deal.behindSince === undefined) return absent();
    const since = Math.max(deal.behindSince, deal.run.at);
    return graded(at, overAt(rules.calendar, deal.pauses, since, rules.findings.seller_behind.days));
  },
  explain(deal, at, rules) {
    const since = Math.max(deal.behindSince ?? at, deal.run.at);
    return {
      evidence: evidence(deal.milestones[deal.position], deal.stageBy),
      numbers: {
        position: deal.position,
        stage_order: deal.stagePolicy?.order ?? null,
        called_for_stage_order: rules.calledForAt(deal.position),
        business_days_behind: rounded(businessDays(rules.calendar, since, at, deal.pauses)),
        allowed_business_days: rules.findings.seller_behind.days,
      },
      advice: `${customerContact(deal)} already has ${milestoneName(deal.position)}: catch up with them, and offer what they need for ${milestoneName(deal.position + 1)}.`,
    };
  },
};
