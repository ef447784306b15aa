import type { Instant } from '#domain/time/instant.js';
import { type Findings, nothingFound } from '../native/conclude.js';
import type { DraftFact } from '../native/draft.js';
import { fieldOf, type JsonObject } from '../native/values.js';
import { tellDealProperty } from './deal-property.js';
import { readPropertyChange } from './property-change.js';
import type { Reading, Told } from './reading.js';

/** What a webhook entry says of a deal. */
export function readDealWebhook(entry: JsonObject, verb: string, reading: Reading): Findings {
  switch (verb) {
    case 'creation':
      // The entry names the deal and nothing else: its name comes with the property changes that follow.
      return one(entry, reading, (deal) => ({ type: 'deal.opened', data: { name: deal } }));
    case 'propertyChange':
      return readPropertyChange(entry, 'deal', reading, (name, value) =>
        tellDealProperty(name, value, reading),
      );
    case 'deletion':
      return one(entry, reading, () => ({ type: 'deal.removed', data: {} }));
    case 'restore':
      return one(entry, reading, () => ({ type: 'deal.restored', data: {} }));
    case 'merge':
      return readMerge(entry, reading);
    default:
      return nothingFound;
  }
}

function one(entry: JsonObject, reading: Reading, tell: (deal: string) => Told): Findings {
  const { source, mapping, reasons } = reading;
  const time = reasons.requiredInstant('occurredAt', fieldOf(entry, 'occurredAt'));
  const deal = reasons.requiredId('objectId', fieldOf(entry, 'objectId'));
  if (deal === undefined) return nothingFound;
  return {
    facts: [{ source, object: deal, time, subject: mapping.dealIdPrefix + deal, ...tell(deal) }],
    time,
  };
}

/** Several deals become one: that of the new id where there is one, else the primary one. */
function readMerge(entry: JsonObject, reading: Reading): Findings {
  const { reasons } = reading;
  const time = reasons.requiredInstant('occurredAt', fieldOf(entry, 'occurredAt'));
  const primary = reasons.id('primaryObjectId', fieldOf(entry, 'primaryObjectId'));
  const created = reasons.id('newObjectId', fieldOf(entry, 'newObjectId'));
  const merged = readMergedIds(fieldOf(entry, 'mergedObjectIds'), reading);
  const into = created ?? primary;
  if (into === undefined) {
    reasons.add('primaryObjectId', 'the id of the deal that stays', fieldOf(entry, 'primaryObjectId'));
    return nothingFound;
  }
  const gone = new Set([...merged, ...(primary === undefined ? [] : [primary])]);
  gone.delete(into);
  return { facts: [...gone].map((deal) => mergedFact(deal, into, time, reading)), time };
}

function readMergedIds(value: unknown, { reasons }: Reading): readonly string[] {
  if (!Array.isArray(value)) {
    reasons.add('mergedObjectIds', 'a list of ids', value);
    return [];
  }
  return value.flatMap((id: unknown, index) => reasons.requiredId(`mergedObjectIds[${index}]`, id) ?? []);
}

function mergedFact(
  deal: string,
  into: string,
  time: Instant | undefined,
  { source, mapping: { dealIdPrefix } }: Reading,
): DraftFact {
  const data = { into: dealIdPrefix + into };
  return { source, object: deal, type: 'deal.merged', time, subject: dealIdPrefix + deal, data };
}
