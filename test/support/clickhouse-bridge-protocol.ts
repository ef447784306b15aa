/**
 * What the bridge can do to a request instead of answering it:
 *
 * - refuse: answers 503, and does nothing else.
 * - close: closes the connection, and does nothing else.
 * - hold: neither does it nor answers, until released; then closes the connection. As if the sender were cut off
 *   before its request arrived.
 * - late: does it, but answers only when released.
 * - stall: does it only when released, and answers then.
 * - drop: does it, and closes the connection without an answer: stored, but not acknowledged.
 */
export type How = 'refuse' | 'close' | 'hold' | 'late' | 'stall' | 'drop';

/** A fault: what is done to which requests. */
export interface Fault {
  readonly how: How;
  /** User of the requests that are meant; everybody's where not given. */
  readonly by?: string;
  /** Statements that begin so; all where not given. */
  readonly statement?: string;
  /** How many of these go through before. Default 0. */
  readonly after?: number;
  /** How many of these it hits. Default 1. */
  readonly count?: number;
}

/** From the test to the bridge. */
export type Order =
  | { readonly do: 'break'; readonly number: number; readonly fault: Fault }
  /** The fault hits no more requests, and those that it holds are let go. */
  | { readonly do: 'release'; readonly number: number };

/** From the bridge to the test. */
export type Word =
  | { readonly said: 'listening'; readonly port: number }
  /** An order is carried out. */
  | { readonly said: 'done'; readonly number: number }
  /** A fault has hit a request; where the request was to be done first, it is done. */
  | { readonly said: 'hit'; readonly number: number; readonly statement: string };
