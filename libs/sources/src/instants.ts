import { Temporal } from '@js-temporal/polyfill';
import { parseInstant, type Instant } from '#domain/time/instant.js';

const EARLIEST = Date.UTC(1990, 0, 1);
const AFTER_LATEST = Date.UTC(2101, 0, 1);
const DIGITS = /^\d{1,16}$/;
const LEAST_MILLISECONDS = 1e11;
/** Local times kept, as a zone's rules are slow to look up; many records share few dates. */
const MOST_KEPT = 20_000;

/** Whether an instant lies in the years 1990 to 2100. What lies outside is a slip of the pen, and refuses its record. */
export function isPlausible(at: Instant): boolean {
  return at >= EARLIEST && at < AFTER_LATEST;
}

/**
 * Reads RFC 3339 with an offset, or an epoch: at least 1e11 is milliseconds, less is seconds.
 * @returns the instant, whatever its year; undefined where the text is neither
 */
export function readInstant(text: string): Instant | undefined {
  if (!DIGITS.test(text)) return parseInstant(text);
  const epoch = Number(text);
  return epoch >= LEAST_MILLISECONDS ? epoch : epoch * 1000;
}

/** A wall clock's reading: the instant at which a clock in UTC shows it. */
export type LocalTime = number;

/**
 * A function from local times of a zone to instants. A local time that occurs twice is the first one; one that a
 * clock change skips is read with the offset before the change.
 * @param timezone an IANA name
 */
export function localTimesOf(timezone: string): (local: LocalTime) => Instant {
  if (timezone === 'UTC') return (local) => local;
  const kept = new Map<LocalTime, Instant>();
  return (local) => {
    let at = kept.get(local);
    if (at === undefined) {
      const wall = Temporal.PlainDateTime.from(new Date(local).toISOString().slice(0, -1));
      at = wall.toZonedDateTime(timezone, { disambiguation: 'compatible' }).epochMilliseconds;
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(local, at);
    }
    return at;
  };
}

/** No zone has a longer name; the time that looking one up takes grows with the square of its length. */
const LONGEST_TIMEZONE = 100;

/** Whether the name is that of a time zone. An offset such as +01:00 is none: it has no rules of its own. */
export function isTimezone(name: string): boolean {
  if (name.length > LONGEST_TIMEZONE || !/^[A-Za-z]/.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
