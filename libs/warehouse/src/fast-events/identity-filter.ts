/** Bits are set in one line of the cache for each hash. */
const BITS_A_LINE = 512;
const WORDS_A_LINE = BITS_A_LINE / 32;
const BITS_A_HASH = 10;

/** Which hashes it has seen: what it says no to it has not; of what it says yes to, about one in a hundred neither. */
export interface HashFilter {
  /** Whether more hashes make it say yes to too many others. */
  readonly isFull: boolean;
  add(hash: number): void;
  mayHave(hash: number): boolean;
}

/** @param capacity hashes that it is made for; memory: up to 20 bits for each */
export function createHashFilter(capacity: number): HashFilter {
  const lines = 2 ** Math.ceil(Math.log2(Math.max(1, (capacity * BITS_A_HASH) / BITS_A_LINE)));
  const words = new Uint32Array(lines * WORDS_A_LINE);
  let added = 0;
  const lineOf = (hash: number): number =>
    ((Math.imul(hash ^ (hash >>> 16), 0x45d9f3b) >>> 0) % lines) * WORDS_A_LINE;
  return {
    get isFull() {
      return added > capacity;
    },
    add(hash) {
      added += 1;
      const line = lineOf(hash);
      for (let probes = Math.imul(hash, 0x9e3779b1), n = 0; n < 3; n += 1, probes >>>= 9) {
        const word = line + ((probes >>> 5) & (WORDS_A_LINE - 1));
        words[word] = (words[word] ?? 0) | (1 << (probes & 31));
      }
    },
    mayHave(hash) {
      const line = lineOf(hash);
      for (let probes = Math.imul(hash, 0x9e3779b1), n = 0; n < 3; n += 1, probes >>>= 9) {
        const word = words[line + ((probes >>> 5) & (WORDS_A_LINE - 1))] ?? 0;
        if ((word & (1 << (probes & 31))) === 0) return false;
      }
      return true;
    },
  };
}
