import { businessDays, overAt } from '../../time/business-time.js';
import { formatInstant } from '../../time/instant.js';
import { absent, evidence, type FindingRule, graded, rounded } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';

/** The customer is ready to buy, and nobody has asked: they are left waiting for what they need. */
export const readyButUnasked: FindingRule = {
  kind: 'ready_but_unasked',
  family: 'alignment',
  restsOn: ['buying', 'close'],
  looksAt: ['buying', 'value', 'close'],
  needsStage: false,
  judge(deal, at, rules) {
    const { ready } = deal;
    if (ready === undefined) return absent();
    if (deal.asks.some((ask) => ask.forOrder && ask.at >= ready.at)) return absent();
    const numbers = rules.findings.ready_but_unasked;
    const since = Math.max(ready.at, deal.run.at);
    return graded(
      at,
      overAt(rules.calendar, deal.pauses, since, numbers.days),
      overAt(rules.calendar, deal.pauses, since, numbers.critical_days),
    );
  },
  explain(deal, at, rules) {
    const readyAt = deal.ready?.at ?? at;
    const since = Math.max(readyAt, deal.run.at);
    return {
      // What a reopening found already standing is known by the milestone that stands highest.
      evidence:
        readyAt < deal.run.at
          ? evidence(deal.run.by, deal.milestones[deal.position])
          : evidence(deal.ready?.by, deal.milestones[deal.position]),
      numbers: {
        // Tells apart what the business days can't: whatever starts the clock within one weekend.
        counted_from: formatInstant(since),
        business_days_ready: rounded(businessDays(rules.calendar, since, at, deal.pauses)),
        allowed_business_days: rules.findings.ready_but_unasked.days,
        position: deal.position,
        ready_to_buy_position: rules.readyToBuy,
      },
      advice: `${customerContact(deal)} has been ready since ${dateOf(readyAt, rules)}: ask for the order now, so that they get what they need.`,
    };
  },
};
