import type { Batch, Reader } from '#log/log.js';
import type { FastOutcome, FastPath, Load } from './fast-path.js';

export interface LoadOptions {
  readonly reader: Reader;
  readonly fast: FastPath;
  /** The careful path: takes batches in, with whatever attempts it needs. */
  readonly careful: (batches: readonly Batch[]) => Promise<unknown>;
  /** Whether nothing in these batches has to do with any event that the fast path stores, as what is refused has not. */
  readonly isAside: (batches: readonly Batch[]) => boolean;
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

interface Stored {
  /** None where the fast path failed, and the careful one did it all. */
  readonly outcome: FastOutcome | undefined;
  /** What the careful path still does, while what comes next is stored. */
  readonly aside: Promise<unknown>;
}

const NOTHING: Promise<unknown> = Promise.resolve();

interface UnderWay {
  readonly load: Load;
  /** How many of its events the fast path has taken; settles once all of it is committed. */
  readonly ended: Promise<number>;
  hasEnded: boolean;
}

/** One is stored while the one before is told and the one before that is committed. */
const MOST_UNDER_WAY = 3;
/** Of one batch: filling it in takes all of the thread, and whatever waits to go on, waits so long. */
const SLICE_RECORDS = 5_000;
/** How long is waited for records while there is something else to do. */
const SHORT_WAIT_MS = 5;

/**
 * Reads batches into loads: one is filled while the one before is stored and the one before that is told. Commits in
 * the order of reading, each batch only once all of it is stored and told. Ends when it is to stop, or where the
 * careful path gives up; nothing is under way then.
 */
export async function consumeLoads(options: LoadOptions): Promise<void> {
  const { reader, fast, careful, isAside, failed, done, lost } = options;
  const { maxRecords, fillMs, waitMs, now, isStopping } = options;
  const underWay: UnderWay[] = [];
  let storing: Promise<unknown> = Promise.resolve();
  let telling: Promise<unknown> = Promise.resolve();
  let committing: Promise<unknown> = Promise.resolve();
  let handling: Promise<unknown> = Promise.resolve();
  let load = fast.load();
  let firstAt = 0;

  /** One call at a time. */
  function carefully(batches: readonly Batch[]): Promise<unknown> {
    const done = handling.then(() => careful(batches));
    handling = done.catch(() => undefined);
    return done;
  }

  /** One at a time, what it leaves to the careful path included: each must find in the store what came before. */
  async function store(full: Load): Promise<Stored> {
    let outcome: FastOutcome | undefined;
    try {
      outcome = await fast.store(full);
    } catch (error) {
      failed(error);
    }
    const rest = outcome?.rest ?? full.batches;
    if (rest.length === 0) return { outcome, aside: NOTHING };
    const handled = carefully(rest);
    if (outcome !== undefined && isAside(rest)) {
      // Waited for before the commit; its failure must not end the process until then.
      handled.catch(() => undefined);
      return { outcome, aside: handled };
    }
    await handled;
    return { outcome, aside: NOTHING };
  }

  async function storeAndTell(full: Load): Promise<number> {
    const stored = storing.then(() => store(full));
    storing = stored.catch(() => undefined);
    const told = Promise.all([stored, telling]).then(async ([{ outcome, aside }]) => {
      try {
        await outcome?.tell();
      } catch (error) {
        failed(error);
        // It finds all of it stored, and tells it once more.
        await carefully(full.batches);
      }
      await aside;
      return outcome?.taken ?? 0;
    });
    telling = told.catch(() => undefined);
    const committed = Promise.all([told, committing]).then(() => commit(full));
    committing = committed.catch(() => undefined);
    await committed;
    return told;
  }

  async function commit({ batches }: Load): Promise<void> {
    const last = new Map<string, Batch>();
    for (const batch of batches) last.set(`${batch.topic}/${batch.partition}`, batch);
    const commits = [...last.values()].map(async (batch) => {
      if (!(reader.holds(batch) && (await reader.commit(batch)))) lost?.(batch);
    });
    await Promise.all(commits);
  }

  async function finishFirst(): Promise<void> {
    const [first] = underWay;
    if (first === undefined) return;
    const taken = await first.ended;
    underWay.shift();
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
        maxRecords: Math.min(maxRecords, SLICE_RECORDS),
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
