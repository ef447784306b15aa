import { readObject } from '../calendar/fields.js';
import { cancelled } from '../calendar/meeting.js';
import { readCancelledAt } from '../calendar/times.js';
import type { DraftFact } from '../native/draft.js';
import type { NativeRecord } from '../native/record.js';
import { fieldOf, isEmpty, type JsonObject, type Reasons } from '../native/values.js';
import { isEventType } from './object-type.js';

/** Whether it is the word that something changed, or that a subscription did, and not the thing itself. */
export function isNotification(value: JsonObject): boolean {
  return !isEmpty(fieldOf(value, 'changeType')) || !isEmpty(fieldOf(value, 'lifecycleEvent'));
}

/** A notification names what changed, and nothing of it: only that an event is gone says all. */
export function readNotification(
  notification: JsonObject,
  record: NativeRecord,
  source: string,
  reasons: Reasons,
): DraftFact | undefined {
  if (reasons.text('changeType', fieldOf(notification, 'changeType')) !== 'deleted') return undefined;
  const resource = readObject('resourceData', fieldOf(notification, 'resourceData'), reasons);
  if (!isEventType('resourceData.', resource, reasons)) return undefined;
  const id = reasons.requiredId('resourceData.id', fieldOf(resource, 'id'));
  if (id === undefined) return undefined;
  const time = readCancelledAt('resourceData', undefined, record, reasons);
  return cancelled({ source, id, uid: undefined, series: undefined }, time);
}
