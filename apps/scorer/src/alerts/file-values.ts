import type { Weekday } from '#domain/alerts/types.js';
import { expected, listOf, meant, nearest, quote, type ReadValue } from '#domain/policy/faults.js';

/** The values of an alerts file: what each must be, and what it is in milliseconds, minutes and days. */

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** @returns milliseconds of a duration such as 90s, 30m, 24h or 7d; undefined where it is none */
export function milliseconds(value: unknown): number | undefined {
  const match = typeof value === 'string' ? /^(\d{1,6})([smhd])$/.exec(value) : null;
  if (match === null) return undefined;
  return Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0);
}

/** A duration between two others, both included. */
export function duration(from: string, to: string): ReadValue<unknown> {
  const least = milliseconds(from) ?? 0;
  const most = milliseconds(to) ?? Infinity;
  return expected(`a duration from ${from} to ${to}, such as 30m, 24h or 7d`, (value) => {
    const given = milliseconds(value);
    return given !== undefined && given >= least && given <= most;
  });
}

/** @returns minutes after midnight of a time such as 08:00, up to 24:00; undefined where it is none */
export function minuteOf(value: unknown): number | undefined {
  const match = typeof value === 'string' ? /^(\d\d):(\d\d)$/.exec(value) : null;
  if (match === null || Number(match[2]) > 59) return undefined;
  const minute = Number(match[1]) * 60 + Number(match[2]);
  return minute <= 1_440 ? minute : undefined;
}

/** A time of day before midnight. */
export const timeOfDay = expected("a time such as '08:00'", (value) => (minuteOf(value) ?? 1_440) < 1_440);

/** As a time of day, or 24:00: the end of the day. */
export const endOfHours = expected("a time such as '18:00'", (value) => minuteOf(value) !== undefined);

export const weekday = oneOf('a weekday', WEEKDAYS);

export function weekdayOf(value: unknown): Weekday | undefined {
  const day = WEEKDAYS.findIndex((name) => name === value);
  return day === -1 ? undefined : (day as Weekday);
}

export const text = expected(
  'a text (a number stands in quotes)',
  (value) => typeof value === 'string' && value.trim() !== '',
);

export const yesOrNo = expected('true or false', (value) => typeof value === 'boolean');

export const amount = expected(
  'a number of at least 0',
  (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
);

export function wholeNumber(least: number, most: number): ReadValue<unknown> {
  return expected(
    `a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  );
}

/** One of some words; another is refused with the one that was probably meant. */
export function oneOf(what: string, known: readonly string[]): ReadValue<unknown> {
  return (value, path, faults) => {
    if (typeof value === 'string' && known.includes(value)) return value;
    const hint =
      typeof value === 'string' ? meant(value, known) : `; known are ${known.slice(0, 12).join(', ')}`;
    faults.push({ path, message: `expected ${what}, got ${quote(value)}${hint}` });
    return undefined;
  };
}

/** A list that narrows what is told: an empty one would let nothing through. */
export function someOf(item: ReadValue<unknown>, what: string): ReadValue<unknown[]> {
  const list = listOf(item, what);
  return (value, path, faults) => {
    const read = list(value, path, faults);
    if (read?.length === 0) {
      faults.push({ path, message: `an empty list lets nothing through; leave it out for all ${what}` });
    }
    return read;
  };
}

/** An IANA time zone. */
export const zone: ReadValue<unknown> = (value, path, faults) => {
  if (typeof value === 'string' && isZone(value)) return value;
  const near = typeof value === 'string' ? nearestZone(value) : undefined;
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  faults.push({
    path,
    message: `expected an IANA time zone such as Europe/Berlin, got ${quote(value)}${hint}`,
  });
  return undefined;
};

function isZone(name: string): boolean {
  // An offset such as +01:00 is accepted by some engines, but has no rules of its own.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function nearestZone(name: string): string | undefined {
  const zones = Intl.supportedValuesOf('timeZone');
  const place = `/${name.trim().replaceAll(' ', '_').toLowerCase()}`;
  return zones.find((candidate) => candidate.toLowerCase().endsWith(place)) ?? nearest(name, zones);
}
