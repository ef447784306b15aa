import type { JsonObject } from '../native/values.js';

/** Records in the shapes of Pipedrive's webhooks, version 2; the people and companies are invented. */

/** 2026-03-09T10:00:00.724Z. */
export const AT = Date.UTC(2026, 2, 9, 10, 0, 0, 724);

/** A webhook's body. */
export function notice(
  entity: string,
  action: string,
  data: unknown,
  previous: unknown = null,
  meta: JsonObject = {},
): JsonObject {
  return {
    data,
    previous,
    meta: {
      action,
      company_id: '8087566',
      correlation_id: 'a5ad2ea2-1279-413a-9ba6-34671edf5fe3',
      entity_id: '8',
      entity,
      id: 'bbba59e9-1d1f-4794-9472-72540d421386',
      is_bulk_edit: false,
      timestamp: '2026-03-09T10:00:00.724Z',
      type: 'general',
      user_id: '12415231',
      version: '2.0',
      webhook_id: '4710827',
      change_source: 'app',
      attempt: 1,
      ...meta,
    },
  };
}

export function deal(fields: JsonObject = {}): JsonObject {
  return {
    add_time: '2026-03-02T09:00:00Z',
    currency: 'EUR',
    custom_fields: {},
    expected_close_date: '2026-05-29',
    id: 8,
    lost_reason: null,
    org_id: 1,
    owner_id: 124,
    person_id: 9,
    pipeline_id: 1,
    stage_id: 2,
    status: 'open',
    title: 'Acme pilot',
    update_time: null,
    value: 100,
    ...fields,
  };
}

/** A change of a deal, by what it is now and what of it was another. */
export function dealChange(now: JsonObject, previous: unknown, meta: JsonObject = {}): JsonObject {
  return notice('deal', 'change', deal(now), previous, meta);
}

export function activity(fields: JsonObject = {}): JsonObject {
  return {
    add_time: '2026-03-03T15:25:44Z',
    custom_fields: {},
    deal_id: 8,
    done: false,
    due_date: '2026-03-12',
    due_time: null,
    duration: null,
    id: 2,
    lead_id: null,
    org_id: 1,
    owner_id: 124,
    person_id: 9,
    subject: 'Send the paper',
    type: 'task',
    ...fields,
  };
}

export function meeting(fields: JsonObject = {}): JsonObject {
  return activity({ type: 'meeting', subject: 'Demo', due_time: { value: '14:00:00' }, ...fields });
}

export function activityNotice(action: string, data: unknown, previous: unknown = null): JsonObject {
  return notice('activity', action, data, previous, { entity_id: '2' });
}
