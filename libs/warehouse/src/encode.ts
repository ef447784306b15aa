import { type Instant, MILLISECONDS_PER_DAY, formatDate } from '#domain/time/instant.js';

/** What DateTime64 and Date32 can hold. Other instants are clamped; `time_ms` and the event's JSON keep the truth. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2300, 0, 1) - 1;

const INSTANT_LENGTH = '2026-03-02T09:00:00.000Z'.length;
const DATE_LENGTH = '2026-03-02'.length;

/** Texts of days met lately: printing a date would cost more than the rest of a row. */
const days = new Map<number, string>();
const MAX_DAYS = 10_000;

function dayText(day: number): string {
  let text = days.get(day);
  if (text === undefined) {
    text = formatDate(day);
    if (days.size === MAX_DAYS) days.clear();
    days.set(day, text);
  }
  return text;
}

const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** An instant as a DateTime64(3, 'UTC') reads it: `YYYY-MM-DD hh:mm:ss.mmm`. */
export function sqlInstant(at: Instant): string {
  const held = Math.min(Math.max(at, EARLIEST), LATEST);
  const day = Math.floor(held / MILLISECONDS_PER_DAY);
  const rest = held - day * MILLISECONDS_PER_DAY;
  const hours = twoDigits[Math.floor(rest / 3_600_000)] ?? '';
  const minutes = twoDigits[Math.floor(rest / 60_000) % 60] ?? '';
  // 100,000 more keeps the leading zeros of `ssmmm`.
  const seconds = String(100_000 + (rest % 60_000));
  return `${dayText(day)} ${hours}:${minutes}:${seconds.slice(1, 3)}.${seconds.slice(3)}`;
}

/** Whether a DateTime64 holds this instant, RFC 3339 in UTC with milliseconds, as it is. Other years are longer or clamped. */
export function isHeldInstant(text: string): boolean {
  return text.length === INSTANT_LENGTH && text >= '1900' && text < '2300';
}

/** Whether a Date32 holds this `YYYY-MM-DD` as it is. */
export function isHeldDate(text: string): boolean {
  return text.length === DATE_LENGTH && text >= '1900' && text < '2300';
}

/** The same as `sqlInstant` from RFC 3339 in UTC with milliseconds. */
export function sqlInstantOf(text: string): string {
  // Within what the column can hold the text differs by two characters only.
  return isHeldInstant(text) ? `${text.slice(0, 10)} ${text.slice(11, -1)}` : sqlInstant(Date.parse(text));
}

/** `YYYY-MM-DD`, clamped likewise. */
export function sqlDateOf(text: string): string {
  return text < '1900-01-01' ? '1900-01-01' : text > '2299-12-31' ? '2299-12-31' : text;
}

/** RFC 3339 out of a DateTime64(3, 'UTC') as it is printed. */
export function instantTextOf(sql: string): string {
  return `${sql.replace(' ', 'T')}Z`;
}

/** Milliseconds out of a DateTime64(3, 'UTC') as it is printed. */
export function instantOf(sql: string): Instant {
  return Date.parse(instantTextOf(sql));
}

/** Half of a surrogate pair has no UTF-8 form: it becomes U+FFFD, in what is stored as in what is asked for. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
