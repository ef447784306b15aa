import { canonicalJson } from '#domain/events/canonical-json.js';
import type { EventType } from '#domain/events/catalogue.js';
import { validateEvent } from '#domain/events/validate.js';
import { formatInstant, type Instant } from '#domain/time/instant.js';
import { eventId, type Json, tidyData } from '../translation.js';

/**
 * An event as a source's record tells it: a canonical event, but for what only state can know. It may lack its time
 * (then the log's timestamp), its subject, and the times of a rescheduled meeting.
 */
export interface EventDraft {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
  readonly schemaversion?: number;
  readonly data?: object | null;
  /** Extension attributes. */
  readonly [attribute: string]: unknown;
}

export interface DraftFact {
  readonly source: string;
  readonly type: EventType;
  /** The source's own id of the object that the event is about. */
  readonly object: string;
  readonly time: Instant | undefined;
  readonly data: Readonly<Record<string, Json>>;
  /** The deal's id, with its prefix. */
  readonly subject?: string | undefined;
  /** Order of changes within one instant; none: 0. */
  readonly sequence?: number | undefined;
  /** The source's id of the change; none: the time in milliseconds. */
  readonly change?: string | undefined;
  /** The record is tied to several deals: the subject becomes part of the id. */
  readonly severalDeals?: boolean;
  readonly extensions?: Readonly<Record<string, string | undefined>>;
}

/** Writes an event: its data tidied, its id made of the fact. */
export function draftEvent(fact: DraftFact): EventDraft {
  const { type, object, time, subject, sequence, change } = fact;
  const data = tidyData(fact.data) as Readonly<Record<string, Json>>;
  const id = eventId({
    type,
    object,
    time,
    data,
    ...(sequence === undefined ? {} : { sequence }),
    ...(change === undefined ? {} : { change }),
    ...(fact.severalDeals === true && subject !== undefined ? { deal: subject } : {}),
  });
  const extensions = Object.entries(fact.extensions ?? {}).filter(([, value]) => value !== undefined);
  return {
    specversion: '1.0',
    id,
    source: fact.source,
    type,
    ...(subject === undefined ? {} : { subject }),
    ...(time === undefined ? {} : { time: formatInstant(time) }),
    schemaversion: 1,
    ...Object.fromEntries(extensions),
    data,
  };
}

/** `linkhints`: `kind:value` tokens, percent-encoded and sorted; undefined where there are none. */
export function linkHints(hints: readonly (readonly [kind: LinkHint, value: string])[]): string | undefined {
  const tokens = hints.map(([kind, value]) => `${kind}:${encodeURIComponent(value.toWellFormed())}`);
  return tokens.length === 0 ? undefined : [...new Set(tokens)].sort().join(' ');
}

export type LinkHint =
  'contact' | 'lead' | 'person' | 'account' | 'company' | 'org' | 'meeting' | 'next_step' | 'all';

const ANY_TIME = '2000-01-01T00:00:00.000Z';

/** Reasons why a draft could never become an event, however it is completed; none: it may. */
export function faultsOf(draft: EventDraft): readonly string[] {
  const data = draft.type === 'meeting.rescheduled' ? withTimes(draft.data) : draft.data;
  const verdict = validateEvent({ ...draft, time: draft.time ?? ANY_TIME, data });
  if (verdict.outcome === 'valid') return [];
  if (verdict.outcome === 'invalid') return verdict.reasons;
  return [`type: unknown event type ${canonicalJson(verdict.type.slice(0, 64))}`];
}

function withTimes(data: object | null | undefined): object {
  const given = (data ?? {}) as { starts_at?: unknown; ends_at?: unknown };
  const { starts_at: starts = given.ends_at ?? ANY_TIME, ends_at: ends = starts } = given;
  return { ...given, starts_at: starts, ends_at: ends };
}
