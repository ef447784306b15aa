import { createHash, timingSafeEqual } from 'node:crypto';

const SHORTEST = 16;

/** Knows the tokens of senders by their hashes alone. */
export interface BearerTokens {
  /** Which of the tokens an Authorization header carries, by its place; undefined for any other header. */
  holderOf(authorization: string | undefined): number | undefined;
}

/**
 * @param tokens as text, or hashed: `sha256:` and 64 hexadecimal digits
 * @throws Error where one is too short to be a secret; it does not say which text it is
 */
export function createBearerTokens(tokens: readonly string[]): BearerTokens {
  const hashes = tokens.map((token, index) => {
    const hashed = /^sha256:([0-9a-f]{64})$/i.exec(token)?.[1];
    if (hashed !== undefined) return Buffer.from(hashed, 'hex');
    if (token.length < SHORTEST) {
      throw new Error(`token ${index + 1}: expected at least ${SHORTEST} characters`);
    }
    return sha256(token);
  });
  return {
    holderOf(authorization) {
      const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) return undefined;
      const presented = sha256(token);
      let holder: number | undefined;
      // All of them, whichever fits: how long it takes tells nothing.
      hashes.forEach((hash, index) => {
        if (timingSafeEqual(hash, presented)) holder = index;
      });
      return holder;
    },
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
