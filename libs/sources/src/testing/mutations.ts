import fc from 'fast-check';

const DEEP: unknown = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
const DEEP_OBJECT: unknown = JSON.parse(`${'{"value":'.repeat(5000)}1${'}'.repeat(5000)}`);

/** What a field may hold that nobody expects there. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    'soon',
    '2026-02-30',
    '2026-03-02',
    '10:30',
    '99:99',
    'true',
    true,
    false,
  ),
  fc.constantFrom<unknown>(
    0,
    -1,
    7,
    1.5,
    1e300,
    1_772_442_000,
    1_772_442_000_137,
    '1772442000137',
    '1e3',
    '12k',
  ),
  fc.constantFrom<unknown>(
    '\ud800',
    'x'.repeat(200_000),
    '𝒳'.repeat(5000),
    'Ω@пример.example',
    '__proto__',
    'constructor',
  ),
  fc.constantFrom<unknown>(
    [],
    [null],
    [[]],
    [{}],
    ['x', 'x'],
    {},
    { value: [] },
    { values: [{ id: {} }] },
    { toString: 1, valueOf: 2 },
    JSON.parse('{"__proto__":{"id":1,"data":{}},"constructor":{"prototype":7}}'),
    DEEP,
    DEEP_OBJECT,
  ),
  fc.jsonValue(),
);

const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'id', 'value', 'length', ''),
  fc.string(),
);

type Mutate = (value: unknown) => unknown;

const mutation: fc.Arbitrary<Mutate> = fc.oneof(
  junk.map(
    (value): Mutate =>
      () =>
        value,
  ),
  fc.nat(30).map(
    (at): Mutate =>
      (value) =>
        without(value, at),
  ),
  fc.tuple(key, junk).map(
    ([name, inner]): Mutate =>
      (value) =>
        withKey(value, name, inner),
  ),
  fc.constant<Mutate>((value) => (typeof value === 'number' ? String(value) : [value])),
  fc.constant<Mutate>((value) => (typeof value === 'string' ? Number(value) : { value })),
);

/** Sound records, each changed at up to four places: types swapped, fields dropped, odd keys, deep and huge values. */
export function mutated(records: readonly unknown[]): fc.Arbitrary<unknown> {
  const place = fc.array(fc.nat(40), { maxLength: 4 });
  return fc
    .tuple(fc.constantFrom(...records), fc.array(fc.tuple(place, mutation), { minLength: 1, maxLength: 4 }))
    .map(([record, changes]) =>
      changes.reduce<unknown>((value, [path, mutate]) => changeAt(value, path, mutate), record),
    );
}

function changeAt(value: unknown, [step, ...rest]: readonly number[], mutate: Mutate): unknown {
  if (step === undefined || typeof value !== 'object' || value === null) return mutate(value);
  const names = Object.keys(value);
  const name = names[step % Math.max(1, names.length)];
  if (name === undefined) return mutate(value);
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) =>
      String(index) === name ? changeAt(item, rest, mutate) : item,
    );
  }
  return rebuilt(value, (entry, inner: unknown) => [
    entry,
    entry === name ? changeAt(inner, rest, mutate) : inner,
  ]);
}

function without(value: unknown, at: number): unknown {
  if (typeof value !== 'object' || value === null) return null;
  const names = Object.keys(value);
  const gone = names[at % Math.max(1, names.length)];
  if (Array.isArray(value)) return value.filter((_item, index) => String(index) !== gone);
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== gone));
}

function withKey(value: unknown, name: string, inner: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { [name]: inner };
  return Object.fromEntries([...Object.entries(value), [name, inner]]);
}

/** By entries, so that `__proto__` is a field as it is in parsed JSON. */
function rebuilt(value: object, change: (name: string, inner: unknown) => [string, unknown]): object {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => change(name, inner)),
  );
}
