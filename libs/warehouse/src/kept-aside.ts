import type { Instant } from '#domain/time/instant.js';
import type { EventRow } from './event-row.js';

/** Where a dead letter came from: one record of the log, and the place within it where it holds several. */
export interface DeadLetterKey {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly position: number;
}

/** What was refused, where it came from, and every reason in words. */
export interface DeadLetter extends DeadLetterKey {
  /** Name of the source that was to translate it. */
  readonly source: string;
  /** Headers that it came with. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What came, as text; the store keeps its first 64 KiB. */
  readonly raw: string;
  readonly reasons: readonly string[];
  readonly received_at: Instant;
  /** When it was put back into the log; null: not yet. */
  readonly replayed_at: Instant | null;
}

/** A dead letter as read back. */
export interface StoredDeadLetter extends DeadLetter {
  /** Whether `raw` is only the beginning of what came. */
  readonly raw_cut: boolean;
}

/** An event that names no deal and could not be tied to one yet. */
export interface UnlinkedEvent extends Omit<EventRow, 'deal_id'> {
  /** Lower-case e-mail addresses of the customer's people in it: a new contact with one of them may tie it. */
  readonly addresses: readonly string[];
  /** Lower-case domains of those addresses: a new deal of that account may tie it. */
  readonly domains: readonly string[];
}
