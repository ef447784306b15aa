import { translateCloudEvent } from './cloudevents/translate.js';
import { translateGoogleCalendar } from './google-calendar/translate.js';
import { translateHubspot } from './hubspot/translate.js';
import { translateMicrosoftGraph } from './microsoft-graph/translate.js';
import type { SourceMapping } from './native/mapping.js';
import type { NativeRecord, RecordTranslation, TranslateRecord } from './native/record.js';
import { translatePipedrive } from './pipedrive/translate.js';
import { translateSalesforce } from './salesforce/translate.js';

/** The sources that send records of their own making, by the names that commands and configuration use. */
export const nativeSources = [
  'salesforce',
  'hubspot',
  'pipedrive',
  'google-calendar',
  'microsoft-graph',
  'cloudevents',
] as const;

export type NativeSource = (typeof nativeSources)[number];

const translators: Readonly<Record<NativeSource, TranslateRecord>> = {
  salesforce: translateSalesforce,
  hubspot: translateHubspot,
  pipedrive: translatePipedrive,
  'google-calendar': translateGoogleCalendar,
  'microsoft-graph': translateMicrosoftGraph,
  cloudevents: translateCloudEvent,
};

/**
 * What a record of a source becomes. Never throws: whatever a record does to a translator costs that record alone, and
 * not the batch that it came in.
 */
export function translateRecord(
  source: NativeSource,
  record: NativeRecord,
  mapping: SourceMapping,
): RecordTranslation {
  try {
    return translators[source](record, mapping);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { reasons: [`the record could not be read: ${why.slice(0, 200).toWellFormed()}`] };
  }
}
