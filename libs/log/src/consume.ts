import type { Batch, Reader } from './log.js';

/** Largest batch of the services: enough for large inserts, few enough for seconds of work. */
export const MAX_BATCH_RECORDS = 10_000;

export interface Consumption {
  /** Stops after the batch in hand is handled and committed, and lets go of the reader. */
  stop(): Promise<void>;
  /** Settles when the loop has ended: rejects where a batch could not be handled in all its attempts. */
  readonly ended: Promise<void>;
}

export interface ConsumeOptions {
  readonly maxRecords: number;
  /** How often a piece of work is tried before the loop gives up; it is read again at the next start. */
  readonly attempts: number;
  /** Waits between attempts, for so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** Told of every failed attempt. */
  readonly failed: (error: unknown, attempt: number) => void;
  /** Told of each batch that was given to another reader of the group before it was committed. */
  readonly lost?: (batch: Batch) => void;
  /** Work of the consumer's own, done after each batch and whenever nothing new came within the waiting time. */
  readonly between?: () => Promise<void>;
  readonly waitMs?: number;
}

/**
 * Reads batches one after another: handle, then commit. A batch is committed only once it is handled, so that a
 * crash between the two has it handled again: handlers must be idempotent. A batch that the group has given to
 * another reader meanwhile is not tried again, and the next one is read.
 */
export function consume(
  reader: Reader,
  handle: (batch: Batch) => Promise<unknown>,
  options: ConsumeOptions,
): Consumption {
  let stopping = false;
  const isStopping = (): boolean => stopping;
  /** @param isWanted whether the work is still worth another attempt */
  const retried = async (work: () => Promise<unknown>, isWanted: () => boolean): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await work();
        return;
      } catch (error) {
        options.failed(error, attempt);
        if (!isWanted()) return;
        if (attempt >= options.attempts || isStopping()) throw error;
        await options.pause(Math.min(30_000, 250 * 2 ** attempt));
      }
    }
  };
  const loop = async (): Promise<void> => {
    try {
      while (!isStopping()) {
        const batch = await reader.read({ maxRecords: options.maxRecords, waitMs: options.waitMs ?? 250 });
        if (batch !== null) {
          await retried(
            () => handle(batch),
            () => reader.holds(batch),
          );
          const isCommitted = reader.holds(batch) && (await reader.commit(batch));
          if (!isCommitted) options.lost?.(batch);
        }
        if (options.between !== undefined) await retried(options.between, () => true);
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
