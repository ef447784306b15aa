import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';

/** A business case was validated that names none of the customer's objectives. */
export const untiedBusinessCase: FindingRule = {
  kind: 'untied_business_case',
  family: 'alignment',
  restsOn: ['value'],
  looksAt: ['value'],
  needsStage: false,
  judge: (deal) => (deal.businessCase?.tied === false ? present('warning') : absent()),
  explain(deal, at, rules) {
    return {
      evidence: evidence(deal.businessCase?.by),
      numbers: { objectives: 0 },
      advice: `Ask ${customerContact(deal)} which of their objectives the business case of ${dateOf(deal.businessCase?.by.time ?? at, rules)} serves, and write it down in their words.`,
    };
  },
};
