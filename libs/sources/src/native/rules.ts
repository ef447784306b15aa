import { eventCatalogue, type EventType } from '#domain/events/catalogue.js';
import type { Instant } from '#domain/time/instant.js';
import type { Json } from '../translation.js';
import type { SourceMapping } from './mapping.js';
import type { Rule, RuleValue } from './rule.js';
import { equals, lookedUp, readField, readMoment, scalarsOf, unwrapped } from './rule-values.js';
import { isEmpty, type Reasons } from './values.js';

/** A record as rules see it. */
export interface RuleSubject {
  /** Salesforce: the entity's name; elsewhere deal, task, meeting or activity. */
  readonly object: string;
  /** The value of a field or path as the record has it, changed or not; undefined: not there. */
  readonly value: (path: string) => unknown;
  /** Whether the record sets or changes the field. */
  readonly isChanged: (path: string) => boolean;
}

/** An event that a rule asks for. */
export interface RuleEvent {
  readonly type: EventType;
  readonly data: Readonly<Record<string, Json>>;
  /** Where the rule names a field for it. */
  readonly time?: Instant;
  /** Where the rule names a field for it; without prefix. */
  readonly deal?: string;
}

/** What the mapping's rules make of a record. */
export interface RuleResult {
  readonly events: readonly RuleEvent[];
  /** What is changed in the data of what the source's own rules emit. */
  readonly set: Readonly<Record<string, Json>>;
}

/**
 * Applies the mapping's rules to a record. A rule that emits fires when its field is changed and has a value; one that
 * sets, when the record has the value. What the rules read and can't be read are reasons: the record is refused.
 */
export function applyRules(subject: RuleSubject, mapping: SourceMapping, reasons: Reasons): RuleResult {
  const events: RuleEvent[] = [];
  const set = new Map<string, Json>();
  const object = subject.object.toLowerCase();
  for (const rule of mapping.rules) {
    if (rule.object.toLowerCase() !== object) continue;
    const changed = subject.isChanged(rule.field);
    if (!changed && rule.set === undefined) continue;
    const firings = firingsOf(rule, subject, reasons);
    if (firings.length === 0) continue;
    for (const [field, value] of Object.entries(rule.set ?? {})) set.set(field, value);
    const { emit } = rule;
    if (emit === undefined || !changed) continue;
    for (const value of firings) events.push(eventOf({ rule, emit, value, subject, mapping, reasons }));
  }
  return { events, set: Object.fromEntries(set) };
}

/**
 * What `{value: true}` is each time that the rule fires: of a field with several options, each that `values` lists is
 * a firing of its own.
 */
function firingsOf(rule: Rule, subject: RuleSubject, reasons: Reasons): readonly unknown[] {
  const own = unwrapped(subject.value(rule.field));
  if (isEmpty(own)) return [];
  const scalars = scalarsOf(reasons, rule.field, own);
  if (scalars.length === 0) return [];
  const { values, equals: wanted } = rule;
  const matching = wanted === undefined ? scalars : scalars.filter((value) => equals(value, wanted));
  if (values === undefined) return matching.length === 0 ? [] : [own];
  return matching.map((value) => lookedUp(value, values)).filter((result) => result !== undefined);
}

interface Firing {
  readonly rule: Rule;
  readonly emit: EventType;
  /** What `{value: true}` is. */
  readonly value: unknown;
  readonly subject: RuleSubject;
  readonly mapping: SourceMapping;
  readonly reasons: Reasons;
}

function eventOf(firing: Firing): RuleEvent {
  const { rule, emit, subject, mapping, reasons } = firing;
  const data = dataOf(rule.data, firing);
  const time =
    rule.time === undefined
      ? undefined
      : readMoment(reasons, rule.time, unwrapped(subject.value(rule.time)), mapping.timezone);
  const deal = dealOf(rule.deal, emit, subject, reasons);
  return {
    type: emit,
    data,
    ...(time === undefined ? {} : { time }),
    ...(deal === undefined ? {} : { deal }),
  };
}

/** A rule that names the field of the deal's id is for records that have no deal of their own. */
function dealOf(
  path: string | undefined,
  emit: EventType,
  subject: RuleSubject,
  reasons: Reasons,
): string | undefined {
  if (path === undefined) return undefined;
  const value = unwrapped(subject.value(path));
  const { family } = eventCatalogue[emit];
  const linkedLater = family === 'meeting' || family === 'contact' || family === 'next_step';
  return linkedLater ? reasons.id(path, value) : reasons.requiredId(path, value);
}

function dataOf(fields: Readonly<Record<string, RuleValue>>, firing: Firing): Record<string, Json> {
  const entries = Object.entries(fields).map(([name, value]) => [name, valueOf(value, firing)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** One value of the data; undefined where its field is empty. */
function valueOf(value: RuleValue, firing: Firing): Json | undefined {
  const { rule, subject, mapping, reasons } = firing;
  if ('constant' in value) return value.constant;
  if ('object' in value) return dataOf(value.object, firing);
  if ('list' in value) {
    return value.list.map((item) => valueOf(item, firing)).filter((item) => item !== undefined);
  }
  if ('field' in value) {
    const own = unwrapped(subject.value(value.field));
    return readField(reasons, value.field, own, value, mapping.timezone);
  }
  if (rule.values !== undefined) return firing.value as Json;
  return readField(reasons, rule.field, firing.value, {}, mapping.timezone);
}
