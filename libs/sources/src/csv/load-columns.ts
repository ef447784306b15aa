import { type Faults, YamlMap, shown, type YamlValue } from '../yaml-file.js';
import { COLUMN_KINDS, PLAIN_COLUMN, type ColumnKind, type ColumnRule } from './cells.js';
import type { TimeOfDay } from './clock.js';
import { FORMAT_HELP, momentReader } from './moments.js';

/** Which keys say something of which kind of column. */
const KINDS_OF_KEY: Readonly<Record<string, readonly ColumnKind[]>> = {
  format: ['date', 'instant'],
  decimal: ['number'],
  thousands: ['number'],
  strip: ['number'],
  divide: ['number'],
  split: ['text'],
};
const COLUMN_KEYS = ['as', 'replace', ...Object.keys(KINDS_OF_KEY)];

/** Reads `columns` of a mapping or of a look-up. */
export function loadColumns(value: YamlValue, path: string, faults: Faults): Map<string, ColumnRule> {
  const rules = new Map<string, ColumnRule>();
  if (value === undefined) return rules;
  const columns = YamlMap.of(value, path, faults);
  for (const name of columns?.entries.keys() ?? []) {
    const map = columns?.map(name, COLUMN_KEYS);
    if (map !== undefined) rules.set(name, loadColumn(map));
  }
  return rules;
}

function loadColumn(map: YamlMap): ColumnRule {
  const as = map.oneOf('as', COLUMN_KINDS) ?? 'text';
  for (const [key, kinds] of Object.entries(KINDS_OF_KEY)) {
    if (map.has(key) && !kinds.includes(as))
      map.fault(key, `only for columns read as: ${kinds.join(' or ')}`);
  }
  const format = map.text('format', FORMAT_HELP);
  const readMoment = format === undefined ? PLAIN_COLUMN.readMoment : momentReader(format);
  if (readMoment === undefined) map.fault('format', `${FORMAT_HELP}; got ${shown(format)}`);
  const decimal = map.oneOf('decimal', ['.', ',']) ?? '.';
  const thousands = map.text('thousands');
  if (
    thousands !== undefined &&
    (thousands.length > 1 || thousands === decimal || /[\d+-]/.test(thousands))
  ) {
    map.fault('thousands', `expected one character other than the decimal sign, got ${shown(thousands)}`);
  }
  const divide = map.get('divide') ?? 1;
  if (typeof divide !== 'number' || !(divide > 0))
    map.fault('divide', `expected a number above 0, got ${shown(divide)}`);
  const strip = map.texts('strip', 'expected a text or a list of texts').filter((text) => text !== '');
  const split = map.text('split');
  return {
    as,
    replace: loadReplacements(map),
    ...(format === undefined ? {} : { format }),
    readMoment: readMoment ?? PLAIN_COLUMN.readMoment,
    decimal,
    ...(thousands === undefined ? {} : { thousands }),
    strip,
    divide: typeof divide === 'number' ? divide : 1,
    ...(split === undefined ? {} : { split }),
  };
}

function loadReplacements(map: YamlMap): Map<string, string> {
  const replacements = new Map<string, string>();
  const replace = map.map('replace', undefined, 'expected texts and what replaces them');
  for (const [text, replacement] of replace?.entries ?? []) {
    const scalar = scalarText(replacement);
    if (scalar === undefined) replace?.fault(text, `expected a text, got ${shown(replacement)}`);
    else replacements.set(text.trim(), scalar);
  }
  return replacements;
}

/** A text, number or boolean of the file as a cell has it. */
export function scalarText(value: YamlValue): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/** Reads `at`; the end of the day where it isn't given. */
export function loadTimeOfDay(map: YamlMap): TimeOfDay {
  const at = map.get('at') ?? 'end';
  if (at === 'start' || at === 'end') return at;
  const match = typeof at === 'string' ? CLOCK.exec(at) : null;
  if (match === null) {
    map.fault('at', `expected start, end or a time such as 09:00, got ${shown(at)}`);
    return 'end';
  }
  const [, hour, minute, second] = match;
  return ((Number(hour) * 60 + Number(minute)) * 60 + Number(second ?? 0)) * 1000;
}
