import type { Instant } from '#domain/time/instant.js';

/** Above every instant of a four-digit year. */
const LATEST = 2 ** 48;
const TIES = 16;

/**
 * Version of a draft: of those that claim one identity the earlier has the higher. Where times are equal the better
 * one must be above the one that stands, which is below the version of any earlier draft as long as there are few.
 */
export function draftVersion(time: Instant): number {
  return (LATEST - time) * TIES;
}
