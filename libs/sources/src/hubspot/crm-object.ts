import type { Instant } from '#domain/time/instant.js';
import { type Findings, nothingFound } from '../native/conclude.js';
import type { DraftFact, LinkHint } from '../native/draft.js';
import { linkHints } from '../native/draft.js';
import { factsOfRules } from '../native/rule-facts.js';
import { applyRules } from '../native/rules.js';
import { fieldOf, isEmpty, isObject, type JsonObject } from '../native/values.js';
import { readAssociated } from './associated.js';
import type { Reading, Told } from './reading.js';

/** An object read through the API: what all kinds have in common. */
export interface CrmObject {
  readonly id: string;
  readonly record: JsonObject;
  readonly properties: unknown;
  readonly updatedAt: Instant;
  readonly archived: boolean;
}

export function readCrmObject(record: JsonObject, id: string, { reasons }: Reading): CrmObject | undefined {
  const updatedAt = reasons.requiredInstant('updatedAt', fieldOf(record, 'updatedAt'));
  const archived = reasons.boolean('archived', fieldOf(record, 'archived')) ?? false;
  if (updatedAt === undefined) return undefined;
  return { id, record, properties: fieldOf(record, 'properties'), updatedAt, archived };
}

/** What the mapping's rules make of an object; to them every property that it has a value for is set. */
export function rulesOf(object: 'deal' | 'task' | 'meeting', crm: CrmObject, { mapping, reasons }: Reading) {
  const value = (path: string): unknown => fieldOf(crm.properties, path) ?? fieldOf(crm.record, path);
  return applyRules({ object, value, isChanged: (path) => !isEmpty(value(path)) }, mapping, reasons);
}

/**
 * A meeting or task: its events for each of its deals, or one with hints where it has none.
 * @param tell what the object means by itself; not asked of one in the bin
 * @param gone what it means that it was put into the bin
 */
export function findActivity(
  object: 'task' | 'meeting',
  crm: CrmObject,
  reading: Reading,
  tell: () => readonly Told[],
  gone: Told,
): Findings {
  const { source, mapping, reasons } = reading;
  const { id, updatedAt: time, archived } = crm;
  const own = archived ? [gone] : tell();
  const { events, set } = archived ? { events: [], set: {} } : rulesOf(object, crm, reading);
  const deals = readAssociated(crm.record, 'deals', reasons).map((deal) => mapping.dealIdPrefix + deal);
  const extensions = deals.length > 0 ? {} : { linkhints: hintsOf(crm, reading) };
  const all = [...own.map(({ type, data }) => ({ type, data: { ...data, ...set } })), ...events];
  if (all.length === 0) return nothingFound;
  const facts = factsOfRules(all, { source, object: id, time, deals }, mapping);
  return { facts: facts.map((fact): DraftFact => ({ ...fact, extensions })), time };
}

/** Who or what may tell the deal of an object that is tied to none: its contacts, else its companies. */
function hintsOf(crm: CrmObject, { reasons }: Reading): string | undefined {
  const of = (kind: 'contacts' | 'companies', hint: LinkHint): (readonly [LinkHint, string])[] =>
    readAssociated(crm.record, kind, reasons).map((id) => [hint, id]);
  const contacts = of('contacts', 'contact');
  return linkHints(contacts.length > 0 ? contacts : of('companies', 'company'));
}

export function hasAnyOf(properties: unknown, names: readonly string[]): boolean {
  return isObject(properties) && names.some((name) => Object.hasOwn(properties, name));
}
