import type { Instant } from '#domain/time/instant.js';
import { RELOAD_HEADER, RETRACTED_HEADER } from '#log/deal-events.js';
import type { NewRecord } from '#log/log.js';
import type { EventKey } from '#warehouse/event-row.js';

/** Only its key matters: that the event of this identity and time no longer counts for the deal. */
export function retractionRecord(key: EventKey, receivedAt: Instant): NewRecord {
  return {
    key: key.deal_id,
    value: Buffer.from(JSON.stringify({ source: key.source, id: key.id, time: key.time })),
    headers: { [RETRACTED_HEADER]: '1' },
    timestamp: receivedAt,
  };
}

/** Events of the deal have changed in the store: it is to be read from there. */
export function reloadRecord(dealId: string, receivedAt: Instant): NewRecord {
  return { key: dealId, value: Buffer.from('{}'), headers: { [RELOAD_HEADER]: '1' }, timestamp: receivedAt };
}
