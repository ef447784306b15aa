import type { Instant } from '#domain/time/instant.js';
import type { SourceMapping } from './mapping.js';
import type { EventDraft } from './draft.js';

/** One record as a source sent it: arrays and pages are taken apart before. */
export interface NativeRecord {
  /** Parsed JSON, whatever it is. */
  readonly value: unknown;
  /** Headers of the Kafka message that carried it. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Timestamp of that message. */
  readonly timestamp?: Instant;
  /** What the page said that the record came with; as it came, not checked. */
  readonly page?: { readonly updated?: unknown; readonly timeZone?: unknown };
}

/** What a record says of a person or an account: no event, but what other records refer to. */
export type DirectoryEntry =
  | {
      readonly kind: 'person';
      /** As events name the person: `contact/003…`, `owner/77`. */
      readonly ref: string;
      /** Trimmed and in lower case; null: emptied. Missing: nothing said. */
      readonly email?: string | null;
      readonly name?: string | null;
      /** The CRM's id of the person's account. */
      readonly account?: string | null;
    }
  | {
      readonly kind: 'account';
      /** As `deal.opened` names it in `account.id`. */
      readonly id: string;
      readonly name?: string | null;
      /** In lower case, without `www.`. */
      readonly domain?: string | null;
    };

/** What a record becomes. `source` is that of its events; a record without events has one too. */
export type RecordTranslation =
  | {
      readonly events: readonly EventDraft[];
      readonly directory?: readonly DirectoryEntry[];
      /** The `source` of the events, under which the directory entries are known. */
      readonly source: string;
      /** When the record was written, for the directory: the latest says what counts. */
      readonly time?: Instant | undefined;
    }
  | {
      /** Every reason why the record is refused. */
      readonly reasons: readonly string[];
    };

/** A source's translator. Pure: the record and the mapping decide, nothing else. Never throws. */
export type TranslateRecord = (record: NativeRecord, mapping: SourceMapping) => RecordTranslation;
