import { clickHouseError } from './clickhouse-error.js';

/** Lets so many in at a time, in the order in which they came. */
export interface Slots {
  /**
   * @returns gives the place back; to be called once
   * @throws ClickHouseError where too many wait already, or the signal ended the wait
   */
  enter(signal: AbortSignal): Promise<() => void>;
  /** Resolves when nobody is in and nobody waits. */
  empty(): Promise<void>;
}

export function createSlots(places: number, seats: number): Slots {
  const waiting = new Set<() => void>();
  const watching: (() => void)[] = [];
  let inside = 0;

  function leave(): void {
    // The place is handed over: were it free in between, somebody could slip in.
    const [next] = waiting;
    if (next !== undefined) {
      next();
      return;
    }
    inside -= 1;
    if (inside === 0) for (const seen of watching.splice(0)) seen();
  }

  return {
    async enter(signal) {
      if (signal.aborted) throw cancelled();
      if (inside < places) {
        inside += 1;
        return leave;
      }
      if (waiting.size >= seats) {
        throw clickHouseError('TOO_MANY_SIMULTANEOUS_QUERIES', `${inside} queries run, and ${seats} wait`);
      }
      await turn(waiting, signal);
      return leave;
    },
    async empty() {
      if (inside === 0) return;
      await new Promise<void>((resolve) => watching.push(resolve));
    },
  };
}

function turn(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      waiting.delete(enter);
      reject(cancelled());
    };
    const enter = (): void => {
      waiting.delete(enter);
      signal.removeEventListener('abort', giveUp);
      resolve();
    };
    waiting.add(enter);
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

function cancelled(): Error {
  return clickHouseError('QUERY_WAS_CANCELLED', 'Query was cancelled');
}
