import { ValidateBy, ValidateNested } from 'class-validator';
import { parseDate, parseInstant } from '../time/instant.js';

/**
 * The constraints of event data. They are written so that the same functions serve the fast validator and
 * class-validator: what one accepts, the other does.
 */

/** Longer texts than this are no names or descriptions; a record that holds one is refused, not cut. */
const MAX_TEXT_LENGTH = 100_000;
const MAX_ID_LENGTH = 1_024;

/** Judges a value; `object` is what holds it. */
export type Check = (value: unknown, object: Readonly<Record<string, unknown>>) => boolean;

const checks = new WeakSet<object>();

/** The check that a constraint of this file carries in its metadata; undefined for any other constraint. */
export function checkCarriedBy(constraints: readonly unknown[] | undefined): Check | undefined {
  const carried = constraints?.[0];
  return typeof carried === 'function' && checks.has(carried) ? (carried as Check) : undefined;
}

function constraint(name: string, expected: string, validate: Check): PropertyDecorator {
  checks.add(validate);
  return ValidateBy({
    name,
    // For the fast validator, which calls it directly.
    constraints: [validate],
    validator: {
      validate: (value, args) => validate(value, (args?.object ?? {}) as Readonly<Record<string, unknown>>),
      defaultMessage: () => `expected ${expected}`,
    },
  });
}

const nestedClasses = new Map<object, Map<string, () => new () => object>>();

/** The class of a nested object, or of each object of a nested list; undefined for a plain value. */
export function nestedClassOf(owner: new () => object, property: string): (new () => object) | undefined {
  return nestedClasses.get(owner)?.get(property)?.();
}

function registerNested(target: object, property: string | symbol, nested: () => new () => object): void {
  const owner = target.constructor;
  const properties = nestedClasses.get(owner) ?? new Map<string, () => new () => object>();
  properties.set(String(property), nested);
  nestedClasses.set(owner, properties);
}

/** An object with a declared shape. */
export function Nested(nested: () => new () => object): PropertyDecorator {
  return (target, property) => {
    registerNested(target, property, nested);
    IsPlainObject()(target, property);
    ValidateNested({ message: 'expected an object' })(target, property);
  };
}

/** A list of objects with a declared shape. */
export function NestedList(nested: () => new () => object): PropertyDecorator {
  return (target, property) => {
    registerNested(target, property, nested);
    constraint('isObjectList', 'a list of objects', isObjectList)(target, property);
    ValidateNested({ each: true, message: 'expected an object' })(target, property);
  };
}

function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object of any shape. */
export function IsPlainObject(): PropertyDecorator {
  return constraint('isPlainObject', 'an object', isPlainObject);
}

/** A list of texts. */
export function IsTextList(): PropertyDecorator {
  return constraint('isTextList', 'a list of texts', (value) => Array.isArray(value) && value.every(isText));
}

function isObjectList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isPlainObject);
}

// A lone half of a surrogate pair is no text: it can't be stored and read back.
export function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID_LENGTH && value.isWellFormed();
}

/** A non-empty text that names something. */
export function IsId(): PropertyDecorator {
  return constraint('isId', `a non-empty text of at most ${MAX_ID_LENGTH} characters`, isId);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT_LENGTH && value.isWellFormed();
}

export function IsText(): PropertyDecorator {
  return constraint('isText', `a text of at most ${MAX_TEXT_LENGTH} characters`, isText);
}

export function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function IsFiniteNumber(): PropertyDecorator {
  return constraint('isFiniteNumber', 'a number', isFiniteNumber);
}

/** A number, or null for a field that was emptied; not to be left out. */
export function IsFiniteNumberOrNull(): PropertyDecorator {
  return constraint(
    'isFiniteNumberOrNull',
    'a number or null',
    (value) => value === null || isFiniteNumber(value),
  );
}

export function IsNumberFrom(from: number, to: number): PropertyDecorator {
  const expected =
    to === Number.POSITIVE_INFINITY ? `a number of at least ${from}` : `a number from ${from} to ${to}`;
  return constraint(
    'isNumberFrom',
    expected,
    (value) => isFiniteNumber(value) && value >= from && value <= to,
  );
}

export function IsTrueOrFalse(): PropertyDecorator {
  return constraint('isTrueOrFalse', 'true or false', (value) => typeof value === 'boolean');
}

export function IsOneOf(values: readonly string[]): PropertyDecorator {
  const allowed = new Set<unknown>(values);
  return constraint('isOneOf', `one of ${values.join(', ')}`, (value) => allowed.has(value));
}

function isInstantOrDate(value: unknown): boolean {
  return typeof value === 'string' && (parseInstant(value) !== undefined || parseDate(value) !== undefined);
}

/** An RFC 3339 instant with an offset, or a bare date, which means the end of that day in the policy's zone. */
export function IsInstantOrDate(): PropertyDecorator {
  return constraint(
    'isInstantOrDate',
    'an RFC 3339 instant with an offset, or a date YYYY-MM-DD',
    isInstantOrDate,
  );
}

/** As IsInstantOrDate, or null for a date that was emptied; not to be left out. */
export function IsInstantOrDateOrNull(): PropertyDecorator {
  return constraint(
    'isInstantOrDateOrNull',
    'an RFC 3339 instant with an offset, a date YYYY-MM-DD, or null',
    (value) => value === null || isInstantOrDate(value),
  );
}

/** An RFC 3339 instant with an offset. */
export function IsInstant(): PropertyDecorator {
  return constraint(
    'isInstant',
    'an RFC 3339 instant with an offset',
    (value) => typeof value === 'string' && parseInstant(value) !== undefined,
  );
}

export function IsPositiveInteger(): PropertyDecorator {
  return constraint(
    'isPositiveInteger',
    'a whole number from 1',
    (value) => Number.isSafeInteger(value) && Number(value) >= 1,
  );
}

/** A rule over several fields of the object, told of the field that carries it. */
export function Holds(
  expected: string,
  holds: (object: Readonly<Record<string, unknown>>) => boolean,
): PropertyDecorator {
  return constraint('holds', expected, (_value, object) => holds(object));
}
