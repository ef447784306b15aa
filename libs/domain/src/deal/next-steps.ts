import type { DomainEvent } from '../events/domain-event.js';
import type { Instant } from '../time/instant.js';
import type { Deal } from './deal.js';

/** An explicit next step, as last agreed. */
export interface NextStep {
  readonly id: string;
  readonly description: string;
  readonly ownerSide: 'customer' | 'seller' | 'both';
  readonly mutual: boolean;
  readonly meetingId: string | null;
  readonly agreedAt: Instant;
  due: Instant;
  /** The event that set the due date as it stands. */
  dueBy: DomainEvent;
  /** `lapsed`: still open when the deal was reopened; it belonged to the run before. */
  state: 'open' | 'completed' | 'dropped' | 'lapsed';
  closedAt: Instant | null;
  lastBy: DomainEvent;
}

/** The open step that is due first. */
export function firstDue(deal: Deal): NextStep | undefined {
  let first: NextStep | undefined;
  for (const step of deal.steps.values()) {
    if (step.state === 'open' && (first === undefined || step.due < first.due)) first = step;
  }
  return first;
}
