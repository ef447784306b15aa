import type { Unit } from './blocks.js';
import type { DealKey, DirectoryRow, DraftRow, LinkChanges } from './draft-row.js';
import { draftVersion } from './draft-versions.js';
import { sqlInstant } from './encode.js';
import type { Identity } from './event-row.js';
import { eventColumns, retracted } from './rows.js';

export const DRAFT_TARGET =
  'draft_store (source, id, time_ms, type, family, origin, deal_id, schemaversion, data, extensions, content_hash, recorded_at, keys, superseded, version)';
export const LINKED_EVENT_TARGET =
  'event_store (deal_id, time_ms, source, id, time, type, family, schemaversion, data, extensions, content_hash, recorded_at, superseded, version, linked_by, shared)';
export const DEAL_KEY_TARGET = 'deal_keys (deal_id, key, source, id, is_deleted, version)';
export const DIRECTORY_TARGET = 'directory_store (scope, ref, field, time_ms, value)';

/** What is short of a row counts little and is not looked at. */
const SHORT_TEXTS = 300;

export function* draftUnits(drafts: readonly { row: DraftRow; version: number }[]): Generator<Unit> {
  for (const { row, version } of drafts) {
    const { source, id, time, type, family, origin, deal_id, schemaversion, data, extensions } = row;
    const texts = [source, id, time, type, family, origin, deal_id, schemaversion, data, extensions];
    yield {
      rows: [[...texts, row.content_hash, sqlInstant(row.recorded_at), row.keys, 0, version]],
      size: SHORT_TEXTS + data.length + extensions.length + row.keys.join().length,
    };
  }
}

export function* supersededDraftUnits(drafts: readonly (Identity & { version: number })[]): Generator<Unit> {
  for (const { source, id, version } of drafts) {
    const row = [source, id, 0, '', '', '', '', 0, '', '', '', sqlInstant(0), [], 1, version];
    yield { rows: [row], size: SHORT_TEXTS };
  }
}

export function* linkedEventUnits({ written, removed }: LinkChanges): Generator<Unit> {
  for (const { row, linked_by, shared, version } of written) {
    yield {
      rows: [[...eventColumns(row), 0, version, linked_by, shared ? 1 : 0]],
      size: SHORT_TEXTS + row.data.length + row.extensions.length,
    };
  }
  for (const event of removed) {
    yield { rows: [[...retracted(event, event.version), event.linked_by, 0]], size: SHORT_TEXTS };
  }
}

export function* dealKeyUnits(keys: readonly DealKey[], isDeleted: boolean): Generator<Unit> {
  for (const { deal_id, key, source, id, time } of keys) {
    // Of two events that claim one identity the earlier counts: what the other said is deleted under its own version,
    // and the winner, if it says the same, is above that.
    yield { rows: [[deal_id, key, source, id, isDeleted ? 1 : 0, draftVersion(time)]], size: SHORT_TEXTS };
  }
}

export function* directoryUnits(rows: readonly DirectoryRow[]): Generator<Unit> {
  for (const { scope, ref, field, time, value } of rows) {
    yield { rows: [[scope, ref, field, time, value]], size: SHORT_TEXTS };
  }
}
