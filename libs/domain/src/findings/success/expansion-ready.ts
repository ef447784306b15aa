import { isEveryOutcomeDueAttained, nextOutcomeDue } from '../../deal/success.js';
import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';
import { measuresOf } from './reference-unasked.js';

/** The customer got what they came for and says so: it can start again. */
export const expansionReady: FindingRule = {
  kind: 'expansion_ready',
  family: 'success',
  restsOn: ['outcome', 'future'],
  looksAt: ['outcome', 'future'],
  needsStage: false,
  judge(deal, at) {
    if (deal.referenceGiven === undefined || deal.expandedSinceReference) return absent();
    const next = nextOutcomeDue(deal, at);
    return isEveryOutcomeDueAttained(deal, at) ? present('info', next) : absent(next);
  },
  explain(deal, at, rules) {
    const measures = measuresOf(deal, at);
    return {
      evidence: evidence(deal.referenceGiven, ...measures),
      numbers: { outcomes_attained: measures.length },
      advice: `${customerContact(deal)} gave a reference on ${dateOf(deal.referenceGiven?.time ?? at, rules)}: ask what they want to reach next, and start again from their need.`,
    };
  },
};
