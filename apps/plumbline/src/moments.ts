import { instantOrEndOfDay } from '#domain/deal/instants.js';
import type { Calendar } from '#domain/time/calendar.js';
import { type Instant, parseDate, parseInstant } from '#domain/time/instant.js';
import { UserError } from './user-error.js';

/**
 * An instant given on the command line; a date means the end of that day in the policy's zone.
 * @throws UserError for anything else
 */
export function parseMoment(option: string, text: string, calendar: Calendar): Instant {
  if (parseInstant(text) !== undefined || parseDate(text) !== undefined)
    return instantOrEndOfDay(text, calendar);
  throw new UserError(
    `${option}: expected an instant such as 2026-03-02T12:00:00Z or a date, got ${JSON.stringify(text)}`,
    2,
  );
}
