import { formatInstant, type Instant } from '#domain/time/instant.js';
import { isPlausible } from '../instants.js';
import { personByRef } from '../native/mapping.js';
import { fieldOf } from '../native/values.js';
import type { Json } from '../translation.js';
import { booleanIn, idIn, instantIn, isNew, numberIn, type Reading, textIn, type Told } from './reading.js';
import { personRefOf, relatedTo } from './references.js';

const TIMES = ['StartDateTime', 'EndDateTime', 'DurationInMinutes'] as const;
const MILLISECONDS_PER_MINUTE = 60_000;

/** An event of the CRM's own calendar is a meeting, but for those that last all day. */
export function readEvent(id: string, reading: Reading): readonly Told[] {
  const told = isNew(reading) ? scheduled(reading) : changes(reading);
  if (told === undefined) return [];
  return [{ ...told, data: { meeting_id: id, ...told.data }, ...relatedTo(reading) }];
}

function scheduled(reading: Reading): Told | undefined {
  if (booleanIn(reading, 'IsAllDayEvent') === true) return undefined;
  const { event, reasons } = reading;
  reasons.requiredInstant(event.path('StartDateTime'), fieldOf(event.fields, 'StartDateTime'));
  const times = readTimes(reading);
  if (times.starts_at !== undefined && times.ends_at === undefined)
    reasons.add(event.path('EndDateTime'), 'an end, or DurationInMinutes', undefined);
  return {
    type: 'meeting.scheduled',
    data: { ...times, ...titleIn(reading), attendees: attendeesIn(reading) },
  };
}

function changes(reading: Reading): Told | undefined {
  const { event, changed } = reading;
  if (event.changeType === 'DELETE') return { type: 'meeting.cancelled', data: {} };
  if (event.changeType !== 'UPDATE' || !TIMES.some(changed.has)) return undefined;
  if (booleanIn(reading, 'IsAllDayEvent') === true) return undefined;
  const times = readTimes(reading);
  // A new length without any end of it says nothing.
  if (times.starts_at === undefined && times.ends_at === undefined) return undefined;
  return { type: 'meeting.rescheduled', data: { ...times, ...titleIn(reading) } };
}

function readTimes(reading: Reading): { starts_at?: string; ends_at?: string } {
  const starts = instantIn(reading, 'StartDateTime');
  const ends = instantIn(reading, 'EndDateTime') ?? endAfterDuration(starts, reading);
  return {
    ...(starts === undefined ? {} : { starts_at: formatInstant(starts) }),
    ...(ends === undefined ? {} : { ends_at: formatInstant(ends) }),
  };
}

function endAfterDuration(starts: Instant | undefined, reading: Reading): Instant | undefined {
  if (starts === undefined) return undefined;
  const minutes = numberIn(reading, 'DurationInMinutes');
  if (minutes === undefined) return undefined;
  const ends = Math.round(starts + minutes * MILLISECONDS_PER_MINUTE);
  if (minutes >= 0 && isPlausible(ends)) return ends;
  reading.reasons.add(reading.event.path('DurationInMinutes'), 'minutes until an end', minutes);
  return undefined;
}

function titleIn(reading: Reading): { title?: string } {
  const title = textIn(reading, 'Subject');
  return title === undefined ? {} : { title };
}

/** The owner, who made the appointment, and whom it is with; guests have records of their own. */
function attendeesIn(reading: Reading): Json[] {
  const { mapping } = reading;
  const owner = idIn(reading, 'OwnerId');
  const who = idIn(reading, 'WhoId');
  const ref = who === undefined ? undefined : personRefOf(who);
  const attendees: Json[] = [];
  if (owner !== undefined) attendees.push({ ...personByRef(`user/${owner}`, mapping), response: 'accepted' });
  if (ref !== undefined)
    attendees.push({
      ...personByRef(ref, mapping),
      ...(mapping.assumeAccepted ? { response: 'accepted' } : {}),
    });
  return attendees;
}
