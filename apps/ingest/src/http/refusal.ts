/** What is wrong with one of the events of a request. */
export interface Reason {
  /** Place in the batch, from 0. */
  readonly index: number;
  /** Of what it is about, as in `data.due_at`; empty for the event as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A request that is not taken in, as it is answered. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    /** One line that says what to do; holds nothing of the request. */
    message: string,
    readonly reasons: readonly Reason[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

/** To be tried again after so many seconds. */
export function unavailable(message: string, retryAfterSeconds: number): Refusal {
  return new Refusal(503, message, [], { 'retry-after': String(retryAfterSeconds) });
}
