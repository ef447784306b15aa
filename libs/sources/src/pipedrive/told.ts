import type { EventType } from '#domain/events/catalogue.js';
import type { Json } from '../translation.js';

export type Data = Readonly<Record<string, Json>>;

/** An event that fields tell, before it is known of which deal and when. */
export interface Told {
  readonly type: EventType;
  readonly data: Data;
}
