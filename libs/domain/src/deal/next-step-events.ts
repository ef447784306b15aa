import type { EventOf, NextStepEvent } from '../events/domain-event.js';
import type { Rules } from '../policy/rules.js';
import type { Deal } from './deal.js';
import { instantOrEndOfDay } from './instants.js';
import { firstDue } from './next-steps.js';
import { contacted, progressed } from './progress.js';

/** Folds the explicit next steps. What is said of an unknown or closed step changes nothing, but agreeing it again. */
export function evolveNextStep(deal: Deal, event: NextStepEvent, rules: Rules): void {
  if (event.type === 'next_step.agreed') {
    agree(deal, event, rules);
    return;
  }
  const step = deal.steps.get(event.data.next_step_id);
  if (step?.state !== 'open') return;
  step.lastBy = event;
  deal.aheadTouched = true;
  switch (event.type) {
    case 'next_step.rescheduled': {
      const due = instantOrEndOfDay(event.data.due_at, rules.calendar);
      if (due !== step.due) step.dueBy = event;
      step.due = due;
      break;
    }
    case 'next_step.completed':
      step.state = 'completed';
      step.closedAt = event.time;
      progressed(deal, event);
      if (step.ownerSide !== 'seller') contacted(deal, event);
      break;
    case 'next_step.dropped':
      step.state = 'dropped';
      step.closedAt = event.time;
      break;
  }
}

/** Agreeing a mutual step is progress, unless it only replaces one, or one that was missed is still open. */
function agree(deal: Deal, event: EventOf<'next_step.agreed'>, rules: Rules): void {
  const { data } = event;
  const overdue = (firstDue(deal)?.due ?? event.time) < event.time;
  if (data.mutual && !overdue && !deal.steps.has(data.next_step_id)) progressed(deal, event);
  deal.steps.set(data.next_step_id, {
    id: data.next_step_id,
    description: data.description,
    ownerSide: data.owner_side,
    mutual: data.mutual,
    meetingId: data.meeting_id ?? null,
    agreedAt: event.time,
    due: instantOrEndOfDay(data.due_at, rules.calendar),
    dueBy: event,
    state: 'open',
    closedAt: null,
    lastBy: event,
  });
  deal.agreements.push(event.time);
  deal.firstAgreement ??= event.time;
  if (typeof data.meeting_id === 'string') deal.meetingsWithNamedStep.add(data.meeting_id);
  deal.aheadTouched = true;
}
