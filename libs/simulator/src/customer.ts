import { milestones } from '#domain/events/buying.js';
import { formatDate, formatInstant, type DayNumber } from '#domain/time/instant.js';
import type { Segment } from './accounts.js';
import type { Random } from './random.js';
import { contactWho, heardOfCustomer, person, somethingAhead, tell, type Sale } from './sale.js';
import { objectives } from './words.js';
import { instantAt, workdaysAfter } from './working-time.js';

/** Why a customer leaves. */
export type LossReason = 'no_decision' | 'competitor' | 'price' | 'poor_fit';

/** Where a customer is on the way to buying, and how it feels there. */
export interface Customer {
  /** How well what is sold meets the need, 0 to 1. */
  readonly fit: number;
  /** Milestones reached, 0 to 7. */
  position: number;
  /** Working days of the customer's own work for each milestone, and what is left of the next one. */
  readonly efforts: readonly number[];
  effortLeft: number;
  /** How well the seller serves, 0 to 1, as felt over the last weeks. */
  served: number;
  /** What drives the customer away, as a factor on the chance of leaving; wears off. */
  strain: number;
  leavesFor: LossReason | undefined;
  /** Busy with something else until that day: neither answers nor moves. */
  quietUntil: DayNumber | undefined;
  readyOn: DayNumber | undefined;
  /** Whether the order was promised. */
  promised: boolean;
  /** Whether the business case was tied to objectives of the customer. */
  caseTied: boolean;
}

/** The position from which the customer is ready to buy. */
export const READY = 5;

/** Working days from the first thought to the order, by segment, for a customer that is served well. */
const JOURNEY: Readonly<Record<Segment, number>> = { smb: 122, 'mid-market': 146, enterprise: 169 };

const SHARES = [0.08, 0.14, 0.18, 0.22, 0.14, 0.14, 0.1] as const;

/** Chance of leaving on a working day, late on the journey, of a customer that is served fairly. */
const LEAVING = 0.0625;

export function createCustomer(rng: Random, segment: Segment, fit: number): Customer {
  const pace = rng.spread(0.22);
  const efforts = SHARES.map((share) => share * JOURNEY[segment] * pace * rng.spread(0.25));
  return {
    fit,
    position: 0,
    efforts,
    effortLeft: efforts[0] ?? 0,
    served: 0.6,
    strain: 1,
    leavesFor: undefined,
    quietUntil: undefined,
    readyOn: undefined,
    promised: false,
    caseTied: false,
  };
}

/** Working days that the whole journey takes this customer, served well. */
export function journeyOf(customer: Customer): number {
  return customer.efforts.reduce((sum, effort) => sum + effort, 0);
}

export function isLeaving(customer: Customer): boolean {
  return customer.leavesFor !== undefined;
}

/** Nothing is heard of the customer: it has turned away, or is busy; from outside both look the same. */
export function isSilent(sale: Sale): boolean {
  const { customer, day } = sale;
  return isLeaving(customer) || (customer.quietUntil !== undefined && day < customer.quietUntil);
}

/** What the seller does for the customer shortens the way. */
export function help(customer: Customer, workdays: number): void {
  customer.effortLeft -= workdays;
}

/** The customer turns away; what follows depends on why. */
export function turnAway(sale: Sale, reason: LossReason): void {
  if (isLeaving(sale.customer)) return;
  sale.customer.leavesFor = reason;
}

/** The customer returns after having left; what it had decided stands, what it had promised doesn't. */
export function comeBack(sale: Sale): void {
  const { customer } = sale;
  customer.leavesFor = undefined;
  customer.promised = false;
  customer.strain = 0.5;
  if (customer.position >= READY) customer.readyOn = sale.day;
}

function reasonToLeave(sale: Sale): LossReason {
  const misfit = sale.customer.fit < 0.5;
  return sale.rng.weighted<LossReason>([
    ['no_decision', 0.55],
    ['competitor', 0.28],
    ['price', 0.12],
    ['poor_fit', misfit ? 0.3 : 0.03],
  ]);
}

function chanceOfLeaving(sale: Sale): number {
  const { customer } = sale;
  const journey = journeyOf(customer);
  // Nobody leaves before there is something to leave: the chance grows until the journey is nearly made.
  const grown = Math.min(1, sale.age / (0.9 * journey)) ** 2.6;
  const service = Math.exp(-1.3 * (customer.served - 0.6));
  const fit = customer.fit < 0.5 ? 1.6 : customer.fit < 0.62 ? 1.15 : 0.85;
  const waiting = customer.readyOn === undefined || customer.promised ? 0 : sale.day - customer.readyOn;
  return LEAVING * (120 / journey) * grown * service * fit * customer.strain * (1 + waiting / 45);
}

function defineProcess(sale: Sale): void {
  if (!sale.rng.chance(sale.traits.organises)) {
    // Without help, half of the customers find their own process, and the rest go on without any.
    if (sale.rng.chance(0.5)) tell(sale, 'buying.milestone_reached', { milestone: 'process_defined' });
    return;
  }
  const decision = workdaysAfter(
    sale.day,
    Math.round(sale.customer.efforts.slice(2).reduce((a, b) => a + b, 0)),
  );
  tell(sale, 'buying.process_defined', {
    decision_date: formatDate(decision),
    approvers: sale.account.people.filter(({ role }) => role === 'approver').map(person),
  });
}

function acceptBusinessCase(sale: Sale): void {
  const { rng, traits, customer } = sale;
  if (!rng.chance(traits.buildsCase)) {
    tell(sale, 'buying.milestone_reached', { milestone: 'business_case_accepted' });
    return;
  }
  customer.caseTied = rng.chance(traits.tiesCase);
  const buyer = contactWho(sale, 'economic_buyer');
  tell(sale, 'business_case.validated', {
    objectives: customer.caseTied ? rng.shuffled(objectives).slice(0, rng.whole(1, 3)) : [],
    annual_value: Math.round((sale.crm.amount * rng.between(1.4, 3.2)) / 500) * 500,
    currency: sale.crm.currency,
    ...(sale.met.has(buyer.email) ? { validated_by: person(buyer) } : {}),
  });
}

function reach(sale: Sale): void {
  const { customer } = sale;
  customer.position++;
  customer.effortLeft += customer.efforts[customer.position] ?? 0;
  const milestone = milestones[customer.position - 1];
  if (milestone === 'process_defined') defineProcess(sale);
  else if (milestone === 'business_case_accepted') acceptBusinessCase(sale);
  else if (milestone !== undefined) {
    const by = contactWho(sale, customer.position >= 6 ? 'economic_buyer' : 'champion');
    tell(sale, 'buying.milestone_reached', { milestone, by: person(by) });
  }
  if (customer.position === READY) {
    customer.readyOn = sale.day;
    // An answer to an earlier question says nothing about this one: it can be asked now.
    sale.asksOn = undefined;
  }
  if (sale.rng.chance(0.3)) hearFromChampion(sale);
}

/** How the seller learns of a milestone, where it wasn't in a meeting. */
function hearFromChampion(sale: Sale): void {
  const champion = contactWho(sale, 'champion');
  tell(sale, 'message.received', { channel: 'email', person: person(champion) });
  sale.met.add(champion.email);
  heardOfCustomer(sale);
}

/** A customer takes back a milestone: a new person, a new question. */
export function withdrawMilestone(sale: Sale): void {
  const { customer } = sale;
  const milestone = milestones[customer.position - 1];
  if (customer.position < 3 || customer.position >= READY || milestone === undefined) return;
  tell(sale, 'buying.milestone_withdrawn', { milestone });
  customer.position--;
  customer.effortLeft = 0.6 * (customer.efforts[customer.position] ?? 0);
}

function mayReachNext(customer: Customer): boolean {
  // Approval and order need a promise: nobody approves what nobody asked for.
  return customer.position < READY || customer.promised;
}

/** A working day in the life of the customer. */
export function customerDay(sale: Sale): void {
  const { customer, rng } = sale;
  const recent = sale.day - sale.lastContact <= 9;
  const service = 0.45 * Number(somethingAhead(sale)) + 0.3 * Number(recent) + 0.25 * sale.traits.organises;
  customer.served += (service - customer.served) * 0.1;
  customer.strain = 1 + (customer.strain - 1) * 0.97;
  if (isSilent(sale)) return;
  if (rng.chance(chanceOfLeaving(sale))) {
    turnAway(sale, reasonToLeave(sale));
    return;
  }
  customer.effortLeft -= 0.55 + 0.75 * customer.served;
  if (customer.effortLeft <= 0 && customer.position < milestones.length && mayReachNext(customer))
    reach(sale);
}

/** When a decision has to fall, by the customer's own calendar. */
export function setDecisionWindow(sale: Sale): void {
  const opens = workdaysAfter(sale.day, sale.rng.whole(4, 10));
  const closes = workdaysAfter(opens, sale.rng.whole(26, 45));
  tell(sale, 'buying.decision_window_set', {
    opens: formatInstant(instantAt(opens, sale.account.zone, 9 * 60)),
    closes: formatInstant(instantAt(closes, sale.account.zone, 18 * 60)),
  });
}
