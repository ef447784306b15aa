import { LineCounter, parseDocument } from 'yaml';
import type { Fault } from '#domain/policy/faults.js';
import { quoted } from './translation.js';

/** A value of a YAML file: mappings are Maps, so that keys such as `__proto__` are data like any other. */
export type YamlValue = unknown;

/** The faults of a file, each with the path of what is wrong. */
export class Faults {
  readonly list: Fault[] = [];

  add(path: string, message: string): void {
    this.list.push({ path, message });
  }
}

/**
 * Parses a YAML file of one document.
 * @returns its value, or undefined when it isn't YAML; the faults then say where
 */
export function parseYaml(text: string, faults: Faults): YamlValue {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  for (const error of document.errors) {
    const { line } = lineCounter.linePos(error.pos[0]);
    faults.add('', `line ${line}: ${error.message.split('\n', 1)[0] ?? ''}`);
  }
  if (document.errors.length > 0) return undefined;
  try {
    return document.toJS({ mapAsMap: true }) as YamlValue;
  } catch (error) {
    // Aliases without end.
    faults.add('', error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** One mapping of a YAML file: reads its keys, collects what is wrong with them, and knows their paths. */
export class YamlMap {
  constructor(
    readonly entries: ReadonlyMap<string, YamlValue>,
    readonly path: string,
    readonly faults: Faults,
  ) {}

  /** @returns undefined, and a fault, where the value is no mapping or has keys other than the known ones */
  static of(
    value: YamlValue,
    path: string,
    faults: Faults,
    known?: readonly string[],
    expected = 'expected keys and values',
  ): YamlMap | undefined {
    if (!(value instanceof Map)) {
      faults.add(path, `${expected}, got ${shown(value)}`);
      return undefined;
    }
    const entries = new Map<string, YamlValue>();
    for (const [key, entry] of value as Map<unknown, YamlValue>) {
      const name = typeof key === 'string' ? key : shown(key);
      if (known === undefined || known.includes(name)) entries.set(name, entry);
      else faults.add(join(path, name), `unknown key; known here: ${known.join(', ')}`);
    }
    return new YamlMap(entries, path, faults);
  }

  at(key: string): string {
    return join(this.path, key);
  }

  get(key: string): YamlValue {
    return this.entries.get(key);
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  fault(key: string, message: string): void {
    this.faults.add(this.at(key), message);
  }

  /** A text under the key, not empty; undefined where it is missing or, with a fault, something else. */
  text(key: string, expected = 'expected a text'): string | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && value !== '') return value;
    this.fault(key, `${expected}, got ${shown(value)}`);
    return undefined;
  }

  requiredText(key: string, expected: string): string | undefined {
    if (this.has(key)) return this.text(key, expected);
    this.fault(key, `missing; ${expected}`);
    return undefined;
  }

  oneOf<T extends string>(key: string, known: readonly T[]): T | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    const found = known.find((name) => name === value);
    if (found === undefined) this.fault(key, `expected ${listed(known)}, got ${shown(value)}`);
    return found;
  }

  map(key: string, known?: readonly string[], expected?: string): YamlMap | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : YamlMap.of(value, this.at(key), this.faults, known, expected);
  }

  /** The items under the key; none where it is missing or, with a fault, no list. */
  list(key: string, expected: string): readonly YamlValue[] {
    const value = this.get(key);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value as YamlValue[];
    this.fault(key, `${expected}, got ${shown(value)}`);
    return [];
  }

  /** One text or a list of them. */
  texts(key: string, expected: string): readonly string[] {
    const value = this.get(key);
    if (typeof value === 'string') return [value];
    return this.list(key, expected).flatMap((item, index) => {
      if (typeof item === 'string') return [item];
      this.fault(`${key}[${index}]`, `expected a text, got ${shown(item)}`);
      return [];
    });
  }
}

/** "a, b or c" */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}

/** A value of a file as a fault names it. */
export function shown(value: YamlValue): string {
  if (value === undefined || value === null) return 'nothing';
  if (value instanceof Map) return 'keys and values';
  return Array.isArray(value) ? 'a list' : quoted(value);
}

function join(path: string, key: string): string {
  if (path === '' || key.startsWith('[')) return `${path}${key}`;
  return `${path}.${key}`;
}
