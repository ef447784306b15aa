import type { Delivery } from '#domain/alerts/types.js';

/** Outcomes on their way into the store. */
export interface OutcomeWriter {
  add(delivery: Delivery): void;
  /** How many are not stored yet. */
  size(): number;
  /**
   * Stores what has gathered, at most 5,000 at once. One at a time.
   * @throws Error what the store threw; the outcomes are kept and are stored by the next call
   */
  flush(): Promise<void>;
}

const MOST_AT_ONCE = 5_000;

/** @param written told what is stored; until then its message is not to be sent again */
export function createOutcomeWriter(
  write: (deliveries: readonly Delivery[]) => Promise<void>,
  written: (deliveries: readonly Delivery[]) => void,
): OutcomeWriter {
  let gathered: Delivery[] = [];
  return {
    add(delivery) {
      gathered.push(delivery);
    },
    size: () => gathered.length,
    async flush() {
      if (gathered.length === 0) return;
      const taken = gathered.slice(0, MOST_AT_ONCE);
      await write(taken);
      gathered = gathered.slice(taken.length);
      written(taken);
    },
  };
}
