import { formatInstant, parseInstant } from '#domain/time/instant.js';
import type { SimulatedEvent } from '../journal.js';
import { numberOf, salesforceId, type SalesforceObject, uuidOf } from './ids.js';
import { identityOf, type Said } from './sent.js';

type Fields = Readonly<Record<string, unknown>>;

/** A change of a record in Salesforce. */
export interface Change {
  readonly object: SalesforceObject;
  readonly kind: 'CREATE' | 'UPDATE' | 'DELETE' | 'UNDELETE' | 'GAP_UPDATE';
  readonly recordId: string;
  /** New values of fields; of an update null where a field was emptied. */
  readonly fields?: Fields;
  /** Fields of an enriched channel, which come along unchanged. */
  readonly context?: Fields;
  /** Who made the change; none: the integration's own user. */
  readonly userId?: string | undefined;
}

const INTEGRATION_USER = salesforceId('User', 'integration');

/**
 * A change as Change Data Capture tells it to a client of CometD.
 * @param event the fact behind the change, at whose time it was made
 */
export function changeEvent(event: SimulatedEvent, change: Change): Said {
  const { object, kind, recordId, fields = {}, context = {}, userId = INTEGRATION_USER } = change;
  const at = parseInstant(event.time) ?? 0;
  const name = `${identityOf(event)}/${object}/${recordId}`;
  const isUpdate = kind === 'UPDATE';
  const isTold = kind === 'CREATE' || isUpdate;
  const stamped = isTold ? { ...fields, LastModifiedDate: formatInstant(at) } : fields;
  const names = isUpdate ? Object.keys(stamped) : [];
  const payload = {
    ChangeEventHeader: {
      entityName: object,
      recordIds: [recordId],
      changeType: kind,
      changeOrigin: 'com/salesforce/api/soap/65.0;client=SfdcInternalAPI/',
      transactionKey: uuidOf(name),
      sequenceNumber: 1,
      commitTimestamp: at,
      commitNumber: at * 1000,
      commitUser: userId,
      nulledFields: names.filter((field) => stamped[field] === null),
      diffFields: [],
      changedFields: names,
    },
    ...(kind === 'CREATE' ? { CreatedDate: formatInstant(at) } : {}),
    ...context,
    ...stamped,
  };
  return {
    topic: 'salesforce',
    key: recordId,
    value: JSON.stringify({
      channel: '/data/ChangeEvents',
      data: { schema: uuidOf(object), payload, event: { replayId: numberOf(name) } },
    }),
  };
}
