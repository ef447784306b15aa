import type { Instant } from '#domain/time/instant.js';
import { fieldAt, fieldOf, isObject, type JsonObject, type Reasons } from '../native/values.js';

/** A change event, whichever way it was delivered. */
export interface ChangeEvent {
  /** `Opportunity`, `Task`, `Outcome__c`. */
  readonly entity: string;
  /** `CREATE`, `GAP_UPDATE`, and what the vendor adds later. */
  readonly changeType: string;
  /** All records that were changed alike; ids or wildcards. */
  readonly ids: readonly string[];
  readonly header: JsonObject;
  /** What the records' fields are now, as far as it is told. */
  readonly fields: JsonObject;
  /** Where a field stands in the record, for reasons. */
  readonly path: (field: string) => string;
}

/** When and in which order a change was made. */
export interface Stamp {
  readonly time: Instant | undefined;
  readonly sequence: number | undefined;
  readonly transaction: string | undefined;
}

const HEADER = 'ChangeEventHeader';
/** CometD, the same without its envelope, and the Pub/Sub API. */
const WRAPPINGS = ['data.payload', 'payload', ''] as const;

/** @returns undefined, with reasons, where the record names no object, no kind of change, or no readable ids */
export function readChangeEvent(record: unknown, reasons: Reasons): ChangeEvent | undefined {
  if (!isObject(record)) {
    reasons.add('record', 'a JSON object', record);
    return undefined;
  }
  const wrapping = WRAPPINGS.find((at) => fieldOf(inside(record, at), HEADER) !== undefined) ?? '';
  const fields = inside(record, wrapping);
  const path = (field: string): string => (wrapping === '' ? field : `${wrapping}.${field}`);
  const header = fieldOf(fields, HEADER);
  if (!isObject(fields) || !isObject(header)) {
    reasons.add(path(HEADER), 'the header of a change event', header);
    return undefined;
  }
  const entity = readName(path(`${HEADER}.entityName`), fieldOf(header, 'entityName'), reasons);
  const changeType = readName(path(`${HEADER}.changeType`), fieldOf(header, 'changeType'), reasons);
  const ids = readIds(path(`${HEADER}.recordIds`), fieldOf(header, 'recordIds'), reasons);
  if (entity === undefined || changeType === undefined || ids === undefined) return undefined;
  return { entity, changeType, ids, header, fields, path };
}

function inside(record: JsonObject, wrapping: string): unknown {
  return wrapping === '' ? record : fieldAt(record, wrapping);
}

function readName(path: string, value: unknown, reasons: Reasons): string | undefined {
  if (typeof value === 'string' && /^\w{1,255}$/.test(value)) return value;
  reasons.add(path, 'a name', value);
  return undefined;
}

/** An id of letters and digits, or all that begin with some: `006*`. */
const RECORD_ID = /^(?:[A-Za-z0-9]{1,18}|[A-Za-z0-9]{0,18}\*)$/;

function readIds(path: string, value: unknown, reasons: Reasons): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) {
    reasons.add(path, 'a list of record ids', value);
    return undefined;
  }
  const ids: string[] = [];
  value.forEach((item: unknown, n) => {
    if (typeof item === 'string' && RECORD_ID.test(item)) ids.push(item);
    else reasons.add(`${path}[${n}]`, 'a record id', item);
  });
  return ids.length === value.length ? ids : undefined;
}

export function readStamp({ header, path }: ChangeEvent, reasons: Reasons): Stamp {
  const at = (name: string): string => path(`${HEADER}.${name}`);
  return {
    time: reasons.instant(at('commitTimestamp'), fieldOf(header, 'commitTimestamp')),
    sequence: readSequence(at('sequenceNumber'), fieldOf(header, 'sequenceNumber'), reasons),
    transaction: reasons.id(at('transactionKey'), fieldOf(header, 'transactionKey')),
  };
}

function readSequence(path: string, value: unknown, reasons: Reasons): number | undefined {
  const sequence = reasons.number(path, value);
  if (sequence === undefined || (Number.isSafeInteger(sequence) && sequence >= 0)) return sequence;
  reasons.add(path, 'a whole number from 0', value);
  return undefined;
}
