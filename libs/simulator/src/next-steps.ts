import { formatInstant } from '#domain/time/instant.js';
import { help, isSilent } from './customer.js';
import { heardOfCustomer, laterInPhase, newId, somethingAhead, tell, type Sale } from './sale.js';
import type { Side } from './words.js';
import { internalSteps, nextSteps, reviewSteps } from './words.js';
import { instantAt, workdaysAfter } from './working-time.js';

function enter(
  sale: Sale,
  description: string,
  side: Side,
  mutual: boolean,
  meetingId: string | undefined,
): void {
  const { rng } = sale;
  const id = newId(sale, 'step');
  const workdays = rng.whole(4, 14);
  const due = workdaysAfter(sale.day, workdays);
  sale.steps.set(id, due);
  tell(sale, 'next_step.agreed', {
    next_step_id: id,
    description,
    due_at: formatInstant(instantAt(due, sale.account.zone, 17 * 60)),
    owner_side: side,
    mutual,
    ...(meetingId === undefined ? {} : { meeting_id: meetingId }),
  });
  comeDue(sale, id, side, workdays);
}

/** How an agreed step ends: in time, moved before it is due, late, or not at all. */
function comeDue(sale: Sale, id: string, side: Side, workdays: number): void {
  const { rng, traits } = sale;
  const zone = side === 'seller' ? 'Europe/Berlin' : sale.account.zone;
  const inTime = rng.chance(traits.keepsSteps);
  const moved = !inTime && rng.chance(0.45);
  const early = Math.min(workdays - 1, rng.whole(1, 2));
  const end = inTime || moved ? workdays - early : workdays + rng.whole(2, 14);
  laterInPhase(sale, end, zone, () => {
    if (!sale.steps.has(id)) return;
    // Nobody at a customer who has turned away does what was agreed.
    const abandoned = isSilent(sale) && side !== 'seller';
    if (moved && !abandoned) {
      const again = rng.whole(4, 8);
      const due = workdaysAfter(sale.day, again);
      sale.steps.set(id, due);
      tell(sale, 'next_step.rescheduled', {
        next_step_id: id,
        due_at: formatInstant(instantAt(due, sale.account.zone, 17 * 60)),
      });
      comeDue(sale, id, side, again);
    } else if (abandoned) {
      if (rng.chance(0.3)) drop(sale, id);
    } else if (!inTime && rng.chance(0.35)) drop(sale, id);
    else complete(sale, id, side);
  });
}

function drop(sale: Sale, id: string): void {
  sale.steps.delete(id);
  tell(sale, 'next_step.dropped', { next_step_id: id });
}

function complete(sale: Sale, id: string, side: Side): void {
  const { rng, traits } = sale;
  sale.steps.delete(id);
  tell(sale, 'next_step.completed', { next_step_id: id });
  help(sale.customer, rng.between(0.3, 1));
  if (side !== 'seller') heardOfCustomer(sale);
  // One step done leads to the next, also without a meeting.
  if (!isSilent(sale) && !somethingAhead(sale) && rng.chance(traits.agreesNextStep))
    agreeStep(sale, undefined);
}

/** Agrees the next step with the customer. */
export function agreeStep(sale: Sale, meetingId: string | undefined): void {
  const { rng } = sale;
  const [description, side] = rng.pick(nextSteps[Math.min(sale.customer.position, 6)] ?? reviewSteps);
  enter(sale, description, side, side !== 'seller' || rng.chance(0.8), meetingId);
}

/** Agrees what follows from a review after the order. */
export function agreeReviewStep(sale: Sale, meetingId: string): void {
  const [description, side] = sale.rng.pick(reviewSteps);
  enter(sale, description, side, true, meetingId);
}

/** Agrees what the seller's own people do next. */
export function agreeInternalStep(sale: Sale, meetingId: string): void {
  enter(sale, sale.rng.pick(internalSteps), 'seller', false, meetingId);
}

/** What was agreed and is not done yet is dropped: the deal is over. */
export function dropSteps(sale: Sale): void {
  for (const id of [...sale.steps.keys()]) drop(sale, id);
}
