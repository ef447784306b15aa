import { createHash } from 'node:crypto';
import { canonicalJson } from '#domain/events/canonical-json.js';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import type { EventType } from '#domain/events/catalogue.js';
import { MAX_NESTING, nestsDeeperThan } from '#domain/events/nesting.js';
import type { Instant } from '#domain/time/instant.js';

/** Data of an event, as JSON has it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a record of a source becomes: its events (possibly none), or every reason why it is refused. */
export type Translation =
  | { readonly events: readonly CloudEvent[] }
  | {
      readonly refused: {
        readonly reasons: readonly string[];
        /** The record as it came, cut by `cutRecord`. */
        readonly record: string;
      };
    };

/** Names, titles, descriptions and reasons are no longer than this. */
const LONGEST_TEXT = 4000;
const CUT_FIELDS: ReadonlySet<string> = new Set(['name', 'title', 'description', 'reason']);
const LONGEST_RECORD_BYTES = 64 * 1024;

/** The first 4,000 code points of a text. */
export function cutText(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  // Twice as many code units hold enough code points, however many of them are pairs.
  return Array.from(text.slice(0, 2 * LONGEST_TEXT))
    .slice(0, LONGEST_TEXT)
    .join('');
}

/** The first 64 KiB of a refused record, in UTF-8, without half a character at the end. */
export function cutRecord(text: string): string {
  const bytes = Buffer.from(text.slice(0, LONGEST_RECORD_BYTES));
  if (bytes.length <= LONGEST_RECORD_BYTES) return text.slice(0, LONGEST_RECORD_BYTES);
  let end = LONGEST_RECORD_BYTES;
  // A byte 10xxxxxx continues the character before it.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

/** A value that was refused, as it is quoted in a reason: short, and on one line. */
export function quoted(value: unknown): string {
  // Writing out what is nested some thousand levels deep overflows the stack.
  if (nestsDeeperThan(MAX_NESTING, value)) return Array.isArray(value) ? 'a nested list' : 'a nested object';
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return typeof value;
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

/** Event data as every source gives it: long texts cut, addresses trimmed and in lower case, ids trimmed. */
export function tidyData(data: Json, field = ''): Json {
  if (typeof data === 'string') {
    if (CUT_FIELDS.has(field)) return cutText(data);
    if (field === 'email') return data.trim().toLowerCase();
    return field === 'id' || field.endsWith('_id') ? data.trim() : data;
  }
  if (typeof data !== 'object' || data === null) return data;
  if (isList(data)) return data.map((item) => tidyData(item, field));
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, tidyData(value, key)]));
}

function isList(data: Json): data is readonly Json[] {
  return Array.isArray(data);
}

/**
 * The place of an event among those of one instant: an opening comes before what changes the deal, and that before
 * what closes it.
 */
export function rankOf(type: EventType): number {
  switch (type) {
    case 'deal.opened':
      return 0;
    case 'deal.restored':
    case 'deal.described':
      return 1;
    case 'deal.reopened':
    case 'deal.stage_changed':
    case 'deal.amount_changed':
    case 'deal.close_date_changed':
    case 'deal.owner_changed':
      return 2;
    case 'deal.won':
    case 'deal.lost':
    case 'deal.walked_away':
      return 7;
    case 'deal.removed':
    case 'deal.merged':
      return 8;
    case 'deal.history_gap':
      return 9;
    default:
      return 5;
  }
}

/** What an event's id is made of: the fact, never its delivery. */
export interface Fact {
  readonly type: EventType;
  /** The source's own id of the object that the event is about. */
  readonly object: string;
  readonly time: Instant | undefined;
  readonly data: Json;
  /** The source's order of changes within one instant; none: 0. */
  readonly sequence?: number;
  /** The source's id of the change; none: the time in milliseconds. */
  readonly change?: string;
  /** The deal, where one record is tied to several. */
  readonly deal?: string;
}

/**
 * The id of an event. The same fact has the same id in every delivery, and among the events of one source and
 * instant the order of ids is the order of what happened.
 */
export function eventId(fact: Fact): string {
  const sequence = fact.type === 'deal.opened' ? 0 : (fact.sequence ?? 0);
  const change = fact.change ?? String(fact.time ?? 0);
  const hash = createHash('sha256').update(canonicalJson(fact.data)).digest('hex').slice(0, 12);
  const parts = [String(sequence).padStart(6, '0'), rankOf(fact.type), fact.type, fact.object, change, hash];
  return [...parts, ...(fact.deal === undefined ? [] : [fact.deal])].join('/');
}
