import { isUtf8 } from 'node:buffer';
import { formatDate, formatInstant, MILLISECONDS_PER_DAY } from '#domain/time/instant.js';
import { isPlausible } from '../instants.js';
import { quoted, type Json } from '../translation.js';
import type { Clock, TimeOfDay } from './clock.js';
import { readIsoMoment, type Moment, type MomentReader } from './moments.js';

export const COLUMN_KINDS = ['text', 'number', 'boolean', 'date', 'instant'] as const;
export type ColumnKind = (typeof COLUMN_KINDS)[number];

/** How the cells of one column are read. */
export interface ColumnRule {
  readonly as: ColumnKind;
  /** Texts that stand for others: corrections, or "" for a text that means nothing. */
  readonly replace: ReadonlyMap<string, string>;
  /** The date format as written in the mapping; none: ISO 8601 or an epoch. */
  readonly format?: string;
  readonly readMoment: MomentReader;
  readonly decimal: string;
  readonly thousands?: string;
  /** Texts taken out of a number before it is read: a currency sign. */
  readonly strip: readonly string[];
  readonly divide: number;
  /** The cell is a list of texts with this between them. */
  readonly split?: string;
}

export const PLAIN_COLUMN: ColumnRule = {
  as: 'text',
  replace: new Map(),
  readMoment: readIsoMoment,
  decimal: '.',
  strip: [],
  divide: 1,
};

/** A value, or why there is none; undefined: the cell is empty. */
export type Reading<T> = { readonly value: T } | { readonly fault: string } | undefined;

const NOT_ASCII = /[\x80-\xff]/;

/** @returns the text of a cell's bytes; undefined where they are not UTF-8 */
export function decodeCell(bytes: string): string | undefined {
  if (!NOT_ASCII.test(bytes)) return bytes;
  const buffer = Buffer.from(bytes, 'latin1');
  return isUtf8(buffer) ? buffer.toString('utf8') : undefined;
}

/** A cell's text as the mapping corrects it. A cell of nothing but blanks is empty. */
export function readText(rule: ColumnRule, bytes: string): Reading<string> {
  const text = decodeCell(bytes);
  if (text === undefined)
    return { fault: 'not UTF-8; if the file has another encoding, name it in the mapping' };
  const trimmed = text.trim();
  const replaced = rule.replace.get(trimmed);
  if (replaced !== undefined) return replaced === '' ? undefined : { value: replaced };
  return trimmed === '' ? undefined : { value: text };
}

/** A cell as JSON has it in an event's data: dates as YYYY-MM-DD, instants as RFC 3339 in UTC. */
export function readCell(
  rule: ColumnRule,
  bytes: string,
  clock: Clock,
  bareDateAt: TimeOfDay,
): Reading<Json> {
  const text = readText(rule, bytes);
  if (text === undefined || 'fault' in text) return text;
  switch (rule.as) {
    case 'text':
      return rule.split === undefined ? text : readList(text.value, rule.split);
    case 'number':
      return readNumber(rule, text.value);
    case 'boolean':
      return readBoolean(text.value);
    case 'date':
    case 'instant': {
      const moment = momentOf(rule, text.value, clock);
      if ('fault' in moment) return moment;
      if (rule.as === 'date') return { value: formatDate(clock.dateOf(moment.value)) };
      return { value: formatInstant(clock.instantOf(moment.value, bareDateAt)) };
    }
  }
}

/** When something happened, by a cell of any kind but number and boolean. */
export function readMoment(rule: ColumnRule, bytes: string, clock: Clock): Reading<Moment> {
  const text = readText(rule, bytes);
  return text === undefined || 'fault' in text ? text : momentOf(rule, text.value, clock);
}

function momentOf(rule: ColumnRule, text: string, clock: Clock): { value: Moment } | { fault: string } {
  const moment = rule.readMoment(text.trim());
  const expected = rule.format ?? 'a date YYYY-MM-DD or an instant';
  if (moment === undefined) return { fault: `expected ${expected}, got ${quoted(text)}` };
  // The date is looked at before an instant is made of it: zones know no rules for the year 9999.
  const coarse = moment.kind === 'date' ? moment.day * MILLISECONDS_PER_DAY : undefined;
  const at = coarse ?? (moment.kind === 'local' ? moment.local : clock.instantOf(moment, 'start'));
  if (!isPlausible(at)) return { fault: `expected a date from 1990 to 2100, got ${quoted(text)}` };
  return { value: moment };
}

function readList(text: string, separator: string): Reading<Json> {
  const items = text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.length === 0 ? undefined : { value: items };
}

function readBoolean(text: string): Reading<Json> {
  const word = text.trim().toLowerCase();
  if (word === 'true' || word === 'false') return { value: word === 'true' };
  return { fault: `expected true or false, got ${quoted(text)}` };
}

function readNumber(rule: ColumnRule, text: string): Reading<Json> {
  const stripped = rule.strip.reduce((rest, taken) => rest.replaceAll(taken, ''), text).trim();
  const value = Number(decimalText(rule, stripped)) / rule.divide;
  return Number.isFinite(value) ? { value } : { fault: `expected a number, got ${quoted(text)}` };
}

/** The number with a point and without thousands marks; undefined where it isn't written as the column says. */
function decimalText(rule: ColumnRule, text: string): string | undefined {
  const [whole = '', fraction, ...more] = text.split(rule.decimal);
  if (more.length > 0 || (fraction !== undefined && !/^\d+$/.test(fraction))) return undefined;
  const [first = '', ...groups] = rule.thousands === undefined ? [whole] : whole.split(rule.thousands);
  if (!/^[+-]?\d+$/.test(first)) return undefined;
  if (groups.length > 0 && (!/^[+-]?\d{1,3}$/.test(first) || groups.some((group) => !/^\d{3}$/.test(group))))
    return undefined;
  const digits = [first, ...groups].join('');
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}
