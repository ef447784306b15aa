import { MILLISECONDS_PER_DAY } from '../../time/instant.js';
import { absent, evidence, type FindingRule, graded, rounded } from '../rule.js';
import { customerContact } from '../wording.js';

/** Too few of those who could use it do. */
export const adoptionLow: FindingRule = {
  kind: 'adoption_low',
  family: 'success',
  restsOn: ['use'],
  looksAt: ['use'],
  needsStage: false,
  judge(deal, at, rules) {
    const { adoption, won } = deal;
    const numbers = rules.findings.adoption_low;
    if (adoption === undefined || won === undefined || adoption.licensed <= 0) return absent();
    if (adoption.active / adoption.licensed >= numbers.below) return absent();
    return graded(at, won.at + numbers.after_days * MILLISECONDS_PER_DAY + 1);
  },
  explain(deal, at, rules) {
    const numbers = rules.findings.adoption_low;
    const { active, licensed } = deal.adoption ?? { active: 0, licensed: 0 };
    return {
      evidence: evidence(deal.adoption?.by, deal.won?.by),
      numbers: {
        active_users: active,
        licensed_users: licensed,
        adoption: licensed > 0 ? rounded(active / licensed) : null,
        required_adoption: numbers.below,
        days_since_won: rounded((at - (deal.won?.at ?? at)) / MILLISECONDS_PER_DAY),
      },
      advice: `Only ${active} of ${licensed} use it: ask ${customerContact(deal)} what keeps the others from it, and offer them an hour of help.`,
    };
  },
};
