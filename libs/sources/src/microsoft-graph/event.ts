import type { Instant } from '#domain/time/instant.js';
import { readObject, tellsPeople } from '../calendar/fields.js';
import { cancelled, isNoMeeting, type MeetingKey, standing } from '../calendar/meeting.js';
import { readCancelledAt, readDateTime, readZone } from '../calendar/times.js';
import type { DraftFact } from '../native/draft.js';
import type { SourceMapping } from '../native/mapping.js';
import type { NativeRecord } from '../native/record.js';
import { fieldOf, isEmpty, type JsonObject, type Reasons } from '../native/values.js';
import { readPeople } from './people.js';

/** What an event tells; undefined: nothing, or a reason is given. */
export function readEvent(
  event: JsonObject,
  record: NativeRecord,
  source: string,
  mapping: SourceMapping,
  reasons: Reasons,
): DraftFact | undefined {
  const id = reasons.requiredId('id', fieldOf(event, 'id'));
  const isCancelled = isRemoved(event, reasons) || isMarked(event, 'isCancelled', reasons);
  if (!isCancelled && !isMeeting(event, reasons)) return undefined;

  const uid = reasons.id('iCalUId', fieldOf(event, 'iCalUId'));
  const series = reasons.id('seriesMasterId', fieldOf(event, 'seriesMasterId'));
  if (id === undefined) return undefined;
  const key = { source, id, uid, series };
  if (!isCancelled) return readStanding(event, key, mapping, reasons);
  const changed = fieldOf(event, 'lastModifiedDateTime');
  return cancelled(key, readCancelledAt('lastModifiedDateTime', changed, record, reasons));
}

/** Whether a delta tells that the event is gone. */
function isRemoved(event: JsonObject, reasons: Reasons): boolean {
  const removed = fieldOf(event, '@removed');
  readObject('@removed', removed, reasons);
  return !isEmpty(removed);
}

function isMarked(event: JsonObject, field: string, reasons: Reasons): boolean {
  return reasons.boolean(field, fieldOf(event, field)) === true;
}

function isMeeting(event: JsonObject, reasons: Reasons): boolean {
  // The master of a series: its occurrences and exceptions are the meetings.
  if (reasons.text('type', fieldOf(event, 'type')) === 'seriesMaster') return false;
  return !isMarked(event, 'isDraft', reasons) && tellsPeople(event);
}

function readStanding(
  event: JsonObject,
  key: MeetingKey,
  mapping: SourceMapping,
  reasons: Reasons,
): DraftFact | undefined {
  const time = reasons.instant('lastModifiedDateTime', fieldOf(event, 'lastModifiedDateTime'));
  const people = readPeople(event, reasons);
  if (isNoMeeting(people)) return cancelled(key, time);

  const startsAt = readTime('start', event, mapping, reasons);
  const endsAt = readTime('end', event, mapping, reasons);
  const sensitivity = reasons.text('sensitivity', fieldOf(event, 'sensitivity')) ?? 'normal';
  const title = sensitivity === 'normal' ? reasons.text('subject', fieldOf(event, 'subject')) : undefined;
  if (startsAt === undefined || endsAt === undefined) return undefined;
  return standing(key, time, { startsAt, endsAt, title, people });
}

/** A local time with its zone; a day without times is one from midnight to midnight there. */
function readTime(
  field: 'start' | 'end',
  event: JsonObject,
  mapping: SourceMapping,
  reasons: Reasons,
): Instant | undefined {
  const time = fieldOf(event, field);
  const clock = readZone(`${field}.timeZone`, fieldOf(time, 'timeZone'), mapping.timezone, reasons);
  return readDateTime(`${field}.dateTime`, fieldOf(time, 'dateTime'), () => clock, reasons);
}
