import type { Fault, How, Order, Word } from './clickhouse-bridge-protocol.js';

/** A request of which a fault has been made out. */
export interface Struck {
  readonly how: How;
  /** Tells the test that the request is at the point that it was to come to. */
  hit(): void;
  /** Settles when the test lets the request go. */
  readonly released: Promise<void>;
}

export interface Faults {
  obey(order: Order): void;
  /** @returns what is to be done to this request; undefined: answer it */
  strike(by: string, statement: string): Struck | undefined;
}

interface Standing {
  readonly fault: Fault;
  readonly released: Promise<void>;
  release(): void;
  toPass: number;
  toHit: number;
}

/** The faults that stand, each by the number that the test gave it. */
export function createFaults(say: (word: Word) => void): Faults {
  const standing = new Map<number, Standing>();
  return {
    obey(order) {
      if (order.do === 'break') standing.set(order.number, stand(order.fault));
      else {
        standing.get(order.number)?.release();
        standing.delete(order.number);
      }
      say({ said: 'done', number: order.number });
    },
    strike(by, statement) {
      for (const [number, one] of standing) {
        const { fault, released } = one;
        if (fault.by !== undefined && fault.by !== by) continue;
        if (!statement.startsWith(fault.statement ?? '')) continue;
        if (one.toPass > 0) one.toPass -= 1;
        else if (one.toHit > 0) {
          one.toHit -= 1;
          const beginning = statement.slice(0, 60).replaceAll(/\s+/g, ' ');
          const hit = (): void => {
            say({ said: 'hit', number, statement: beginning });
          };
          return { how: fault.how, hit, released };
        }
      }
      return undefined;
    },
  };
}

function stand(fault: Fault): Standing {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  return { fault, released, release, toPass: fault.after ?? 0, toHit: fault.count ?? 1 };
}
