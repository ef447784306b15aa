import { engagedWithin } from '../../deal/people.js';
import { nextHeld } from '../../deal/meetings.js';
import { MILLISECONDS_PER_DAY } from '../../time/instant.js';
import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact } from '../wording.js';

/** The deal hangs on one person of the customer's, or on none. */
export const singleThreaded: FindingRule = {
  kind: 'single_threaded',
  family: 'alignment',
  restsOn: ['contact', 'meeting'],
  looksAt: ['contact', 'people', 'meeting'],
  needsStage: true,
  judge(deal, at, rules) {
    const numbers = rules.findings.single_threaded;
    if ((deal.stagePolicy?.order ?? 0) < numbers.order) return absent();
    const window = numbers.window_days * MILLISECONDS_PER_DAY;
    const engaged = engagedWithin(deal, at, window);
    if (engaged.size < numbers.people) return present('warning', nextHeld(deal, at, true));
    // It can only begin to hold once one of those engaged falls out of the window.
    return absent(Math.min(...engaged.values()) + window + 1);
  },
  explain(deal, at, rules) {
    const numbers = rules.findings.single_threaded;
    return {
      evidence: evidence(deal.stageBy),
      numbers: {
        engaged_people: engagedWithin(deal, at, numbers.window_days * MILLISECONDS_PER_DAY).size,
        required_people: numbers.people,
        window_days: numbers.window_days,
        stage_order: deal.stagePolicy?.order ?? null,
      },
      advice: `Ask ${customerContact(deal)} who else this touches on their side, and bring those people into the next conversation.`,
    };
  },
};
