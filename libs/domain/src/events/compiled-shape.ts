import { getMetadataStorage } from 'class-validator';
import { type Check, checkCarriedBy, nestedClassOf } from './constraints.js';

/**
 * A fast validator compiled from the class-validator declarations of a class. It runs the same constraint functions
 * on the plain object, without making instances or collecting errors; what it refuses is for class-validator to
 * explain.
 */
export interface CompiledShape {
  /** The names of all declared properties. */
  readonly properties: readonly string[];
  accepts(value: object): boolean;
}

type Plain = Readonly<Record<string, unknown>>;

const compiled = new Map<new () => object, CompiledShape>();

/** @throws Error for a kind of declaration that it does not know: it would accept what class-validator refuses */
export function compileShape(shape: new () => object): CompiledShape {
  const known = compiled.get(shape);
  if (known !== undefined) return known;
  const storage = getMetadataStorage();
  const metadatas = storage.getTargetValidationMetadatas(shape, '', false, false);
  const names = [...new Set(metadatas.map((metadata) => metadata.propertyName))];
  const properties = names.map((name) => {
    let optional = false;
    const checks: Check[] = [];
    for (const metadata of metadatas.filter((candidate) => candidate.propertyName === name)) {
      switch (metadata.type) {
        case 'conditionalValidation':
          optional = true;
          break;
        case 'nestedValidation':
          checks.push(nestedCheck(shape, name));
          break;
        case 'customValidation': {
          const check = checkCarriedBy(metadata.constraints);
          if (check === undefined)
            throw new Error(`${shape.name}.${name}: ${metadata.name ?? metadata.type} can't be compiled`);
          checks.push(check);
          break;
        }
        default:
          throw new Error(`${shape.name}.${name}: ${metadata.type} can't be compiled`);
      }
    }
    return { name, optional, checks };
  });
  const result: CompiledShape = {
    properties: names,
    accepts(value) {
      const object = value as Plain;
      for (const { name, optional, checks } of properties) {
        const property = object[name];
        if (optional && (property === undefined || property === null)) continue;
        for (const check of checks) if (!check(property, object)) return false;
      }
      return true;
    },
  };
  compiled.set(shape, result);
  return result;
}

function nestedCheck(shape: new () => object, property: string): Check {
  const nested = nestedClassOf(shape, property);
  if (nested === undefined)
    throw new Error(`${shape.name}.${property}: a nested object of an undeclared class`);
  const inner = compileShape(nested);
  return (value) => {
    if (Array.isArray(value)) return value.every((item) => isObject(item) && inner.accepts(item));
    return isObject(value) && inner.accepts(value);
  };
}

/** A list is none: an instance made of it would look like an object with nothing wrong in it. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An instance of the class with the declared properties of a plain object, for class-validator to judge. */
export function instantiate(shape: new () => object, plain: object): object {
  const instance = Object.create(shape.prototype as object) as Record<string, unknown>;
  for (const name of compileShape(shape).properties) {
    const value = (plain as Plain)[name];
    const nested = nestedClassOf(shape, name);
    if (nested === undefined) instance[name] = value;
    else if (Array.isArray(value))
      instance[name] = value.map((item: unknown) => (isObject(item) ? instantiate(nested, item) : item));
    else instance[name] = isObject(value) ? instantiate(nested, value) : value;
  }
  return instance;
}
