/** What a broker answers for a group while it takes the group over, or before it has any groups at all. */
const MOVING: readonly unknown[] = [
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
];
const ATTEMPTS = 40;
const PAUSE_MS = 250;

/**
 * Asks about a group again while its coordinator is moving, up to 10 s: of this kind of request the client does not
 * do that by itself.
 * @throws what the last attempt threw, or any that threw something else
 */
export async function askCoordinator<T>(
  ask: () => Promise<T>,
  pause: (ms: number) => Promise<unknown>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      // Not its cause: that is of requests which the client has tried again already.
      const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
      if (!MOVING.includes(type) || attempt === ATTEMPTS) throw error;
      await pause(PAUSE_MS);
    }
  }
}
