import type { EventType } from '#domain/events/catalogue.js';
import type { Json } from '../translation.js';
import type { ColumnRule } from './cells.js';
import type { TimeOfDay } from './clock.js';

/** A cell of the row, or of the row of another file that it points to. */
export interface CellReference {
  readonly column: string;
  /** The name of a look-up; none: the row itself. */
  readonly lookUp?: string;
  /** Where a bare date is to become an instant. */
  readonly at: TimeOfDay;
}

/** What becomes a value of an event's data. */
export type ValueRule =
  | { readonly kind: 'constant'; readonly value: Json }
  | { readonly kind: 'cell'; readonly cell: CellReference }
  /** Texts put together; empty cells are left out. */
  | { readonly kind: 'join'; readonly cells: readonly CellReference[]; readonly between: string }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, ValueRule> }
  | { readonly kind: 'list'; readonly items: readonly ValueRule[] };

/**
 * Holds when each column of `when` has one of its values, and none of `unless` has. Values are compared without regard to
 * case and to blanks around them; "" is the empty cell.
 */
export interface Condition {
  readonly when: ReadonlyMap<string, ReadonlySet<string>>;
  readonly unless: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface RefusalRule extends Condition {
  readonly because: string;
}

export interface EventRule extends Condition {
  readonly emit: EventType;
  readonly time: { readonly column: string; readonly at: TimeOfDay };
  readonly data: ReadonlyMap<string, ValueRule>;
}

/** A further file, one row a key. */
export interface LookUp {
  readonly file: string;
  /** The column of the row that is translated which holds the key. */
  readonly by: string;
  /** What to do with a key that the file doesn't have. */
  readonly unknown: 'refuse' | 'leave_out';
  readonly columns: ReadonlyMap<string, ColumnRule>;
  /** Bytes of the used cells by column, for each key. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** A valid mapping file with its look-ups read. */
export interface CsvMapping {
  readonly source?: string;
  /** IANA; of dates and times without an offset. */
  readonly timezone: string;
  readonly currency?: string;
  readonly dealIdPrefix: string;
  /** One ASCII character. */
  readonly delimiter: string;
  readonly encoding: string;
  /** The column of the deal's id; none: the events name no deal. */
  readonly deal?: string;
  /** The column that identifies what a row is about; none: the deal's. */
  readonly id?: string;
  readonly columns: ReadonlyMap<string, ColumnRule>;
  readonly lookUps: ReadonlyMap<string, LookUp>;
  readonly required: readonly string[];
  readonly refusals: readonly RefusalRule[];
  readonly events: readonly EventRule[];
  /** Every column that is read: a file must have them all. */
  readonly usedColumns: ReadonlySet<string>;
}
