import { type Findings, nothingFound } from '../native/conclude.js';
import { fieldOf, type JsonObject } from '../native/values.js';
import { readAssociation } from './association.js';
import { readDealWebhook } from './deal-webhook.js';
import { companyOfProperty, contactOfProperty } from './directory.js';
import { OBJECT_TYPES } from './object-types.js';
import { readPropertyChange } from './property-change.js';
import type { Reading } from './reading.js';

/** Those that name the type of their object; others, which come later, may be of no object. */
const VERBS = new Set(['creation', 'propertyChange', 'deletion', 'restore', 'merge']);

/**
 * One entry of a webhook's list. `eventId` is no identity: HubSpot doesn't promise that it is unique, and sends
 * entries again.
 */
export function readWebhook(entry: JsonObject, reading: Reading): Findings {
  const type = fieldOf(entry, 'subscriptionType');
  if (typeof type !== 'string' || type.trim() === '') {
    reading.reasons.add('subscriptionType', 'a text such as deal.propertyChange', type);
    return nothingFound;
  }
  const dot = type.indexOf('.');
  const verb = type.slice(dot + 1);
  if (verb === 'associationChange') return readAssociation(entry, reading);
  if (!VERBS.has(verb)) return nothingFound;
  switch (kindOf(type.slice(0, dot), entry, reading)) {
    case 'deal':
      return readDealWebhook(entry, verb, reading);
    case 'task':
      return verb === 'propertyChange' ? readPropertyChange(entry, 'task', reading, () => []) : nothingFound;
    case 'meeting':
      return verb === 'propertyChange'
        ? readPropertyChange(entry, 'meeting', reading, () => [])
        : nothingFound;
    case 'contact':
      return verb === 'propertyChange' ? contactOfProperty(entry) : nothingFound;
    case 'company':
      return verb === 'propertyChange' ? companyOfProperty(entry) : nothingFound;
    default:
      return nothingFound;
  }
}

/** `deal`, `contact` …: the classic types say it themselves, `object.*` by the id of the object's type. */
function kindOf(prefix: string, entry: JsonObject, { reasons }: Reading): string | undefined {
  if (prefix !== 'object') return prefix;
  const id = reasons.requiredId('objectTypeId', fieldOf(entry, 'objectTypeId'));
  return id === undefined ? undefined : OBJECT_TYPES.get(id);
}
