import { considerAsking } from './asking.js';
import { partWays, win } from './closing.js';
import { keepAmount, keepCloseDate, keepStage } from './crm.js';
import { customerDay, isLeaving, isSilent, READY, setDecisionWindow } from './customer.js';
import { bookMeeting, meetInternally } from './meetings.js';
import { send, writeLetters } from './messages.js';
import { getToKnow, takeSides } from './people.js';
import { isPaused, laterInPhase, type Sale } from './sale.js';

/** The seller looks for the next meeting with the customer. */
function seekMeeting(sale: Sale): void {
  const { rng } = sale;
  if (sale.ahead !== undefined || sale.day < sale.meetsOn) return;
  // Somebody who doesn't answer is not invited every week.
  if (isSilent(sale) && !rng.chance(0.06)) return;
  if (rng.chance(0.15)) send(sale);
  bookMeeting(sale, rng.whole(4, 9), false);
}

/** One working day of a deal that is being sold. */
export function sellingDay(sale: Sale): void {
  const { customer, rng, traits } = sale;
  sale.age++;
  if (isPaused(sale)) return;
  const position = customer.position;
  customerDay(sale);
  if (isLeaving(customer) && !sale.parting) partWays(sale);
  if (customer.position === 7) {
    // The order is there: what remains of the day is not spent on selling.
    if (position < 7) {
      laterInPhase(sale, rng.whole(0, 1), 'Europe/Berlin', () => {
        win(sale);
      });
    }
    return;
  }
  const justReady = customer.position === READY && position < READY;
  if (justReady && rng.chance(0.45)) setDecisionWindow(sale);
  getToKnow(sale);
  takeSides(sale);
  keepStage(sale);
  considerAsking(sale);
  keepCloseDate(sale);
  keepAmount(sale);
  seekMeeting(sale);
  writeLetters(sale);
  if (rng.chance(traits.internalMeetings * (isLeaving(customer) ? 1.5 : 1))) meetInternally(sale);
}
