import type { Calendar } from '../time/calendar.js';
import { type DayNumber, type Instant, parseDate, parseInstant } from '../time/instant.js';

/**
 * An instant as events give it; a bare date means the end of that day in the policy's zone.
 * @throws RangeError for text that validation would have refused
 */
export function instantOrEndOfDay(text: string, calendar: Calendar): Instant {
  const at = parseInstant(text);
  if (at !== undefined) return at;
  const day = parseDate(text);
  if (day === undefined) throw new RangeError(`not an instant or a date: ${text.slice(0, 64)}`);
  return calendar.startOf(day + 1) - 1;
}

/**
 * A date as events give it; an instant means its local date in the policy's zone.
 * @throws RangeError for text that validation would have refused
 */
export function dateOrLocalDate(text: string, calendar: Calendar): DayNumber {
  const day = parseDate(text);
  if (day !== undefined) return day;
  const at = parseInstant(text);
  if (at === undefined) throw new RangeError(`not a date or an instant: ${text.slice(0, 64)}`);
  return calendar.dayOf(at);
}
