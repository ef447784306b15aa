import type { EventType } from '#domain/events/catalogue.js';
import { fieldsOf, type Fields } from '../csv/event-shapes.js';
import type { Json } from '../translation.js';
import type { Faults, YamlMap } from '../yaml-file.js';
import type { Rule, RuleValue } from './rule.js';
import { faultsOfData } from './sample-event.js';

/**
 * Checks what a rule says of an event's data before any record is seen: that the fields exist, and that what it
 * says itself, and what its `values` stand for, is what such an event may hold.
 */
export function checkData(
  emit: EventType,
  data: Rule['data'],
  values: Rule['values'],
  rule: YamlMap,
  faults: Faults,
): void {
  const path = rule.at('data');
  checkFields(data, path, fieldsOf(emit), emit, faults);
  for (const fault of faultsOfKnown(emit, data, undefined))
    faults.add(`${path}.${fault.path}`, fault.message);
  const told = new Set<string>();
  for (const [value, result] of values ?? []) {
    for (const { path: field, message } of faultsOfKnown(emit, data, result)) {
      const fault = `${value}: ${message}`;
      if (told.has(fault)) continue;
      told.add(fault);
      faults.add(rule.at(`values.${value}`), `as ${emit}'s ${field}: ${message}`);
    }
  }
}

/** An unknown field would be dropped in silence by whoever reads the event. */
function checkFields(data: Rule['data'], path: string, fields: Fields, owner: string, faults: Faults): void {
  for (const [name, value] of Object.entries(data)) {
    const at = `${path}.${name}`;
    if (!fields.names.includes(name)) {
      const known = fields.names.length === 0 ? 'no fields' : fields.names.join(', ');
      faults.add(at, `${owner} has no such field; it has ${known}`);
      continue;
    }
    const nested = fields.nested(name);
    for (const item of 'list' in value ? value.list : [value]) {
      if (nested === undefined && 'object' in item)
        faults.add(at, 'expected a value, such as { field: Name }, not an object');
      else if (nested !== undefined && 'object' in item) checkFields(item.object, at, nested, name, faults);
      else if (nested !== undefined && 'field' in item)
        faults.add(at, `expected an object of ${nested.names.join(', ')}, not one value`);
    }
  }
}

/**
 * What is wrong with the part of the data that is known.
 * @param looked what `{value: true}` is; undefined: only what the rule says itself is known
 */
function faultsOfKnown(
  emit: EventType,
  data: Rule['data'],
  looked: Json | undefined,
): ReturnType<typeof faultsOfData> {
  const known = new Set<string>();
  const sample = sampleOf(data, '', looked, known);
  return faultsOfData(emit, sample, (path) => [...known].some((at) => isWithin(path, at)));
}

function isWithin(path: string, at: string): boolean {
  return path === at || path.startsWith(`${at}.`) || path.startsWith(`${at}[`);
}

function sampleOf(
  data: Rule['data'],
  path: string,
  looked: Json | undefined,
  known: Set<string>,
): Record<string, Json> {
  const entries = Object.entries(data).map(([name, value]) => [
    name,
    valueOf(value, `${path}${name}`, looked, known),
  ]);
  return Object.fromEntries(entries) as Record<string, Json>;
}

function valueOf(
  value: RuleValue,
  path: string,
  looked: Json | undefined,
  known: Set<string>,
): Json | undefined {
  if ('constant' in value) {
    if (looked === undefined) known.add(path);
    return value.constant;
  }
  if ('object' in value) return sampleOf(value.object, `${path}.`, looked, known);
  if ('list' in value)
    return value.list.map((item, index) => valueOf(item, `${path}[${index}]`, looked, known) ?? null);
  if ('field' in value || looked === undefined) return undefined;
  known.add(path);
  return looked;
}
