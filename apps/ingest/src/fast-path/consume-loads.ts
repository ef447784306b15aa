import type { Batch, Reader } from '#log/log.js';
import type { FastOutcome, FastPath, Load } from './fast-path.js';

export interface LoadOptions {
  readonly reader: Reader;
  readonly fast: FastPath;
  /** The careful path: takes batches in, with whatever attempts it needs. */
  readonly careful: (batches: readonly Batch[]) => Promise<unknown>;
  /** Told why the fast path failed for a load, which is then the careful path's. */
  readonly failed: (error: unknown) => void;
  /** Told of each load that was stored and committed. */
  readonly done?: (load: Load, taken: number) => void;
  readonly lost?: (batch: Batch) => void;
  readonly maxRecords: number;
  /** How long a load is waited for to fill, from its first record on. */
  readonly fillMs: number;
  readonly waitMs: number;
  readonly now: () => number;
  readonly isStopping: () => boolean;
}

interface UnderWay {
  readonly load: Load;
  /** How many of its events the fast path has taken. */
  readonly ended: Promise<number>;
  hasEnded: boolean;
}

/** One is stored while the one before is told. */
const MOST_UNDER_WAY = 2;
/** How long is waited for records while there is something else to do. */
const SHORT_WAIT_MS = 5;

/**
 * Reads batches into loads: one is filled while the one before is stored and the one before that is told. Commits in
 * the order of reading, each batch only once all of it is stored and told. Ends when it is to stop, or where the
 * careful path gives up; nothing is under way then.
 */
export async function consumeLoads(options: LoadOptions): Promise<void> {
  const { reader, fast, careful, failed, done, lost, maxRecords, fillMs, waitMs, now, isStopping } = options;
  const underWay: UnderWay[] = [];
  let storing: Promise<unknown> = Promise.resolve();
  let telling: Promise<unknown> = Promise.resolve();
  let load = fast.load();
  let firstAt = 0;

  /** One at a time, the careful path included: each must find in the store what came before. */
  async function store(full: Load): Promise<FastOutcome | undefined> {
    let outcome: FastOutcome | undefined;
    try {
      outcome = await fast.store(full);
    } catch (error) {
      failed(error);
    }
    const rest = outcome?.rest ?? full.batches;
    if (rest.length > 0) await careful(rest);
    return outcome;
  }

  async function storeAndTell(full: Load): Promise<number> {
    const stored = storing.then(() => store(full));
    storing = stored.catch(() => undefined);
    const told = Promise.all([stored, telling]).then(async ([outcome]) => {
      try {
        await outcome?.tell();
      } catch (error) {
        failed(error);
        // It finds all of it stored, and tells it once more.
        await careful(full.batches);
      }
    });
    telling = told.catch(() => undefined);
    await told;
    return (await stored)?.taken ?? 0;
  }

  async function finishFirst(): Promise<void> {
    const [first] = underWay;
    if (first === undefined) return;
    const taken = await first.ended;
    underWay.shift();
    const last = new Map<string, Batch>();
    for (const batch of first.load.batches) last.set(`${batch.topic}/${batch.partition}`, batch);
    for (const batch of last.values())
      if (!(reader.holds(batch) && (await reader.commit(batch)))) lost?.(batch);
    done?.(first.load, taken);
  }

  async function start(): Promise<void> {
    while (underWay.length >= MOST_UNDER_WAY) await finishFirst();
    const started: UnderWay = { load, ended: storeAndTell(load), hasEnded: false };
    const end = (): void => {
      started.hasEnded = true;
    };
    started.ended.then(end, end);
    underWay.push(started);
    load = fast.load();
  }

  try {
    while (!isStopping()) {
      const isEmpty = load.records === 0;
      const idle = underWay.length === 0 ? waitMs : SHORT_WAIT_MS;
      const batch = await reader.read({
        maxRecords,
        waitMs: isEmpty ? idle : Math.max(0, firstAt + fillMs - now()),
      });
      if (batch !== null) {
        if (isEmpty) firstAt = now();
        load.add(batch);
      }
      if (load.isFull || (load.records > 0 && now() - firstAt >= fillMs)) await start();
      else if (underWay[0]?.hasEnded === true) await finishFirst();
    }
    if (load.records > 0) await start();
    while (underWay.length > 0) await finishFirst();
  } finally {
    await Promise.allSettled(underWay.map(({ ended }) => ended));
  }
}
