import { createHash } from 'node:crypto';
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
  /** Length of the JSON. */
  readonly size: number;
}

/** What one scoring changes in a deal's stored records. It becomes visible at once or not at all. */
export interface DealChanges {
  readonly deal_id: string;
  /** Higher than any version stored for the deal. */
  readonly version: number;
  readonly written: readonly DigestedRecord[];
  readonly deleted: readonly { readonly record: RecordKind; readonly key: string }[];
}

export function digested(content: ScorerRecord): DigestedRecord {
  const json = JSON.stringify(content);
  return { content, digest: createHash('sha256').update(json).digest('hex').slice(0, 32), size: json.length };
}

/**
 * Holds a new scoring of a deal against what is stored of it.
 * @param stored everything stored of the deal, deleted records included
 * @param records everything the scorer now says of the deal
 * @returns only what differs, or null where nothing does
 */
export function changesOf(
  dealId: string,
  stored: readonly StoredRecord[],
  records: readonly ScorerRecord[],
): DealChanges | null {
  const standing = new Map<string, StoredRecord>();
  let latest = 0;
  for (const row of stored) {
    latest = Math.max(latest, row.version);
    if (!row.is_deleted) standing.set(`${row.record} ${row.key}`, row);
  }
  const written: DigestedRecord[] = [];
  for (const content of records) {
    const name = `${content.record} ${content.key}`;
    const record = digested(content);
    if (standing.get(name)?.digest !== record.digest) written.push(record);
    standing.delete(name);
  }
  const deleted = [...standing.values()].map(({ record, key }) => ({ record, key }));
  if (written.length === 0 && deleted.length === 0) return null;
  return { deal_id: dealId, version: latest + 1, written, deleted };
}
