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
  /** Work of the consumer's own, done after each batch and whenever nothing new came within the waiting time. */
  readonly between?: () => Promise<void>;
  readonly waitMs?: number;
}

/**
 * Reads batches one after another: handle, then commit. A batch is committed only once it is handled, so that a
 * crash between the two has it handled again: handlers must be idempotent.
 */
export function consume(
  reader: Reader,
  handle: (batch: Batch) => Promise<unknown>,
  options: ConsumeOptions,
): Consumption {
  let stopping = false;
  const isStopping = (): boolean => stopping;
  const retried = async (work: () => Promise<unknown>): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await work();
        return;
      } catch (error) {
        options.failed(error, attempt);
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
          await retried(() => handle(batch));
          await reader.commit(batch);
        }
        if (options.between !== undefined) await retried(options.between);
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
