import { eventCatalogue, isEventType, type EventType } from '#domain/events/catalogue.js';
import { fieldsOf, requiredFields } from '../csv/event-shapes.js';
import type { Json } from '../translation.js';
import { type Faults, YamlMap, shown, type YamlValue } from '../yaml-file.js';
import { checkData } from './check-data.js';
import type { Rule, RuleValue } from './rule.js';
import { faultsOfData } from './sample-event.js';

const RULE_KEYS = ['object', 'field', 'equals', 'values', 'deal', 'emit', 'time', 'data', 'set'];
const FIELD_KEYS = ['field', 'as', 'divide', 'split'];
const KINDS = ['text', 'number', 'boolean', 'date', 'instant'] as const;
const EVENT_TYPES = Object.keys(eventCatalogue).filter(isEventType);
/** What ingest completes where a source does not tell it. */
const COMPLETED = new Map<EventType, readonly string[]>([['meeting.rescheduled', ['starts_at', 'ends_at']]]);

/** Reads one item of `rules`. */
export function loadRule(value: YamlValue, path: string, faults: Faults): Rule | undefined {
  const map = YamlMap.of(value, path, faults, RULE_KEYS);
  if (map === undefined) return undefined;
  const object = map.requiredText('object', 'expected an object such as Opportunity or deal');
  const field = map.requiredText('field', 'expected the field that makes the rule fire');
  const equals = loadEquals(map);
  const values = loadValues(map);
  if (map.has('equals') && map.has('values')) map.fault('values', 'either equals or values, not both');
  const emit = loadType(map);
  const set = loadSet(map);
  if (!map.has('emit') && !map.has('set')) map.fault('emit', 'missing; a rule emits an event or sets fields');
  if (!map.has('emit')) {
    for (const key of ['data', 'time', 'deal'] as const)
      if (map.has(key)) map.fault(key, 'only for a rule that emits an event');
  }
  const deal = map.text('deal', "expected the field that holds the deal's id");
  const time = map.text('time', 'expected the field that says when it happened');
  const data = loadData(map);
  if (emit !== undefined) {
    checkData(emit, data, values, map, faults);
    const completed = COMPLETED.get(emit) ?? [];
    for (const name of requiredFields(emit)) {
      if (!Object.hasOwn(data, name) && !completed.includes(name))
        map.fault(`data.${name}`, `missing; ${emit} needs it`);
    }
  }
  if (object === undefined || field === undefined) return undefined;
  return {
    object,
    field,
    data,
    ...(equals === undefined ? {} : { equals }),
    ...(values === undefined ? {} : { values }),
    ...(deal === undefined ? {} : { deal }),
    ...(emit === undefined ? {} : { emit }),
    ...(time === undefined ? {} : { time }),
    ...(set === undefined ? {} : { set }),
  };
}

function loadEquals(map: YamlMap): string | number | boolean | undefined {
  const value = map.get('equals');
  if (value === undefined) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return map.text('equals', 'expected a text, a number, true or false');
}

/** A mapping from values to what each stands for, or a list of values that stand for themselves. */
function loadValues(map: YamlMap): Map<string, Json> | undefined {
  const value = map.get('values');
  if (value === undefined) return undefined;
  const values = new Map<string, Json>();
  if (Array.isArray(value)) {
    (value as YamlValue[]).forEach((item, index) => {
      if (isScalar(item)) values.set(String(item), item);
      else map.fault(`values[${index}]`, `expected a text or a number, got ${shown(item)}`);
    });
  } else if (value instanceof Map) {
    for (const [key, item] of value as Map<unknown, YamlValue>) values.set(String(key), jsonOf(item));
  }
  if (values.size === 0)
    map.fault('values', `expected values, each with what it stands for, got ${shown(value)}`);
  return values;
}

function isScalar(value: YamlValue): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function loadType(map: YamlMap): EventType | undefined {
  const name = map.text('emit', 'expected an event type such as fit.assessed');
  if (name === undefined || isEventType(name)) return name;
  map.fault('emit', `there is no event type ${shown(name)}`);
  return undefined;
}

function loadData(map: YamlMap): Record<string, RuleValue> {
  const data = map.map('data', undefined, 'expected the fields of the event');
  return data === undefined ? {} : loadFields(data);
}

function loadFields(map: YamlMap): Record<string, RuleValue> {
  const fields = [...map.entries.keys()].map((name) => [name, loadValue(map, name)] as const);
  return Object.fromEntries(fields.filter((entry): entry is [string, RuleValue] => entry[1] !== undefined));
}

/** A scalar is itself; keys `field` or `value` make a value of the record, other keys an object. */
function loadValue(map: YamlMap, key: string): RuleValue | undefined {
  const value = map.get(key);
  if (Array.isArray(value)) {
    const items = new YamlMap(
      new Map((value as YamlValue[]).map((item, index) => [`[${index}]`, item])),
      map.at(key),
      map.faults,
    );
    const list = [...items.entries.keys()].map((index) => loadValue(items, index));
    return { list: list.filter((item) => item !== undefined) };
  }
  if (!(value instanceof Map)) return { constant: value as Json };
  if (value.has('value')) {
    const only = map.map(key, ['value']);
    if (only?.get('value') !== true) only?.fault('value', `expected true, got ${shown(only.get('value'))}`);
    return { value: true };
  }
  if (value.has('field')) return loadField(map, key);
  const object = map.map(key);
  return object === undefined ? undefined : { object: loadFields(object) };
}

function loadField(map: YamlMap, key: string): RuleValue | undefined {
  const given = map.map(key, FIELD_KEYS);
  const field = given?.requiredText('field', 'expected the name of a field');
  if (given === undefined || field === undefined) return undefined;
  const as = given.oneOf('as', KINDS);
  const divide = given.get('divide');
  const split = given.text('split', 'expected what stands between the items, such as ";"');
  if (divide !== undefined) {
    if (typeof divide !== 'number' || !Number.isFinite(divide) || divide === 0)
      given.fault('divide', `expected a number other than 0, got ${shown(divide)}`);
    if (as !== undefined && as !== 'number') given.fault('divide', 'only for a field read as: number');
  }
  return {
    field,
    ...(as === undefined ? {} : { as }),
    ...(typeof divide === 'number' ? { divide } : {}),
    ...(split === undefined ? {} : { split }),
  };
}

/** Fields that are to change in the data of whatever the source's own rules emit. */
function loadSet(map: YamlMap): Record<string, Json> | undefined {
  const set = map.map('set', undefined, 'expected fields and their values');
  if (set === undefined) return undefined;
  if (set.entries.size === 0) map.fault('set', 'expected fields and their values, got nothing');
  const entries = [...set.entries].map(([name, value]) => {
    const json = jsonOf(value);
    const message = faultOfSet(name, json);
    if (message !== undefined) set.fault(name, message);
    return [name, json] as const;
  });
  return Object.fromEntries(entries);
}

/** What is wrong with a field that is set: no event has it, or none with this value. */
function faultOfSet(name: string, value: Json): string | undefined {
  const types = EVENT_TYPES.filter((type) => fieldsOf(type).names.includes(name));
  if (types.length === 0) return 'no event has such a field';
  const faults = types.map((type) => faultsOfData(type, { [name]: value }, (path) => path === name)[0]);
  return faults.some((fault) => fault === undefined) ? undefined : faults[0]?.message;
}

/** A constant of the file as JSON. */
function jsonOf(value: YamlValue): Json {
  if (Array.isArray(value)) return (value as YamlValue[]).map(jsonOf);
  if (!(value instanceof Map)) return (value ?? null) as Json;
  return Object.fromEntries(
    [...(value as Map<unknown, YamlValue>)].map(([key, item]) => [String(key), jsonOf(item)]),
  );
}
