import { formatInstant, MILLISECONDS_PER_DAY, parseDate, type Instant } from '#domain/time/instant.js';
import { isTimezone, localTimesOf } from '../instants.js';
import { fieldOf, isEmpty, isObject, type JsonObject, type Reasons } from '../native/values.js';

/** What an activity plans: a meeting at an hour, a next step due on a day or at an hour, or nothing with a date. */
export type Plan =
  | { readonly kind: 'meeting'; readonly startsAt: string; readonly endsAt: string }
  | { readonly kind: 'next_step'; readonly dueAt: string }
  | { readonly kind: 'none' };

const MEETING_TYPES = new Set(['meeting', 'lunch']);
const USUAL_LENGTH = 3_600_000;

/** @param path of the activity in the record, for the reasons */
export function readPlan(activity: JsonObject, path: string, reasons: Reasons): Plan {
  const type = reasons.text(`${path}.type`, fieldOf(activity, 'type'))?.trim().toLowerCase() ?? '';
  const date = reasons.date(`${path}.due_date`, fieldOf(activity, 'due_date'));
  if (date === undefined) return { kind: 'none' };
  const at = readDueTime(activity, date, path, reasons);
  if (at === undefined) return { kind: 'next_step', dueAt: date };
  if (!MEETING_TYPES.has(type)) return { kind: 'next_step', dueAt: formatInstant(at) };
  const length = readClock(`${path}.duration`, clockOf(activity, 'duration'), 999, reasons) ?? USUAL_LENGTH;
  return { kind: 'meeting', startsAt: formatInstant(at), endsAt: formatInstant(at + length) };
}

/** Times are UTC where they name no zone: Pipedrive's own, whatever zone the rest of the mapping is about. */
function readDueTime(
  activity: JsonObject,
  date: string,
  path: string,
  reasons: Reasons,
): Instant | undefined {
  const time = readClock(`${path}.due_time`, clockOf(activity, 'due_time'), 23, reasons);
  const day = parseDate(date);
  if (time === undefined || day === undefined) return undefined;
  const zonePath = `${path}.due_time.timezone_id`;
  const zone = reasons.text(zonePath, fieldOf(fieldOf(activity, 'due_time'), 'timezone_id')) ?? 'UTC';
  if (!isTimezone(zone)) {
    reasons.add(zonePath, 'an IANA time zone such as Europe/Berlin', zone);
    return undefined;
  }
  return localTimesOf(zone)(day * MILLISECONDS_PER_DAY + time);
}

/** A clock's reading, bare or as `{value, timezone_id}`. */
function clockOf(activity: JsonObject, name: string): unknown {
  const field = fieldOf(activity, name);
  return isObject(field) ? fieldOf(field, 'value') : field;
}

/** `14:30` or `14:30:00` in milliseconds. */
function readClock(path: string, value: unknown, maxHours: number, reasons: Reasons): number | undefined {
  if (isEmpty(value)) return undefined;
  const match =
    typeof value === 'string' ? /^(\d{1,3}):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?$/.exec(value.trim()) : null;
  const [, hours = '', minutes = '', seconds = '0'] = match ?? [];
  if (match === null || Number(hours) > maxHours) {
    reasons.add(path, 'hours and minutes, HH:MM', value);
    return undefined;
  }
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}
