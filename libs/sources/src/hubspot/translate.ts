import { conclude, type Findings, nothingFound } from '../native/conclude.js';
import type { SourceMapping } from '../native/mapping.js';
import type { TranslateRecord } from '../native/record.js';
import { fieldOf, isEmpty, isObject, type JsonObject, Reasons } from '../native/values.js';
import { hasAnyOf, readCrmObject } from './crm-object.js';
import { readDeal } from './deal-object.js';
import { companyEntry, contactEntry, ownerEntry } from './directory.js';
import { readMeeting } from './meeting.js';
import type { Reading } from './reading.js';
import { readTask } from './task.js';
import { readWebhook } from './webhook.js';

/**
 * HubSpot: entries of webhooks, and objects and owners read through the API.
 *
 * Only webhooks carry the portal's id. Objects of the API come under the source `hubspot`, entries of the same portal
 * under `hubspot/<portalId>`, and what belongs to a source stays in it: a contact read through the API then resolves
 * no reference of the webhooks, and a meeting's or task's id is known to one of them alone. (Deals are one in any case:
 * their id is the subject.) Whoever feeds both names one `source` in the mapping of both.
 */
export const translateHubspot: TranslateRecord = (record, mapping) => {
  const { value } = record;
  const reasons = new Reasons();
  if (!isObject(value)) {
    reasons.add('record', 'a JSON object', value);
    return { reasons: reasons.list };
  }
  const reading: Reading = { source: sourceOf(value, mapping, reasons), mapping, reasons };
  return conclude(reading.source, read(value, reading), reasons);
};

function sourceOf(value: JsonObject, mapping: SourceMapping, reasons: Reasons): string {
  if (mapping.source !== undefined) return mapping.source;
  const portal = reasons.id('portalId', fieldOf(value, 'portalId'));
  return portal === undefined ? 'hubspot' : `hubspot/${portal}`;
}

function read(value: JsonObject, reading: Reading): Findings {
  const { reasons } = reading;
  if (Object.hasOwn(value, 'subscriptionType')) return readWebhook(value, reading);
  const properties = fieldOf(value, 'properties');
  if (!isObject(properties) && !(isEmpty(properties) && hasAnyOf(value, ['email', 'userId', 'firstName']))) {
    reasons.add('subscriptionType', 'a webhook entry, or an object with properties', undefined);
    return nothingFound;
  }
  const id = reasons.requiredId('id', fieldOf(value, 'id'));
  if (id === undefined) return nothingFound;
  return isObject(properties)
    ? readObject(value, id, properties, reading)
    : ofDirectory(value, ownerEntry(id, value));
}

/** Objects are known by their properties; those of other kinds say nothing of deals. */
function readObject(value: JsonObject, id: string, properties: JsonObject, reading: Reading): Findings {
  const has = (...names: readonly string[]): boolean => hasAnyOf(properties, names);
  if (has('hs_meeting_title', 'hs_meeting_start_time', 'hs_meeting_end_time', 'hs_meeting_outcome')) {
    return readWith(readMeeting);
  }
  if (has('hs_task_subject', 'hs_task_status')) return readWith(readTask);
  if (has('dealname', 'dealstage')) return readWith(readDeal);
  // A company has a domain, and a contact may have the address and names of a person.
  if (has('domain')) return ofDirectory(value, companyEntry(id, properties));
  if (has('email', 'firstname', 'lastname')) return ofDirectory(value, contactEntry(id, properties));
  return nothingFound;

  function readWith(kind: typeof readMeeting): Findings {
    const crm = readCrmObject(value, id, reading);
    return crm === undefined ? nothingFound : kind(crm, reading);
  }
}

function ofDirectory(value: JsonObject, directory: Findings['directory']): Findings {
  const time = new Reasons().instant('updatedAt', fieldOf(value, 'updatedAt'));
  return { facts: [], ...(directory === undefined ? {} : { directory }), time };
}
