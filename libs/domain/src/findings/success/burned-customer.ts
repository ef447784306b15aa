import type { OpenedDeal } from '../../deal/deal.js';
import { nextOutcomeDue, satisfaction } from '../../deal/success.js';
import type { DomainEvent } from '../../events/domain-event.js';
import type { Rules } from '../../policy/rules.js';
import type { Instant } from '../../time/instant.js';
import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact } from '../wording.js';
import { outcomesBehind } from './outcome-behind.js';

/** A customer who will not buy again, and will say so to others. The facts count even where their own kinds are off. */
export const burnedCustomer: FindingRule = {
  kind: 'burned_customer',
  family: 'success',
  restsOn: ['voice'],
  looksAt: ['voice', 'outcome', 'future'],
  needsStage: false,
  judge(deal, at, rules) {
    const until = nextOutcomeDue(deal, at);
    return causes(deal, at, rules).length > 0 ? present('critical', until) : absent(until);
  },
  explain(deal, at, rules) {
    const found = causes(deal, at, rules);
    return {
      evidence: evidence(...found.flatMap((cause) => cause.events)),
      numbers: Object.fromEntries(found.map((cause) => [cause.name, cause.count])),
      advice: `Bring in someone senior today: hear ${customerContact(deal)} out, own what went wrong, and put it right before anything else is offered.`,
    };
  },
};

interface Cause {
  readonly name: string;
  readonly count: number;
  readonly events: readonly (DomainEvent | undefined)[];
}

function causes(deal: OpenedDeal, at: Instant, rules: Rules): Cause[] {
  const found: Cause[] = [];
  const limits = rules.findings.satisfaction_low;
  if (satisfaction(deal, rules) === 'critical') {
    const angry = [
      deal.nps !== undefined && deal.nps.score <= limits.critical_nps ? deal.nps.by : undefined,
      deal.csat !== undefined && deal.csat.score <= limits.critical_csat ? deal.csat.by : undefined,
    ].filter((by) => by !== undefined);
    found.push({ name: 'critically_low_surveys', count: angry.length, events: angry });
  }
  const raised = [...deal.escalations.values()].filter((escalation) => escalation.resolvedAt === undefined);
  const { critical_below: criticalBelow } = rules.findings.outcome_behind;
  const missed =
    raised.length === 0
      ? []
      : outcomesBehind(deal, at, rules).filter(({ attained }) => attained < criticalBelow);
  if (missed.length > 0) {
    const outcomes = missed.flatMap(({ outcome, id }) => [outcome.by, deal.measures.get(id)?.by]);
    found.push({ name: 'outcomes_critically_behind', count: missed.length, events: outcomes });
    found.push({
      name: 'escalations_open',
      count: raised.length,
      events: raised.map((escalation) => escalation.by),
    });
  }
  if (deal.declinedWhileLow !== undefined) {
    found.push({ name: 'references_declined', count: 1, events: [deal.declinedWhileLow] });
  }
  return found;
}
