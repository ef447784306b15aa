/** One write that is waiting for its transaction. */
export interface Write {
  /** Roughly what it adds to the transaction. */
  readonly bytes: number;
  /** Makes the changes, synchronously, in the open transaction. Must not throw: the others in it would fail too. */
  apply(): void;
  /** Once the transaction is on disk, before the next one is formed. */
  committed(): void;
  /** Once it is certain that the transaction failed, before the next one is formed. */
  failed(): void;
}

/** Writes in order, as few transactions as possible, one at a time. */
export interface CommitQueue {
  /** Resolves once the write is durable. @throws Error what `commit` threw for its transaction */
  submit(write: Write): Promise<void>;
  /** Takes no more writes, and resolves once those that were waiting are done. */
  close(): Promise<void>;
}

interface Waiting {
  readonly write: Write;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * While one transaction is being synced the next writes gather, and then share one sync. One at a time, so that a
 * failed transaction takes no later one with it and what it had assigned can be taken back.
 * @param commit runs `apply` in a transaction and resolves once it is durable
 * @param maxBytes where a transaction takes no more writes: it bounds how long forming it keeps the event loop
 */
export function createCommitQueue(
  commit: (apply: () => void) => Promise<void>,
  maxBytes: number,
): CommitQueue {
  let waiting: Waiting[] = [];
  let working: Promise<void> | null = null;
  let closed = false;

  function takeNext(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { write } of waiting) {
      bytes += write.bytes;
      if (count > 0 && bytes > maxBytes) break;
      count += 1;
    }
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return taken;
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const taken = takeNext();
      try {
        await commit(() => {
          for (const { write } of taken) write.apply();
        });
        for (const { write } of taken) write.committed();
        for (const { resolve } of taken) resolve();
      } catch (error) {
        for (const { write } of taken) write.failed();
        for (const { reject } of taken) reject(error);
      }
    }
    working = null;
  }

  return {
    submit: (write) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new Error('The log is closed.'));
          return;
        }
        waiting.push({ write, resolve, reject });
        // A turn later, so that what is submitted in one go is committed in one go.
        working ??= Promise.resolve().then(work);
      }),
    close: () => {
      closed = true;
      return working ?? Promise.resolve();
    },
  };
}
