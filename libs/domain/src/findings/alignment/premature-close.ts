import { latestOrderAsk } from '../../deal/close.js';
import { businessDays } from '../../time/business-time.js';
import { absent, evidence, type FindingRule, present, rounded } from '../rule.js';
import { customerContact, dateOf, milestoneName } from '../wording.js';

/** The order was asked for before the customer was ready to buy, and they still are not. */
export const prematureClose: FindingRule = {
  kind: 'premature_close',
  family: 'alignment',
  restsOn: ['buying', 'close'],
  looksAt: ['buying', 'value', 'close'],
  needsStage: false,
  judge(deal, _at, rules) {
    const ask = latestOrderAsk(deal);
    if (ask === undefined || ask.position >= rules.readyToBuy || deal.position >= rules.readyToBuy)
      return absent();
    if (ask.answer?.word === 'yes') return absent();
    return present(ask.answer === undefined ? 'warning' : 'critical');
  },
  explain(deal, at, rules) {
    const ask = latestOrderAsk(deal);
    const askedAt = ask?.at ?? at;
    return {
      evidence: evidence(ask?.by, ask?.answer?.by),
      numbers: {
        position_when_asked: ask?.position ?? null,
        position: deal.position,
        ready_to_buy_position: rules.readyToBuy,
        business_days_since_asked: rounded(businessDays(rules.calendar, askedAt, at, deal.pauses)),
      },
      advice: `The order was asked for on ${dateOf(askedAt, rules)} before ${customerContact(deal)} was ready: take the pressure off, and help them towards ${milestoneName(deal.position + 1)} first.`,
    };
  },
};
