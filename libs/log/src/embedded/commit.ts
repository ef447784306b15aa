import { writeAsOwner } from './ownership.js';
import type { Store } from './store.js';

/**
 * The function that commits writes durably, on LMDB's own thread.
 * @returns takes what makes the writes; resolves once they are on disk, rejects with one line that says what to do
 */
export function createCommit(store: Store, fence: number): (apply: () => void) => Promise<void> {
  let broken = false;
  return async (apply) => {
    if (broken) {
      throw new Error(
        `The log at ${store.path} can't be written since a write failed: restart this process.`,
      );
    }
    let owned: boolean;
    try {
      owned = await writeAsOwner(store, fence, apply);
    } catch (error) {
      broken = !isWritable(store);
      const cause = await causeOf(error);
      // A full disk shows as an input/output error: LMDB takes a short write for one.
      throw new Error(
        `Can't write to the log at ${store.path} (${cause.message}): see that its disk has space left and is sound.`,
        { cause },
      );
    }
    if (!owned) throw new Error(`Another process has taken over the log at ${store.path}: stop this one.`);
  };
}

/** Where writing the meta page failed, LMDB refuses all transactions, and one begun on its thread never settles. */
function isWritable(store: Store): boolean {
  try {
    store.root.transactionSync(() => undefined);
    return true;
  } catch {
    return false;
  }
}

/** lmdb hands the reason of a failed commit over as a promise that rejects with it. */
async function causeOf(error: unknown): Promise<Error> {
  const failure = error instanceof Error ? error : new Error(String(error));
  if (!('commitError' in failure)) return failure;
  try {
    await failure.commitError;
    return failure;
  } catch (cause) {
    return cause instanceof Error ? cause : failure;
  }
}
