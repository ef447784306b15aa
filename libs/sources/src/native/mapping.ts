import type { EventType } from '#domain/events/catalogue.js';
import type { Rule } from './rule.js';

/** A source's mapping file, checked, with its defaults filled in. */
export interface SourceMapping {
  /** `source` of the events; undefined: the source's own default. */
  readonly source: string | undefined;
  /** IANA name; of times that name no zone. */
  readonly timezone: string;
  /** Where a record names none. */
  readonly currency: string | undefined;
  readonly dealIdPrefix: string;
  /** Attendees of the CRM's own meetings count as accepted: no calendar is connected that would know. */
  readonly assumeAccepted: boolean;
  /** Names and ids of closed stages, in lower case; undefined: the source's default. */
  readonly stages: Readonly<Record<ClosedAs, ReadonlySet<string> | undefined>>;
  /** Names and ids of closed stages that the policy adds to all lists, in lower case. */
  readonly policyStages?: Readonly<Partial<Record<ClosedAs, ReadonlySet<string>>>>;
  /** Role in lower case → role of ours; over the source's defaults. */
  readonly roles: ReadonlyMap<string, string>;
  /** HubSpot's association type id → role of ours. */
  readonly associationRoles: ReadonlyMap<string, string>;
  /** `contact/003…` → who that is. */
  readonly people: ReadonlyMap<string, { readonly email: string; readonly name?: string }>;
  /** Another's event type → ours. */
  readonly types: ReadonlyMap<string, EventType>;
  readonly rules: readonly Rule[];
}

export type ClosedAs = 'won' | 'lost' | 'walked_away';

/** No mapping file: the defaults, which work on the standard objects of each CRM. */
export const defaultMapping: SourceMapping = {
  source: undefined,
  timezone: 'UTC',
  currency: undefined,
  dealIdPrefix: '',
  assumeAccepted: false,
  stages: { won: undefined, lost: undefined, walked_away: undefined },
  roles: new Map(),
  associationRoles: new Map(),
  people: new Map(),
  types: new Map(),
  rules: [],
};

/**
 * As what a stage closes a deal, by the mapping's lists, each over the source's default; undefined where none names it.
 * @param defaults names in lower case
 */
export function closedAs(
  stage: string,
  mapping: SourceMapping,
  defaults: Readonly<Partial<Record<ClosedAs, ReadonlySet<string>>>>,
): ClosedAs | undefined {
  const name = stage.toLowerCase();
  const kinds = ['won', 'lost', 'walked_away'] as const;
  return kinds.find(
    (kind) =>
      (mapping.stages[kind] ?? defaults[kind])?.has(name) === true ||
      mapping.policyStages?.[kind]?.has(name) === true,
  );
}

/** Someone of whom the record has only an id: by the mapping, else by reference. */
export function personByRef(
  ref: string,
  mapping: SourceMapping,
): { readonly ref: string } | { readonly email: string; readonly name?: string } {
  return mapping.people.get(ref) ?? { ref };
}
