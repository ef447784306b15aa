import type { Instant } from '#domain/time/instant.js';

/**
 * Versions of ReplacingMergeTree rows: of the rows under one key the highest stays. Both kinds are safe integers
 * and every `lastWins` is above every `firstWins`.
 */
const MIDDLE = 2 ** 52;

/** For what may be written again by a redelivery: the earliest writing stays. */
export function firstWins(at: Instant): number {
  return MIDDLE - at;
}

/** For what changes a row: it beats the first writing, and the latest change stays. */
export function lastWins(at: Instant): number {
  return MIDDLE + at;
}

export function isLastWins(version: number): boolean {
  return version > MIDDLE;
}
