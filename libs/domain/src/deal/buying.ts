import { HIGHEST_POSITION } from '../events/buying.js';
import type { BuyingEvent, DomainEvent } from '../events/domain-event.js';
import type { Rules } from '../policy/rules.js';
import type { Instant } from '../time/instant.js';
import type { Deal } from './deal.js';
import { instantOrEndOfDay } from './instants.js';
import { personOf } from './people.js';
import { progressed } from './progress.js';

/** The customer's ladder: the position of each milestone. */
export const milestonePositions = {
  need_recognised: 1,
  process_defined: 2,
  criteria_agreed: 3,
  solution_validated: 4,
  business_case_accepted: 5,
  decision_approved: 6,
  order_placed: 7,
} as const;

export function evolveBuying(deal: Deal, event: BuyingEvent, rules: Rules): void {
  switch (event.type) {
    case 'buying.process_defined': {
      reachMilestone(deal, milestonePositions.process_defined, event);
      const { approvers } = event.data;
      if (!Array.isArray(approvers)) return;
      const people = approvers.map((approver) => personOf(deal, approver, rules.sellerDomains));
      deal.approvers = people.filter((person) => person !== undefined);
      deal.approversBy = event;
      break;
    }
    case 'buying.milestone_reached':
      reachMilestone(deal, milestonePositions[event.data.milestone], event);
      break;
    case 'buying.milestone_withdrawn':
      withdrawMilestone(deal, milestonePositions[event.data.milestone], event);
      break;
    case 'buying.decision_window_set':
      deal.window = { closes: instantOrEndOfDay(event.data.closes, rules.calendar), by: event };
      break;
  }
}

export function reachMilestone(deal: Deal, position: number, event: DomainEvent): void {
  if (deal.milestones[position] !== undefined) return;
  deal.milestones[position] = event;
  deal.withdrawals[position] = undefined;
  deal.position = Math.max(deal.position, position);
}

function withdrawMilestone(deal: Deal, position: number, event: DomainEvent): void {
  if (deal.milestones[position] === undefined) return;
  deal.milestones[position] = undefined;
  deal.withdrawals[position] = event;
  let highest: number = HIGHEST_POSITION;
  while (highest > 0 && deal.milestones[highest] === undefined) highest -= 1;
  deal.position = highest;
}

/** Compares the ladders once the events of the instant are all known. */
export function settleBuying(deal: Deal, at: Instant, rules: Rules): void {
  const reachedBy = deal.milestones[deal.position];
  // A milestone higher than any before it is progress; one reached again after a withdrawal is not.
  if (deal.position > deal.highestPosition && reachedBy !== undefined) {
    deal.highestPosition = deal.position;
    progressed(deal, reachedBy);
  }
  if (deal.position < rules.readyToBuy || reachedBy === undefined) deal.ready = undefined;
  else deal.ready ??= { at, by: reachedBy };

  const behind = deal.stagePolicy !== undefined && rules.calledForAt(deal.position) > deal.stagePolicy.order;
  deal.behindSince = behind ? (deal.behindSince ?? at) : undefined;

  for (let index = deal.asks.length - 1; index >= 0; index -= 1) {
    const ask = deal.asks[index];
    if (ask?.at !== at) break;
    ask.position = deal.position;
    ask.readyAt = deal.ready?.at;
  }
}
