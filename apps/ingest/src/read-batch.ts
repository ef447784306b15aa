import { eventCatalogue, isEventType } from '#domain/events/catalogue.js';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { contentOf } from '#domain/events/identity.js';
import { domainEvent } from '#domain/events/validate.js';
import { parseInstant, type Instant } from '#domain/time/instant.js';
import type { Batch, LoggedRecord } from '#log/log.js';
import type { EventDraft } from '#sources/native/draft.js';
import type { SourceMapping } from '#sources/native/mapping.js';
import { recordsOfMessage } from '#sources/native/read-records.js';
import type { DirectoryEntry, NativeRecord, RecordTranslation } from '#sources/native/record.js';
import { fieldOf } from '#sources/native/values.js';
import { type NativeSource, translateRecord } from '#sources/sources.js';
import { hashOf } from '#warehouse/content-hash.js';
import type { DirectoryRow } from '#warehouse/draft-row.js';
import type { EventRow } from '#warehouse/event-row.js';
import type { DeadLetter } from '#warehouse/kept-aside.js';
import type { Claim } from './claims.js';
import { DRAFTS_HEADER, readDraftsRecord } from './drafts-record.js';
import { type DraftData, peopleOf, textExtension } from './linking/draft.js';
import { draftKeysOf, mayReopenUnsaid, movesStage, scopeOf } from './linking/keys.js';

/** A batch taken apart: events and drafts that claim their identities, what CRMs say of people, and what was refused. */
export interface ReadBatch {
  readonly claims: readonly Claim[];
  readonly directory: readonly DirectoryRow[];
  readonly deadLetters: readonly DeadLetter[];
  /** Records by what became of them. */
  readonly records: { readonly translated: number; readonly refused: number; readonly silent: number };
}

/**
 * @param source whose records the batch's topic holds
 * @param receivedAt stored with what is new
 */
export function readBatch(
  batch: Batch,
  source: NativeSource,
  mapping: SourceMapping,
  receivedAt: Instant,
): ReadBatch {
  const claims: Claim[] = [];
  const directory: DirectoryRow[] = [];
  const deadLetters: DeadLetter[] = [];
  const records = { translated: 0, refused: 0, silent: 0 };
  for (const record of batch.records) {
    const from = { batch, record };
    let nth = 0;
    for (const told of toldBy(record, source, mapping)) {
      const { position } = told;
      if ('reasons' in told) {
        records.refused += 1;
        deadLetters.push(
          deadLetter(batch, record, told.reasons, receivedAt, { source, position, raw: told.raw }),
        );
        continue;
      }
      const { origin, drafts, entries, at } = told;
      if (drafts.length + entries.length === 0) records.silent += 1;
      else records.translated += 1;
      for (const { source: by, entry, time } of entries)
        directory.push(...directoryRows(entry, scopeOf(by, origin), time ?? at));
      for (const draft of drafts) {
        claims.push(claimOf(draft, origin, at, { from, position, nth }, receivedAt, told.value));
        nth += 1;
      }
    }
  }
  return { claims, directory, deadLetters, records };
}

interface Told {
  readonly position: number;
  readonly origin: string;
  readonly drafts: readonly EventDraft[];
  readonly entries: readonly { source: string; time?: Instant | undefined; entry: DirectoryEntry }[];
  /** The log's time of the record. */
  readonly at: Instant;
  /** The record's bytes, where they are one canonical event as it stands. */
  readonly value?: Buffer;
}

interface Refused {
  readonly position: number;
  readonly reasons: readonly string[];
  readonly raw: string;
}

function* toldBy(
  record: LoggedRecord,
  source: NativeSource,
  mapping: SourceMapping,
): Generator<Told | Refused> {
  const at = record.timestamp;
  if (Object.hasOwn(record.headers, DRAFTS_HEADER)) {
    const read = readDraftsRecord(record.value);
    if ('reasons' in read) yield { position: 0, reasons: read.reasons, raw: record.value.toString('utf8') };
    else yield { position: 0, ...read, at };
    return;
  }
  let position = 0;
  // Without the log's time: it is the delivery's, and the same record may be delivered again.
  for (const item of recordsOfMessage(record.value, record.headers)) {
    if ('reasons' in item) yield { position, reasons: item.reasons, raw: item.raw };
    else {
      const translated = translateTimeless(source, item.record, mapping, at);
      if ('reasons' in translated) yield { position, reasons: translated.reasons, raw: item.raw };
      else {
        const { events, directory = [], source: by, time } = translated;
        const entries = directory.map((entry) => ({ source: by, time, entry }));
        const [only] = events;
        const asItCame = source === 'cloudevents' && events.length === 1 && only === item.record.value;
        yield {
          position,
          origin: source,
          drafts: events,
          entries,
          at,
          ...(asItCame && item.isWhole ? { value: record.value } : {}),
        };
      }
    }
    position += 1;
  }
}

/** A CloudEvent must have a time to be one, and has the log's where it has none: taken back, as for all others. */
function translateTimeless(
  source: NativeSource,
  record: NativeRecord,
  mapping: SourceMapping,
  at: Instant,
): RecordTranslation {
  if (source !== 'cloudevents' || record.timestamp !== undefined)
    return translateRecord(source, record, mapping);
  const hasTime = [fieldOf(record.value, 'time'), record.headers?.['ce_time']].some(
    (time) => time !== undefined && time !== null,
  );
  if (hasTime) return translateRecord(source, record, mapping);
  const translated = translateRecord(source, { ...record, timestamp: at }, mapping);
  if ('reasons' in translated) return translated;
  return { ...translated, events: translated.events.map(({ time: _log, ...event }): EventDraft => event) };
}

export function deadLetter(
  batch: Batch,
  record: LoggedRecord,
  reasons: readonly string[],
  receivedAt: Instant,
  of: { readonly source: string; readonly position: number; readonly raw?: string },
): DeadLetter {
  return {
    topic: batch.topic,
    partition: batch.partition,
    offset: record.offset,
    position: of.position,
    source: of.source,
    headers: record.headers,
    raw: of.raw ?? record.value.toString('utf8'),
    reasons,
    received_at: receivedAt,
    replayed_at: null,
  };
}

function directoryRows(entry: DirectoryEntry, scope: string, time: Instant): DirectoryRow[] {
  const ref = entry.kind === 'person' ? entry.ref : `account/${entry.id}`;
  const fields =
    entry.kind === 'person'
      ? ({ email: entry.email, name: entry.name, account: entry.account } as const)
      : ({ name: entry.name, domain: entry.domain } as const);
  return Object.entries(fields).flatMap(([field, value]) =>
    value === undefined
      ? []
      : [{ scope, ref, field: field as DirectoryRow['field'], time, value: value ?? '' }],
  );
}

function claimOf(
  draft: EventDraft,
  origin: string,
  at: Instant,
  { from, position, nth }: Pick<Claim, 'from' | 'position' | 'nth'>,
  receivedAt: Instant,
  value: Buffer | undefined,
): Claim {
  const { id, source, type, subject, data: given, schemaversion = 1 } = draft;
  const data = (given ?? {}) as DraftData;
  const told = draft.time === undefined ? undefined : parseInstant(draft.time);
  const time = told ?? at;
  if (!isEventType(type)) throw new Error(`a draft of the unknown type ${type} passed its check`);
  const { id: _i, source: _s, type: _t, subject: _u, data: _d, ...extensions } = draft;
  const needsState = mustBeCompleted(draft, origin);
  // A record without a time of its own is the same however often and whenever it is delivered.
  const canonical = contentOf(domainEvent(type, { source, id }, told ?? 0, data), subject);
  const row: EventRow = {
    deal_id: subject ?? '',
    time,
    source,
    id,
    type,
    family: eventCatalogue[type].family,
    schemaversion,
    data: JSON.stringify(data),
    // With these, the time as it was written among them, a stored event can be told as it came.
    extensions: JSON.stringify(extensions),
    content_hash: hashOf(canonical),
    recorded_at: receivedAt,
  };
  const keyed = { source, origin, type, subject, data, extensions };
  return {
    row,
    canonical,
    from,
    position,
    nth,
    keyed,
    ...(needsState
      ? { draft: { keys: draftKeysOf(keyed), isTimeless: told === undefined } }
      : { value: value ?? Buffer.from(JSON.stringify(draft)) }),
  };
}

/** Whether an event can only be told with what is known from elsewhere, now or later. */
function mustBeCompleted(draft: EventDraft, origin: string): boolean {
  const { type, subject, time, data } = draft;
  if (subject === undefined || time === undefined || !isEventType(type)) return true;
  const { family } = eventCatalogue[type];
  if (origin !== 'cloudevents' && origin !== 'csv' && (family === 'meeting' || family === 'next_step'))
    return true;
  if (mayReopenUnsaid(origin) && movesStage(type)) return true;
  if (textExtension(draft, 'meetinguid') !== undefined) return true;
  return peopleOf((data ?? {}) as DraftData).some(
    ({ ref, email }) => typeof ref === 'string' && typeof email !== 'string',
  );
}

/** A stored event as it came, but for the order of its attributes. */
export function cloudEventOf(row: EventRow): Partial<CloudEvent> {
  const { id, source, type, deal_id: subject } = row;
  const extensions = JSON.parse(row.extensions) as object;
  return {
    ...extensions,
    id,
    source,
    type,
    ...(subject === '' ? {} : { subject }),
    data: JSON.parse(row.data) as object,
  };
}

/** The text by which a stored draft or event is compared with a rival of the same time. */
export function canonicalOfRow(row: EventRow): string {
  if (!isEventType(row.type))
    throw new Error(`event ${row.source}|${row.id}: ${row.type} is newer than this program`);
  const { time } = JSON.parse(row.extensions) as { time?: unknown };
  const event = domainEvent(row.type, row, time === undefined ? 0 : row.time, JSON.parse(row.data) as object);
  return contentOf(event, row.deal_id === '' ? undefined : row.deal_id);
}
