import type { Instant } from '#domain/time/instant.js';

/** More callers than this are not remembered: those not seen for longest start anew. */
const MAX_CALLERS = 10_000;

export interface RateLimit {
  /** Counts a request: 0 where it may pass, else the seconds after which one will. */
  take(caller: string): number;
}

/**
 * An allowance for each caller, spent one a request and filled again evenly over a minute. It is kept in a bounded
 * map and needs no timer: nothing grows with the requests or the callers.
 */
export function createRateLimit({
  perMinute,
  now,
  maxCallers = MAX_CALLERS,
}: {
  readonly perMinute: number;
  readonly now: () => Instant;
  readonly maxCallers?: number;
}): RateLimit {
  const allowances = new Map<string, { left: number; at: Instant }>();
  const perMs = perMinute / 60_000;
  return {
    take(caller) {
      const at = now();
      const known = allowances.get(caller);
      // A clock that was put back gives nothing, and takes nothing.
      const left =
        known === undefined
          ? perMinute
          : Math.min(perMinute, known.left + Math.max(0, at - known.at) * perMs);
      const passes = left >= 1;
      allowances.delete(caller);
      allowances.set(caller, { left: passes ? left - 1 : left, at });
      if (allowances.size > maxCallers) {
        const [oldest] = allowances.keys();
        if (oldest !== undefined) allowances.delete(oldest);
      }
      return passes ? 0 : Math.max(1, Math.ceil((1 - left) / perMs / 1_000));
    },
  };
}
