/** A source of numbers that repeats itself for the same seed: the simulator knows no other chance. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** True in `share` of the cases (0 to 1). */
  chance(share: number): boolean;
  /** A number in [low, high). */
  between(low: number, high: number): number;
  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number;
  /** One of the items; throws a RangeError where there is none. */
  pick<T>(items: readonly T[]): T;
  /** One of the items, each in proportion to its weight. */
  weighted<T>(items: readonly (readonly [item: T, weight: number])[]): T;
  /** The items in a random order. */
  shuffled<T>(items: readonly T[]): T[];
  /** Normally distributed around 0 with deviation 1. */
  normal(): number;
  /** A factor around 1 whose logarithm deviates by `deviation`. */
  spread(deviation: number): number;
}

/** FNV-1a over the code units: a different text starts a different sequence. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** mulberry32: 32 bits of state, good enough for a world of this size and very fast. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * The random numbers that belong to a key under a seed. Each deal, account and person has its own, so that none
 * depends on which others were drawn before it.
 */
export function randomFor(seed: number, key: string): Random {
  // Neighbouring seeds share no sequence: the hash of both together decides.
  const next = mulberry32(hash(`${seed}/${key}`));
  const between = (low: number, high: number): number => low + next() * (high - low);
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const at = <T>(items: readonly T[], index: number): T => {
    if (index >= items.length) throw new RangeError('there is nothing to choose from');
    return items[index] as T;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    chance: (share) => next() < share,
    between,
    whole,
    pick: (items) => at(items, Math.floor(next() * items.length)),
    weighted: (items) => {
      let left = next() * items.reduce((sum, [, weight]) => sum + weight, 0);
      const found = items.findIndex(([, weight]) => (left -= weight) < 0);
      return at(items, found < 0 ? items.length - 1 : found)[0];
    },
    shuffled: (items) => {
      const order = [...items];
      for (let i = order.length - 1; i > 0; i--) {
        const j = whole(0, i);
        [order[i], order[j]] = [at(order, j), at(order, i)];
      }
      return order;
    },
    normal,
    spread: (deviation) => Math.exp(deviation * normal()),
  };
}
