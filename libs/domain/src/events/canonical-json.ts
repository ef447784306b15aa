/**
 * JSON text with keys sorted by code unit and no spaces: equal for equal values, however they were written.
 * @param value of JSON, and nested no deeper than a validated event; fields that are undefined are left out
 */
export function canonicalJson(value: unknown): string {
  if (value === undefined) return 'null';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const object = value as Readonly<Record<string, unknown>>;
  const fields: string[] = [];
  // Written one by one: an object made of sorted keys would put those that look like numbers first.
  for (const key of Object.keys(object).sort(byCodeUnit)) {
    const field = object[key];
    if (field !== undefined) fields.push(`${JSON.stringify(key)}:${canonicalJson(field)}`);
  }
  return `{${fields.join(',')}}`;
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : 1;
}
