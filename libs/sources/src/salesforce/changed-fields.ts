import { fieldAt, fieldOf, isEmpty, type Reasons } from '../native/values.js';
import type { ChangeEvent } from './header.js';

/** Which fields a change event sets or changes; the others that it carries are context. */
export interface ChangedFields {
  readonly has: (field: string) => boolean;
  /** Whether the event names it as changed, rather than only carrying a value of it. */
  readonly names: (field: string) => boolean;
}

/** The Pub/Sub API tells the names as bits: `0x400000`, and `4-0x01` inside the fourth field. */
const BITMAP = /^(?:\d+-)?0x[0-9a-f]*$/i;

/**
 * Of a new or restored record: all fields that have a value. Of an update: those that are named. Where the names can't
 * be told, those that have a value too, for then what did not change is null.
 */
export function readChangedFields(event: ChangeEvent, reasons: Reasons): ChangedFields {
  const { changeType, fields } = event;
  const isTold = (field: string): boolean => (fieldAt(fields, field) ?? null) !== null;
  if (changeType === 'CREATE' || changeType === 'UNDELETE') return { has: isTold, names: () => false };
  if (changeType !== 'UPDATE') return { has: () => false, names: () => false };
  const changed = readNames(event, 'changedFields', reasons);
  const isUnnamed = changed.length === 0 || changed.some((name) => BITMAP.test(name));
  const named = new Set([...changed, ...readNames(event, 'nulledFields', reasons)]);
  const names = (field: string): boolean => named.has(field) || isPartOfAny(field, named);
  return { has: isUnnamed ? (field) => names(field) || isTold(field) : names, names };
}

/** A compound field changes with its parts: `Name` with `Name.LastName`. */
function isPartOfAny(field: string, named: ReadonlySet<string>): boolean {
  for (const name of named) {
    if (name.startsWith(`${field}.`) || field.startsWith(`${name}.`)) return true;
  }
  return false;
}

function readNames({ header, path }: ChangeEvent, list: string, reasons: Reasons): readonly string[] {
  const value = fieldOf(header, list);
  if (isEmpty(value)) return [];
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value;
  reasons.add(path(`ChangeEventHeader.${list}`), 'a list of field names', value);
  return [];
}
