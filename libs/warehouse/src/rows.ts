import { hasHalfCharacters, type Row, type Unit } from './blocks.js';
import { sqlInstant } from './encode.js';
import type { EventChanges, EventKey, EventRow, Identity } from './event-row.js';
import type { DeadLetter, UnlinkedEvent } from './kept-aside.js';
import type { DealChanges, DigestedRecord } from './record-changes.js';
import { encodeFields, isStoredAsIs } from './record-columns.js';
import { firstWins, lastWins } from './versions.js';

/** Tables with their columns in the order in which the rows of this file have them. */
export const EVENT_TARGET =
  'event_store (deal_id, time_ms, source, id, time, type, family, schemaversion, data, extensions, content_hash, recorded_at, superseded, version)';
export const RECORD_TARGET = 'deal_records';
export const DEAD_LETTER_TARGET =
  'dead_letter_store (topic, partition, offset, position, source, raw, raw_cut, reasons, received_at, replayed_at, version, headers)';
export const UNLINKED_TARGET =
  'unlinked_store (source, id, time_ms, time, type, family, schemaversion, data, extensions, content_hash, recorded_at, addresses, domains, linked, version)';

export const MAX_RAW_BYTES = 64 * 1024;

/** What is short of a row counts little and is not looked at. */
const SHORT_TEXTS = 300;

/** An event's columns up to `recorded_at`, as all targets of `event_store` begin. */
export function eventColumns(event: EventRow): readonly unknown[] {
  return [
    event.deal_id,
    event.time,
    event.source,
    event.id,
    sqlInstant(event.time),
    event.type,
    event.family,
    event.schemaversion,
    event.data,
    event.extensions,
    event.content_hash,
    sqlInstant(event.recorded_at),
  ];
}

function standing(event: EventRow, version: number): readonly unknown[] {
  return [...eventColumns(event), 0, version];
}

/** What takes an event's key out of every reading. */
export function retracted({ deal_id, time, source, id }: EventKey, version: number): readonly unknown[] {
  return [deal_id, time, source, id, sqlInstant(time), '', '', 0, '', '', '', sqlInstant(0), 1, version];
}

function sizeOf({ data, extensions }: Omit<EventRow, 'deal_id'>): number {
  return SHORT_TEXTS + data.length + extensions.length;
}

function sameKey(a: EventKey, b: EventKey): boolean {
  return a.deal_id === b.deal_id && a.time === b.time && a.source === b.source && a.id === b.id;
}

export function* eventUnits({
  append,
  takeovers = [],
  overDrafts = [],
  retracted: gone = [],
}: EventChanges): Generator<Unit> {
  for (const event of append) {
    yield { rows: [standing(event, firstWins(event.recorded_at))], size: sizeOf(event) };
  }
  for (const { winner, loser } of takeovers) {
    const version = lastWins(winner.recorded_at);
    const rows = [standing(winner, version)];
    // Under one key the winner's row replaces the loser's, and a retraction would take both away.
    if (!sameKey(winner, loser)) rows.push(retracted(loser, version));
    yield { rows, size: sizeOf(winner) + SHORT_TEXTS };
  }
  for (const event of overDrafts) {
    yield { rows: [standing(event, lastWins(event.recorded_at))], size: sizeOf(event) };
  }
  for (const { key, at } of gone) yield { rows: [retracted(key, lastWins(at))], size: SHORT_TEXTS };
}

/**
 * The row of a record. Its columns are named as its fields, and the engine reads these as they stand in the content's
 * JSON; only what a column can't hold is written otherwise.
 */
function recordRow({ content, digest, json }: DigestedRecord, version: number): Row {
  const { record, deal_id, key } = content;
  return isStoredAsIs(content) && !hasHalfCharacters(json)
    ? `{"version":${version},"digest":"${digest}",${json.slice(1)}`
    : { record, deal_id, key, version, digest, ...encodeFields(content) };
}

/** One unit a deal, so that no reader sees half of a scoring. */
export function* recordUnits(changes: readonly DealChanges[]): Generator<Unit> {
  for (const { deal_id, version, written, deleted } of changes) {
    const rows = [
      ...written.map((record) => recordRow(record, version)),
      ...deleted.map(({ record, key }) => ({ record, deal_id, key, version, is_deleted: 1 })),
    ];
    const size = written.reduce((sum, { json }) => sum + json.length, deleted.length * SHORT_TEXTS);
    if (rows.length > 0) yield { rows, size };
  }
}

/** The longest beginning that takes no more than 64 KiB as UTF-8 and ends with a whole character. */
function cut(text: string): { readonly raw: string; readonly isCut: boolean } {
  const bytes = Buffer.from(text.slice(0, MAX_RAW_BYTES + 1), 'utf8');
  if (bytes.length <= MAX_RAW_BYTES) return { raw: text, isCut: false };
  let end = MAX_RAW_BYTES;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return { raw: bytes.toString('utf8', 0, end), isCut: true };
}

export function* deadLetterUnits(letters: readonly DeadLetter[]): Generator<Unit> {
  for (const letter of letters) {
    const { raw, isCut } = cut(letter.raw);
    const replayed = letter.replayed_at;
    const row = [
      letter.topic,
      letter.partition,
      letter.offset,
      letter.position,
      letter.source,
      raw,
      isCut,
      letter.reasons,
      sqlInstant(letter.received_at),
      replayed === null ? null : sqlInstant(replayed),
      replayed === null ? firstWins(letter.received_at) : lastWins(replayed),
      JSON.stringify(letter.headers ?? {}),
    ];
    yield { rows: [row], size: SHORT_TEXTS + raw.length };
  }
}

/** Events that stand aside, and those that do so no more. Each version must be above what stands under the identity. */
export interface AsideChanges {
  readonly kept: readonly (UnlinkedEvent & { readonly version: number })[];
  readonly gone: readonly (Identity & { readonly version: number })[];
}

export function* asideUnits({ kept, gone }: AsideChanges): Generator<Unit> {
  for (const event of kept) {
    const row = [
      event.source,
      event.id,
      event.time,
      sqlInstant(event.time),
      event.type,
      event.family,
      event.schemaversion,
      event.data,
      event.extensions,
      event.content_hash,
      sqlInstant(event.recorded_at),
      event.addresses,
      event.domains,
      0,
      event.version,
    ];
    yield { rows: [row], size: sizeOf(event) };
  }
  for (const { source, id, version } of gone) {
    const row = [source, id, 0, sqlInstant(0), '', '', 0, '', '', '', sqlInstant(0), [], [], 1, version];
    yield { rows: [row], size: SHORT_TEXTS };
  }
}
