import { Temporal } from '@js-temporal/polyfill';
import { formatInstant, parseDate } from '#domain/time/instant.js';
import { readMoment } from '../native/rule-values.js';
import type { Reasons } from '../native/values.js';

/** An instant used as a date, as HubSpot's close dates are: the local date in the zone. A bare date stays as it is. */
export function readLocalDate(
  reasons: Reasons,
  path: string,
  value: unknown,
  timezone: string,
): string | undefined {
  if (isBareDate(value)) return reasons.date(path, value);
  const at = readMoment(reasons, path, value, timezone);
  if (at === undefined) return undefined;
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate().toString();
}

/** When something is due, as an event says it: an instant, or the bare date that it came as. */
export function readDue(
  reasons: Reasons,
  path: string,
  value: unknown,
  timezone: string,
): string | undefined {
  if (isBareDate(value)) return reasons.date(path, value);
  const at = readMoment(reasons, path, value, timezone);
  return at === undefined ? undefined : formatInstant(at);
}

function isBareDate(value: unknown): boolean {
  return typeof value === 'string' && parseDate(value.trim()) !== undefined;
}
