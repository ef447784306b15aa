import type { JsonObject } from '../native/values.js';

/** Records in HubSpot's shapes; the people and companies are invented. */

/** 2026-03-02T09:00:00.137Z. */
export const AT = 1_772_442_000_137;

/** An entry of a webhook, of a deal unless the fields say otherwise. */
export function entry(subscriptionType: string, fields: JsonObject = {}): JsonObject {
  return {
    eventId: 802_835_901,
    subscriptionId: 92_894,
    portalId: 5_799_819,
    appId: 186_886,
    occurredAt: AT,
    subscriptionType,
    attemptNumber: 0,
    objectId: 697_680_835,
    changeSource: 'CRM_UI',
    sourceId: 'userId:1201',
    ...fields,
  };
}

export function propertyChange(
  propertyName: string,
  propertyValue: unknown,
  fields: JsonObject = {},
): JsonObject {
  return entry('deal.propertyChange', { propertyName, propertyValue, ...fields });
}

/** An association of the older spelling: without objectId. */
export function association(
  associationType: string,
  from: number,
  to: number,
  fields: JsonObject = {},
): JsonObject {
  const { objectId: _none, ...common } = entry('deal.associationChange');
  const ends = { fromObjectId: from, toObjectId: to, associationRemoved: false, isPrimaryAssociation: false };
  return { ...common, associationType, ...ends, ...fields };
}

/** An object as the API gives it. */
export function crmObject(id: string, properties: JsonObject, fields: JsonObject = {}): JsonObject {
  return {
    id,
    properties: { hs_object_id: id, ...properties },
    createdAt: '2026-03-01T08:00:00.000Z',
    updatedAt: '2026-03-05T08:00:00.000Z',
    archived: false,
    ...fields,
  };
}

/** What an object is associated with, by ids. */
export function associated(ids: Readonly<Record<string, readonly string[]>>): JsonObject {
  const lists = Object.entries(ids).map(([kind, list]) => [
    kind,
    { results: list.map((id) => ({ id, type: `to_${kind}` })) },
  ]);
  return { associations: Object.fromEntries(lists) as JsonObject };
}

export function meeting(properties: JsonObject = {}, fields: JsonObject = {}): JsonObject {
  return crmObject(
    '30101',
    {
      hs_timestamp: '2026-03-12T14:00:00Z',
      hs_meeting_title: 'Demo',
      hs_meeting_start_time: '2026-03-12T14:00:00Z',
      hs_meeting_end_time: '2026-03-12T14:45:00Z',
      hs_meeting_outcome: 'SCHEDULED',
      hubspot_owner_id: '77001',
      ...properties,
    },
    { ...associated({ deals: ['697680835'], contacts: ['512'] }), ...fields },
  );
}

export function task(properties: JsonObject = {}, fields: JsonObject = {}): JsonObject {
  return crmObject(
    '40101',
    {
      hs_timestamp: '2026-03-20T17:00:00Z',
      hs_task_subject: 'Send paper',
      hs_task_status: 'NOT_STARTED',
      hubspot_owner_id: '77001',
      ...properties,
    },
    { ...associated({ deals: ['697680835'] }), ...fields },
  );
}

export function deal(properties: JsonObject = {}, fields: JsonObject = {}): JsonObject {
  return crmObject(
    '697680835',
    {
      dealname: 'Acme – pilot',
      dealstage: 'qualifiedtobuy',
      pipeline: 'default',
      amount: '12500',
      closedate: '2026-04-30T00:00:00Z',
      hubspot_owner_id: '77001',
      ...properties,
    },
    fields,
  );
}
