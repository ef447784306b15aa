import { parseDate, type Instant } from '#domain/time/instant.js';
import { isPlausible, readInstant } from '../instants.js';
import { quoted } from '../translation.js';

/** An object of parsed JSON. Fields are read by `fieldOf`, so that keys such as `__proto__` are data like any other. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of an object of its own; undefined where there is none or the value is no object. */
export function fieldOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A field behind a path of objects: `custom_fields.abc`. */
export function fieldAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>(fieldOf, value);
}

/** "" and null mean empty, as a missing field does. */
export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Collects why a record is refused while its fields are read: all of it at once. */
export class Reasons {
  readonly list: string[] = [];

  add(path: string, expected: string, got: unknown): undefined {
    this.list.push(`${path}: expected ${expected}, got ${got === undefined ? 'nothing' : quoted(got)}`);
    return undefined;
  }

  /** An id as text; undefined where it is empty or, with a reason, none. */
  id(path: string, value: unknown): string | undefined {
    if (isEmpty(value)) return undefined;
    if (typeof value === 'string' && value.length <= 1_024 && value.isWellFormed() && value.trim() !== '')
      return value.trim();
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
    this.add(path, 'an id', value);
    return undefined;
  }

  requiredId(path: string, value: unknown): string | undefined {
    if (!isEmpty(value)) return this.id(path, value);
    this.add(path, 'an id', value);
    return undefined;
  }

  /** A text as it came; undefined where it is empty or, with a reason, none. */
  text(path: string, value: unknown): string | undefined {
    if (isEmpty(value)) return undefined;
    if (typeof value === 'string' && value.isWellFormed()) return value;
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    this.add(path, 'a text', value);
    return undefined;
  }

  /** A JSON number or a plain decimal text; undefined where it is empty or, with a reason, none. */
  number(path: string, value: unknown): number | undefined {
    if (isEmpty(value)) return undefined;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value.trim())) {
      const number = Number(value);
      if (Number.isFinite(number)) return number;
    }
    this.add(path, 'a number', value);
    return undefined;
  }

  /** Also as "true" and "false". */
  boolean(path: string, value: unknown): boolean | undefined {
    if (isEmpty(value)) return undefined;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    this.add(path, 'true or false', value);
    return undefined;
  }

  /** RFC 3339 with an offset, or an epoch in milliseconds or seconds; between 1990 and 2100. */
  instant(path: string, value: unknown): Instant | undefined {
    if (isEmpty(value)) return undefined;
    const at =
      typeof value === 'string' || typeof value === 'number' ? readInstant(String(value).trim()) : undefined;
    if (at !== undefined && isPlausible(at)) return at;
    this.add(path, 'an instant between 1990 and 2100 (RFC 3339 with an offset, or an epoch)', value);
    return undefined;
  }

  requiredInstant(path: string, value: unknown): Instant | undefined {
    if (!isEmpty(value)) return this.instant(path, value);
    this.add(path, 'an instant', value);
    return undefined;
  }

  /** A bare date, `2026-03-31`, of the years 1990 to 2100. */
  date(path: string, value: unknown): string | undefined {
    if (isEmpty(value)) return undefined;
    const text = typeof value === 'string' ? value.trim() : '';
    const day = parseDate(text);
    if (day !== undefined && text >= '1990-01-01' && text <= '2100-12-31') return text;
    this.add(path, 'a date between 1990 and 2100, such as 2026-03-31', value);
    return undefined;
  }
}
