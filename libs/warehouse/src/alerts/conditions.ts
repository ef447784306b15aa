import type { Row } from '../select.js';

/** WHERE, with its parameters, of those conditions that the filter has a value for. */
export function conditionsOf(
  conditions: Readonly<Record<string, string>>,
  filter: object,
): { readonly where: string; readonly params: Row } {
  const given = Object.entries(filter).filter(
    ([name, value]) => name in conditions && value !== undefined,
  ) as readonly [string, unknown][];
  const where = given.map(([name]) => conditions[name]).join(' AND ');
  return { where: where === '' ? '' : `WHERE ${where}`, params: Object.fromEntries(given) };
}
