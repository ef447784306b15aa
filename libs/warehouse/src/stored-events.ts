import { isEventType } from '#domain/events/catalogue.js';
import type { DomainEvent } from '#domain/events/domain-event.js';
import { upcast } from '#domain/events/upcast.js';
import { domainEvent } from '#domain/events/validate.js';
import type { EventRow } from './event-row.js';

/**
 * A stored event, brought to the schema version that is folded.
 * @throws Error for one that this version of the code can't read: it was written by a newer one
 */
export function toDomainEvent(row: EventRow): DomainEvent {
  const { type, schemaversion } = row;
  const upcasted = isEventType(type) ? upcast(type, schemaversion, JSON.parse(row.data)) : undefined;
  if (!isEventType(type) || typeof upcasted?.data !== 'object' || upcasted.data === null) {
    throw new Error(
      `event ${row.source}|${row.id}: ${type} with schema version ${schemaversion} is newer than this program; update it`,
    );
  }
  return domainEvent(type, row, row.time, upcasted.data);
}
