import type { CloudEvent } from '#domain/events/cloud-event.js';
import type { Score } from '#domain/score/score.js';
import type { TranslatedRecords } from '#ingest/drafts-record.js';
import type { RebuildResult } from '#scorer/rebuild.js';
import type { DeadLetter, StoredDeadLetter } from '#warehouse/kept-aside.js';
import type { DealEvents } from '#warehouse/event-row.js';
import type { Counts } from '#warehouse/read-rows.js';
import type { AlertActions } from './alert-actions.js';

/** What is still on its way: raw records not taken in, and events of deals not scored. */
export interface Lag {
  readonly ingest: number;
  readonly scorer: number;
}

/** Which dead letters are put back. */
export interface Replay {
  /** None: of all topics. */
  readonly topic?: string | undefined;
  readonly limit: number;
}

export interface ReplayResult {
  readonly replayed: number;
  /** Those that can't be put back: too long to have been kept whole, or not from the log. */
  readonly left: number;
}

/**
 * The system as commands use it: in this process on its data directory, in a running one over its local API, or
 * deployed. Commands don't know which.
 */
export interface System {
  /** Resolves once the events are durably in the log. */
  append(events: readonly CloudEvent[]): Promise<void>;
  /** The same for what a source's records were translated to. */
  appendTranslated(records: TranslatedRecords): Promise<void>;
  /** Of what this system appended, and what came before it, at least. */
  lag(): Promise<Lag>;
  counts(): Promise<Counts>;
  /**
   * None: all deals, of which the events are completed and linked again first.
   * @param progress told how far it is, where that can be known
   */
  rebuild(dealIds: readonly string[], progress?: (done: RebuildResult) => void): Promise<RebuildResult>;
  /** Scores as of an instant from the stored events; of these deals, or of all. In order of deal id. */
  scores(asOf: number, dealIds: readonly string[]): AsyncIterable<Score>;
  /** The stored events of all deals, a deal at a time, in order of deal id. */
  dealEvents(): AsyncIterable<DealEvents>;
  /** Keeps what was refused before it became an event; the same again changes nothing. */
  refuse(letters: readonly DeadLetter[]): Promise<void>;
  deadLetters(limit: number): Promise<readonly StoredDeadLetter[]>;
  /** Puts dead letters back into the topics that they came from. */
  replay(which: Replay): Promise<ReplayResult>;
  readonly alerts: AlertActions;
  close(): Promise<void>;
}
