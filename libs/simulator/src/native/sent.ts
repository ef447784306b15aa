import type { EventType } from '#domain/events/catalogue.js';
import type { Instant } from '#domain/time/instant.js';
import type { DataTold, SimulatedEvent } from '../journal.js';

/** A record as one of the organisation's systems sends it. */
export interface SentRecord {
  /** The source whose raw topic it goes to. */
  readonly topic: 'salesforce' | 'google-calendar' | 'cloudevents';
  /** Of what the record is: records about one thing stay in order. */
  readonly key: string | null;
  /** JSON. */
  readonly value: string;
  /** When it was sent, in milliseconds since the epoch. */
  readonly timestamp: Instant;
}

/** What a system says, before it is sent. */
export type Said = Omit<SentRecord, 'timestamp'>;

/** A simulated event whose type tells what its data is. */
export type Told = {
  readonly [T in EventType]: SimulatedEvent & { readonly type: T; readonly data: DataTold<T> };
}[EventType];

/** A simulated event of one of these types. */
export type ToldOf<T extends EventType> = Extract<Told, { readonly type: T }>;

/** What no other event has: a repeated delivery is of the same event. */
export function identityOf({ source, id }: SimulatedEvent): string {
  return `${source}|${id}`;
}
