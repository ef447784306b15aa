import { eventCatalogue, isEventType } from '#domain/events/catalogue.js';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { validateEvent } from '#domain/events/validate.js';
import { formatInstant, parseInstant } from '#domain/time/instant.js';
import { isPlausible } from '../instants.js';
import type { SourceMapping } from '../native/mapping.js';
import type { NativeRecord, TranslateRecord } from '../native/record.js';
import { fieldOf, isObject, type JsonObject, Reasons } from '../native/values.js';
import { quoted } from '../translation.js';
import { binaryEvent, isBinary } from './binary.js';
import { decodedData } from './data.js';

/**
 * CloudEvents of anyone, structured or in binary mode. What they say passes unchanged; an event that needs nothing
 * added is given out as the very object that came in.
 */
export const translateCloudEvent: TranslateRecord = (record, mapping) => {
  const reasons = new Reasons();
  const given = isBinary(record) ? binaryEvent(record, reasons) : record.value;
  if (!isObject(given)) {
    reasons.add('record', 'a CloudEvent (a JSON object)', given);
    return { reasons: reasons.list };
  }
  const event = completed(given, record, mapping, reasons);
  const verdict = validateEvent(event);
  if (verdict.outcome === 'unknown_type')
    return { reasons: [...reasons.list, `type: unknown event type ${quoted(verdict.type)}`] };
  if (verdict.outcome === 'invalid') return { reasons: [...reasons.list, ...verdict.reasons] };
  checkTime(verdict.event, reasons);
  checkSubject(verdict.event, reasons);
  if (reasons.list.length > 0) return { reasons: reasons.list };
  return { events: [verdict.event], source: verdict.event.source };
};

/** The event with its type renamed, its data decoded, and its time and schema version where they are missing. */
function completed(
  given: JsonObject,
  record: NativeRecord,
  mapping: SourceMapping,
  reasons: Reasons,
): JsonObject {
  const type = fieldOf(given, 'type');
  const renamed = typeof type === 'string' ? mapping.types.get(type) : undefined;
  const changes: Record<string, unknown> = {};
  if (renamed !== undefined) changes['type'] = renamed;
  if (isMissing(given, 'time') && record.timestamp !== undefined)
    changes['time'] = formatInstant(record.timestamp);
  if (isMissing(given, 'schemaversion')) changes['schemaversion'] = 1;
  const encoded = fieldOf(given, 'data_base64');
  if (encoded !== undefined && encoded !== null) changes['data'] = decodedData(given, encoded, reasons);
  const hasNull = Object.hasOwn(given, 'data_base64') || fieldOf(given, 'subject') === null;
  if (Object.keys(changes).length === 0 && !hasNull) return given;
  const { data_base64: _encoded, subject, ...rest } = given as { data_base64?: unknown; subject?: unknown };
  return { ...rest, ...(subject === undefined || subject === null ? {} : { subject }), ...changes };
}

function isMissing(event: JsonObject, attribute: string): boolean {
  const value = fieldOf(event, attribute);
  return value === undefined || value === null;
}

/** A time far off is a slip of the pen, and would stand before or after everything that is known of its deal. */
function checkTime({ time }: CloudEvent, reasons: Reasons): void {
  const at = parseInstant(time);
  if (at === undefined || !isPlausible(at)) reasons.add('time', 'an instant between 1990 and 2100', time);
}

/** Meetings and messages are tied to their deals later; whoever writes another event knows of which deal it is. */
function checkSubject({ type, subject }: CloudEvent, reasons: Reasons): void {
  if (subject !== undefined || !isEventType(type)) return;
  const { family } = eventCatalogue[type];
  if (family !== 'meeting' && family !== 'contact') reasons.add('subject', "the deal's id", subject);
}
