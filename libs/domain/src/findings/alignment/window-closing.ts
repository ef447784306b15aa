import { businessDays, fewerAt } from '../../time/business-time.js';
import { absent, evidence, type FindingRule, present, rounded } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';

/** The customer's decision window closes before our stages could be gone through. */
export const windowClosing: FindingRule = {
  kind: 'window_closing',
  family: 'alignment',
  restsOn: ['buying', 'close'],
  looksAt: ['buying', 'close'],
  needsStage: true,
  judge(deal, at, rules) {
    const { window, stagePolicy: stage } = deal;
    if (window === undefined || stage === undefined || at > window.closes) return absent();
    if (deal.asks.some((ask) => ask.forOrder)) return absent();
    const needed = rules.expectedFrom(stage.order);
    if (needed <= 0) return absent();
    const closingAt = fewerAt(rules.calendar, window.closes, needed);
    return at < closingAt ? absent(closingAt) : present('warning', window.closes + 1);
  },
  explain(deal, at, rules) {
    const closes = deal.window?.closes ?? at;
    return {
      evidence: evidence(deal.window?.by, deal.stageBy),
      numbers: {
        business_days_to_close: rounded(businessDays(rules.calendar, at, closes)),
        needed_business_days: rules.expectedFrom(deal.stagePolicy?.order ?? 0),
        stage_order: deal.stagePolicy?.order ?? null,
      },
      advice: `${customerContact(deal)} decides by ${dateOf(closes, rules)}: plan back from that date with them, and leave out whatever of our own process they do not need.`,
    };
  },
};
