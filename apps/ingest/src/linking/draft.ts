import { isEventType, type EventType } from '#domain/events/catalogue.js';
import { compareCodePoints } from '#domain/events/domain-event.js';
import type { Instant } from '#domain/time/instant.js';
import type { StoredDraft } from '#warehouse/draft-row.js';

/** A stored draft, read: the data of its event may lack what linking completes. */
export interface Draft {
  readonly row: StoredDraft;
  readonly source: string;
  readonly id: string;
  readonly type: EventType;
  readonly time: Instant;
  /** The deal that it names; undefined: none. */
  readonly subject: string | undefined;
  readonly data: DraftData;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Someone as a draft names him. */
export interface DraftPerson {
  readonly email?: string | null;
  readonly name?: string | null;
  readonly ref?: string | null;
  readonly response?: string | null;
}

/** The fields that linking looks at, of events of any type. */
export interface DraftData {
  readonly meeting_id?: string;
  readonly next_step_id?: string;
  readonly starts_at?: string | null;
  readonly ends_at?: string | null;
  readonly due_at?: string | null;
  readonly to?: string;
  readonly person?: DraftPerson | null;
  readonly attendees?: readonly DraftPerson[] | null;
  readonly account?: { readonly id?: string; readonly domain?: string | null } | null;
  readonly [field: string]: unknown;
}

/** @throws Error for a type that this version of the code does not know: a newer one wrote it */
export function readDraft(row: StoredDraft): Draft {
  const { source, id, type, time } = row;
  if (!isEventType(type))
    throw new Error(`draft ${source}|${id}: ${type} is newer than this program; update it`);
  return {
    row,
    source,
    id,
    type,
    time,
    subject: row.deal_id === '' ? undefined : row.deal_id,
    data: JSON.parse(row.data) as DraftData,
    extensions: JSON.parse(row.extensions) as Readonly<Record<string, unknown>>,
  };
}

/** The order of the fold: time, source, id. */
export function compareDrafts(a: Draft, b: Draft): number {
  return a.time - b.time || compareCodePoints(a.source, b.source) || compareCodePoints(a.id, b.id);
}

export function peopleOf({ person, attendees }: DraftData): readonly DraftPerson[] {
  return [...(person === undefined || person === null ? [] : [person]), ...(attendees ?? [])];
}

/** Trimmed and in lower case; undefined where there is none. */
export function addressOf({ email }: DraftPerson): string | undefined {
  const address = email?.trim().toLowerCase() ?? '';
  return address.includes('@') ? address : undefined;
}

export function textExtension(
  extensions: Readonly<Record<string, unknown>>,
  name: string,
): string | undefined {
  const value = Object.hasOwn(extensions, name) ? extensions[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}
