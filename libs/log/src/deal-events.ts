import type { Instant } from '#domain/time/instant.js';
import type { NewRecord } from './log.js';

/** Marks a record of the deal-events topic whose event no longer counts; its value is `{source, id, time}`. */
export const RETRACTED_HEADER = 'plumbline-retracted';

/** Marks a record of the deal-events topic that says no more than that events of the deal have changed in the store. */
export const RELOAD_HEADER = 'plumbline-reload';

/** Whoever scores the deal is to read it from the store. */
export function reloadRecord(dealId: string, timestamp: Instant): NewRecord {
  return { key: dealId, value: Buffer.from('{}'), headers: { [RELOAD_HEADER]: '1' }, timestamp };
}

/** Only its key matters: that the event of this identity and time no longer counts for the deal. */
export function retractionRecord(
  event: { readonly deal_id: string; readonly source: string; readonly id: string; readonly time: Instant },
  timestamp: Instant,
): NewRecord {
  const { deal_id: dealId, source, id, time } = event;
  return {
    key: dealId,
    value: Buffer.from(JSON.stringify({ source, id, time })),
    headers: { [RETRACTED_HEADER]: '1' },
    timestamp,
  };
}
