import { cancelMeeting } from './meetings.js';
import { dropSteps } from './next-steps.js';
import { receive, send } from './messages.js';
import { later, laterInPhase, tell, type Sale } from './sale.js';
import { walkAwayReasons } from './words.js';
import { stageName } from './crm.js';
import { comeBack, type LossReason } from './customer.js';

/** Everything that was planned falls away; some tidy up the open steps. */
function settle(sale: Sale): void {
  if (sale.rng.chance(0.5)) dropSteps(sale);
  sale.steps.clear();
  sale.agenda.clear();
}

function lose(sale: Sale, reason: LossReason): void {
  cancelMeeting(sale);
  settle(sale);
  tell(sale, 'deal.lost', { reason });
  sale.phase = 'over';
  if (sale.rng.chance(0.03)) {
    later(sale, sale.rng.whole(15, 60), sale.account.zone, () => {
      reopen(sale);
    });
  }
}

/** The order: what is still open in selling is done with it. */
export function win(sale: Sale): void {
  const { crm, rng } = sale;
  // Often a part of the price is given away in the last talks.
  if (rng.chance(0.35))
    crm.amount = Math.max(1000, Math.round((crm.amount * rng.between(0.85, 0.97)) / 100) * 100);
  sale.ahead = undefined;
  settle(sale);
  tell(sale, 'deal.won', { amount: crm.amount, currency: crm.currency });
  sale.phase = 'delivering';
}

/** A poor match is said to be one, and helped elsewhere. */
export function walkAway(sale: Sale): void {
  send(sale);
  cancelMeeting(sale);
  settle(sale);
  tell(sale, 'deal.walked_away', {
    reason: sale.rng.pick(walkAwayReasons),
    assisted_elsewhere: sale.rng.chance(0.7),
  });
  sale.phase = 'over';
}

/** The customer comes back, and is served from where it stands. */
function reopen(sale: Sale): void {
  sale.phase = 'selling';
  sale.crm.stage = Math.max(1, Math.min(sale.crm.stage, 3));
  sale.crm.stageChangesOn = undefined;
  comeBack(sale);
  sale.parting = false;
  sale.meetsOn = sale.day;
  sale.asksOn = undefined;
  sale.answerPending = false;
  tell(sale, 'deal.reopened', { stage: stageName(sale.crm.stage) });
  receive(sale);
}

/** How a deal ends whose customer has turned away. */
export function partWays(sale: Sale): void {
  const { customer, rng, traits } = sale;
  const reason = customer.leavesFor;
  if (reason === undefined) return;
  sale.parting = true;
  if (reason === 'no_decision') {
    // Nobody says that nothing was decided: there is silence, until the seller gives up.
    // Some deals are kept in the books long after hope has gone.
    const patience = rng.whole(...traits.patience) * (rng.chance(0.1) ? 2.5 : 1);
    laterInPhase(sale, Math.round(patience), 'Europe/Berlin', () => {
      lose(sale, reason);
    });
    return;
  }
  laterInPhase(sale, rng.whole(5, 16), sale.account.zone, () => {
    receive(sale);
    laterInPhase(sale, rng.whole(1, 6), 'Europe/Berlin', () => {
      lose(sale, reason);
    });
  });
}
