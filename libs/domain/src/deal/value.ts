import type { ValueEvent } from '../events/domain-event.js';
import { milestonePositions, reachMilestone } from './buying.js';
import type { Deal } from './deal.js';

export function evolveValue(deal: Deal, event: ValueEvent): void {
  if (event.type === 'fit.assessed') {
    deal.fit = { score: event.data.score, by: event };
    return;
  }
  const objectives = event.data.objectives ?? [];
  deal.businessCase = { tied: objectives.some((objective) => objective.trim() !== ''), by: event };
  reachMilestone(deal, milestonePositions.business_case_accepted, event);
}
