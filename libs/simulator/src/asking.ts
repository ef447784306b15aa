import type { DayNumber } from '#domain/time/instant.js';
import { READY, isSilent, turnAway } from './customer.js';
import { heardOfCustomer, laterInPhase, person, tell, type Sale } from './sale.js';
import { workdaysAfter } from './working-time.js';

/** Asks for the order; the answer comes the same day or some days later. */
function ask(sale: Sale): void {
  const { rng, owner } = sale;
  sale.answerPending = true;
  sale.asksOn = undefined;
  tell(sale, 'close.asked', { for: 'order', by: person(owner) });
  laterInPhase(sale, rng.whole(0, 3), sale.account.zone, () => {
    sale.answerPending = false;
    if (isSilent(sale)) return;
    if (sale.customer.position >= READY) answerReady(sale);
    else answerUnready(sale);
  });
}

function answer(sale: Sale, answer: 'yes' | 'no' | 'not_yet'): void {
  tell(sale, 'close.answered', { answer });
  heardOfCustomer(sale);
}

function answerReady(sale: Sale): void {
  const { customer, rng } = sale;
  const liked = 0.5 * customer.fit + 0.5 * customer.served;
  const yes = 0.35 + 0.6 * liked;
  if (rng.chance(yes)) {
    answer(sale, 'yes');
    customer.promised = true;
  } else if (rng.chance(0.6)) {
    answer(sale, 'not_yet');
    sale.asksOn = workdaysAfter(sale.day, rng.whole(8, 14));
  } else {
    answer(sale, 'no');
    turnAway(
      sale,
      rng.weighted([
        ['competitor', 0.55],
        ['price', 0.25],
        ['no_decision', 0.2],
      ]),
    );
  }
}

/** Who is asked before being ready feels pushed, and some leave for it. */
function answerUnready(sale: Sale): void {
  const { customer, rng } = sale;
  if (rng.chance(0.6)) {
    answer(sale, 'not_yet');
    customer.strain *= 1.35;
  } else {
    answer(sale, 'no');
    customer.strain *= 1.7;
    if (rng.chance(0.25)) turnAway(sale, rng.chance(0.5) ? 'no_decision' : 'competitor');
  }
  sale.asksOn = workdaysAfter(sale.day, rng.whole(20, 40));
}

/** A working day's question of whether to ask for the order. */
export function considerAsking(sale: Sale): void {
  const { customer, traits } = sale;
  if (sale.answerPending || customer.promised || isSilent(sale)) return;
  if (customer.readyOn !== undefined) askReady(sale, customer.readyOn);
  else if (traits.asks === 'too_early') askUnready(sale);
}

function askReady(sale: Sale, readyOn: DayNumber): void {
  const { rng, traits } = sale;
  const never = traits.asks === 'never';
  // Some customers don't wait to be asked.
  if (never && rng.chance(0.014)) {
    sale.customer.promised = true;
    return;
  }
  sale.asksOn ??= workdaysAfter(readyOn, rng.whole(...traits.asksAfter));
  if (sale.day >= sale.asksOn && (!never || rng.chance(0.012))) ask(sale);
}

function askUnready(sale: Sale): void {
  const { rng } = sale;
  if (sale.asksOn === undefined) {
    // Now and then even the impatient wait.
    const wait = rng.chance(0.15) ? rng.whole(60, 110) : rng.whole(3, 25);
    if (sale.age > 18) sale.asksOn = workdaysAfter(sale.day, wait);
  } else if (sale.day >= sale.asksOn) ask(sale);
}

/** At the end of a conversation the next step itself is asked for. */
export function askForNextStep(sale: Sale): void {
  // The answer to an order asked for is never mistaken for one to this.
  if (sale.answerPending || !sale.rng.chance(0.12)) return;
  tell(sale, 'close.asked', { for: 'next_step', by: person(sale.owner) });
  answer(sale, 'yes');
}
