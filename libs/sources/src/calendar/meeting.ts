import { formatInstant, type Instant } from '#domain/time/instant.js';
import type { DraftFact } from '../native/draft.js';
import type { Attendee } from './people.js';

/** What identifies a meeting in a calendar, and ties it to others. */
export interface MeetingKey {
  readonly source: string;
  readonly id: string;
  /** The same in everybody's calendar. */
  readonly uid: string | undefined;
  /** The calendar's id of the series that it is of. */
  readonly series: string | undefined;
  /** The deal's id, with its prefix. */
  readonly deal?: string | undefined;
}

/** A meeting that stands, as a calendar shows it. */
export interface StandingMeeting {
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly title: string | undefined;
  /** Undefined: the calendar leaves them out. */
  readonly people: readonly Attendee[] | undefined;
}

export function cancelled(key: MeetingKey, time: Instant | undefined): DraftFact {
  return factOf(key, time, 'meeting.cancelled', {});
}

/**
 * A calendar's record is a snapshot: it tells the whole meeting, whatever was before. Without people it tells the
 * rest of it.
 */
export function standing(key: MeetingKey, time: Instant | undefined, meeting: StandingMeeting): DraftFact {
  const { startsAt, endsAt, title, people } = meeting;
  return factOf(key, time, people === undefined ? 'meeting.rescheduled' : 'meeting.scheduled', {
    starts_at: formatInstant(startsAt),
    ends_at: formatInstant(endsAt),
    ...(title === undefined ? {} : { title }),
    ...(people === undefined ? {} : { attendees: people.map((person) => ({ ...person })) }),
  });
}

/** An appointment with oneself, or a meeting that all others have left: it is told as cancelled, without its title. */
export function isNoMeeting(people: readonly Attendee[]): boolean {
  return people.length < 2;
}

function factOf(
  { source, id, uid, series, deal }: MeetingKey,
  time: Instant | undefined,
  type: DraftFact['type'],
  data: DraftFact['data'],
): DraftFact {
  return {
    source,
    type,
    object: id,
    time,
    data: { meeting_id: id, ...data },
    subject: deal,
    extensions: { meetinguid: uid, meetingseries: series },
  };
}
