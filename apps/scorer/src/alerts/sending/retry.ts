import type { Instant } from '#domain/time/instant.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long after each failed attempt the next one is made; after the last of them nothing is tried any more. */
export const RETRY_DELAYS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

const LARGEST_JITTER = 0.2;
const LONGEST_DELAY = 24 * HOUR;

/**
 * @param attempts made so far, 1 or more
 * @param random from 0 to below 1: what failed at once is not tried again at once
 * @returns milliseconds; null: no more attempts
 */
export function retryDelay(attempts: number, random: number): number | null {
  const delay = RETRY_DELAYS[attempts - 1];
  return delay === undefined ? null : Math.round(delay * (1 + LARGEST_JITTER * random));
}

// Of the three forms of HTTP dates the one that servers are to send.
const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * Reads a Retry-After header, in seconds or as a date.
 * @returns milliseconds from now, at most 24 hours; null where there is none or it cannot be read
 */
export function retryAfterDelay(header: string | null, now: Instant): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * SECOND, LONGEST_DELAY);
  if (!HTTP_DATE.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(Math.max(at - now, 0), LONGEST_DELAY);
}
