import { parseDate, type DayNumber, type Instant, MILLISECONDS_PER_DAY } from '#domain/time/instant.js';
import { readInstant, type LocalTime } from '../instants.js';

/** What a cell says of time: a date without a time, a wall clock's reading, or an instant. */
export type Moment =
  | { readonly kind: 'date'; readonly day: DayNumber }
  | { readonly kind: 'local'; readonly local: LocalTime }
  | { readonly kind: 'instant'; readonly at: Instant };

/** @returns undefined where the text is not of the format */
export type MomentReader = (text: string) => Moment | undefined;

const ISO_LOCAL = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/;

function localTime(
  day: DayNumber,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): Moment | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return {
    kind: 'local',
    local: day * MILLISECONDS_PER_DAY + ((hour * 60 + minute) * 60 + second) * 1000 + ms,
  };
}

/** Reads a cell without a format: a date, a date with a time (with an offset or without), or an epoch. */
export const readIsoMoment: MomentReader = (text) => {
  const day = parseDate(text);
  if (day !== undefined) return { kind: 'date', day };
  const local = ISO_LOCAL.exec(text);
  if (local !== null) {
    const [, date = '', hour, minute, second = '0', fraction = '0'] = local;
    const localDay = parseDate(date);
    if (localDay === undefined) return undefined;
    const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
    return localTime(localDay, Number(hour), Number(minute), Number(second), ms);
  }
  const at = readInstant(text);
  return at === undefined ? undefined : { kind: 'instant', at };
};

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'ms' | 'half' | 'offset';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const TOKENS: Readonly<Record<string, readonly [Part, string]>> = {
  YYYY: ['year', '\\d{4}'],
  YY: ['year', '\\d{2}'],
  MMM: ['month', '[A-Za-z]{3}'],
  MM: ['month', '\\d{2}'],
  M: ['month', '\\d{1,2}'],
  DD: ['day', '\\d{2}'],
  D: ['day', '\\d{1,2}'],
  HH: ['hour', '\\d{2}'],
  H: ['hour', '\\d{1,2}'],
  hh: ['hour', '\\d{2}'],
  h: ['hour', '\\d{1,2}'],
  mm: ['minute', '\\d{2}'],
  ss: ['second', '\\d{2}'],
  SSS: ['ms', '\\d{3}'],
  A: ['half', '[AaPp][Mm]'],
  Z: ['offset', 'Z|[+-]\\d{2}:?\\d{2}'],
};

export const FORMAT_HELP =
  'expected a format of YYYY or YY, MMM, MM or M, DD or D, and for a time HH or H (hh or h with A), mm, ss, SSS, Z';

const pad = (value: number): string => String(value).padStart(2, '0');

/** A year of two digits lies in 1990 to 2089. */
function yearOf(digits: string): string {
  if (digits.length === 4) return digits;
  return (Number(digits) >= 90 ? '19' : '20') + digits;
}

function monthOf(text: string): number {
  return /^\d/.test(text) ? Number(text) : MONTHS.indexOf(text.toLowerCase()) + 1;
}

/** 12 AM is midnight, 12 PM noon; undefined where the hour is none of a clock with halves. */
function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

function offsetMs(text: string): number | undefined {
  if (text === 'Z') return 0;
  const digits = text.replace(':', '');
  const hours = Number(digits.slice(1, 3));
  const minutes = Number(digits.slice(3, 5));
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/**
 * Compiles a format such as `DD.MM.YYYY` or `M/D/YYYY h:mm A`.
 * @returns undefined where the format is none
 */
export function momentReader(format: string): MomentReader | undefined {
  const parts: Part[] = [];
  let pattern = '';
  for (const [piece] of format.matchAll(/([A-Za-z])\1*|[^A-Za-z]/g)) {
    const token = TOKENS[piece];
    if (token !== undefined) {
      if (parts.includes(token[0])) return undefined;
      parts.push(token[0]);
      pattern += `(${token[1]})`;
    } else if (/^[A-SU-Za-z]/.test(piece)) {
      return undefined;
    } else {
      pattern += piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    }
  }
  const has = (part: Part): boolean => parts.includes(part);
  if (!has('year') || !has('month') || !has('day')) return undefined;
  const timed = has('hour');
  const twelve = format.includes('h');
  if (twelve !== has('half') || (!timed && parts.length > 3) || (has('second') && !has('minute')))
    return undefined;

  const expression = new RegExp(`^${pattern}$`);
  return (text) => {
    const match = expression.exec(text);
    if (match === null) return undefined;
    const found = (part: Part): string | undefined =>
      has(part) ? match[parts.indexOf(part) + 1] : undefined;
    const month = monthOf(found('month') ?? '');
    const date = `${yearOf(found('year') ?? '')}-${pad(month)}-${pad(Number(found('day')))}`;
    const day = parseDate(date);
    if (day === undefined) return undefined;
    if (!timed) return { kind: 'date', day };
    const hour = hourOf(Number(found('hour')), found('half'));
    if (hour === undefined) return undefined;
    const moment = localTime(
      day,
      hour,
      Number(found('minute') ?? 0),
      Number(found('second') ?? 0),
      Number(found('ms') ?? 0),
    );
    const offset = found('offset');
    if (moment?.kind !== 'local' || offset === undefined) return moment;
    const ahead = offsetMs(offset);
    return ahead === undefined ? undefined : { kind: 'instant', at: moment.local - ahead };
  };
}
