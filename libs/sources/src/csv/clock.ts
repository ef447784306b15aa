import { createCalendar } from '#domain/time/calendar.js';
import { MILLISECONDS_PER_DAY, type DayNumber, type Instant } from '#domain/time/instant.js';
import { localTimesOf } from '../instants.js';
import type { Moment } from './moments.js';

/** The time of day at which a bare date is placed: its first or last millisecond, or milliseconds on the wall clock. */
export type TimeOfDay = 'start' | 'end' | number;

/** Turns what cells say of time into instants and dates of one time zone. */
export interface Clock {
  instantOf(moment: Moment, bareDateAt: TimeOfDay): Instant;
  dateOf(moment: Moment): DayNumber;
}

/** @param timezone an IANA name */
export function createClock(timezone: string): Clock {
  const calendar = createCalendar({ timezone, workdays: [], holidays: [] });
  const fromLocal = localTimesOf(timezone);
  const atTime = (day: DayNumber, time: TimeOfDay): Instant => {
    if (time === 'start') return calendar.startOf(day);
    if (time === 'end') return calendar.startOf(day + 1) - 1;
    return fromLocal(day * MILLISECONDS_PER_DAY + time);
  };
  return {
    instantOf(moment, bareDateAt) {
      if (moment.kind === 'instant') return moment.at;
      return moment.kind === 'local' ? fromLocal(moment.local) : atTime(moment.day, bareDateAt);
    },
    dateOf(moment) {
      if (moment.kind === 'date') return moment.day;
      if (moment.kind === 'local') return Math.floor(moment.local / MILLISECONDS_PER_DAY);
      return calendar.dayOf(moment.at);
    },
  };
}
