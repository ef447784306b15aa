/** Something wrong in a file that people write: where, and what was expected. */
export interface Fault {
  /** Such as `pipelines.default.stages[2].order`. */
  readonly path: string;
  readonly message: string;
}

/** Reads one value of the file; adds a fault and returns undefined where it is not what was expected. */
export type ReadValue<T> = (value: unknown, path: string, faults: Fault[]) => T | undefined;

/** A value as it is quoted in a fault. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  if (value === undefined) return 'nothing';
  // JSON has no word for .nan and .inf, which YAML has.
  return typeof value === 'number' ? String(value) : JSON.stringify(value).slice(0, 80);
}

export function expected(what: string, isIt: (value: unknown) => boolean): ReadValue<unknown> {
  return (value, path, faults) => {
    if (isIt(value)) return value;
    faults.push({ path, message: `expected ${what}, got ${quote(value)}` });
    return undefined;
  };
}

export function listOf(item: ReadValue<unknown>, what: string): ReadValue<unknown[]> {
  return (value, path, faults) => {
    if (!Array.isArray(value)) {
      faults.push({ path, message: `expected a list of ${what}, got ${quote(value)}` });
      return undefined;
    }
    return value.map((entry: unknown, index) => item(entry, `${path}[${index}]`, faults));
  };
}

export function asMap(
  value: unknown,
  path: string,
  faults: Fault[],
): Readonly<Record<string, unknown>> | undefined {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  faults.push({ path, message: `expected a map, got ${quote(value)}` });
  return undefined;
}

/** A map with known keys only; each is optional. An unknown key is a fault that names what may have been meant. */
export function mapOf(
  fields: Readonly<Record<string, ReadValue<unknown>>>,
): ReadValue<Readonly<Record<string, unknown>>> {
  return (value, path, faults) => {
    const map = asMap(value, path, faults);
    if (map === undefined) return undefined;
    for (const [key, inner] of Object.entries(map)) {
      const at = path === '' ? key : `${path}.${key}`;
      const read = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (read === undefined)
        faults.push({ path: at, message: `unknown key${meant(key, Object.keys(fields))}` });
      else read(inner, at, faults);
    }
    return map;
  };
}

/** `; did you mean x?`, or what there is where nothing is close. */
export function meant(key: string, known: readonly string[]): string {
  const close = nearest(key, known);
  if (close !== undefined) return `; did you mean ${close}?`;
  return known.length === 0
    ? ''
    : `; known are ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}`;
}

/** The known word that differs least, without regard to case; undefined where none is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  // Nobody who slips writes that much, and comparing takes time by its length.
  if (word.length > 200) return undefined;
  const close = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const allowed = Math.max(1, Math.floor(word.length / 3));
  return close !== undefined && close.distance <= allowed ? close.candidate : undefined;
}

/** How many letters must be added, removed or changed to make one word of the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
