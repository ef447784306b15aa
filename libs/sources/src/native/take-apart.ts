import { hasAttributes } from '../cloudevents/binary.js';
import { isPlausible, readInstant } from '../instants.js';
import { jsonText } from './json-text.js';
import type { NativeRecord } from './record.js';
import { fieldOf, isObject, type JsonObject } from './values.js';

/** A record, with the text of it that a dead letter shows. */
export interface Taken {
  readonly record: NativeRecord;
  readonly raw: string;
}

/** What can't be read as a record at all. */
export interface Unreadable {
  readonly reasons: readonly string[];
  readonly raw: string;
}

/** What came with what is taken apart, and belongs to each record in it. */
type Carried = Omit<NativeRecord, 'value'>;

/** A page in a message in an array: deeper than that, nothing is a delivery any more. */
const MOST_LEVELS = 4;
const MESSAGE_KEYS = new Set(['value', 'headers', 'timestamp', 'key', 'topic', 'partition', 'offset']);
const HUBSPOT_PAGE_KEYS = new Set(['results', 'paging', 'total']);

/**
 * The records in a value: an array and a page are taken apart, a message of Kafka is unwrapped.
 * @param text the value as it came, where it is known
 */
export function takeApart(value: unknown, carried: Carried = {}, text?: string): (Taken | Unreadable)[] {
  const found: (Taken | Unreadable)[] = [];
  collect(value, carried, text, 0, found);
  return found;
}

function collect(
  value: unknown,
  carried: Carried,
  text: string | undefined,
  level: number,
  found: (Taken | Unreadable)[],
): void {
  const inner = level < MOST_LEVELS ? level + 1 : undefined;
  if (inner !== undefined && !hasAttributes(carried.headers)) {
    if (Array.isArray(value)) {
      for (const item of value) collect(item, carried, undefined, inner, found);
      return;
    }
    const page = isObject(value) ? pageOf(value) : undefined;
    if (page !== undefined) {
      for (const item of page.items) collect(item, { ...carried, ...page.carried }, undefined, inner, found);
      return;
    }
    if (isObject(value) && isMessage(value)) {
      unwrap(value, carried, inner, found);
      return;
    }
  }
  found.push(new TakenRecord({ ...carried, value }, text));
}

/** The text of a record is written out only for those that are refused. */
class TakenRecord implements Taken {
  constructor(
    readonly record: NativeRecord,
    private readonly text: string | undefined,
  ) {}

  get raw(): string {
    return this.text ?? jsonText(this.record.value);
  }
}

function pageOf(value: JsonObject): { items: readonly unknown[]; carried: Carried } | undefined {
  const items = fieldOf(value, 'items');
  if (Array.isArray(items) && fieldOf(value, 'kind') === 'calendar#events') {
    const page = { updated: fieldOf(value, 'updated'), timeZone: fieldOf(value, 'timeZone') };
    return { items, carried: { page } };
  }
  const results = fieldOf(value, 'results');
  if (Array.isArray(results) && Object.keys(value).every((key) => HUBSPOT_PAGE_KEYS.has(key)))
    return { items: results, carried: {} };
  const values = fieldOf(value, 'value');
  if (Array.isArray(values) && Object.keys(value).every(isKeyOfGraphPage))
    return { items: values, carried: {} };
  return undefined;
}

function isKeyOfGraphPage(key: string): boolean {
  return key === 'value' || key === 'validationTokens' || key.startsWith('@odata.');
}

function isMessage(value: JsonObject): boolean {
  return Object.hasOwn(value, 'value') && Object.keys(value).every((key) => MESSAGE_KEYS.has(key));
}

function unwrap(message: JsonObject, outer: Carried, level: number, found: (Taken | Unreadable)[]): void {
  const headers = headersOf(fieldOf(message, 'headers'));
  const timestamp = timestampOf(fieldOf(message, 'timestamp'));
  const carried = {
    ...outer,
    ...(headers === undefined ? {} : { headers }),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
  const value = fieldOf(message, 'value');
  if (typeof value !== 'string' || hasAttributes(headers)) {
    collect(value, carried, undefined, level, found);
    return;
  }
  const parsed = parsedJson(value);
  if (parsed === undefined) found.push({ reasons: ['value: not JSON'], raw: value });
  else collect(parsed.value, carried, value, level, found);
}

/** @returns undefined where the text is not JSON */
export function parsedJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function headersOf(given: unknown): Readonly<Record<string, string>> | undefined {
  if (!isObject(given)) return undefined;
  const texts = Object.entries(given).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'string') return [[name, value]];
    return typeof value === 'number' || typeof value === 'boolean' ? [[name, String(value)]] : [];
  });
  return Object.fromEntries(texts);
}

function timestampOf(given: unknown): number | undefined {
  if (typeof given !== 'number' && typeof given !== 'string') return undefined;
  const at = readInstant(String(given));
  return at !== undefined && isPlausible(at) ? at : undefined;
}
