import type { EventType } from '#domain/events/catalogue.js';
import type { Json } from '../translation.js';

/** How the text or number of a field is read; undefined: as it came. */
export type ReadAs = 'text' | 'number' | 'boolean' | 'date' | 'instant';

/** How a rule fills one field of an event's data. */
export type RuleValue =
  | { readonly constant: Json }
  /** What the rule's `values` say, without them the field's own value. */
  | { readonly value: true }
  | {
      readonly field: string;
      readonly as?: ReadAs;
      readonly divide?: number;
      /** The text is a list with this between its items. */
      readonly split?: string;
    }
  | { readonly object: Readonly<Record<string, RuleValue>> }
  | { readonly list: readonly RuleValue[] };

/** What a custom field means. */
export interface Rule {
  readonly object: string;
  /** Name or path of the field that makes it fire. */
  readonly field: string;
  /** Fires for this value only. */
  readonly equals?: string | number | boolean;
  /** Fires for these values only; each with what `{value: true}` then is. */
  readonly values?: ReadonlyMap<string, Json>;
  /** Field with the deal's id; none: the record's own deal. */
  readonly deal?: string;
  readonly emit?: EventType;
  /** Field with the event's time; none: the record's. */
  readonly time?: string;
  readonly data: Readonly<Record<string, RuleValue>>;
  /** Fields that are changed in the data of what the source's own rules emit. */
  readonly set?: Readonly<Record<string, Json>>;
}
