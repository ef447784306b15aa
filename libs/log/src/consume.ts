import type { Batch, Reader } from './log.js';

/** Most records of the services' batches together: enough for large inserts, few enough for seconds of work. */
export const MAX_BATCH_RECORDS = 10_000;

export interface Consumption {
  /** Stops after the batch in hand is handled and committed, and lets go of the reader. */
  stop(): Promise<void>;
  /** Settles when the loop has ended: rejects where a batch could not be handled in all its attempts. */
  readonly ended: Promise<void>;
}

export interface ConsumeOptions {
  /** Most records that are handled together. */
  readonly maxRecords: number;
  /** How often a piece of work is tried before the loop gives up; it is read again at the next start. */
  readonly attempts: number;
  /** Waits between attempts, for so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** Told of every failed attempt. */
  readonly failed: (error: unknown, attempt: number) => void;
  /** Told of each batch that was given to another reader of the group before it was committed. */
  readonly lost?: (batch: Batch) => void;
  /**
   * Work of the consumer's own, done after each batch and whenever nothing new came within the waiting time.
   * @returns true where it has more to do: what is there to be read is handled, and nothing is waited for
   */
  readonly between?: () => Promise<unknown>;
  readonly waitMs?: number;
}

/**
 * Reads batches and handles together those that are there, of any partitions: handle, then commit. A batch is
 * committed only once it is handled, so that a crash between the two has it handled again: handlers must be
 * idempotent. A batch that the group has given to another reader meanwhile is not tried again.
 */
export function consume(
  reader: Reader,
  handle: (batches: readonly Batch[]) => Promise<unknown>,
  options: ConsumeOptions,
): Consumption {
  let stopping = false;
  const isStopping = (): boolean => stopping;
  /** One partition's batch is often small: an insert for each would cost more than all of them together. */
  const gather = async (isHurried: boolean): Promise<readonly Batch[]> => {
    const batches: Batch[] = [];
    for (let left = options.maxRecords; left > 0;) {
      const waitMs = batches.length === 0 && !isHurried ? (options.waitMs ?? 250) : 0;
      const batch = await reader.read({ maxRecords: left, waitMs });
      if (batch === null) break;
      batches.push(batch);
      left -= batch.records.length;
    }
    return batches;
  };
  const loop = async (): Promise<void> => {
    let isHurried = false;
    try {
      while (!isStopping()) {
        const batches = await gather(isHurried);
        const held =
          batches.length === 0
            ? batches
            : await handleHeld(reader, handle, batches, { ...options, isStopping });
        for (const batch of batches) {
          const isCommitted = held.includes(batch) && reader.holds(batch) && (await reader.commit(batch));
          if (!isCommitted) options.lost?.(batch);
        }
        const { between } = options;
        if (between !== undefined) {
          const work = async (): Promise<void> => {
            isHurried = (await between()) === true;
          };
          await withAttempts(work, { ...options, isStopping, isWanted: () => true });
        }
      }
    } finally {
      await reader.close();
    }
  };
  const ended = loop();
  return {
    ended,
    async stop() {
      stopping = true;
      await ended;
    },
  };
}

/**
 * Handles batches with the attempts that the options give; before each further one those that were lost are left out.
 * @returns those that were held to the end
 */
export async function handleHeld(
  reader: Pick<Reader, 'holds'>,
  handle: (batches: readonly Batch[]) => Promise<unknown>,
  batches: readonly Batch[],
  options: Pick<ConsumeOptions, 'attempts' | 'pause' | 'failed'> & { readonly isStopping: () => boolean },
): Promise<readonly Batch[]> {
  let held = batches;
  await withAttempts(() => handle(held), {
    ...options,
    isWanted: () => {
      held = held.filter((batch) => reader.holds(batch));
      return held.length > 0;
    },
  });
  return held;
}

/**
 * Does a piece of work, again and again where it fails.
 * @param options.isWanted whether it is still worth another attempt
 * @throws what it last failed with, after all attempts or where there is no time for another
 */
async function withAttempts(
  work: () => Promise<unknown>,
  options: Pick<ConsumeOptions, 'attempts' | 'pause' | 'failed'> & {
    readonly isWanted: () => boolean;
    readonly isStopping: () => boolean;
  },
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      options.failed(error, attempt);
      if (!options.isWanted()) return;
      if (attempt >= options.attempts || options.isStopping()) throw error;
      await options.pause(Math.min(30_000, 250 * 2 ** attempt));
    }
  }
}
