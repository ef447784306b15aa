import type { Instant } from '#domain/time/instant.js';

/** Whether a loop still gets anywhere: a process that is there but does nothing should be started anew. */
export interface Progress {
  /** The loop has finished a batch, or has asked for one. */
  beat(): void;
  state(): ProgressState;
}

export interface ProgressState {
  readonly moving: boolean;
  /** When the loop last got on; before the first time, when it was set up. */
  readonly since: Instant;
  readonly staleAfterMs: number;
}

/** @param staleAfterMs how long nothing may happen; longer than the slowest batch with all its attempts */
export function createProgress({
  now,
  staleAfterMs,
}: {
  readonly now: () => Instant;
  readonly staleAfterMs: number;
}): Progress {
  let since = now();
  return {
    beat() {
      since = now();
    },
    state: () => ({ moving: now() - since <= staleAfterMs, since, staleAfterMs }),
  };
}
