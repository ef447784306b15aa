import type { EventType } from '#domain/events/catalogue.js';
import type { SourceMapping } from '../native/mapping.js';
import type { Reasons } from '../native/values.js';
import type { Json } from '../translation.js';

/** What the reading of any part of a record needs. */
export interface Reading {
  /** `source` of the events. */
  readonly source: string;
  readonly mapping: SourceMapping;
  readonly reasons: Reasons;
}

/** An event that a field tells, before it is known of which deal and when. */
export interface Told {
  readonly type: EventType;
  readonly data: Readonly<Record<string, Json>>;
}

/** Pipelines of a new portal; the ids survive relabelling. */
export const CLOSED_STAGES = { won: new Set(['closedwon']), lost: new Set(['closedlost']) } as const;
