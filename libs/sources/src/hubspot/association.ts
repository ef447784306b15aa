import { type Findings, nothingFound } from '../native/conclude.js';
import { personByRef } from '../native/mapping.js';
import { fieldOf, isEmpty, type JsonObject } from '../native/values.js';
import { OBJECT_TYPES } from './object-types.js';
import type { Reading, Told } from './reading.js';

/**
 * An association made between a deal and a contact or company. Portals send it from both ends: `DEAL_TO_CONTACT` and
 * `CONTACT_TO_DEAL` are one fact, and have one id.
 */
export function readAssociation(entry: JsonObject, reading: Reading): Findings {
  const { source, mapping, reasons } = reading;
  const kinds = readKinds(entry, reading);
  if (kinds === undefined) return nothingFound;
  const [dealEnd, otherEnd] = kinds.from === 'deal' ? (['from', 'to'] as const) : (['to', 'from'] as const);
  const other = kinds[otherEnd];
  if (kinds[dealEnd] !== 'deal' || (other !== 'contact' && other !== 'company')) return nothingFound;
  // An association that ended takes nothing back: roles don't lapse.
  const removed = reasons.boolean('associationRemoved', fieldOf(entry, 'associationRemoved'));
  const time = reasons.requiredInstant('occurredAt', fieldOf(entry, 'occurredAt'));
  const deal = reasons.requiredId(`${dealEnd}ObjectId`, fieldOf(entry, `${dealEnd}ObjectId`));
  const id = reasons.requiredId(`${otherEnd}ObjectId`, fieldOf(entry, `${otherEnd}ObjectId`));
  if (removed === true || deal === undefined || id === undefined) return nothingFound;
  const told = other === 'contact' ? tellStakeholder(entry, id, reading) : tellAccount(id);
  return { facts: [{ source, object: deal, time, subject: mapping.dealIdPrefix + deal, ...told }], time };
}

function tellStakeholder(entry: JsonObject, contact: string, { mapping, reasons }: Reading): Told {
  const association = reasons.id('associationTypeId', fieldOf(entry, 'associationTypeId'));
  const role = association === undefined ? undefined : mapping.associationRoles.get(association);
  const person = personByRef(`contact/${contact}`, mapping);
  return { type: 'stakeholder.identified', data: { person: { ...person }, role: role ?? 'other' } };
}

function tellAccount(company: string): Told {
  return { type: 'deal.described', data: { account: { id: company } } };
}

interface Kinds {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What lies at both ends, by the ids of the object types or, in the older spelling, by `DEAL_TO_CONTACT`. */
function readKinds(entry: JsonObject, { reasons }: Reading): Kinds | undefined {
  const from = fieldOf(entry, 'fromObjectTypeId');
  const to = fieldOf(entry, 'toObjectTypeId');
  if (!isEmpty(from) || !isEmpty(to)) {
    const fromType = reasons.requiredId('fromObjectTypeId', from);
    const toType = reasons.requiredId('toObjectTypeId', to);
    return { from: OBJECT_TYPES.get(fromType ?? ''), to: OBJECT_TYPES.get(toType ?? '') };
  }
  const spelt = fieldOf(entry, 'associationType');
  const text = typeof spelt === 'string' ? spelt.trim().toLowerCase() : '';
  const [, first, second] = /^([a-z_]+?)_to_([a-z_]+)$/.exec(text) ?? [];
  if (text === '') {
    reasons.add('associationType', 'a text such as DEAL_TO_CONTACT', spelt);
    return undefined;
  }
  return { from: first, to: second };
}
