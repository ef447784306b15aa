import { setImmediate as nextTurn } from 'node:timers/promises';

// What setTimeout can count to; it takes more for 1 ms.
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** Waits for something that others bring about and tell of. One at a time. */
export interface Waiting {
  /** Something has changed: whoever waits looks again. */
  wake(): void;
  /**
   * @param take what is waited for, or null; undefined ends the waiting without it
   * @returns it, or null where it did not come in time
   */
  until<T>(take: () => T | null | undefined, waitMs: number): Promise<T | null>;
}

export function createWaiting(): Waiting {
  let wake: () => void = () => undefined;
  return {
    wake() {
      wake();
    },
    async until(take, waitMs) {
      // All of it is synchronous where there is something: without this a reader that catches up would let no timer
      // and no socket of the process have its turn.
      await nextTurn();
      let waitedEnough = waitMs <= 0;
      const timer = setTimeout(
        () => {
          waitedEnough = true;
          wake();
        },
        Math.min(waitMs, LONGEST_WAIT_MS),
      );
      try {
        for (;;) {
          const taken = take();
          if (taken !== null || waitedEnough) return taken ?? null;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
