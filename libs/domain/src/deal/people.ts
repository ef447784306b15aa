import type { DomainEvent } from '../events/domain-event.js';
import type { Instant } from '../time/instant.js';
import type { Deal, Since } from './deal.js';

export type Role = 'champion' | 'economic_buyer' | 'approver' | 'evaluator' | 'user' | 'other';

/** A person of the customer's side or of the seller's, known by e-mail address. */
export interface Person {
  /** In lower case. */
  readonly email: string;
  name: string | undefined;
  readonly side: Side;
  /** By role, the event that first gave it; roles add up and do not lapse. */
  readonly roles: Map<Role, DomainEvent>;
  stance: { readonly word: 'supportive' | 'neutral' | 'opposed'; readonly by: DomainEvent } | undefined;
  lastMessage: Since | undefined;
}

export type Side = 'customer' | 'seller';

/** As events name people: an address, or a reference of the source that is not resolved yet. */
interface Named {
  readonly email?: string | null | undefined;
  readonly name?: string | null | undefined;
}

/** Whether the address's domain is one of the seller's; addresses compare without regard to case. */
export function sideOf(email: string, sellerDomains: ReadonlySet<string>): Side {
  return sellerDomains.has(email.slice(email.lastIndexOf('@') + 1).toLowerCase()) ? 'seller' : 'customer';
}

/**
 * The deal's entry for a person, made on first mention.
 * @returns undefined for someone without an address: he is on neither side
 */
export function personOf(
  deal: Deal,
  named: Named | null | undefined,
  sellers: ReadonlySet<string>,
): Person | undefined {
  if (typeof named?.email !== 'string' || named.email === '') return undefined;
  const email = named.email.trim().toLowerCase();
  let person = deal.people.get(email);
  if (person === undefined) {
    person = {
      email,
      name: undefined,
      side: sideOf(email, sellers),
      roles: new Map(),
      stance: undefined,
      lastMessage: undefined,
    };
    deal.people.set(email, person);
  }
  if (typeof named.name === 'string' && named.name !== '') person.name = named.name;
  return person;
}

/** How a person is called in a sentence. */
export function nameOf(person: Person): string {
  return person.name ?? person.email;
}

/** The customer's people that hold a role. */
export function customersAs(deal: Deal, role: Role): Person[] {
  const found: Person[] = [];
  for (const person of deal.people.values()) {
    if (person.side === 'customer' && person.roles.has(role)) found.push(person);
  }
  return found;
}

/** The customer's approvers: those named in the process as last defined, and those identified as one. */
export function approversOf(deal: Deal): { readonly person: Person; readonly by: DomainEvent }[] {
  const approvers = new Map<string, { person: Person; by: DomainEvent }>();
  if (deal.approversBy !== undefined) {
    for (const person of deal.approvers) approvers.set(person.email, { person, by: deal.approversBy });
  }
  for (const person of deal.people.values()) {
    const by = person.roles.get('approver');
    if (by !== undefined && !approvers.has(person.email)) approvers.set(person.email, { person, by });
  }
  return [...approvers.values()].filter(({ person }) => person.side === 'customer');
}

/** Whether a person wrote, or took part in a held meeting, up to the instant; no run and no window limits it. */
export function wasEverEngaged(deal: Deal, person: Person, at: Instant): boolean {
  if (person.lastMessage !== undefined) return true;
  for (const meeting of deal.meetings.values()) {
    if (meeting.heldAt <= at && meeting.acceptedCustomers.includes(person.email)) return true;
  }
  return false;
}

/** The next end of a meeting that one of the people accepted: the next instant at which they may become engaged. */
export function nextEngagement(deal: Deal, people: readonly Person[], at: Instant): Instant {
  let next = Number.POSITIVE_INFINITY;
  for (const meeting of deal.meetings.values()) {
    if (meeting.heldAt <= at || meeting.heldAt >= next) continue;
    if (people.some((person) => meeting.acceptedCustomers.includes(person.email))) next = meeting.heldAt;
  }
  return next;
}

/** Since when each of the customer's people who engaged within the last `window` milliseconds did so last. */
export function engagedWithin(deal: Deal, at: Instant, window: number): Map<string, Instant> {
  const from = at - window;
  const engaged = new Map<string, Instant>();
  for (const person of deal.people.values()) {
    const last = person.lastMessage;
    if (person.side === 'customer' && last !== undefined && last.at >= from)
      engaged.set(person.email, last.at);
  }
  for (const meeting of deal.meetings.values()) {
    if (meeting.heldAt > at || meeting.heldAt < from) continue;
    for (const email of meeting.acceptedCustomers) {
      if ((engaged.get(email) ?? from) <= meeting.heldAt) engaged.set(email, meeting.heldAt);
    }
  }
  return engaged;
}
