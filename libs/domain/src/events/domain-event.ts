import type { Instant } from '../time/instant.js';
import type { DataOf, eventCatalogue, EventFamily, EventType } from './catalogue.js';

/** An event as it is folded: validated, at the current schema version, its time read. */
export type EventOf<T extends EventType> = {
  [K in T]: {
    readonly type: K;
    readonly source: string;
    readonly id: string;
    readonly time: Instant;
    readonly data: DataOf<K>;
  };
}[T];

export type DomainEvent = EventOf<EventType>;

type TypeOfFamily<F extends EventFamily> = {
  [T in EventType]: (typeof eventCatalogue)[T]['family'] extends F ? T : never;
}[EventType];

export type EventOfFamily<F extends EventFamily> = EventOf<TypeOfFamily<F>>;

export type DealEvent = EventOfFamily<'deal'>;
export type BuyingEvent = EventOfFamily<'buying'>;
export type CloseEvent = EventOfFamily<'close'>;
export type PeopleEvent = EventOfFamily<'people'>;
export type ContactEvent = EventOfFamily<'contact'>;
export type MeetingEvent = EventOfFamily<'meeting'>;
export type NextStepEvent = EventOfFamily<'next_step'>;
export type ValueEvent = EventOfFamily<'value'>;
/** What follows the order. */
export type SuccessEvent = EventOfFamily<'delivery' | 'outcome' | 'use' | 'voice' | 'future'>;

/** By code point. UTF-16 units, which `<` compares, put characters beyond U+FFFF before some that are lower. */
export function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Halves of surrogate pairs stand for code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** The order in which events are folded: time, then source, then id. */
export function compareEvents(a: DomainEvent, b: DomainEvent): number {
  return a.time - b.time || compareCodePoints(a.source, b.source) || compareCodePoints(a.id, b.id);
}
