import type { CloudEvent } from '#domain/events/cloud-event.js';
import { validateEvent } from '#domain/events/validate.js';
import { formatInstant, type Instant } from '#domain/time/instant.js';
import { eventId, quoted, rankOf, tidyData, type Json } from '../translation.js';
import type { Clock } from './clock.js';
import { needsDeal } from './event-shapes.js';
import type { CsvMapping, EventRule, RefusalRule } from './mapping.js';
import type { Moment } from './moments.js';
import { RowReader } from './row-reader.js';

/** What is the same for all rows of a file. */
export interface FileContext {
  readonly mapping: CsvMapping;
  readonly clock: Clock;
  /** `source` of the events. */
  readonly source: string;
  /** Where each used column stands. */
  readonly places: ReadonlyMap<string, number>;
}

/** An event of a row, with the time that its cell gives. */
interface Happening {
  readonly rule: EventRule;
  readonly moment: Moment;
  readonly time: Instant;
}

/** Fields in which an emptied cell is news: the deal has no amount, or no close date, any more. */
const TOLD_AS_NULL: Readonly<Record<string, string>> = {
  'deal.amount_changed': 'amount',
  'deal.close_date_changed': 'to',
};

/**
 * Translates one row, whole or not at all. Events come in the order in which they are to be applied within one instant.
 * @returns no events where no rule of the mapping fires
 */
export function translateRow(
  cells: readonly string[],
  file: FileContext,
): { readonly events: readonly CloudEvent[] } | { readonly reasons: readonly string[] } {
  const row = new RowReader(file.mapping, file.clock, file.places, cells);
  const { required, refusals } = file.mapping;
  /** Why a column may not be empty: said once, the first reason being the one that the mapping gives. */
  const empty = new Map<string, string>();
  for (const column of required) {
    if (row.text(column) === '') empty.set(column, 'the mapping requires it');
  }
  for (const refusal of refusals) refuse(row, refusal, empty);

  const rules = file.mapping.events.filter((rule) => row.holds(rule));
  const identity = identify(row, rules, file.mapping, empty);
  const happenings = rules.flatMap((rule) => {
    const { column, at } = rule.time;
    const moment = row.moment(column);
    if (moment !== undefined) return [{ rule, moment, time: file.clock.instantOf(moment, at) }];
    if (row.text(column) === '' && !empty.has(column)) empty.set(column, `${rule.emit} needs its time`);
    return [];
  });
  const events = afterOpening(happenings, row, file.clock)
    .toSorted((a, b) => rankOf(a.rule.emit) - rankOf(b.rule.emit))
    .map((happening) => cloudEvent(happening, row, identity, file));

  const emptyReasons = [...empty].map(([column, why]) => `${column}: empty; ${why}`);
  const reasons = [...emptyReasons, ...row.reasons];
  if (reasons.length > 0) return { reasons };
  const invalid = events.flatMap((event) => {
    const verdict = validateEvent(event);
    return verdict.outcome === 'invalid' ? verdict.reasons.map((reason) => `${event.type}: ${reason}`) : [];
  });
  return invalid.length > 0 ? { reasons: invalid } : { events };
}

function refuse(row: RowReader, refusal: RefusalRule, empty: Map<string, string>): void {
  if (!row.holds(refusal)) return;
  const looked = [...refusal.when.keys(), ...refusal.unless.keys()];
  const [column, ...others] = looked;
  if (column !== undefined && others.length === 0 && row.text(column) === '') {
    if (!empty.has(column)) empty.set(column, refusal.because);
    return;
  }
  const seen = looked.map((name) => `${name}: ${row.text(name) === '' ? 'empty' : quoted(row.text(name))}`);
  row.reasons.add(`${seen.join(', ')}; ${refusal.because}`);
}

interface Identity {
  /** `subject` of the events, where the row names a deal. */
  readonly subject: string | undefined;
  /** What the row is about, in the ids of its events. */
  readonly object: string;
}

function identify(
  row: RowReader,
  rules: readonly EventRule[],
  { deal, id = deal, dealIdPrefix }: CsvMapping,
  empty: Map<string, string>,
): Identity {
  const dealId = deal === undefined ? '' : row.text(deal).trim();
  const subject = dealId === '' ? undefined : dealIdPrefix + dealId;
  const object = id === deal ? subject : row.text(id ?? '').trim();
  const dealless = rules.find((rule) => needsDeal(rule.emit));
  if (deal !== undefined && subject === undefined && dealless !== undefined && !empty.has(deal)) {
    empty.set(deal, `${dealless.emit} needs its deal`);
  }
  if (id !== undefined && (object ?? '') === '' && rules.length > 0 && !empty.has(id)) {
    empty.set(id, 'a row without it has no identity');
  }
  return { subject, object: object ?? '' };
}

/**
 * What happens to a deal before it is opened would be void. On the day of the opening, dates without a time say nothing
 * against it: such an event happens with the opening. Otherwise the row contradicts itself.
 */
function afterOpening(happenings: readonly Happening[], row: RowReader, clock: Clock): readonly Happening[] {
  const opening = happenings.find(({ rule }) => rule.emit === 'deal.opened');
  if (opening === undefined) return happenings;
  return happenings.map((happening) => {
    const { rule, moment, time } = happening;
    if (!rule.emit.startsWith('deal.') || time >= opening.time) return happening;
    if (moment.kind === 'date' && moment.day === clock.dateOf(opening.moment))
      return { ...happening, time: opening.time };
    row.reasons.add(
      `${rule.time.column}: ${rule.emit} at ${formatInstant(time)} lies before ${opening.rule.time.column}, deal.opened at ${formatInstant(opening.time)}`,
    );
    return happening;
  });
}

function cloudEvent(
  { rule, time }: Happening,
  row: RowReader,
  identity: Identity,
  file: FileContext,
): CloudEvent {
  const { subject, object } = identity;
  const data = dataOf(rule, row, file.mapping.currency);
  return {
    specversion: '1.0',
    id: eventId({ type: rule.emit, object, time, data }),
    source: file.source,
    type: rule.emit,
    ...(subject === undefined ? {} : { subject }),
    time: formatInstant(time),
    schemaversion: 1,
    data,
  };
}

function dataOf(
  rule: EventRule,
  row: RowReader,
  currency: string | undefined,
): Readonly<Record<string, Json>> {
  const data: [string, Json][] = [];
  for (const [field, value] of rule.data) {
    const told = row.value(value) ?? (TOLD_AS_NULL[rule.emit] === field ? null : undefined);
    if (told !== undefined) data.push([field, tidyData(told, field)]);
  }
  const fields = new Set(data.map(([field]) => field));
  const money = fields.has('amount') || fields.has('annual_value');
  if (money && !fields.has('currency') && currency !== undefined) data.push(['currency', currency]);
  return Object.fromEntries(data);
}
