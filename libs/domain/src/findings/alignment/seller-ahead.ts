import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact, milestoneName } from '../wording.js';

/** The seller is at a stage for which the customer is not as far. */
export const sellerAhead: FindingRule = {
  kind: 'seller_ahead',
  family: 'alignment',
  restsOn: ['buying'],
  looksAt: ['buying', 'value'],
  needsStage: true,
  judge(deal, _at, rules) {
    const gap = (deal.stagePolicy?.requires ?? 0) - deal.position;
    if (gap <= 0) return absent();
    return present(gap >= rules.findings.seller_ahead.critical_gap ? 'critical' : 'warning');
  },
  explain(deal) {
    const stage = deal.stagePolicy;
    const next = deal.position + 1;
    return {
      // A withdrawal above the position is what put the customer below; of a lower milestone it changes nothing.
      evidence: evidence(
        deal.stageBy,
        deal.withdrawals.findLast((by, position) => by !== undefined && position > deal.position),
      ),
      numbers: {
        required_position: stage?.requires ?? null,
        position: deal.position,
        stage_order: stage?.order ?? null,
      },
      advice: `The stage ${stage?.name ?? stage?.id ?? ''} presumes ${milestoneName(stage?.requires ?? 0)}; go back with ${customerContact(deal)} to their next milestone, ${milestoneName(next)}, and help them reach it.`,
    };
  },
};
