import { hash } from 'node:crypto';
import type { ScorerRecord } from '#domain/score/records.js';

export type RecordKind = ScorerRecord['record'];

/** A record as it is stored, without its content. */
export interface StoredRecord {
  readonly record: RecordKind;
  readonly key: string;
  readonly digest: string;
  readonly version: number;
  /** Once written, since deleted: its version still counts. */
  readonly is_deleted: boolean;
}

/** A record together with what its JSON tells. */
export interface DigestedRecord {
  readonly content: ScorerRecord;
  /** Equal digests, equal records: 128 bits of SHA-256 over the JSON, as 32 hexadecimal digits. */
  readonly digest: string;
  /** The content as JSON: it is made once, for the digest and for the row. */
  readonly json: string;
}

/** What one scoring changes in a deal's stored records. It becomes visible at once or not at all. */
export interface DealChanges {
  readonly deal_id: string;
  /** Higher than any version stored for the deal. */
  readonly version: number;
  readonly written: readonly DigestedRecord[];
  readonly deleted: readonly { readonly record: RecordKind; readonly key: string }[];
}

/** A record that stands in the store: its content, or only its digest where no more was read. */
type Standing = ScorerRecord | string;

/** What stands of a deal in the store, kept up to date as its scorings are stored one after another. */
export interface StandingRecords {
  /** The highest version stored, those of deleted records included. */
  version: number;
  /** By key within its kind, as a record's name. */
  readonly byKind: Map<RecordKind, Map<string, Standing>>;
}

/** Hexadecimal digits of 128 bits. */
const DIGEST_LENGTH = 32;

function digestOf(json: string): string {
  return hash('sha256', json).slice(0, DIGEST_LENGTH);
}

export function digested(content: ScorerRecord): DigestedRecord {
  const json = JSON.stringify(content);
  return { content, digest: digestOf(json), json };
}

/** @param stored everything stored of the deal, deleted records included */
export function standingRecords(stored: readonly StoredRecord[]): StandingRecords {
  const standing: StandingRecords = { version: 0, byKind: new Map() };
  for (const { record, key, digest, version, is_deleted: isDeleted } of stored) {
    standing.version = Math.max(standing.version, version);
    if (!isDeleted) put(standing, record, key, digest);
  }
  return standing;
}

function put({ byKind }: StandingRecords, record: RecordKind, key: string, row: Standing): void {
  const ofKind = byKind.get(record);
  if (ofKind === undefined) byKind.set(record, new Map([[key, row]]));
  else ofKind.set(key, row);
}

/**
 * Holds a new scoring of a deal against what stands of it. A record that is the object which was written, or seen to
 * be the same as what was, is not looked into again: whoever gives it must not have altered it since.
 * @param records everything the scorer now says of the deal, each key of a kind once
 * @param before what it said the last time, where all of that stands: most is the same, in the same order
 * @returns only what differs, or null where nothing does
 */
export function changesFrom(
  dealId: string,
  standing: StandingRecords,
  records: readonly ScorerRecord[],
  before: readonly ScorerRecord[] = [],
): DealChanges | null {
  const written: DigestedRecord[] = [];
  let found = 0;
  let place = 0;
  for (const content of records) {
    const last = before[place];
    if (last === content) {
      place += 1;
      found += 1;
      continue;
    }
    // What is new stands between those of before.
    if (last?.key === content.key && last.record === content.record) place += 1;
    const stands = standing.byKind.get(content.record)?.get(content.key);
    if (stands !== undefined) found += 1;
    if (stands === content) continue;
    const json = JSON.stringify(content);
    if (typeof stands === 'object') {
      if (isSame(stands, content, json)) put(standing, content.record, content.key, content);
      else written.push({ content, digest: digestOf(json), json });
      continue;
    }
    const digest = digestOf(json);
    if (stands === digest) put(standing, content.record, content.key, content);
    else written.push({ content, digest, json });
  }
  const deleted = found === sizeOf(standing) ? [] : missing(standing, records);
  if (written.length === 0 && deleted.length === 0) return null;
  return { deal_id: dealId, version: standing.version + 1, written, deleted };
}

/** Whether both are the same to the byte. Most that differ do so in a plain field, and need not be written to tell. */
function isSame(stands: ScorerRecord, content: ScorerRecord, json: string): boolean {
  const values = content as unknown as Readonly<Record<string, unknown>>;
  for (const [name, value] of Object.entries(stands))
    if (typeof value !== 'object' && value !== values[name]) return false;
  return JSON.stringify(stands) === json;
}

/** How many records stand. */
export function sizeOf({ byKind }: StandingRecords): number {
  let size = 0;
  for (const ofKind of byKind.values()) size += ofKind.size;
  return size;
}

function missing({ byKind }: StandingRecords, records: readonly ScorerRecord[]): DealChanges['deleted'] {
  const told = new Map<RecordKind, Set<string>>();
  for (const { record, key } of records) {
    const ofKind = told.get(record);
    if (ofKind === undefined) told.set(record, new Set([key]));
    else ofKind.add(key);
  }
  return [...byKind].flatMap(([record, ofKind]) =>
    [...ofKind.keys()].filter((key) => told.get(record)?.has(key) !== true).map((key) => ({ record, key })),
  );
}

/** Notes that the changes are stored. */
export function noteStored(standing: StandingRecords, { version, written, deleted }: DealChanges): void {
  standing.version = version;
  for (const { content } of written) put(standing, content.record, content.key, content);
  for (const { record, key } of deleted) standing.byKind.get(record)?.delete(key);
}

/**
 * Holds a new scoring of a deal against what is stored of it.
 * @param stored everything stored of the deal, deleted records included
 * @param records everything the scorer now says of the deal, each key of a kind once
 * @returns only what differs, or null where nothing does
 */
export function changesOf(
  dealId: string,
  stored: readonly StoredRecord[],
  records: readonly ScorerRecord[],
): DealChanges | null {
  return changesFrom(dealId, standingRecords(stored), records);
}
