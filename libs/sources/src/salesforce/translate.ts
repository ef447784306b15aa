import { conclude, nothingFound } from '../native/conclude.js';
import { type DraftFact, linkHints } from '../native/draft.js';
import type { SourceMapping } from '../native/mapping.js';
import type { TranslateRecord } from '../native/record.js';
import { Reasons } from '../native/values.js';
import { readChangedFields } from './changed-fields.js';
import { readContactRole } from './contact-role.js';
import { readRuleEvents } from './custom-fields.js';
import { readDirectory } from './directory.js';
import { readEventRelation } from './event-relation.js';
import { readEvent } from './event.js';
import { isOfNoRecord, isOverflow, overflowed, readGap } from './gap.js';
import { type ChangeEvent, readChangeEvent, readStamp } from './header.js';
import { readOpportunity } from './opportunity.js';
import type { Reading, Told } from './reading.js';
import { readTask } from './task.js';

/** What one record of an object says. */
type ReadRecord = (id: string, reading: Reading) => readonly Told[];

const READERS: ReadonlyMap<string, ReadRecord> = new Map([
  ['Opportunity', readOpportunity],
  ['Task', readTask],
  ['Event', readEvent],
  ['EventRelation', readEventRelation],
  ['OpportunityContactRole', readContactRole],
]);

/** Salesforce Change Data Capture: change events of CometD and of the Pub/Sub API. */
export const translateSalesforce: TranslateRecord = ({ value }, mapping) => {
  const reasons = new Reasons();
  const source = mapping.source ?? 'salesforce';
  const event = readChangeEvent(value, reasons);
  if (event === undefined) return conclude(source, nothingFound, reasons);
  const facts = readFacts(event, source, mapping, reasons);
  const directory = readDirectory(event);
  return conclude(
    source,
    directory.length === 0 ? { facts } : { facts, directory, time: readStamp(event, new Reasons()).time },
    reasons,
  );
};

function readFacts(
  event: ChangeEvent,
  source: string,
  mapping: SourceMapping,
  reasons: Reasons,
): readonly DraftFact[] {
  const entity = event.entity.toLowerCase();
  const hasRules = mapping.rules.some(({ object }) => object.toLowerCase() === entity);
  if (!READERS.has(event.entity) && !hasRules) return [];
  const told = readTold(event, mapping, reasons);
  if (told.length === 0) return [];
  const { time, sequence, transaction } = readStamp(event, reasons);
  return told.map(({ object, told: { type, data, deal, time: own, hints = [] } }) => ({
    source,
    type,
    object,
    data,
    time: own ?? time,
    sequence,
    change: transaction,
    subject: deal === undefined ? undefined : mapping.dealIdPrefix + deal,
    extensions: { linkhints: linkHints(hints) },
  }));
}

interface ToldOf {
  /** The record's id, or the object's name where it is of all its records. */
  readonly object: string;
  readonly told: Told;
}

function readTold(event: ChangeEvent, mapping: SourceMapping, reasons: Reasons): readonly ToldOf[] {
  const { entity, changeType, ids } = event;
  const all = isOverflow(event) ? [{ object: entity, told: overflowed(event) }] : [];
  if (changeType === 'GAP_OVERFLOW') return all;
  const reading: Reading = { event, mapping, reasons, changed: readChangedFields(event, reasons) };
  const read = (id: string): readonly Told[] =>
    changeType.startsWith('GAP_') ? readGap(id, event) : readRecord(id, reading);
  const records = ids.filter((id) => !isOfNoRecord(id));
  return [...all, ...records.flatMap((object) => read(object).map((told) => ({ object, told })))];
}

/** What the standard fields tell, with what the mapping's rules change in it, and what they add. */
function readRecord(id: string, reading: Reading): readonly Told[] {
  const own = READERS.get(reading.event.entity)?.(id, reading) ?? [];
  const { events, set } = readRuleEvents(id, reading);
  return [...own.map((told) => ({ ...told, data: { ...told.data, ...set } })), ...events];
}
