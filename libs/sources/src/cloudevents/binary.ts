import type { NativeRecord } from '../native/record.js';
import type { JsonObject, Reasons } from '../native/values.js';
import { parsedData } from './data.js';

const PREFIX = 'ce_';

/** Whether headers hold the attributes of an event, so that the value is its data. */
export function hasAttributes(headers: NativeRecord['headers']): boolean {
  return headers !== undefined && Object.keys(headers).some((name) => name.toLowerCase().startsWith(PREFIX));
}

/** An event in binary mode: its attributes are headers, its data is the record. */
export function isBinary({ headers }: NativeRecord): boolean {
  return hasAttributes(headers);
}

/** The same event in structured mode. Headers are texts: a number becomes one again. */
export function binaryEvent({ headers, value }: NativeRecord, reasons: Reasons): JsonObject {
  const attributes = Object.entries(headers ?? {}).flatMap(([header, text]): [string, unknown][] => {
    const name = header.toLowerCase();
    if (name === 'content-type') return [['datacontenttype', text]];
    if (!name.startsWith(PREFIX)) return [];
    const attribute = name.slice(PREFIX.length);
    return [[attribute, attribute === 'schemaversion' && /^\d{1,9}$/.test(text) ? Number(text) : text]];
  });
  const data = typeof value === 'string' ? parsedData(value, 'data', reasons) : value;
  const event = new Map<string, unknown>(attributes);
  if (data !== undefined && data !== null) event.set('data', data);
  return Object.fromEntries(event);
}
