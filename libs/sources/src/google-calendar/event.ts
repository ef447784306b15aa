import { formatInstant } from '#domain/time/instant.js';
import { readList, readObject, tellsPeople } from '../calendar/fields.js';
import { cancelled, isNoMeeting, type MeetingKey, standing } from '../calendar/meeting.js';
import { readCancelledAt } from '../calendar/times.js';
import type { DraftFact } from '../native/draft.js';
import type { SourceMapping } from '../native/mapping.js';
import type { NativeRecord } from '../native/record.js';
import { fieldOf, type JsonObject, type Reasons } from '../native/values.js';
import { readPeople } from './people.js';
import { type ReadTime, timesOf } from './times.js';

/** The event types that people make or get; others say where somebody works, or when he is out. */
const MEETING_TYPES: ReadonlySet<string | undefined> = new Set([undefined, 'default', 'fromGmail']);
const SECRET: ReadonlySet<string | undefined> = new Set(['private', 'confidential']);

/** What an event resource tells; undefined: nothing, or a reason is given. */
export function readEvent(
  event: JsonObject,
  record: NativeRecord,
  source: string,
  mapping: SourceMapping,
  reasons: Reasons,
): DraftFact | undefined {
  const id = reasons.requiredId('id', fieldOf(event, 'id'));
  const isCancelled = reasons.text('status', fieldOf(event, 'status')) === 'cancelled';
  // A cancelled event may have nothing but its id, so that nothing else of it is asked for.
  if (!isCancelled && !isMeeting(event, reasons)) return undefined;

  const readTime = timesOf(record, mapping);
  const key = readKey(event, id, source, mapping, readTime, reasons);
  if (key === undefined) return undefined;
  const updated = fieldOf(event, 'updated');
  if (isCancelled) return cancelled(key, readCancelledAt('updated', updated, record, reasons));
  return readStanding(event, key, readTime, reasons);
}

function isMeeting(event: JsonObject, reasons: Reasons): boolean {
  // The master of a series: its instances are the meetings.
  if (readList('recurrence', fieldOf(event, 'recurrence'), reasons).length > 0) return false;
  if (!MEETING_TYPES.has(reasons.text('eventType', fieldOf(event, 'eventType')))) return false;
  return tellsPeople(event) || leavesPeopleOut(event, reasons);
}

function leavesPeopleOut(event: JsonObject, reasons: Reasons): boolean {
  return reasons.boolean('attendeesOmitted', fieldOf(event, 'attendeesOmitted')) === true;
}

function readKey(
  event: JsonObject,
  id: string | undefined,
  source: string,
  mapping: SourceMapping,
  readTime: ReadTime,
  reasons: Reasons,
): MeetingKey | undefined {
  const series = reasons.id('recurringEventId', fieldOf(event, 'recurringEventId'));
  const uid = reasons.id('iCalUID', fieldOf(event, 'iCalUID'));
  const properties = readObject('extendedProperties', fieldOf(event, 'extendedProperties'), reasons);
  const deal = readDeal('shared', properties, reasons) ?? readDeal('private', properties, reasons);
  if (id === undefined) return undefined;
  return {
    source,
    id,
    series,
    uid: series === undefined ? uid : readInstanceUid(event, uid, readTime, reasons),
    deal: deal === undefined ? undefined : mapping.dealIdPrefix + deal,
  };
}

/** All instances of a series have its iCalUID; what tells them apart, wherever they moved to, is their first start. */
function readInstanceUid(
  event: JsonObject,
  uid: string | undefined,
  readTime: ReadTime,
  reasons: Reasons,
): string | undefined {
  const original = fieldOf(event, 'originalStartTime');
  if (uid === undefined || original === undefined || original === null) return undefined;
  const start = readTime('originalStartTime', original, reasons);
  return start === undefined ? undefined : `${uid}/${formatInstant(start)}`;
}

function readDeal(kind: 'shared' | 'private', properties: JsonObject, reasons: Reasons): string | undefined {
  const path = `extendedProperties.${kind}`;
  const own = readObject(path, fieldOf(properties, kind), reasons);
  return reasons.id(`${path}.deal_id`, fieldOf(own, 'deal_id'));
}

function readStanding(
  event: JsonObject,
  key: MeetingKey,
  readTime: ReadTime,
  reasons: Reasons,
): DraftFact | undefined {
  const time = reasons.instant('updated', fieldOf(event, 'updated'));
  const people = leavesPeopleOut(event, reasons) ? undefined : readPeople(event, reasons);
  if (people !== undefined && isNoMeeting(people)) return cancelled(key, time);

  const startsAt = readTime('start', fieldOf(event, 'start'), reasons);
  const endsAt = readTime('end', fieldOf(event, 'end'), reasons);
  const isSecret = SECRET.has(reasons.text('visibility', fieldOf(event, 'visibility')));
  const title = isSecret ? undefined : reasons.text('summary', fieldOf(event, 'summary'));
  if (startsAt === undefined || endsAt === undefined) return undefined;
  return standing(key, time, { startsAt, endsAt, title, people });
}
