import type { System } from './system.js';

/** How long nothing may move before it is told. */
export const STANDSTILL_MS = 30_000;

export interface DrainOptions {
  readonly pause: (ms: number) => Promise<void>;
  readonly waiting?: (records: number) => void;
  readonly signal?: AbortSignal;
  /** For services that run elsewhere, if they run at all: told once each time that nothing moves. */
  readonly standstill?: {
    /** Milliseconds. */
    readonly now: () => number;
    readonly say: (message: string) => void;
  };
}

/** Waits until everything that was appended is taken in and scored. */
export async function drained(system: Pick<System, 'lag'>, options: DrainOptions): Promise<void> {
  const watch = watchStandstill(options.standstill);
  while (options.signal?.aborted !== true) {
    const { ingest, scorer } = await system.lag();
    options.waiting?.(ingest + scorer);
    if (ingest + scorer === 0) return;
    watch(ingest, scorer);
    await options.pause(100);
  }
}

/** What is told where nothing moves: of ingest as long as it has work, as the scorer waits for it. */
const hints = {
  ingest: `nothing was taken in for ${STANDSTILL_MS / 1_000} s: is ingest running?`,
  scorer: `nothing was scored for ${STANDSTILL_MS / 1_000} s: is the scorer running?`,
};

function watchStandstill(standstill: DrainOptions['standstill']): (ingest: number, scorer: number) => void {
  if (standstill === undefined) return () => undefined;
  const { now, say } = standstill;
  let best: { who: keyof typeof hints; lag: number; at: number } | undefined;
  let isTold = false;
  return (ingest, scorer) => {
    const who = ingest > 0 ? 'ingest' : 'scorer';
    const lag = ingest > 0 ? ingest : scorer;
    if (best?.who !== who || lag < best.lag) {
      best = { who, lag, at: now() };
      isTold = false;
    } else if (!isTold && now() - best.at >= STANDSTILL_MS) {
      say(hints[who]);
      isTold = true;
    }
  };
}
