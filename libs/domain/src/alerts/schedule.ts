import { Temporal } from '@js-temporal/polyfill';
import { type DayNumber, formatDate, type Instant, MILLISECONDS_PER_DAY } from '../time/instant.js';
import type { BusinessHours, DigestSchedule } from './types.js';

const MINUTES_PER_DAY = 1440;
/** 1 January 1970 was a Thursday; 0 is Sunday. */
const WEEKDAY_OF_DAY_ZERO = 4;
/** Two weeks and the day before: the one opening of a week may fall into an hour that a zone skips. */
const DAYS_TO_LOOK_AT = 16;

/**
 * The latest answer of each schedule: it holds until it is reached, asking the zone's rules takes a quarter of a
 * millisecond, and a hundred thousand deals may have something to tell at once.
 */
const digests = new WeakMap<DigestSchedule, { readonly from: Instant; readonly due: Instant }>();
const openings = new WeakMap<BusinessHours, Opening>();

interface Opening {
  /** None ends between here and its own end. */
  readonly from: Instant;
  readonly opens: Instant;
  readonly closes: Instant;
}

/**
 * The first instant after the given one at which a digest is due. A local time that the zone skips that day is taken
 * as much later as the clocks are put forward; one that comes twice is the first.
 */
export function nextDigestAt(schedule: DigestSchedule, after: Instant): Instant {
  const known = digests.get(schedule);
  if (known !== undefined && known.from <= after && after < known.due) return known.due;
  for (let day = localDay(after, schedule.zone) - 1; ; day += 1) {
    if (schedule.every === 'weekly' && weekday(day) !== schedule.day) continue;
    const due = localInstant(day, schedule.minute, schedule.zone);
    if (due <= after) continue;
    digests.set(schedule, { from: after, due });
    return due;
  }
}

/**
 * The given instant where it lies within the business hours, otherwise the next at which they begin. Hours that end
 * before they begin end on the next day; a time that comes twice is the first of both.
 * @returns the given instant too where there are no such hours at all
 */
export function nextBusinessHour(hours: BusinessHours, at: Instant): Instant {
  const known = openings.get(hours);
  if (known !== undefined && known.from <= at && at < known.closes) return Math.max(at, known.opens);
  const opening = nextOpening(hours, at);
  if (opening === undefined) return at;
  openings.set(hours, opening);
  return Math.max(at, opening.opens);
}

/** The end of the window in which what is gathered at the instant goes out; windows have no beginning of their own. */
export function windowEnd(at: Instant, length: number): Instant {
  return length > 0 ? (Math.floor(at / length) + 1) * length : at;
}

function nextOpening({ days, from, to, zone }: BusinessHours, at: Instant): Opening | undefined {
  const first = localDay(at, zone) - 1;
  for (let day = first; day < first + DAYS_TO_LOOK_AT; day += 1) {
    if (!days.some((one) => one === weekday(day))) continue;
    const opens = localInstant(day, from, zone);
    const closes = localInstant(day, to > from ? to : to + MINUTES_PER_DAY, zone);
    if (opens < closes && at < closes) return { from: at, opens, closes };
  }
  return undefined;
}

function weekday(day: DayNumber): number {
  return (((day + WEEKDAY_OF_DAY_ZERO) % 7) + 7) % 7;
}

function localDay(at: Instant, zone: string): DayNumber {
  const { year, month, day } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return Date.UTC(year, month - 1, day) / MILLISECONDS_PER_DAY;
}

/** @param minute after midnight by the clock on the wall, also beyond the day's end */
function localInstant(day: DayNumber, minute: number, zone: string): Instant {
  const date = Temporal.PlainDate.from(formatDate(day + Math.floor(minute / MINUTES_PER_DAY)));
  const ofDay = minute % MINUTES_PER_DAY;
  return date
    .toPlainDateTime({ hour: Math.floor(ofDay / 60), minute: ofDay % 60 })
    .toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
}
