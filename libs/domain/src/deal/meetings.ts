import type { DomainEvent } from '../events/domain-event.js';
import type { Instant } from '../time/instant.js';
import type { Deal } from './deal.js';
import { sideOf } from './people.js';

export type Response = 'accepted' | 'tentative' | 'declined' | 'needs_action';

export interface Attendee {
  /** In lower case; null for someone without an address (a room, an unresolved reference). */
  readonly email: string | null;
  readonly ref: string | null;
  readonly name: string | null;
  response: Response;
}

/** Times and people of a meeting, as scheduled or as recorded when it took place. */
interface Schedule {
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly attendees: readonly Attendee[];
  readonly by: DomainEvent;
}

/**
 * A meeting as last known. The fields from `customer` on are derived whenever one of its events is applied, and
 * are asked with an instant: nothing of them changes by time alone.
 */
export interface Meeting {
  readonly id: string;
  title: string | null;
  schedule: Schedule | undefined;
  cancelled: boolean;
  /** The explicit word that it took place, which only another such word changes. */
  record: Schedule | undefined;
  /** The latest event that touched it. */
  lastBy: DomainEvent;

  customer: boolean;
  /** At least one of the customer's attendees has accepted, and it is not cancelled. */
  confirmed: boolean;
  /** The event by which it became so. */
  confirmedBy: DomainEvent | undefined;
  /** Which event had confirmed it when the latest instant was settled. */
  settledConfirmation: DomainEvent | undefined;
  startsAt: Instant;
  endsAt: Instant;
  timesBy: DomainEvent;
  /** From when on it counts as held; Infinity: not as things stand. */
  heldAt: Instant;
  /** Until when (excluded) it is a next step that is ahead; -Infinity: it is none. */
  aheadUntil: Instant;
  /** The customer's people who accepted. */
  acceptedCustomers: readonly string[];
  /** When it became confirmed, each time that was before its start: the agreements of it as a next step. */
  agreedAt: Instant[];
}

const ATTENDED: ReadonlySet<Response> = new Set(['accepted']);

/** Derives what a meeting counts as, from its schedule and its record. */
export function deriveMeeting(meeting: Meeting, sellerDomains: ReadonlySet<string>): void {
  const standing = meeting.record ?? meeting.schedule;
  if (standing === undefined) return;
  let customers = 0;
  let acceptedByAny = false;
  const accepted: string[] = [];
  for (const attendee of standing.attendees) {
    const attends = ATTENDED.has(attendee.response);
    acceptedByAny ||= attends;
    if (attendee.email === null || sideOf(attendee.email, sellerDomains) === 'seller') continue;
    customers += 1;
    if (attends) accepted.push(attendee.email);
  }
  const explicit = meeting.record !== undefined;
  meeting.customer = customers > 0;
  meeting.acceptedCustomers = accepted;
  meeting.confirmed = !explicit && !meeting.cancelled && accepted.length > 0;
  if (standing.startsAt !== meeting.startsAt || standing.endsAt !== meeting.endsAt || explicit) {
    meeting.timesBy = standing.by;
  }
  meeting.startsAt = standing.startsAt;
  meeting.endsAt = standing.endsAt;
  const counts = explicit || (!meeting.cancelled && (meeting.customer ? accepted.length > 0 : acceptedByAny));
  meeting.heldAt = counts ? standing.endsAt : Number.POSITIVE_INFINITY;
  meeting.aheadUntil = meeting.confirmed ? standing.endsAt : Number.NEGATIVE_INFINITY;
}

/** The events that a held or coming meeting rests on. */
export function evidenceOf(meeting: Meeting): DomainEvent[] {
  if (meeting.record !== undefined) return [meeting.record.by];
  const confirmedBy = meeting.confirmedBy;
  return confirmedBy === undefined || confirmedBy === meeting.timesBy
    ? [meeting.timesBy]
    : [meeting.timesBy, confirmedBy];
}

/** The latest meeting of its kind to have ended: by its end, then its start, then its id. */
export function latestHeld(deal: Deal, customer: boolean, at: Instant): Meeting | undefined {
  let latest: Meeting | undefined;
  for (const meeting of deal.meetings.values()) {
    if (meeting.customer !== customer || meeting.heldAt > at) continue;
    if (latest === undefined || comesAfter(meeting, latest)) latest = meeting;
  }
  return latest;
}

function comesAfter(a: Meeting, b: Meeting): boolean {
  if (a.endsAt !== b.endsAt) return a.endsAt > b.endsAt;
  if (a.startsAt !== b.startsAt) return a.startsAt > b.startsAt;
  return a.id > b.id;
}

/** The next instant at which a meeting of the kind will count as held; Infinity where none is to come. */
export function nextHeld(deal: Deal, at: Instant, customer?: boolean): Instant {
  let next = Number.POSITIVE_INFINITY;
  for (const meeting of deal.meetings.values()) {
    if (customer !== undefined && meeting.customer !== customer) continue;
    if (meeting.heldAt > at && meeting.heldAt < next) next = meeting.heldAt;
  }
  return next;
}

/** Whether the meeting counts as a next step agreed with the customer that is still ahead. */
export function isAhead(meeting: Meeting, at: Instant): boolean {
  return at < meeting.aheadUntil;
}

/**
 * Whether a next step was agreed for a meeting: one that names it, or any agreed, or meeting confirmed, from its
 * start until the given end of the span (excluded).
 */
export function hasNextStep(deal: Deal, meeting: Meeting, until: Instant): boolean {
  if (deal.meetingsWithNamedStep.has(meeting.id)) return true;
  const within = (at: Instant): boolean => at >= meeting.startsAt && at < until;
  if (deal.agreements.some(within)) return true;
  for (const other of deal.meetings.values()) {
    if (other.agreedAt.some(within)) return true;
  }
  return false;
}
