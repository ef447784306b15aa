import { MILLISECONDS_PER_DAY, parseDate, parseInstant } from '../time/instant.js';

const HOUR = 3_600_000;

/** The instants that a text can mean. A bare date is the end of that day, in a zone that only the policy knows. */
function span(text: string): { readonly earliest: number; readonly latest: number } | undefined {
  const at = parseInstant(text);
  if (at !== undefined) return { earliest: at, latest: at };
  const day = parseDate(text);
  if (day === undefined) return undefined;
  const endInUtc = (day + 1) * MILLISECONDS_PER_DAY - 1;
  // Zones lie between UTC-12 and UTC+14.
  return { earliest: endInUtc - 14 * HOUR, latest: endInUtc + 12 * HOUR };
}

/**
 * Whether a meeting's end can lie at or after its start. Refuses only what is wrong in every time zone; a text that
 * is no time at all is for its own field to refuse.
 */
export function mayEndAfterStart(meeting: Readonly<Record<string, unknown>>): boolean {
  const { starts_at: startsAt, ends_at: endsAt } = meeting;
  if (typeof startsAt !== 'string' || typeof endsAt !== 'string') return true;
  // Texts of one form in UTC sort as their instants do: the usual case, and far cheaper than reading both.
  if (
    endsAt.length === startsAt.length &&
    endsAt.endsWith('Z') &&
    startsAt.endsWith('Z') &&
    startsAt.charAt(10) === endsAt.charAt(10) &&
    startsAt <= endsAt
  ) {
    return true;
  }
  const startDay = parseDate(startsAt);
  const endDay = parseDate(endsAt);
  if (startDay !== undefined && endDay !== undefined) return startDay <= endDay;
  const start = span(startsAt);
  const end = span(endsAt);
  return start === undefined || end === undefined || start.earliest <= end.latest;
}
