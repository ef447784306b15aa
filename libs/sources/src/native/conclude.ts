import type { Instant } from '#domain/time/instant.js';
import { rankOf } from '../translation.js';
import { draftEvent, faultsOf, type DraftFact } from './draft.js';
import type { DirectoryEntry, RecordTranslation } from './record.js';
import type { Reasons } from './values.js';

/** A list of ten thousand wrong entries is told by its first; a dead letter must stay smaller than a record. */
const MAX_REASONS = 50;

/** What the fields of a record told. */
export interface Findings {
  readonly facts: readonly DraftFact[];
  readonly directory?: readonly DirectoryEntry[];
  /** When the record was written. */
  readonly time?: Instant | undefined;
}

/** What a record that tells nothing becomes. */
export const nothingFound: Findings = { facts: [] };

/**
 * What a record becomes once its fields are read: refused where any of them, or an event made of them, is faulty;
 * else its events in the order of their ranks.
 */
export function conclude(source: string, findings: Findings, reasons: Reasons): RecordTranslation {
  if (reasons.list.length > 0) return refused(reasons.list);
  const facts = findings.facts.toSorted((a, b) => rankOf(a.type) - rankOf(b.type));
  const events = facts.map(draftEvent);
  const faults = events.flatMap(faultsOf);
  if (faults.length > 0) return refused(faults);
  const { directory = [], time } = findings;
  return {
    events,
    source,
    ...(directory.length === 0 ? {} : { directory }),
    ...(time === undefined ? {} : { time }),
  };
}

/** A record is refused with each of its reasons once. */
function refused(reasons: readonly string[]): RecordTranslation {
  const different = [...new Set(reasons)];
  const more = different.length - MAX_REASONS;
  return { reasons: more > 0 ? [...different.slice(0, MAX_REASONS), `and ${more} more`] : different };
}
