import { conclude, type Findings, nothingFound } from '../native/conclude.js';
import type { SourceMapping } from '../native/mapping.js';
import type { TranslateRecord } from '../native/record.js';
import { fieldOf, isObject, type JsonObject, Reasons } from '../native/values.js';
import { readActivity } from './activity.js';
import { readDeal } from './deal.js';
import { readDirectory } from './directory.js';
import { type Notice, readNotice, type Reading } from './notice.js';

/** Pipedrive: bodies of webhooks of version 2. */
export const translatePipedrive: TranslateRecord = (record, mapping) => {
  const { value } = record;
  const reasons = new Reasons();
  if (!isObject(value)) {
    reasons.add('record', 'a JSON object', value);
    return { reasons: reasons.list };
  }
  const reading: Reading = { source: sourceOf(value, mapping, reasons), mapping, reasons };
  const notice = readNotice(value, reasons);
  const findings = notice === undefined ? nothingFound : read(notice, reading);
  return conclude(reading.source, findings, reasons);
};

function sourceOf(value: JsonObject, mapping: SourceMapping, reasons: Reasons): string {
  if (mapping.source !== undefined) return mapping.source;
  const company = reasons.id('meta.company_id', fieldOf(fieldOf(value, 'meta'), 'company_id'));
  return company === undefined ? 'pipedrive' : `pipedrive/${company}`;
}

function read(notice: Notice, reading: Reading): Findings {
  switch (notice.entity) {
    case 'deal':
      return readDeal(notice, reading);
    case 'activity':
      return readActivity(notice, reading);
    default:
      return { facts: [], directory: readDirectory(notice), time: notice.time };
  }
}
