import { calendarEventId, numberOf } from './ids.js';
import type { CalendarEntry, Guest, Organisation } from './organisation.js';
import { identityOf, type Said, type ToldOf } from './sent.js';

/** The types of events that a calendar shows. */
export type CalendarType =
  'meeting.scheduled' | 'meeting.rescheduled' | 'meeting.responded' | 'meeting.cancelled';

type CalendarEvent = ToldOf<CalendarType>;

/**
 * What the calendar of whoever invited shows from then on: the whole meeting, but nothing of a deal. Of a meeting that
 * it never showed it says nothing.
 */
export function calendarRecords({ calendar }: Organisation, event: CalendarEvent): readonly Said[] {
  const id = event.data.meeting_id;
  const before = calendar.get(id);
  const entry = event.type === 'meeting.scheduled' ? scheduled(event, before) : before;
  if (entry === undefined) return [];
  calendar.set(id, entry);
  apply(entry, event);
  return [
    {
      topic: 'google-calendar',
      key: calendarEventId(id),
      value: JSON.stringify(resource(id, entry, event)),
    },
  ];
}

function scheduled(event: ToldOf<'meeting.scheduled'>, before: CalendarEntry | undefined): CalendarEntry {
  const { starts_at: startsAt, ends_at: endsAt, title, attendees } = event.data;
  return {
    created: before?.created ?? event.time,
    startsAt,
    endsAt,
    title: title ?? before?.title,
    guests: guestsOf(attendees),
    isCancelled: false,
    sequence: before === undefined ? 0 : before.sequence + 1,
  };
}

function apply(entry: CalendarEntry, event: CalendarEvent): void {
  switch (event.type) {
    case 'meeting.scheduled':
      return;
    case 'meeting.rescheduled': {
      const { starts_at: startsAt, ends_at: endsAt, title, attendees } = event.data;
      entry.startsAt = startsAt;
      entry.endsAt = endsAt;
      entry.title = title ?? entry.title;
      if (attendees !== undefined && attendees !== null) entry.guests = guestsOf(attendees);
      entry.isCancelled = false;
      entry.sequence += 1;
      return;
    }
    case 'meeting.responded': {
      const { person, response } = event.data;
      const isOther = (guest: Guest): boolean => guest.email !== person.email;
      const answered = { email: person.email ?? undefined, name: person.name ?? undefined, response };
      entry.guests = entry.guests.every(isOther)
        ? [...entry.guests, answered]
        : entry.guests.map((guest) => (isOther(guest) ? guest : { ...guest, response }));
      return;
    }
    case 'meeting.cancelled':
      entry.isCancelled = true;
      entry.sequence += 1;
  }
}

function guestsOf(
  attendees: readonly {
    readonly email?: string | null | undefined;
    readonly name?: string | null | undefined;
    readonly response?: string | null | undefined;
  }[],
): readonly Guest[] {
  return attendees.map(({ email, name, response }) => ({
    email: email ?? undefined,
    name: name ?? undefined,
    response: response ?? 'needs_action',
  }));
}

function resource(id: string, entry: CalendarEntry, event: CalendarEvent): object {
  const eventId = calendarEventId(id);
  const etag = `"${numberOf(identityOf(event))}"`;
  const head = { kind: 'calendar#event', etag, id: eventId };
  if (entry.isCancelled) return { ...head, status: 'cancelled', updated: event.time };
  const [host] = entry.guests;
  const organizer = host?.email === undefined ? {} : { organizer: personOf(host) };
  return {
    ...head,
    status: 'confirmed',
    created: entry.created,
    updated: event.time,
    ...(entry.title === undefined ? {} : { summary: entry.title }),
    ...organizer,
    start: { dateTime: entry.startsAt, timeZone: 'UTC' },
    end: { dateTime: entry.endsAt, timeZone: 'UTC' },
    iCalUID: `${eventId}@google.com`,
    sequence: entry.sequence,
    attendees: entry.guests.map((guest) => attendeeOf(guest, guest === host)),
    eventType: 'default',
  };
}

function personOf({ email, name }: Guest): { email: string | undefined; displayName?: string } {
  return { email, ...(name === undefined ? {} : { displayName: name }) };
}

function attendeeOf(guest: Guest, isHost: boolean): object {
  const responseStatus = guest.response === 'needs_action' ? 'needsAction' : guest.response;
  if (guest.email === undefined) {
    const email = `c_${numberOf(guest.name ?? '')}@resource.calendar.google.com`;
    return { ...personOf(guest), email, resource: true, responseStatus };
  }
  return { ...personOf(guest), ...(isHost ? { organizer: true } : {}), responseStatus };
}
