import type { DomainEvent, EventOf, MeetingEvent } from '../events/domain-event.js';
import type { Rules } from '../policy/rules.js';
import type { Instant } from '../time/instant.js';
import type { Deal } from './deal.js';
import { instantOrEndOfDay } from './instants.js';
import { type Attendee, deriveMeeting, type Meeting, type Response } from './meetings.js';

export function evolveMeeting(deal: Deal, event: MeetingEvent, rules: Rules): void {
  const known = deal.meetings.get(event.data.meeting_id);
  // The record that it took place is the last word: only another one changes it.
  if (known?.record !== undefined && event.type !== 'meeting.held') return;
  switch (event.type) {
    case 'meeting.scheduled':
    case 'meeting.rescheduled':
      schedule(known ?? newMeeting(deal, event), event, rules);
      break;
    case 'meeting.cancelled':
      if (known === undefined) return;
      known.cancelled = true;
      break;
    case 'meeting.responded':
      if (known === undefined) return;
      respond(known, event);
      break;
    case 'meeting.held':
      record(known ?? newMeeting(deal, event), event, rules);
      break;
  }
  const meeting = deal.meetings.get(event.data.meeting_id);
  if (meeting === undefined) return;
  const wasConfirmed = meeting.confirmed;
  deriveMeeting(meeting, rules.sellerDomains);
  meeting.lastBy = event;
  if (!meeting.confirmed) meeting.confirmedBy = undefined;
  else if (!wasConfirmed || tellsTimesAndPeople(meeting, event)) meeting.confirmedBy = event;
  deal.unsettledMeetings.push(meeting);
  deal.aheadTouched = true;
}

/** An event that sets new times and who comes needs no earlier one to confirm the meeting. */
function tellsTimesAndPeople(meeting: Meeting, event: MeetingEvent): boolean {
  return meeting.timesBy === event && 'attendees' in event.data && Array.isArray(event.data.attendees);
}

function newMeeting(
  deal: Deal,
  event: DomainEvent & { readonly data: { readonly meeting_id: string } },
): Meeting {
  const meeting: Meeting = {
    id: event.data.meeting_id,
    title: null,
    schedule: undefined,
    cancelled: false,
    record: undefined,
    lastBy: event,
    customer: false,
    confirmed: false,
    confirmedBy: undefined,
    settledConfirmation: undefined,
    startsAt: Number.NaN,
    endsAt: Number.NaN,
    timesBy: event,
    heldAt: Number.POSITIVE_INFINITY,
    aheadUntil: Number.NEGATIVE_INFINITY,
    acceptedCustomers: [],
    agreedAt: [],
  };
  deal.meetings.set(meeting.id, meeting);
  return meeting;
}

interface GivenAttendee {
  readonly email?: string | null | undefined;
  readonly ref?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly response?: Response | null | undefined;
}

function attendee(given: GivenAttendee, unanswered: Response): Attendee {
  const email = given.email?.trim().toLowerCase();
  return {
    email: email === undefined || email === '' ? null : email,
    ref: given.ref ?? null,
    name: given.name ?? null,
    response: given.response ?? unanswered,
  };
}

/** Scheduling replaces the list of attendees; moving without a list keeps it. Both undo a cancellation. */
function schedule(
  meeting: Meeting,
  event: EventOf<'meeting.scheduled'> | EventOf<'meeting.rescheduled'>,
  rules: Rules,
): void {
  const { data } = event;
  const attendees =
    data.attendees?.map((given) => attendee(given, 'needs_action')) ?? meeting.schedule?.attendees ?? [];
  meeting.schedule = {
    startsAt: instantOrEndOfDay(data.starts_at, rules.calendar),
    endsAt: instantOrEndOfDay(data.ends_at, rules.calendar),
    attendees,
    by: event,
  };
  meeting.cancelled = false;
  if (event.type === 'meeting.scheduled') meeting.title = event.data.title ?? meeting.title;
}

/** A response by someone who is not on the list adds him. */
function respond(meeting: Meeting, event: EventOf<'meeting.responded'>): void {
  const before = meeting.schedule;
  if (before === undefined) return;
  const { person, response } = event.data;
  const answer = attendee({ email: person.email, name: person.name, ref: person.ref, response }, response);
  const same = (other: Attendee): boolean =>
    answer.email === null ? answer.ref !== null && other.ref === answer.ref : other.email === answer.email;
  const listed = before.attendees.some(same);
  const attendees = listed
    ? before.attendees.map((other) => (same(other) ? { ...other, response } : other))
    : [...before.attendees, answer];
  meeting.schedule = { ...before, attendees };
}

/**
 * The explicit record that a meeting took place: its own times and people, else those of the schedule. It can't
 * have ended after it was recorded. Whoever it lists without a response took part.
 */
function record(meeting: Meeting, event: EventOf<'meeting.held'>, rules: Rules): void {
  const { data } = event;
  const planned = meeting.schedule;
  const instant = (text: string | null | undefined): Instant | undefined =>
    typeof text === 'string' ? instantOrEndOfDay(text, rules.calendar) : undefined;
  const endsAt = Math.min(instant(data.ends_at) ?? planned?.endsAt ?? event.time, event.time);
  const startsAt = instant(data.starts_at) ?? planned?.startsAt ?? event.time;
  const attendees = data.attendees?.map((given) => attendee(given, 'accepted')) ?? planned?.attendees ?? [];
  meeting.record = { startsAt, endsAt, attendees, by: event };
}

/** A meeting that became confirmed before its start is agreed as a next step at that instant. */
export function settleMeetings(deal: Deal, at: Instant): void {
  if (deal.unsettledMeetings.length === 0) return;
  for (const meeting of deal.unsettledMeetings) {
    if (meeting.confirmed && meeting.settledConfirmation !== undefined) {
      // Lost and regained within one instant: the confirmation never broke.
      if (meeting.confirmedBy !== meeting.timesBy) meeting.confirmedBy = meeting.settledConfirmation;
    } else if (meeting.confirmed && at < meeting.startsAt) {
      meeting.agreedAt.push(at);
      deal.firstAgreement ??= at;
    }
    meeting.settledConfirmation = meeting.confirmedBy;
  }
  deal.unsettledMeetings = [];
}
