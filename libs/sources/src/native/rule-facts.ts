import type { Instant } from '#domain/time/instant.js';
import type { DraftFact } from './draft.js';
import type { SourceMapping } from './mapping.js';
import type { RuleEvent } from './rules.js';

/** What the mapping's rules make of a record, where the record itself says when, of what object and of which deals. */
export function factsOfRules(
  events: readonly RuleEvent[],
  record: {
    readonly source: string;
    readonly object: string;
    readonly time: Instant | undefined;
    /** The deals' ids with their prefix; none: the record names no deal. */
    readonly deals: readonly string[];
  },
  mapping: SourceMapping,
): DraftFact[] {
  const { source, object, time, deals } = record;
  return events.flatMap((event) => {
    const own = deals.length === 0 ? [undefined] : deals;
    const subjects = event.deal === undefined ? own : [mapping.dealIdPrefix + event.deal];
    return subjects.map((subject) => ({
      source,
      object,
      type: event.type,
      data: event.data,
      time: event.time ?? time,
      subject,
      severalDeals: subjects.length > 1,
    }));
  });
}
