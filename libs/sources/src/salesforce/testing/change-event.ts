import type { EventDraft } from '../../native/draft.js';
import { defaultMapping, type SourceMapping } from '../../native/mapping.js';
import type { DirectoryEntry } from '../../native/record.js';
import { translateSalesforce } from '../translate.js';

/** Ids as an org has them. */
export const ids = {
  deal: '0065f00001AaAaAAAV',
  otherDeal: '0065f00001AaAaBAAV',
  account: '0015f00002JkLmNAAV',
  contact: '0035f00002AnNaAAAV',
  lead: '00Q5f00002LeAdAAAV',
  user: '0055f00000AbCdEAAV',
  task: '00T5f00003TaSkAAAV',
  meeting: '00U5f00003EvNtAAAV',
  relation: '0RE5f00003ReLaAAAV',
  role: '00K5f00003RoLeAAAV',
} as const;

export const COMMITTED = Date.UTC(2026, 2, 10, 14, 30);

type Fields = Readonly<Record<string, unknown>>;

/** A change event of the Pub/Sub API: what the other forms wrap. */
export function changeEvent(
  changeType: string,
  entityName: string,
  recordIds: unknown,
  fields: Fields = {},
  header: Fields = {},
): Record<string, unknown> {
  return {
    ChangeEventHeader: {
      entityName,
      recordIds: typeof recordIds === 'string' ? [recordIds] : recordIds,
      changeType,
      changeOrigin: 'com/salesforce/api/soap/65.0;client=SfdcInternalAPI/',
      transactionKey: '0006a1b2-7c3d-4e5f-8a9b-000000000001',
      sequenceNumber: 1,
      commitTimestamp: COMMITTED,
      commitNumber: 1100670838952,
      commitUser: ids.user,
      nulledFields: [],
      diffFields: [],
      // As CometD has it: all that is there was changed, but for what the header says otherwise.
      changedFields: changeType === 'UPDATE' ? Object.keys(fields) : [],
      ...header,
    },
    ...fields,
  };
}

export interface Outcome {
  readonly events: readonly EventDraft[];
  readonly directory: readonly DirectoryEntry[];
  readonly reasons: readonly string[];
}

export function translated(record: unknown, mapping: Partial<SourceMapping> = {}): Outcome {
  const result = translateSalesforce({ value: record }, { ...defaultMapping, ...mapping });
  if ('reasons' in result) return { events: [], directory: [], reasons: result.reasons };
  return { events: result.events, directory: result.directory ?? [], reasons: [] };
}

/** What a record tells, without what every event has alike; a refused record tells why. */
export function toldBy(record: unknown, mapping: Partial<SourceMapping> = {}): readonly unknown[] {
  const { events, reasons } = translated(record, mapping);
  return reasons.length > 0
    ? reasons
    : events.map(({ type, subject, data, linkhints }) => [
        type,
        data,
        subject ?? null,
        ...(linkhints === undefined ? [] : [linkhints]),
      ]);
}
