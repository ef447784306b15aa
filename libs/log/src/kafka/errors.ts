/** What the broker called the error, `''` where it wasn't the broker's. */
export function typeOf(error: unknown): string {
  for (let at = error; typeof at === 'object' && at !== null; at = 'cause' in at ? at.cause : null) {
    if ('type' in at && typeof at.type === 'string') return at.type;
  }
  return '';
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
