import { getMetadataStorage } from 'class-validator';
import { type Check, checkCarriedBy, isId, isText, nestedClassOf } from '#domain/events/constraints.js';
import { isWord, LIST, NULL, NUMBER, OBJECT, STRING, type Tape } from './scan-json.js';

const MAX_ID_BYTES = 1_024;
const MAX_TEXT_BYTES = 100_000;

/** Judges data on a tape by the declarations of its class: accepts only what they accept, and refuses in doubt. */
export interface DataShape {
  /** The names of all declared properties. */
  readonly properties: readonly string[];
  /** @param node of an object on the tape */
  accepts(bytes: Buffer, tape: Tape, node: number): boolean;
  /**
   * What is still to be checked of another object with the same keys and the same kinds of values as this one, which
   * was accepted; undefined where that can't be said.
   */
  checksOf(bytes: Buffer, tape: Tape, node: number): readonly NodeCheck[] | undefined;
}

/** A check of the value of a node. */
export interface NodeCheck {
  readonly node: number;
  /** A text that must not be empty. */
  readonly isId: boolean;
  readonly checks: readonly Check[];
}

interface Property {
  readonly name: string;
  readonly optional: boolean;
  readonly isId: boolean;
  readonly isText: boolean;
  readonly nested: DataShape | undefined;
  /** The checks that need the value itself. */
  readonly checks: readonly Check[];
  /** Whether one of them looks at the object around it. */
  readonly looksAround: boolean;
}

const NOT_THERE = -1;

/** @throws Error for a kind of declaration that it does not know */
export function compileDataShape(shape: new () => object): DataShape {
  const metadatas = getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false);
  const names = [...new Set(metadatas.map(({ propertyName }) => propertyName))];
  const properties = names.map((name): Property => {
    const own = metadatas.filter(({ propertyName }) => propertyName === name);
    const checks = own.flatMap(({ type, constraints }) => {
      if (type !== 'customValidation') return [];
      const check = checkCarriedBy(constraints);
      if (check === undefined) throw new Error(`${shape.name}.${name}: a constraint that can't be compiled`);
      return [check];
    });
    const nested = nestedClassOf(shape, name);
    const known = ['conditionalValidation', 'nestedValidation', 'customValidation'];
    const unknown = own.find(({ type }) => !known.includes(type));
    if (unknown !== undefined) throw new Error(`${shape.name}.${name}: ${unknown.type} can't be compiled`);
    const onValue = checks.filter((check) => check !== isId && check !== isText);
    return {
      name,
      optional: own.some(({ type }) => type === 'conditionalValidation'),
      isId: checks.includes(isId),
      isText: checks.includes(isText),
      nested: nested === undefined ? undefined : compileDataShape(nested),
      checks: onValue,
      looksAround: onValue.some((check) => check.length !== 1),
    };
  });

  return {
    properties: names,
    accepts(bytes, tape, node) {
      for (const property of properties) {
        const member = memberOf(bytes, tape, node, property.name);
        if (member === NOT_THERE || tape.kind[member] === NULL) {
          if (property.optional) continue;
          if (property.isId || property.isText || property.nested !== undefined) return false;
        }
        if (!acceptsMember(property, bytes, tape, node, member)) return false;
      }
      return true;
    },
    checksOf(bytes, tape, node) {
      const found: NodeCheck[] = [];
      for (const property of properties) {
        const member = memberOf(bytes, tape, node, property.name);
        const isEmpty = member === NOT_THERE || tape.kind[member] === NULL;
        if (isEmpty && property.optional) continue;
        if (member === NOT_THERE || property.looksAround) return undefined;
        const kind = tape.kind[member];
        if (property.nested === undefined) {
          if ((kind === OBJECT || kind === LIST) && property.checks.length > 0) return undefined;
          found.push({ node: member, isId: property.isId, checks: property.checks });
          continue;
        }
        const inner =
          tape.kind[member] === OBJECT ? property.nested.checksOf(bytes, tape, member) : undefined;
        if (inner === undefined) return undefined;
        found.push(...inner);
      }
      return found;
    },
  };
}

function acceptsMember(
  property: Property,
  bytes: Buffer,
  tape: Tape,
  object: number,
  member: number,
): boolean {
  const { isId: mustBeId, isText: mustBeText, nested, checks, looksAround } = property;
  if (mustBeId || mustBeText) {
    if (tape.kind[member] !== STRING) return false;
    // Characters are never more than bytes; what is longer in bytes alone is for the careful reader to judge.
    const length = (tape.end[member] ?? 0) - (tape.start[member] ?? 0) - 2;
    if (mustBeId ? length === 0 || length > MAX_ID_BYTES : length > MAX_TEXT_BYTES) return false;
  }
  if (checks.length > 0) {
    const value = member === NOT_THERE ? undefined : valueOf(bytes, tape, member);
    const around = looksAround ? plainOf(bytes, tape, object) : NO_OBJECT;
    for (const check of checks) if (!check(value, around)) return false;
  }
  if (nested === undefined) return true;
  if (tape.kind[member] === OBJECT) return nested.accepts(bytes, tape, member);
  if (tape.kind[member] !== LIST) return false;
  const behind = tape.next[member] ?? 0;
  for (let item = member + 1; item < behind; item = tape.next[item] ?? 0)
    if (tape.kind[item] !== OBJECT || !nested.accepts(bytes, tape, item)) return false;
  return true;
}

export const NO_OBJECT: Readonly<Record<string, unknown>> = Object.freeze({});

function memberOf(bytes: Buffer, tape: Tape, object: number, name: string): number {
  const behind = tape.next[object] ?? 0;
  const { length } = name;
  for (let member = object + 1; member < behind; member = tape.next[member] ?? 0) {
    const at = tape.keyStart[member] ?? 0;
    if ((tape.keyEnd[member] ?? 0) - at === length && isWord(bytes, at, name)) return member;
  }
  return NOT_THERE;
}

function plainOf(bytes: Buffer, tape: Tape, node: number): Readonly<Record<string, unknown>> {
  return JSON.parse(bytes.toString('utf8', tape.start[node], tape.end[node])) as Readonly<
    Record<string, unknown>
  >;
}

function valueOf(bytes: Buffer, tape: Tape, node: number): unknown {
  const start = tape.start[node] ?? 0;
  const end = tape.end[node] ?? 0;
  return scalarOf(bytes, tape.kind[node] ?? 0, start, end);
}

/** The value whose text stands there. */
export function scalarOf(bytes: Buffer, kind: number, start: number, end: number): unknown {
  if (kind === NUMBER) return Number(bytes.toString('latin1', start, end));
  if (kind === STRING) {
    const text = bytes.toString('utf8', start + 1, end - 1);
    if (!text.includes('\\')) return text;
  }
  return JSON.parse(bytes.toString('utf8', start, end)) as unknown;
}
