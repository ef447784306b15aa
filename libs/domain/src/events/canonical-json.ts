/** JSON text with sorted keys and no spaces: equal for equal values, however they were written. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const sorted: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const key of Object.keys(inner).sort((a, b) => (a < b ? -1 : 1)))
      sorted[key] = (inner as Record<string, unknown>)[key];
    return sorted;
  });
}
