import { customersAs, nameOf, nextEngagement, wasEverEngaged } from '../../deal/people.js';
import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact } from '../wording.js';

/** Whoever decides over the money is unknown, or was never part of the conversation. */
export const noEconomicBuyer: FindingRule = {
  kind: 'no_economic_buyer',
  family: 'alignment',
  restsOn: ['people', 'contact', 'meeting'],
  looksAt: ['people', 'contact', 'meeting', 'buying'],
  needsStage: true,
  judge(deal, at, rules) {
    const numbers = rules.findings.no_economic_buyer;
    const order = deal.stagePolicy?.order ?? 0;
    if (order < numbers.order) return absent();
    const buyers = customersAs(deal, 'economic_buyer');
    if (buyers.some((buyer) => wasEverEngaged(deal, buyer, at))) return absent();
    return present(
      order >= numbers.critical_order ? 'critical' : 'warning',
      nextEngagement(deal, buyers, at),
    );
  },
  explain(deal, _at, rules) {
    const numbers = rules.findings.no_economic_buyer;
    const buyers = customersAs(deal, 'economic_buyer');
    const [known] = buyers;
    return {
      evidence: evidence(deal.stageBy),
      numbers: {
        stage_order: deal.stagePolicy?.order ?? null,
        due_from_stage_order: numbers.order,
        economic_buyers_identified: buyers.length,
        economic_buyers_engaged: 0,
      },
      advice:
        known === undefined
          ? `Ask ${customerContact(deal)} who releases the money for this, and what that person must see to say yes.`
          : `${nameOf(known)} decides and was never part of the conversation: ask ${customerContact(deal)} to bring ${nameOf(known)} to the next meeting.`,
    };
  },
};
