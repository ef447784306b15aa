import type { Instant } from '#domain/time/instant.js';
import { readIsoMoment } from '../csv/moments.js';
import { isPlausible } from '../instants.js';
import type { NativeRecord } from '../native/record.js';
import { isEmpty, type Reasons } from '../native/values.js';
import { type WallClock, wallClockOf } from './zones.js';

const EXPECTED = 'a date with a time, between 1990 and 2100';

/**
 * The wall clock of the zone that a field names.
 * @param otherwise the zone's name where the field is empty
 * @returns undefined, with a reason, where there is no such zone
 */
export function readZone(
  path: string,
  value: unknown,
  otherwise: string,
  reasons: Reasons,
): WallClock | undefined {
  const name = isEmpty(value) ? otherwise : value;
  const clock = typeof name === 'string' ? wallClockOf(name) : undefined;
  if (clock === undefined) reasons.add(path, 'an IANA or Windows name of a time zone', name);
  return clock;
}

/**
 * A date with a time, with an offset or without.
 * @param clock called for a time without an offset; undefined: a reason is given already
 */
export function readDateTime(
  path: string,
  value: unknown,
  clock: () => WallClock | undefined,
  reasons: Reasons,
): Instant | undefined {
  const moment =
    typeof value === 'string' || typeof value === 'number' ? readIsoMoment(String(value).trim()) : undefined;
  if (moment?.kind === 'instant' && isPlausible(moment.at)) return moment.at;
  // The year is looked at before the zone is: zones know no rules for the year 9999.
  if (moment?.kind === 'local' && isPlausible(moment.local)) return clock()?.(moment.local);
  reasons.add(path, EXPECTED, value);
  return undefined;
}

/** The first instant of a day where a wall clock shows its date. */
export function readMidnight(
  path: string,
  value: unknown,
  clock: () => WallClock | undefined,
  reasons: Reasons,
): Instant | undefined {
  const day = reasons.date(path, value);
  return day === undefined ? undefined : clock()?.(Date.parse(`${day}T00:00:00Z`));
}

/** When a meeting was cancelled of which the record may be but an id: the record, its page, its message tell. */
export function readCancelledAt(
  path: string,
  own: unknown,
  record: NativeRecord,
  reasons: Reasons,
): Instant | undefined {
  if (!isEmpty(own)) return reasons.instant(path, own);
  const page = record.page?.updated;
  if (!isEmpty(page)) return reasons.instant(`${path} of the page`, page);
  const { timestamp } = record;
  return timestamp !== undefined && isPlausible(timestamp) ? timestamp : undefined;
}
