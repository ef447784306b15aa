import type { Deal } from '../../deal/deal.js';
import { approversOf, nameOf, nextEngagement, wasEverEngaged } from '../../deal/people.js';
import type { Instant } from '../../time/instant.js';
import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact, listed } from '../wording.js';

/** Someone who must approve was never part of the conversation. */
export const approvalGap: FindingRule = {
  kind: 'approval_gap',
  family: 'alignment',
  restsOn: ['people', 'contact', 'meeting'],
  looksAt: ['people', 'contact', 'meeting', 'buying'],
  needsStage: true,
  judge(deal, at, rules) {
    if ((deal.stagePolicy?.order ?? 0) < rules.findings.approval_gap.order) return absent();
    const missing = neverEngaged(deal, at).map(({ person }) => person);
    return missing.length > 0 ? present('warning', nextEngagement(deal, missing, at)) : absent();
  },
  explain(deal, at, rules) {
    const missing = neverEngaged(deal, at);
    return {
      evidence: evidence(deal.stageBy, ...missing.map(({ by }) => by)),
      numbers: {
        approvers: approversOf(deal).length,
        approvers_never_engaged: missing.length,
        stage_order: deal.stagePolicy?.order ?? null,
        due_from_stage_order: rules.findings.approval_gap.order,
      },
      advice: `${listed(missing.map(({ person }) => nameOf(person)))} must approve and knows us not: ask ${customerContact(deal)} what they need to see, and meet them before the decision.`,
    };
  },
};

function neverEngaged(deal: Deal, at: Instant): ReturnType<typeof approversOf> {
  return approversOf(deal).filter(({ person }) => !wasEverEngaged(deal, person, at));
}
