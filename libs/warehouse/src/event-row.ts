import type { Instant } from '#domain/time/instant.js';

/** What identifies an event: delivered twice, it counts once. */
export interface Identity {
  readonly source: string;
  readonly id: string;
}

/** Where a stored event stands: the key of `event_store`. */
export interface EventKey extends Identity {
  readonly deal_id: string;
  readonly time: Instant;
}

/** A canonical event as it is stored. */
export interface EventRow extends EventKey {
  readonly type: string;
  readonly family: string;
  readonly schemaversion: number;
  /** JSON text of the CloudEvents attribute `data`. */
  readonly data: string;
  /** JSON text of an object: the CloudEvents attributes that have no column of their own. */
  readonly extensions: string;
  /** Equal for two deliveries of one event; differs where another event claims the same identity. */
  readonly content_hash: string;
  /** When it was first ingested. */
  readonly recorded_at: Instant;
}

/** The claim to an identity that counts. */
export interface IdentityClaim extends EventKey {
  readonly content_hash: string;
  /** '' where the event named its deal and needed nothing; else it was made from a draft. */
  readonly linked_by: string;
  /** Whether it took its identity over from another stored event. */
  readonly has_won?: boolean;
}

/** An event that claims the identity of a stored one rightfully; the stored one counts no more. */
export interface Takeover {
  readonly winner: EventRow;
  readonly loser: EventKey;
}

/** What a batch of ingested events changes in the store. */
export interface EventChanges {
  /** Events whose identity no stored event claims. Appending one again changes nothing, its `recorded_at` included. */
  readonly append: readonly EventRow[];
  readonly takeovers?: readonly Takeover[];
  /** Events that claim the identity of a draft rightfully: above whatever was made from it under the same key. */
  readonly overDrafts?: readonly EventRow[];
  /** Stored events that count no more, as a draft claims their identity rightfully. */
  readonly retracted?: readonly { readonly key: EventKey; readonly at: Instant }[];
}

/** The events of one deal, in the order of time, source, id. */
export interface DealEvents {
  readonly deal_id: string;
  readonly events: readonly EventRow[];
}
