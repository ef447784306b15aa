import { describeError } from './redact.js';
import { within } from './within.js';

/** Resolves where what it is about works; rejects with what to do otherwise. */
export type Check = () => Promise<void>;

/** By name, as they are told. */
export type Checks = Readonly<Record<string, Check>>;

export interface CheckResult {
  readonly ok: boolean;
  readonly reason?: string;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/**
 * Runs all checks at once.
 * @param timeoutMs a check that takes longer counts as failed; it is not started again before it has ended
 */
export function createReadiness(checks: Checks, timeoutMs: number): () => Promise<Readiness> {
  const underWay = new Map<string, Promise<void>>();
  const run = (name: string, check: Check): Promise<void> => {
    // A store that hangs must not be asked once more by every probe.
    const running =
      underWay.get(name) ??
      check().finally(() => {
        underWay.delete(name);
      });
    underWay.set(name, running);
    return within(running, timeoutMs, `no answer within ${timeoutMs} ms`);
  };
  return async () => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]): Promise<readonly [string, CheckResult]> => {
        try {
          await run(name, check);
          return [name, { ok: true }];
        } catch (error) {
          const reason = error instanceof Error ? describeError(error).message : 'failed';
          return [name, { ok: false, reason }];
        }
      }),
    );
    return { ready: results.every(([, { ok }]) => ok), checks: Object.fromEntries(results) };
  };
}
