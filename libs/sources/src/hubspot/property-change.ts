import { type Findings, nothingFound } from '../native/conclude.js';
import { factsOfRules } from '../native/rule-facts.js';
import { applyRules } from '../native/rules.js';
import { fieldAt, fieldOf, type JsonObject } from '../native/values.js';
import type { Reading, Told } from './reading.js';

/**
 * A property's new value: what it means by itself, and what the mapping's rules make of it.
 * @param object as rules name it
 * @param tell what the property means by itself
 */
export function readPropertyChange(
  entry: JsonObject,
  object: 'deal' | 'task' | 'meeting',
  reading: Reading,
  tell: (name: string, value: unknown) => readonly Told[],
): Findings {
  const { source, mapping, reasons } = reading;
  const time = reasons.requiredInstant('occurredAt', fieldOf(entry, 'occurredAt'));
  const id = reasons.requiredId('objectId', fieldOf(entry, 'objectId'));
  const name = fieldOf(entry, 'propertyName');
  if (typeof name !== 'string' || name === '') {
    reasons.add('propertyName', 'the name of a property', name);
    return nothingFound;
  }
  const value = fieldOf(entry, 'propertyValue');
  const told = tell(name, value);
  const subject = {
    object,
    value: (path: string) => (path === name ? value : otherField(entry, path)),
    isChanged: (path: string) => path === name,
  };
  const { events, set } = applyRules(subject, mapping, reasons);
  if (id === undefined) return nothingFound;
  // A task or meeting says nothing of its deal here; ingest may know it.
  const deals = object === 'deal' ? [mapping.dealIdPrefix + id] : [];
  const own = told.map(({ type, data }) => ({ type, data: { ...data, ...set } }));
  return { facts: factsOfRules([...own, ...events], { source, object: id, time, deals }, mapping), time };
}

/** Other properties are not in the record; what the entry says besides is there under its own names. */
function otherField(entry: JsonObject, path: string): unknown {
  if (path !== 'hs_object_id') return fieldAt(entry, path);
  // A text, as properties are.
  const id = fieldOf(entry, 'objectId');
  return typeof id === 'number' ? String(id) : id;
}
