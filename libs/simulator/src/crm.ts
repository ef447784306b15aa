import { formatDate } from '#domain/time/instant.js';
import { isLeaving, journeyOf, READY, type Customer } from './customer.js';
import { tell, type Sale } from './sale.js';
import type { Traits } from './habits.js';
import type { Random } from './random.js';
import { workdaysAfter } from './working-time.js';

/** The seller's ladder, as in the default policy. */
export const stages = [
  'qualification',
  'discovery',
  'solution',
  'proposal',
  'negotiation',
  'closing',
] as const;

/** Index of the stage that each position of the customer calls for. */
const CALLED_FOR = [0, 1, 1, 2, 3, 4, 5, 5] as const;

export function stageName(index: number): string {
  return stages[index] ?? stages[0];
}

function moveTo(sale: Sale, stage: number): void {
  tell(sale, 'deal.stage_changed', { from: stageName(sale.crm.stage), to: stageName(stage) });
  sale.crm.stage = stage;
  sale.crm.stageChangesOn = undefined;
}

/** Moves the stage as this seller does: after the customer, or by the seller's own calendar. */
export function keepStage(sale: Sale): void {
  const { crm, customer, traits, rng } = sale;
  const called = CALLED_FOR[customer.position] ?? 0;
  const byCalendar =
    traits.stagesFollow === 'calendar' && !isLeaving(customer) && crm.stage < stages.length - 2;
  if (crm.stageChangesOn === undefined) {
    if (!byCalendar && called <= crm.stage) return;
    crm.stageChangesOn = workdaysAfter(sale.day, rng.whole(...traits.stageTakes));
  }
  if (sale.day < crm.stageChangesOn) return;
  const next = Math.max(called, byCalendar ? crm.stage + 1 : 0);
  if (next > crm.stage) moveTo(sale, next);
  else crm.stageChangesOn = undefined;
}

/** A step back on the ladder: what was taken for granted was not. */
export function stepBack(sale: Sale): void {
  if (sale.crm.stage >= 2) moveTo(sale, sale.crm.stage - 1);
}

/** The close date that this seller enters at the opening: what the journey takes, seen with his optimism. */
export function firstCloseDate(rng: Random, traits: Traits, customer: Customer, openedOn: number): number {
  const days = (journeyOf(customer) * 7) / 5;
  return workdaysAfter(openedOn, 0) + Math.round(days * traits.dateOptimism * rng.spread(0.22));
}

function moveCloseDate(sale: Sale, to: number): void {
  const { crm } = sale;
  tell(sale, 'deal.close_date_changed', {
    ...(crm.closeDate === undefined ? {} : { from: formatDate(crm.closeDate) }),
    to: formatDate(to),
  });
  crm.closeDate = to;
}

/** Keeps the close date ahead of the present, more or less. */
export function keepCloseDate(sale: Sale): void {
  const { crm, customer, rng, traits } = sale;
  if (crm.closeDate === undefined) {
    if (customer.position >= 3) moveCloseDate(sale, firstCloseDate(rng, traits, customer, sale.day));
    return;
  }
  if (crm.closeDate - sale.day > 2 || !rng.chance(traits.keepsDates * 0.5)) return;
  // An order that is promised is not put off by much.
  const [low, high] = customer.promised ? [7, 21] : traits.slipsBy;
  moveCloseDate(sale, Math.max(crm.closeDate, sale.day) + rng.whole(low, high));
}

/** The amount follows what the customer turns out to need, once the proposal is written. */
export function keepAmount(sale: Sale): void {
  const { crm, rng, customer } = sale;
  if (crm.stage < 3 || customer.position > READY || !rng.chance(0.018)) return;
  crm.amount = Math.max(1000, Math.round((crm.amount * rng.spread(0.18)) / 500) * 500);
  tell(sale, 'deal.amount_changed', { amount: crm.amount, currency: crm.currency });
}
