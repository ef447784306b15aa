import { businessDays } from '../../time/business-time.js';
import { absent, evidence, type FindingRule, present, rounded } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';

/** The customer's decision window closed and nobody had asked for the order. */
export const windowMissed: FindingRule = {
  kind: 'window_missed',
  family: 'alignment',
  restsOn: ['buying', 'close'],
  looksAt: ['buying', 'close'],
  needsStage: false,
  judge(deal, at) {
    const { window } = deal;
    if (window === undefined) return absent();
    if (deal.asks.some((ask) => ask.forOrder && ask.at <= window.closes)) return absent();
    return at > window.closes ? present('critical') : absent(window.closes + 1);
  },
  explain(deal, at, rules) {
    const closes = deal.window?.closes ?? at;
    return {
      evidence: evidence(deal.window?.by),
      numbers: {
        business_days_since_window_closed: rounded(businessDays(rules.calendar, closes, at, deal.pauses)),
        orders_asked_in_window: 0,
      },
      advice: `The window closed on ${dateOf(closes, rules)} without being asked: call ${customerContact(deal)}, own it, and learn what they decided and when they decide next.`,
    };
  },
};
