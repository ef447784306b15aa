import { Temporal } from '@js-temporal/polyfill';
import { formatInstant, type Instant, MILLISECONDS_PER_DAY, parseDate } from '#domain/time/instant.js';
import { isPlausible, localTimesOf, type LocalTime, readInstant } from '../instants.js';
import type { Json } from '../translation.js';
import type { ReadAs, Rule } from './rule.js';
import { fieldOf, isEmpty, isObject, type Reasons } from './values.js';

/** A time of a wall clock, without an offset; finer digits than milliseconds are cut. */
const LOCAL_TIME = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?$/;

/** What is in a field: a custom field of Pipedrive holds its value in an object, or the ids of the chosen options. */
export function unwrapped(value: unknown): unknown {
  if (!isObject(value)) return value;
  for (const name of ['value', 'id', 'values']) {
    if (!Object.hasOwn(value, name)) continue;
    const inner = value[name];
    return Array.isArray(inner) ? inner.map(itemOf) : inner;
  }
  return value;
}

function itemOf(item: unknown): unknown {
  return fieldOf(item, 'id') ?? fieldOf(item, 'value') ?? item;
}

/** A value that a rule can compare and hand on: a text, a number, true or false. */
function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/**
 * The single values of a field: of a field with several options one each; none where it is empty or, with a reason,
 * holds what no rule can read.
 */
export function scalarsOf(reasons: Reasons, path: string, value: unknown): (string | number | boolean)[] {
  const items = (Array.isArray(value) ? value : [value]).filter((item) => !isEmpty(item));
  if (items.every(isScalar)) return items;
  reasons.add(path, 'a text, a number, true or false', value);
  return [];
}

/** Whether a value is the one that a rule waits for, be it text or not. */
export function equals(value: string | number | boolean, wanted: string | number | boolean): boolean {
  if (String(value) === String(wanted)) return true;
  if (typeof wanted !== 'number' || typeof value !== 'string') return false;
  return /^[+-]?\d+(\.\d+)?$/.test(value.trim()) && Number(value) === wanted;
}

/** What a rule's `values` make of a value; undefined where they don't list it. */
export function lookedUp(
  value: string | number | boolean,
  values: NonNullable<Rule['values']>,
): Json | undefined {
  return values.get(String(value));
}

/** How a rule's field is to be read. */
export interface Reading {
  readonly as?: ReadAs | undefined;
  readonly divide?: number | undefined;
  readonly split?: string | undefined;
}

/** The value of a field for an event's data; undefined where it is empty or, with a reason, can't be read. */
export function readField(
  reasons: Reasons,
  path: string,
  value: unknown,
  { as, divide, split }: Reading,
  timezone: string,
): Json | undefined {
  const read = (item: unknown): Json | undefined => {
    if (divide !== undefined) {
      const number = reasons.number(path, item);
      return number === undefined ? undefined : number / divide;
    }
    return readScalar(reasons, path, item, as, timezone);
  };
  if (isEmpty(value)) return undefined;
  if (split !== undefined && !Array.isArray(value)) {
    const items = reasons.text(path, value)?.split(split) ?? [];
    return listOf(
      items
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map(read),
    );
  }
  // A single value that was chosen among several options is no list where the event wants none.
  return Array.isArray(value) ? listOf(value.map(read)) : read(value);
}

function listOf(items: readonly (Json | undefined)[]): Json[] {
  return items.filter((item) => item !== undefined);
}

function readScalar(
  reasons: Reasons,
  path: string,
  value: unknown,
  as: ReadAs | undefined,
  timezone: string,
): Json | undefined {
  if (isEmpty(value)) return undefined;
  switch (as) {
    case 'text':
      return typeof value === 'boolean' ? String(value) : reasons.text(path, value);
    case 'number':
      return reasons.number(path, value);
    case 'boolean':
      return reasons.boolean(path, value);
    case 'date':
      return readDate(reasons, path, value, timezone);
    case 'instant': {
      const at = readMoment(reasons, path, value, timezone);
      return at === undefined ? undefined : formatInstant(at);
    }
    case undefined:
      if (isScalar(value)) return value;
      reasons.add(path, 'a text, a number, true or false', value);
      return undefined;
  }
}

/**
 * A bare date, or the local date of an instant. An epoch at midnight in UTC is a date that the source wrote as a
 * number: it is not shifted by a zone.
 */
function readDate(reasons: Reasons, path: string, value: unknown, timezone: string): string | undefined {
  if (typeof value === 'string' && parseDate(value.trim()) !== undefined) return reasons.date(path, value);
  const local = typeof value === 'string' ? LOCAL_TIME.exec(value.trim())?.[1] : undefined;
  if (local !== undefined) return reasons.date(path, local);
  const at = reasons.instant(path, value);
  if (at === undefined) return undefined;
  const isDate = at % MILLISECONDS_PER_DAY === 0 && /^\d+$/.test(String(value).trim());
  const zone = isDate ? 'UTC' : timezone;
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** An instant; a time without an offset, and the first instant of a bare date, are those of the zone. */
export function readMoment(
  reasons: Reasons,
  path: string,
  value: unknown,
  timezone: string,
): Instant | undefined {
  const local = typeof value === 'string' ? readLocalTime(value.trim()) : undefined;
  if (local === undefined) return reasons.instant(path, value);
  const at = localTimesOf(timezone)(local);
  if (isPlausible(at)) return at;
  reasons.add(path, 'an instant between 1990 and 2100', value);
  return undefined;
}

function readLocalTime(text: string): LocalTime | undefined {
  const day = parseDate(text);
  if (day !== undefined) return day * MILLISECONDS_PER_DAY;
  const [, date, minutes, seconds = ':00'] = LOCAL_TIME.exec(text) ?? [];
  if (date === undefined || minutes === undefined) return undefined;
  return readInstant(`${date}T${minutes}${seconds}Z`);
}
