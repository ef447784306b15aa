import type { DraftFact } from '../native/draft.js';
import type { SourceMapping } from '../native/mapping.js';
import { conclude, nothingFound } from '../native/conclude.js';
import type { NativeRecord, TranslateRecord } from '../native/record.js';
import { isObject, Reasons } from '../native/values.js';
import { readEvent } from './event.js';
import { isNotification, readNotification } from './notification.js';
import { isEventType } from './object-type.js';

/** Makes an event of a calendar's event, or of the notification that one is gone, and nothing of anything else. */
export const translateMicrosoftGraph: TranslateRecord = (record, mapping) => {
  const source = mapping.source ?? 'microsoft-graph';
  const reasons = new Reasons();
  const fact = readRecord(record, source, mapping, reasons);
  return conclude(source, fact === undefined ? nothingFound : { facts: [fact] }, reasons);
};

function readRecord(
  record: NativeRecord,
  source: string,
  mapping: SourceMapping,
  reasons: Reasons,
): DraftFact | undefined {
  const { value } = record;
  if (!isObject(value)) {
    reasons.add('record', 'a JSON object', value);
    return undefined;
  }
  if (isNotification(value)) return readNotification(value, record, source, reasons);
  if (!isEventType('', value, reasons)) return undefined;
  return readEvent(value, record, source, mapping, reasons);
}
