import { Temporal } from '@js-temporal/polyfill';
import { MILLISECONDS_PER_DAY, formatDate, parseDate, type DayNumber, type Instant } from './instant.js';

/** Local days of one time zone, and which of them are working days. */
export interface Calendar {
  /** The local date of an instant. */
  dayOf(at: Instant): DayNumber;
  /** The first instant that bears the local date. A day may be 23 or 25 hours long, or not exist at all. */
  startOf(day: DayNumber): Instant;
  isWorkingDay(day: DayNumber): boolean;
  /** How many working days lie before the day, counted from an arbitrary but fixed day. */
  workingDaysBefore(day: DayNumber): number;
  /** The working day with exactly `ordinal` working days before it; undefined where there is no working day at all. */
  workingDay(ordinal: number): DayNumber | undefined;
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Day 0, 1 January 1970, was a Thursday. */
const WEEKDAY_OF_DAY_ZERO = 3;

/** ECMAScript knows no date further than this from 1970; what lies beyond is far enough not to need a zone. */
export const LAST_DAY_OF_TIME = 99_999_990;

/** Instants of day starts are kept for these days, as looking them up in the zone's rules is slow. */
const FIRST_KEPT_DAY = parseDate('1970-01-01') ?? 0;
const LAST_KEPT_DAY = parseDate('2100-12-31') ?? 0;

function dayStarts(timezone: string): (day: DayNumber) => Instant {
  if (timezone === 'UTC') return (day) => day * MILLISECONDS_PER_DAY;
  const kept = new Float64Array(LAST_KEPT_DAY - FIRST_KEPT_DAY + 1).fill(Number.NaN);
  const lookUp = (day: DayNumber): Instant =>
    Math.abs(day) < LAST_DAY_OF_TIME
      ? Temporal.PlainDate.from(formatDate(day)).toZonedDateTime(timezone).epochMilliseconds
      : day * MILLISECONDS_PER_DAY;
  return (day) => {
    const index = day - FIRST_KEPT_DAY;
    const start = kept[index];
    if (start === undefined) return lookUp(day);
    if (!Number.isNaN(start)) return start;
    return (kept[index] = lookUp(day));
  };
}

/** How many entries of a sorted list are below the value. */
function countBelow(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * @param settings `timezone`: an IANA name; `workdays`: mon … sun; `holidays`: dates YYYY-MM-DD
 */
export function createCalendar(settings: {
  readonly timezone: string;
  readonly workdays: readonly string[];
  readonly holidays: readonly string[];
}): Calendar {
  const startOf = dayStarts(settings.timezone);
  const works = WEEKDAYS.map((weekday) => settings.workdays.includes(weekday));
  const perWeek = works.filter(Boolean).length;
  /** Working days among the first n days of a week that begins on a Monday. */
  const inFirst = [0];
  for (const working of works) inFirst.push((inFirst.at(-1) ?? 0) + (working ? 1 : 0));

  const weekdayOf = (day: DayNumber): number => (((day + WEEKDAY_OF_DAY_ZERO) % 7) + 7) % 7;
  const holidays = [...new Set(settings.holidays.map((date) => parseDate(date)))]
    .filter((day): day is DayNumber => day !== undefined && works[weekdayOf(day)] === true)
    .sort((a, b) => a - b);
  const isHoliday = new Set(holidays);

  const weekdaysBefore = (day: DayNumber): number => {
    const sinceMonday = day + WEEKDAY_OF_DAY_ZERO;
    return Math.floor(sinceMonday / 7) * perWeek + (inFirst[weekdayOf(day)] ?? 0);
  };
  const workingDaysBefore = (day: DayNumber): number => weekdaysBefore(day) - countBelow(holidays, day);
  /** The day of the week on which each working day of a week falls, by its place among them. */
  const placeInWeek = works.flatMap((working, weekday) => (working ? [weekday] : []));
  const workingWeekday = (ordinal: number): DayNumber =>
    Math.floor(ordinal / perWeek) * 7 +
    (placeInWeek[((ordinal % perWeek) + perWeek) % perWeek] ?? 0) -
    WEEKDAY_OF_DAY_ZERO;

  return {
    startOf,
    dayOf(at) {
      let day = Math.floor(at / MILLISECONDS_PER_DAY);
      while (at >= startOf(day + 1)) day += 1;
      while (at < startOf(day)) day -= 1;
      return day;
    },
    isWorkingDay: (day) => works[weekdayOf(day)] === true && !isHoliday.has(day),
    workingDaysBefore,
    workingDay(ordinal) {
      if (perWeek === 0) return undefined;
      // Each holiday passed moves the day one further, which may pass another.
      let passed = 0;
      for (;;) {
        const day = workingWeekday(ordinal + passed);
        const before = countBelow(holidays, day + 1);
        if (before === passed) return day;
        passed = before;
      }
    },
  };
}
