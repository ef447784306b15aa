import type { Instant } from '#domain/time/instant.js';
import type { EventKey, EventRow, Identity } from './event-row.js';

/** An event as its source told it, kept because only state can complete it. `deal_id` is '' where it names no deal. */
export interface DraftRow extends EventRow {
  /** Name of the source that translated it, such as `google-calendar`. */
  readonly origin: string;
  /** What it is found by when something becomes known: people, accounts, its meeting or next step. */
  readonly keys: readonly string[];
}

export interface StoredDraft extends DraftRow {
  readonly version: number;
}

/** How an event came to its deal; '' where it needed nothing from elsewhere. */
export type LinkedBy = '' | 'deal' | 'meeting' | 'next_step' | 'contact' | 'account' | 'source';

/** A row of `event_store` made from a draft. */
export interface LinkedEvent {
  readonly row: EventRow;
  readonly linked_by: LinkedBy;
  /** Whether several deals have it. */
  readonly shared: boolean;
}

/** What `event_store` says under one key, whether it counts or not. */
export interface EventStanding extends EventKey {
  readonly content_hash: string;
  readonly linked_by: LinkedBy;
  readonly shared: boolean;
  readonly superseded: boolean;
  readonly version: number;
}

/** What linking changes in `event_store`. Each version must be above what stands under the key. */
export interface LinkChanges {
  readonly written: readonly (LinkedEvent & { readonly version: number })[];
  readonly removed: readonly EventStanding[];
}

/** A deal's own event says that the deal is known by a key. */
export interface DealKey extends Identity {
  readonly deal_id: string;
  readonly key: string;
  /** Of the event. */
  readonly time: Instant;
}

/** What a CRM says of one field of a person or account; '' where it was emptied. */
export interface DirectoryRow {
  /** Within which refs are unique. */
  readonly scope: string;
  /** `contact/003…`, `user/005…`, `account/001…`. */
  readonly ref: string;
  readonly field: 'email' | 'name' | 'account' | 'domain';
  readonly time: number;
  readonly value: string;
}

/** An event that opens, closes, reopens, removes or restores a deal. */
export interface LifecycleRow extends EventKey {
  readonly type: string;
  readonly linked_by: LinkedBy;
}
