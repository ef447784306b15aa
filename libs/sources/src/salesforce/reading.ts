import type { EventType } from '#domain/events/catalogue.js';
import { formatDate, type Instant, MILLISECONDS_PER_DAY, parseInstant } from '#domain/time/instant.js';
import type { LinkHint } from '../native/draft.js';
import type { SourceMapping } from '../native/mapping.js';
import { fieldOf, isEmpty, type Reasons } from '../native/values.js';
import type { Json } from '../translation.js';
import type { ChangedFields } from './changed-fields.js';
import type { ChangeEvent } from './header.js';

/** What the reading of a change event needs. */
export interface Reading {
  readonly event: ChangeEvent;
  readonly changed: ChangedFields;
  readonly mapping: SourceMapping;
  readonly reasons: Reasons;
}

/** An event that a record tells, before it is stamped with its change. */
export interface Told {
  readonly type: EventType;
  readonly data: Readonly<Record<string, Json>>;
  /** The deal's id as the CRM has it. */
  readonly deal?: string | undefined;
  /** None: when the change was made. */
  readonly time?: Instant | undefined;
  readonly hints?: readonly (readonly [kind: LinkHint, value: string])[];
}

export function isNew({ event }: Reading): boolean {
  return event.changeType === 'CREATE' || event.changeType === 'UNDELETE';
}

export function isFieldEmpty({ event }: Reading, field: string): boolean {
  return isEmpty(fieldOf(event.fields, field));
}

export function textIn({ event, reasons }: Reading, field: string): string | undefined {
  return reasons.text(event.path(field), fieldOf(event.fields, field));
}

export function idIn({ event, reasons }: Reading, field: string): string | undefined {
  return reasons.id(event.path(field), fieldOf(event.fields, field));
}

export function numberIn({ event, reasons }: Reading, field: string): number | undefined {
  return reasons.number(event.path(field), fieldOf(event.fields, field));
}

export function booleanIn({ event, reasons }: Reading, field: string): boolean | undefined {
  return reasons.boolean(event.path(field), fieldOf(event.fields, field));
}

export function instantIn({ event, reasons }: Reading, field: string): Instant | undefined {
  return reasons.instant(event.path(field), fieldOf(event.fields, field));
}

/**
 * A date: as text, or as the epoch of its midnight in UTC, which the Pub/Sub API gives. It is a day of the calendar, the
 * same in every zone; moved by a zone's offset it would become the day before.
 */
export function dateIn(reading: Reading, field: string): string | undefined {
  const { event, reasons } = reading;
  const value = fieldOf(event.fields, field);
  const path = event.path(field);
  if (typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value.trim()))) {
    const at = reasons.instant(path, value);
    return at === undefined ? undefined : formatDate(Math.floor(at / MILLISECONDS_PER_DAY));
  }
  if (typeof value === 'string' && parseInstant(value.trim()) !== undefined)
    return reasons.date(path, value.trim().slice(0, 10));
  return reasons.date(path, value);
}
