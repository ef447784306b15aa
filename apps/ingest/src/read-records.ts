import { createHash } from 'node:crypto';
import { eventCatalogue } from '#domain/events/catalogue.js';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import type { DomainEvent } from '#domain/events/domain-event.js';
import { contentOf } from '#domain/events/identity.js';
import type { Person } from '#domain/events/person.js';
import { validateEvent } from '#domain/events/validate.js';
import type { Instant } from '#domain/time/instant.js';
import type { Batch, LoggedRecord } from '#log/log.js';
import type { EventRow } from '#warehouse/event-row.js';
import type { DeadLetter, UnlinkedEvent } from '#warehouse/kept-aside.js';
import { toDomainEvent } from '#warehouse/stored-events.js';
import type { Claim } from './claims.js';

/** A batch taken apart: events that name their deal, events that don't yet, and what was refused. */
export interface ReadRecords {
  readonly claims: readonly Claim[];
  readonly unlinked: readonly UnlinkedEvent[];
  readonly deadLetters: readonly DeadLetter[];
}

const SOURCE = 'cloudevents';

/** @param receivedAt stored with what is new */
export function readRecords(batch: Batch, receivedAt: Instant): ReadRecords {
  const claims: Claim[] = [];
  const unlinked: UnlinkedEvent[] = [];
  const deadLetters: DeadLetter[] = [];
  batch.records.forEach((record, index) => {
    const candidate = parseJson(record);
    if (candidate === undefined) {
      deadLetters.push(deadLetter(batch, record, ['not JSON'], receivedAt));
      return;
    }
    const verdict = validateEvent(candidate);
    if (verdict.outcome === 'unknown_type') {
      deadLetters.push(
        deadLetter(
          batch,
          record,
          [`type: unknown event type ${JSON.stringify(verdict.type.slice(0, 64))}`],
          receivedAt,
        ),
      );
      return;
    }
    if (verdict.outcome === 'invalid') {
      deadLetters.push(deadLetter(batch, record, verdict.reasons, receivedAt));
      return;
    }
    const { event, domain } = verdict;
    if (typeof event.subject === 'string')
      claims.push(claimOf(event, event.subject, domain, index, receivedAt));
    else unlinked.push(unlinkedOf(event, domain, receivedAt));
  });
  return { claims, unlinked, deadLetters };
}

function parseJson(record: LoggedRecord): unknown {
  try {
    return JSON.parse(record.value.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

export function deadLetter(
  batch: Batch,
  record: LoggedRecord,
  reasons: readonly string[],
  receivedAt: Instant,
  position = 0,
): DeadLetter {
  return {
    topic: batch.topic,
    partition: batch.partition,
    offset: record.offset,
    position,
    source: SOURCE,
    raw: record.value.toString('utf8'),
    reasons,
    received_at: receivedAt,
    replayed_at: null,
  };
}

function claimOf(
  event: CloudEvent,
  dealId: string,
  domain: DomainEvent,
  index: number,
  receivedAt: Instant,
): Claim {
  const canonical = contentOf(domain, dealId);
  return { row: { deal_id: dealId, ...rowOf(event, domain, canonical, receivedAt) }, canonical, index };
}

function rowOf(
  event: CloudEvent,
  domain: DomainEvent,
  canonical: string,
  receivedAt: Instant,
): Omit<EventRow, 'deal_id'> {
  const { id: _id, source: _source, type: _type, subject: _subject, data: _data, ...extensions } = event;
  return {
    time: domain.time,
    source: domain.source,
    id: domain.id,
    type: domain.type,
    family: eventCatalogue[domain.type].family,
    schemaversion: event.schemaversion ?? 1,
    data: JSON.stringify(event.data ?? {}),
    // With these, the time as it was written among them, a stored event can be told as it came.
    extensions: JSON.stringify(extensions),
    content_hash: createHash('sha256').update(canonical).digest('hex').slice(0, 32),
    recorded_at: receivedAt,
  };
}

/** A stored event as it came, but for the order of its attributes. */
export function cloudEventOf(row: EventRow): object {
  const { id, source, type, deal_id: subject } = row;
  const extensions = JSON.parse(row.extensions) as object;
  return { ...extensions, id, source, type, subject, data: JSON.parse(row.data) as unknown };
}

/** The text by which a stored event is compared with a rival of the same time. */
export function canonicalOfRow(row: EventRow): string {
  return contentOf(toDomainEvent(row), row.deal_id);
}

function unlinkedOf(event: CloudEvent, domain: DomainEvent, receivedAt: Instant): UnlinkedEvent {
  const addresses = addressesOf(domain);
  return {
    ...rowOf(event, domain, contentOf(domain, undefined), receivedAt),
    addresses,
    domains: [...new Set(addresses.map((address) => address.slice(address.lastIndexOf('@') + 1)))],
  };
}

/** Lower-case addresses of everyone that a meeting or message names. */
function addressesOf(event: DomainEvent): string[] {
  const { person: one, attendees } = event.data as {
    person?: Person | null;
    attendees?: readonly Person[] | null;
  };
  const people = [one, ...(attendees ?? [])];
  const addresses = people.map((person) => person?.email?.trim().toLowerCase() ?? '');
  return [...new Set(addresses.filter((address) => address.includes('@')))];
}
