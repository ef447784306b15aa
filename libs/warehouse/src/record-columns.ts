import type { ScorerRecord } from '#domain/score/records.js';
import { instantTextOf, isHeldDate, isHeldInstant, sqlDateOf, sqlInstantOf } from './encode.js';
import type { RecordKind } from './record-changes.js';

type RecordOf<K extends RecordKind> = Extract<ScorerRecord, { record: K }>;

/** How a field stands in its column. `numbers` is kept as JSON text, as each kind of finding has its own. */
type ColumnType = 'text' | 'number' | 'boolean' | 'instant' | 'date' | 'texts' | 'numbers' | 'json';

/** The compiler holds this complete: a field added to a record must be given a column here. */
type ColumnTypes = {
  readonly [K in RecordKind]: Readonly<
    Record<Exclude<keyof RecordOf<K>, 'record' | 'key' | 'deal_id'>, ColumnType>
  >;
};

export const recordColumns: ColumnTypes = {
  deal: {
    name: 'text',
    account_id: 'text',
    account_name: 'text',
    account_domain: 'text',
    owner_id: 'text',
    owner_name: 'text',
    team: 'text',
    segment: 'text',
    pipeline: 'text',
    stage: 'text',
    stage_order: 'number',
    position: 'number',
    amount: 'number',
    currency: 'text',
    amount_reporting: 'number',
    close_date: 'date',
    opened_at: 'instant',
    run_started_at: 'instant',
    closed_at: 'instant',
    won_at: 'instant',
    churned_at: 'instant',
    status: 'text',
    health: 'number',
    stall: 'number',
    alignment: 'number',
    success: 'number',
    paused: 'boolean',
    paused_until: 'instant',
    pause_reason: 'text',
    history_gap: 'boolean',
    finding_kinds: 'texts',
    finding_severities: 'texts',
    finding_advice: 'texts',
    term_kinds: 'texts',
    term_points: 'numbers',
    not_judged: 'texts',
    judged_at: 'instant',
    next_change_at: 'instant',
    rescore_at: 'instant',
    last_event_at: 'instant',
    events: 'number',
    last_progress_at: 'instant',
    last_contact_at: 'instant',
    first_next_step_at: 'instant',
    ready_at: 'instant',
    first_asked_at: 'instant',
    close_timing: 'text',
    outcomes_expected: 'number',
    outcomes_due: 'number',
    promise_kept: 'number',
    adoption: 'number',
    nps: 'number',
    csat: 'number',
    open_escalations: 'number',
    reference: 'text',
    renews_at: 'instant',
  },
  health: {
    valid_from: 'instant',
    valid_to: 'instant',
    status: 'text',
    health: 'number',
    stall: 'number',
    alignment: 'number',
    success: 'number',
    pipeline: 'text',
    stage: 'text',
    stage_order: 'number',
    position: 'number',
    amount: 'number',
    currency: 'text',
    amount_reporting: 'number',
    owner_id: 'text',
    owner_name: 'text',
    team: 'text',
    segment: 'text',
    paused: 'boolean',
    finding_kinds: 'texts',
    finding_severities: 'texts',
  },
  finding: {
    kind: 'text',
    family: 'text',
    opened_at: 'instant',
    closed_at: 'instant',
    severity: 'text',
    worst_severity: 'text',
    closed_by: 'text',
    evidence: 'texts',
    numbers: 'json',
    advice: 'text',
  },
  meeting: {
    meeting_id: 'text',
    title: 'text',
    starts_at: 'instant',
    ends_at: 'instant',
    customer: 'boolean',
    state: 'text',
    next_step_agreed: 'boolean',
    attendee_emails: 'texts',
    attendee_responses: 'texts',
  },
  next_step: {
    next_step_id: 'text',
    description: 'text',
    owner_side: 'text',
    mutual: 'boolean',
    meeting_id: 'text',
    agreed_at: 'instant',
    due_at: 'instant',
    state: 'text',
    closed_at: 'instant',
  },
  stage: {
    stage: 'text',
    stage_order: 'number',
    segment: 'text',
    entered_at: 'instant',
    left_at: 'instant',
    moved_forward: 'boolean',
    business_days: 'number',
  },
};

export const recordKinds = Object.keys(recordColumns).sort() as readonly RecordKind[];

const fields: Readonly<Record<RecordKind, readonly (readonly [string, ColumnType])[]>> = {
  deal: Object.entries(recordColumns.deal),
  health: Object.entries(recordColumns.health),
  finding: Object.entries(recordColumns.finding),
  meeting: Object.entries(recordColumns.meeting),
  next_step: Object.entries(recordColumns.next_step),
  stage: Object.entries(recordColumns.stage),
};

/** Names of the columns that hold the fields of a kind of record, its key apart. */
export function columnNames(kind: RecordKind): readonly string[] {
  return fields[kind].map(([name]) => name);
}

function encodeValue(value: unknown, type: ColumnType): unknown {
  switch (type) {
    case 'instant':
      return sqlInstantOf(value as string);
    case 'date':
      return sqlDateOf(value as string);
    case 'json':
      return JSON.stringify(value);
    case 'text':
    case 'texts':
    case 'number':
    case 'numbers':
    case 'boolean':
      return value;
  }
}

/** The record's fields as its columns want them; what is null is left out, and so null in the table. */
export function encodeFields(content: ScorerRecord): Readonly<Record<string, unknown>> {
  const values = content as unknown as Readonly<Record<string, unknown>>;
  const encoded: Record<string, unknown> = {};
  for (const [name, type] of fields[content.record]) {
    const value = values[name];
    if (value !== null) encoded[name] = encodeValue(value, type);
  }
  return encoded;
}

const heldFields: Readonly<Record<RecordKind, readonly (readonly [string, (text: string) => boolean])[]>> = {
  deal: heldFieldsOf('deal'),
  health: heldFieldsOf('health'),
  finding: heldFieldsOf('finding'),
  meeting: heldFieldsOf('meeting'),
  next_step: heldFieldsOf('next_step'),
  stage: heldFieldsOf('stage'),
};

function heldFieldsOf(kind: RecordKind): (readonly [string, (text: string) => boolean])[] {
  return fields[kind].flatMap(([name, type]) =>
    type === 'instant' ? [[name, isHeldInstant]] : type === 'date' ? [[name, isHeldDate]] : [],
  );
}

/** Whether the columns hold all fields of the record as they are: no instant and no date is clamped. */
export function isStoredAsIs(content: ScorerRecord): boolean {
  const values = content as unknown as Readonly<Record<string, string | null>>;
  for (const [name, isHeld] of heldFields[content.record]) {
    const value = values[name];
    if (typeof value === 'string' && !isHeld(value)) return false;
  }
  return true;
}

function decodeValue(value: unknown, type: ColumnType): unknown {
  if (value === null) return null;
  switch (type) {
    case 'instant':
      return instantTextOf(value as string);
    case 'json':
      return JSON.parse(value as string);
    // The engine prints Bool as true and false, and 64-bit integers of older servers in quotes.
    case 'number':
      return Number(value);
    case 'text':
    case 'texts':
    case 'date':
    case 'numbers':
    case 'boolean':
      return value;
  }
}

/** The fields of a kind of record out of a row that has a column for each. */
export function decodeFields(
  kind: RecordKind,
  row: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, type] of fields[kind]) values[name] = decodeValue(row[name], type);
  return values;
}

/** A whole record out of a row of `deal_records`. */
export function decodeRecord(kind: RecordKind, row: Readonly<Record<string, unknown>>): ScorerRecord {
  const { key, deal_id } = row;
  // The columns were written from a record of this kind, field by field.
  return { record: kind, key, deal_id, ...decodeFields(kind, row) } as unknown as ScorerRecord;
}
