import 'reflect-metadata';
import { validateSync, type ValidationError } from 'class-validator';
import { parseInstant } from '../time/instant.js';
import { type DataOf, eventCatalogue, type EventType, isEventType } from './catalogue.js';
import type { CloudEvent } from './cloud-event.js';
import { compileShape, instantiate } from './compiled-shape.js';
import type { DomainEvent, EventOf } from './domain-event.js';
import { Envelope } from './envelope.js';
import { MAX_NESTING, nestsDeeperThan } from './nesting.js';
import { upcast } from './upcast.js';

/** What a candidate for a canonical event is. */
export type EventVerdict =
  | {
      readonly outcome: 'valid';
      readonly event: CloudEvent;
      /** The same, ready to be folded. */
      readonly domain: DomainEvent;
    }
  /** A sound CloudEvent of a type that is not ours. */
  | { readonly outcome: 'unknown_type'; readonly type: string }
  /** Every reason, each with the path of what it is about: `data.due_at: expected …, got "soon"`. */
  | { readonly outcome: 'invalid'; readonly reasons: readonly string[] };

const envelope = compileShape(Envelope);
const shapes = new Map(Object.entries(eventCatalogue).map(([type, { data }]) => [type, compileShape(data)]));
const NO_DATA = Object.freeze({});

/** A list of ten thousand wrong entries is told by its first; a dead letter must stay smaller than a record. */
const MAX_REASONS = 50;

/** Judges anything that came from outside. Never throws. */
export function validateEvent(candidate: unknown): EventVerdict {
  if (typeof candidate !== 'object' || candidate === null || Array.isArray(candidate)) {
    return { outcome: 'invalid', reasons: [`expected a CloudEvent (a JSON object), got ${show(candidate)}`] };
  }
  if (!envelope.accepts(candidate)) return { outcome: 'invalid', reasons: explainCandidate(candidate) };
  const event = candidate as CloudEvent;
  const { type } = event;
  if (!isEventType(type)) return { outcome: 'unknown_type', type };
  const upcasted = upcast(type, event.schemaversion ?? 1, event.data ?? NO_DATA);
  const data = upcasted?.data;
  const sound = typeof data === 'object' && data !== null && shapes.get(type)?.accepts(data) === true;
  const time = parseInstant(event.time);
  const named = typeof event.subject === 'string' || mayLackDeal(type);
  if (!sound || time === undefined || !named || nestsDeeperThan(MAX_NESTING, event)) {
    return { outcome: 'invalid', reasons: explainCandidate(candidate) };
  }
  return { outcome: 'valid', event, domain: domainEvent(type, event, time, data) };
}

/** Reads an event that was validated when it was stored. */
export function domainEvent(
  type: EventType,
  key: { source: string; id: string },
  time: number,
  data: object,
): DomainEvent {
  // The pair of type and data was checked together; TypeScript can't follow it through the union.
  return {
    type,
    source: key.source,
    id: key.id,
    time,
    data: data as DataOf<EventType>,
  } as EventOf<EventType>;
}

/**
 * Meetings, messages and next steps may come without a deal: calendars, mail and task lists don't know it, and they
 * are tied to one later. So may the word that changes were lost, which may be about many.
 */
function mayLackDeal(type: EventType): boolean {
  const { family } = eventCatalogue[type];
  return (
    family === 'meeting' || family === 'contact' || family === 'next_step' || type === 'deal.history_gap'
  );
}

/** The authoritative reasons, by class-validator. */
function explainCandidate(candidate: object): string[] {
  const reasons = reasonsAgainst(candidate);
  const more = reasons.length - MAX_REASONS;
  return more > 0 ? [...reasons.slice(0, MAX_REASONS), `and ${more} more`] : reasons;
}

function reasonsAgainst(candidate: object): string[] {
  const reasons = explain(Envelope, candidate, '');
  for (const [attribute, value] of Object.entries(candidate)) {
    if (nestsDeeperThan(MAX_NESTING - 1, value))
      reasons.push(
        `${attribute.slice(0, 64).toWellFormed()}: expected at most ${MAX_NESTING} levels of nesting, got more`,
      );
  }
  const { type, subject, schemaversion, data } = candidate as Readonly<Record<string, unknown>>;
  if (typeof type !== 'string' || !isEventType(type)) return reasons;
  if ((subject === undefined || subject === null) && !mayLackDeal(type)) {
    reasons.push(`subject: expected the deal's id, got ${show(subject)}`);
  }
  const version = schemaversion ?? 1;
  if (typeof version !== 'number') return reasons;
  const upcasted = upcast(type, version, data ?? NO_DATA);
  if (upcasted === undefined) {
    const newest = eventCatalogue[type].version;
    return [...reasons, `schemaversion: expected 1 to ${newest} for ${type}, got ${show(version)}`];
  }
  if (typeof upcasted.data === 'object' && upcasted.data !== null) {
    reasons.push(...explain(eventCatalogue[type].data, upcasted.data, 'data.'));
  }
  return reasons;
}

function explain(shape: new () => object, plain: object, path: string): string[] {
  // A class without any declared property accepts any object; class-validator would call it unknown.
  if (compileShape(shape).properties.length === 0) return [];
  return reasonsOf(validateSync(instantiate(shape, plain)), path);
}

function reasonsOf(errors: readonly ValidationError[], path: string): string[] {
  return errors.flatMap((error) => {
    const at = /^\d+$/.test(error.property)
      ? `${path.slice(0, -1)}[${error.property}]`
      : `${path}${error.property}`;
    // What class-validator calls an unknown value is a list where an object belongs: the list around it says so.
    const { nestedValidation, unknownValue: _unknownValue, ...constraints } = error.constraints ?? {};
    // Said only where nothing of ours explains it: "not an object" of something that should have been a list.
    const expectations = Object.values(constraints);
    if (expectations.length === 0 && nestedValidation !== undefined) expectations.push(nestedValidation);
    const own = expectations.map((expected) => `${at}: ${expected}, got ${show(error.value)}`);
    return [...new Set(own), ...reasonsOf(error.children ?? [], `${at}.`)];
  });
}

/** A value as it is quoted in a reason: short, on one line. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (typeof value !== 'string') return `a ${typeof value}`;
  return JSON.stringify(value.length > 64 ? `${value.slice(0, 63)}…` : value).toWellFormed();
}
