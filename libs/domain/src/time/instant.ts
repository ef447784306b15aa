/** Whole milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

export const MILLISECONDS_PER_DAY = 86_400_000;

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const BARE_DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isCalendarDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day <= (month === 2 && !leap ? 28 : (DAYS_IN_MONTH[month - 1] ?? 0));
}

/** Date.UTC reads the years 0 to 99 as 1900 to 1999; this does not. */
function utc(year: number, month: number, day: number, h: number, m: number, s: number, ms: number): Instant {
  const at = Date.UTC(year, month - 1, day, h, m, s, ms);
  return year >= 100 ? at : new Date(at).setUTCFullYear(year, month - 1, day);
}

/** Two digits as a number; -1 where they are none. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/**
 * Reads what nearly every instant looks like, `2026-03-02T09:00:00Z` with or without `.123`, several times faster
 * than the expression does. Undefined: the careful reader is to decide.
 */
function parseUsual(text: string): Instant | undefined {
  const { length } = text;
  if ((length !== 24 && length !== 20) || !text.endsWith('Z') || text[10] !== 'T') return undefined;
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':') return undefined;
  const century = twoDigits(text, 0);
  const year = twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // Days that not every month has, and years that Date.UTC misreads, are left to the careful reader.
  if (century < 1 || year < 0 || month < 1 || month > 12 || day < 1 || day > 28) return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return undefined;
  let ms = 0;
  if (length === 24) {
    const hundreds = text.charCodeAt(20) - 48;
    const rest = twoDigits(text, 21);
    if (text[19] !== '.' || hundreds < 0 || hundreds > 9 || rest < 0) return undefined;
    ms = hundreds * 100 + rest;
  }
  return Date.UTC(century * 100 + year, month - 1, day, hour, minute, second, ms);
}

/**
 * Reads an RFC 3339 instant with an offset. Digits finer than a millisecond are cut off, not rounded.
 * @returns the instant, or undefined where the text is not one (a day that does not exist included)
 */
export function parseInstant(text: string): Instant | undefined {
  const usual = parseUsual(text);
  if (usual !== undefined) return usual;
  const match = RFC_3339.exec(text);
  if (match === null) return undefined;
  const [, y, mo, d, h, mi, s, fraction, sign, oh, om] = match;
  const year = Number(y);
  const month = Number(mo);
  const day = Number(d);
  const hour = Number(h);
  const minute = Number(mi);
  const second = Number(s);
  if (!isCalendarDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  const at = utc(year, month, day, hour, minute, second, ms);
  if (sign === undefined) return at;
  const offsetHours = Number(oh);
  const offsetMinutes = Number(om);
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const offset = (offsetHours * 60 + offsetMinutes) * 60_000;
  return sign === '+' ? at - offset : at + offset;
}

/** Days since 1970-01-01 of a calendar date. */
export type DayNumber = number;

/** @returns the day number of `YYYY-MM-DD`, or undefined where the text is not an existing date */
export function parseDate(text: string): DayNumber | undefined {
  const match = BARE_DATE.exec(text);
  if (match === null) return undefined;
  const [, y, m, d] = match;
  const year = Number(y);
  const month = Number(m);
  const day = Number(d);
  if (!isCalendarDate(year, month, day)) return undefined;
  return utc(year, month, day, 0, 0, 0, 0) / MILLISECONDS_PER_DAY;
}

/**
 * Texts of instants met lately, by their remainder. A deal's records tell the same few instants again and again, and
 * share one text of each that way. A prime: most instants are whole minutes.
 */
const REMEMBERED = 8_191;
const rememberedAt = new Float64Array(REMEMBERED).fill(Number.NaN);
const rememberedTexts: string[] = new Array<string>(REMEMBERED).fill('');

/**
 * RFC 3339 in UTC with milliseconds.
 * @throws RangeError where the instant is beyond what ECMAScript can tell
 */
export function formatInstant(at: Instant): string {
  const slot = Math.abs(at % REMEMBERED) | 0;
  if (rememberedAt[slot] === at) return rememberedTexts[slot] ?? '';
  const text = new Date(at).toISOString();
  rememberedAt[slot] = at;
  rememberedTexts[slot] = text;
  return text;
}

/** `YYYY-MM-DD` of a day number; a year beyond four digits has six and a sign, as ISO 8601 has it. */
export function formatDate(day: DayNumber): string {
  const [date = ''] = new Date(day * MILLISECONDS_PER_DAY).toISOString().split('T');
  return date;
}
