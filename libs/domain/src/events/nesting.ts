/** No event of any source comes near it; far below what recursive readers and writers of JSON can bear. */
export const MAX_NESTING = 32;

/**
 * Whether a value of JSON nests further than what can be read and written safely: writing out a list in a list in
 * a list … some thousand times over ends in a stack overflow.
 * @param levels how many levels of objects and lists are allowed, the value itself included
 */
export function nestsDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (nestsDeeperThan(levels - 1, item)) return true;
    return false;
  }
  for (const key in value) {
    if (nestsDeeperThan(levels - 1, (value as Readonly<Record<string, unknown>>)[key])) return true;
  }
  return false;
}
