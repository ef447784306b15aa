import { isEventType, type EventType } from '#domain/events/catalogue.js';
import { type Faults, YamlMap, shown, type YamlValue } from '../yaml-file.js';
import type { Json } from '../translation.js';
import type { ColumnRule } from './cells.js';
import { PLAIN_COLUMN } from './cells.js';
import { fieldsOf, requiredFields, type Fields } from './event-shapes.js';
import { loadTimeOfDay, scalarText } from './load-columns.js';
import type { CellReference, Condition, EventRule, LookUp, RefusalRule, ValueRule } from './mapping.js';

/** What an event rule may refer to. `use` notes that a column of the row is read. */
export interface Scope {
  readonly columns: ReadonlyMap<string, ColumnRule>;
  readonly lookUps: ReadonlyMap<string, Pick<LookUp, 'columns'>>;
  use(column: string, lookUp?: string, path?: string): void;
}

const CONDITION_KEYS = ['when', 'unless'];
const REFUSAL_KEYS = [...CONDITION_KEYS, 'because'];
const EVENT_KEYS = ['emit', ...CONDITION_KEYS, 'time', 'data'];
const CELL_KEYS = ['column', 'look_up', 'at'];
const JOIN_KEYS = ['join', 'with'];

function loadCondition(map: YamlMap, scope: Scope): Condition {
  return { when: loadWords(map, 'when', scope), unless: loadWords(map, 'unless', scope) };
}

/** Columns and the values that are looked for in them, in the form in which they are compared. */
function loadWords(map: YamlMap, key: string, scope: Scope): Map<string, ReadonlySet<string>> {
  const words = new Map<string, ReadonlySet<string>>();
  const columns = map.map(key, undefined, 'expected columns and their values');
  for (const [column, value] of columns?.entries ?? []) {
    scope.use(column);
    const values = Array.isArray(value) ? (value as YamlValue[]) : [value];
    const texts = values.map(scalarText);
    if (texts.length === 0 || texts.includes(undefined)) {
      columns?.fault(
        column,
        `expected a value or a list of values ("" for an empty cell), got ${shown(value)}`,
      );
    }
    words.set(column, new Set(texts.map((text) => comparable(text ?? ''))));
  }
  return words;
}

/** A text as conditions compare it. */
export function comparable(text: string): string {
  return text.trim().toLowerCase();
}

/** Reads one item of `refuse`. */
export function loadRefusal(
  value: YamlValue,
  path: string,
  faults: Faults,
  scope: Scope,
): RefusalRule | undefined {
  const map = YamlMap.of(value, path, faults, REFUSAL_KEYS);
  if (map === undefined) return undefined;
  const condition = loadCondition(map, scope);
  if (!map.has('when') && !map.has('unless')) map.fault('when', 'missing; which rows are to be refused?');
  const because = map.requiredText('because', 'expected the reason in words');
  return because === undefined ? undefined : { ...condition, because };
}

/** Reads one item of `events`. */
export function loadEvent(
  value: YamlValue,
  path: string,
  faults: Faults,
  scope: Scope,
): EventRule | undefined {
  const map = YamlMap.of(value, path, faults, EVENT_KEYS);
  if (map === undefined) return undefined;
  const condition = loadCondition(map, scope);
  const emit = loadType(map);
  const time = loadTime(map, faults, scope);
  const data = new Map<string, ValueRule>();
  const fields = map.map('data', undefined, 'expected the fields of the event');
  for (const [field, rule] of fields?.entries ?? []) {
    const loaded = loadValue(rule, fields?.at(field) ?? field, faults, scope);
    if (loaded !== undefined) data.set(field, loaded);
  }
  if (emit !== undefined) checkData(emit, map, fields, faults);
  return emit === undefined || time === undefined ? undefined : { ...condition, emit, time, data };
}

function loadType(map: YamlMap): EventType | undefined {
  const name = map.requiredText('emit', 'expected an event type such as deal.opened');
  if (name === undefined) return undefined;
  if (isEventType(name)) return name;
  map.fault('emit', `there is no event type ${shown(name)}`);
  return undefined;
}

function checkData(emit: EventType, map: YamlMap, data: YamlMap | undefined, faults: Faults): void {
  if (data !== undefined) checkFields(data.entries, data.path, fieldsOf(emit), emit, faults);
  for (const field of requiredFields(emit)) {
    if (data?.has(field) !== true) map.fault(`data.${field}`, `missing; ${emit} needs it`);
  }
}

/** An unknown field would be dropped in silence by whoever reads the event. */
function checkFields(
  values: ReadonlyMap<unknown, YamlValue>,
  path: string,
  fields: Fields,
  owner: string,
  faults: Faults,
): void {
  for (const [field, value] of values) {
    const name = String(field);
    const at = `${path}.${name}`;
    if (!fields.names.includes(name)) {
      const known = fields.names.length === 0 ? 'no fields' : fields.names.join(', ');
      faults.add(at, `${owner} has no such field; it has ${known}`);
      continue;
    }
    const nested = fields.nested(name);
    for (const item of Array.isArray(value) ? (value as YamlValue[]) : [value]) {
      const object = item instanceof Map && !isValueOfRow(item);
      if (nested === undefined && object) {
        faults.add(at, 'expected a value, such as { column: name }, not an object');
      } else if (nested !== undefined && !object) {
        faults.add(at, `expected an object of ${nested.names.join(', ')}, not one value`);
      } else if (nested !== undefined) {
        checkFields(item as ReadonlyMap<unknown, YamlValue>, at, nested, name, faults);
      }
    }
  }
}

function isValueOfRow(map: ReadonlyMap<unknown, YamlValue>): boolean {
  return map.has('column') || map.has('look_up') || map.has('join');
}

function loadTime(map: YamlMap, faults: Faults, scope: Scope): EventRule['time'] | undefined {
  const value = map.get('time');
  const inner =
    typeof value === 'string'
      ? YamlMap.of(new Map([['column', value]]), map.at('time'), faults)
      : YamlMap.of(
          value,
          map.at('time'),
          faults,
          ['column', 'at'],
          'expected the column that says when it happened',
        );
  const column = inner?.requiredText('column', 'expected the column that says when it happened');
  if (inner === undefined || column === undefined) return undefined;
  scope.use(column);
  const as = scope.columns.get(column)?.as;
  if (as === 'number' || as === 'boolean')
    inner.fault('column', `the column is read as a ${as}, not as a date or an instant`);
  return { column, at: loadTimeOfDay(inner) };
}

/** A scalar is itself; keys `column`, `look_up` or `join` make a value of the row, other keys an object. */
function loadValue(value: YamlValue, path: string, faults: Faults, scope: Scope): ValueRule | undefined {
  if (Array.isArray(value)) {
    const items = (value as YamlValue[]).map((item, index) =>
      loadValue(item, `${path}[${index}]`, faults, scope),
    );
    return { kind: 'list', items: items.filter((item) => item !== undefined) };
  }
  if (!(value instanceof Map)) return { kind: 'constant', value: value as Json };
  if (value.has('join')) return loadJoin(value, path, faults, scope);
  if (isValueOfRow(value)) {
    const cell = loadCell(value, path, faults, scope);
    return cell === undefined ? undefined : { kind: 'cell', cell };
  }
  const map = YamlMap.of(value, path, faults);
  const fields = new Map<string, ValueRule>();
  for (const [field, rule] of map?.entries ?? []) {
    const loaded = loadValue(rule, map?.at(field) ?? field, faults, scope);
    if (loaded !== undefined) fields.set(field, loaded);
  }
  return { kind: 'object', fields };
}

function loadJoin(value: YamlValue, path: string, faults: Faults, scope: Scope): ValueRule | undefined {
  const map = YamlMap.of(value, path, faults, JOIN_KEYS);
  if (map === undefined) return undefined;
  const cells = map
    .list('join', 'expected a list of cells such as { column: name }')
    .map((item, index) => loadCell(item, map.at(`join[${index}]`), faults, scope));
  const between = map.get('with') ?? ' ';
  if (typeof between !== 'string') map.fault('with', `expected a text, got ${shown(between)}`);
  return {
    kind: 'join',
    cells: cells.filter((cell) => cell !== undefined),
    between: typeof between === 'string' ? between : ' ',
  };
}

function loadCell(value: YamlValue, path: string, faults: Faults, scope: Scope): CellReference | undefined {
  const map = YamlMap.of(value, path, faults, CELL_KEYS, 'expected a cell such as { column: name }');
  const column = map?.requiredText('column', 'expected the name of a column');
  const lookUp = map?.text('look_up', 'expected the name of a look-up');
  if (map === undefined || column === undefined) return undefined;
  const table = lookUp === undefined ? scope : scope.lookUps.get(lookUp);
  if (table === undefined) {
    const known = [...scope.lookUps.keys()].join(', ');
    map.fault(
      'look_up',
      `there is no look-up ${shown(lookUp)}; look_ups has ${known === '' ? 'none' : known}`,
    );
    return undefined;
  }
  scope.use(column, lookUp, map.at('column'));
  const rule = table.columns.get(column) ?? PLAIN_COLUMN;
  if (map.has('at') && rule.as !== 'instant') map.fault('at', 'only for columns read as: instant');
  return { column, ...(lookUp === undefined ? {} : { lookUp }), at: loadTimeOfDay(map) };
}
