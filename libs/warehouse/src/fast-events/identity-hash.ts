import type { EventFields } from './event-fields.js';

const MULTIPLIER = 0x5bd1e995;

/** The same hash of an identity in the engine. */
export const IDENTITY_HASH_SQL = 'bitXor(murmurHash2_32(id), murmurHash2_32(source))';

/** A hash of source and id, as a signed 32-bit number. */
export function identityHash({ bytes, idStart, idEnd, sourceStart, sourceEnd }: EventFields): number {
  return murmur2(bytes, idStart, idEnd) ^ murmur2(bytes, sourceStart, sourceEnd);
}

/** The same, of texts. */
export function identityHashOf({ source, id }: { readonly source: string; readonly id: string }): number {
  const [idBytes, sourceBytes] = [Buffer.from(id), Buffer.from(source)];
  return murmur2(idBytes, 0, idBytes.length) ^ murmur2(sourceBytes, 0, sourceBytes.length);
}

function murmur2(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const four =
      (bytes[i] ?? 0) |
      ((bytes[i + 1] ?? 0) << 8) |
      ((bytes[i + 2] ?? 0) << 16) |
      ((bytes[i + 3] ?? 0) << 24);
    let word = Math.imul(four, MULTIPLIER);
    word = Math.imul(word ^ (word >>> 24), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ word;
  }
  if (i < end) {
    let rest = 0;
    for (let shift = 0; i < end; i += 1, shift += 8) rest |= (bytes[i] ?? 0) << shift;
    hash = Math.imul(hash ^ rest, MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
