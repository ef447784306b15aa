import { fieldOf, isEmpty, isObject, type JsonObject, type Reasons } from '../native/values.js';

const NO_FIELDS: JsonObject = {};

/** An object; without fields where it is empty or, with a reason, none. */
export function readObject(path: string, value: unknown, reasons: Reasons): JsonObject {
  if (isObject(value)) return value;
  if (!isEmpty(value)) reasons.add(path, 'an object', value);
  return NO_FIELDS;
}

/** A list; without items where it is empty or, with a reason, none. */
export function readList(path: string, value: unknown, reasons: Reasons): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (!isEmpty(value)) reasons.add(path, 'a list', value);
  return [];
}

/** Whether an event tells of people at all: who may only see when somebody is busy gets neither of both. */
export function tellsPeople(event: JsonObject): boolean {
  const attendees = fieldOf(event, 'attendees');
  const listsAny = Array.isArray(attendees) ? attendees.length > 0 : !isEmpty(attendees);
  return listsAny || !isEmpty(fieldOf(event, 'organizer'));
}
