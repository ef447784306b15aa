import type { EventType } from '#domain/events/catalogue.js';
import type { DayNumber, Instant } from '#domain/time/instant.js';
import type { Account, Contact } from './accounts.js';
import type { Agenda } from './agenda.js';
import type { Customer } from './customer.js';
import type { Traits } from './habits.js';
import type { DataTold, Journal } from './journal.js';
import type { Meeting } from './meetings.js';
import type { Owner } from './owners.js';
import type { Random } from './random.js';
import { instantAt, workdaysAfter, type Zone } from './working-time.js';

/** What the CRM holds of a deal. */
export interface CrmEntry {
  /** Index on the seller's ladder, from 0. */
  stage: number;
  /** When the stage is to change next; undefined: nothing calls for it. */
  stageChangesOn: DayNumber | undefined;
  amount: number;
  readonly currency: string;
  closeDate: DayNumber | undefined;
}

/** A deal in the making: the one thing that changes as the simulated time goes by. */
export interface Sale {
  readonly id: string;
  readonly rng: Random;
  readonly journal: Journal;
  readonly agenda: Agenda;
  readonly account: Account;
  readonly customer: Customer;
  readonly crm: CrmEntry;
  owner: Owner;
  traits: Traits;
  /** Selling until it closes; then delivering what was sold, or over. */
  phase: 'selling' | 'delivering' | 'over';
  /** The instant of the last thing told: no two things are told at the same one. */
  now: Instant;
  day: DayNumber;
  readonly openedOn: DayNumber;
  /** Working days spent on selling it. */
  age: number;
  /** Nothing moves before that day. */
  pausedUntil: DayNumber | undefined;
  /** Whether the seller goes to those who decide and approve while there is time. */
  readonly meetsDeciders: boolean;
  /** The customer's people that the seller knows, and those that took part or wrote, by address. */
  readonly known: Set<string>;
  readonly met: Set<string>;
  /** The customer meeting that is coming, if any, and from when the seller looks for the next one. */
  ahead: Meeting | undefined;
  meetsOn: DayNumber;
  /** Explicit next steps that are open: their ids and due days. */
  readonly steps: Map<string, DayNumber>;
  lastContact: DayNumber;
  lastMessage: DayNumber;
  /** When the order may be asked for again; undefined: not before the customer is ready. */
  asksOn: DayNumber | undefined;
  answerPending: boolean;
  /** The customer has turned away, and the deal takes its way to the end. */
  parting: boolean;
  /** Ids of deals that grew out of this one. */
  readonly expansions: { readonly id: string; readonly day: DayNumber }[];
  counter: number;
}

/** Tells a fact of the deal, a little after the last one. */
export function tell<T extends EventType>(sale: Sale, type: T, data: DataTold<T>): void {
  sale.now += sale.rng.whole(20_000, 420_000);
  sale.journal.tell(type, sale.now, data);
}

/** An id that no other thing of this simulation has. */
export function newId(sale: Sale, kind: string): string {
  sale.counter++;
  return `${kind}-${sale.id}-${sale.counter}`;
}

/** Enters what happens some working days from now, at an hour of the zone's working time. */
export function later(sale: Sale, workdays: number, zone: Zone, happens: () => void): void {
  const minute = sale.rng.whole(9 * 60, 17 * 60);
  const at = instantAt(workdaysAfter(sale.day, workdays), zone, minute);
  // Later on the same day still means later: an hour that has passed is not gone back to.
  sale.agenda.enter(Math.max(at, sale.now), happens);
}

/** What happens only if the deal is still being sold by then, or still being delivered: whatever it is now. */
export function laterInPhase(sale: Sale, workdays: number, zone: Zone, happens: () => void): void {
  const { phase } = sale;
  later(sale, workdays, zone, () => {
    if (sale.phase === phase) happens();
  });
}

/** Whoever plays that part at the customer: everyone has a champion and an economic buyer. */
export function contactWho(sale: Sale, role: 'champion' | 'economic_buyer'): Contact {
  const contact = sale.account.people.find((p) => p.role === role);
  if (contact === undefined) throw new RangeError(`account ${sale.account.id} has nobody who is its ${role}`);
  return contact;
}

/** A person as events name one. */
export function person(contact: { readonly email: string; readonly name: string }): {
  email: string;
  name: string;
} {
  return { email: contact.email, name: contact.name };
}

/** The customer was heard or met. */
export function heardOfCustomer(sale: Sale): void {
  sale.lastContact = sale.day;
}

/** Whether something agreed with the customer is still to come. */
export function somethingAhead(sale: Sale): boolean {
  if (sale.ahead !== undefined) return true;
  for (const due of sale.steps.values()) if (due >= sale.day) return true;
  return false;
}

export function isPaused(sale: Sale): boolean {
  return sale.pausedUntil !== undefined && sale.day < sale.pausedUntil;
}
