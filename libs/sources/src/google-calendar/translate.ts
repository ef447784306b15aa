import { conclude, nothingFound } from '../native/conclude.js';
import type { TranslateRecord } from '../native/record.js';
import { fieldOf, isObject, Reasons } from '../native/values.js';
import { readEvent } from './event.js';

const OWN_KIND = 'calendar#event';

/** Makes an event of the one resource that tells of meetings, and nothing of any other. */
export const translateGoogleCalendar: TranslateRecord = (record, mapping) => {
  const { value } = record;
  const source = mapping.source ?? 'google-calendar';
  const reasons = new Reasons();
  if (!isObject(value)) {
    reasons.add('record', 'a JSON object', value);
    return conclude(source, nothingFound, reasons);
  }
  const kind = reasons.text('kind', fieldOf(value, 'kind')) ?? OWN_KIND;
  if (kind !== OWN_KIND) return conclude(source, nothingFound, reasons);
  const fact = readEvent(value, record, source, mapping, reasons);
  return conclude(source, fact === undefined ? nothingFound : { facts: [fact] }, reasons);
};
