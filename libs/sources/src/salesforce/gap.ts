import type { ChangeEvent } from './header.js';
import type { Told } from './reading.js';

const HINTS = { Task: 'next_step', Event: 'meeting' } as const;

/** Salesforce's id of no record in particular. */
const NO_RECORD = /^0+(?:AAA)?$/;

/** Whether changes of records were lost of which it is not even known which ones they are. */
export function isOverflow({ changeType, ids }: ChangeEvent): boolean {
  return changeType === 'GAP_OVERFLOW' || ids.some(isOfNoRecord);
}

/** Wildcards stand for all records of an object. */
export function isOfNoRecord(id: string): boolean {
  return id.endsWith('*') || NO_RECORD.test(id);
}

/** Any deal of the source may have lost changes. */
export function overflowed({ entity }: ChangeEvent): Told {
  return { type: 'deal.history_gap', data: {}, hints: [['all', entity]] };
}

/** Of one record it is known that it was changed, but not how. */
export function readGap(id: string, { entity, changeType }: ChangeEvent): readonly Told[] {
  if (entity === 'Task' || entity === 'Event')
    return [{ type: 'deal.history_gap', data: {}, hints: [[HINTS[entity], id]] }];
  if (entity !== 'Opportunity') return [];
  const gap: Told = { type: 'deal.history_gap', data: {}, deal: id };
  if (changeType === 'GAP_DELETE') return [{ type: 'deal.removed', data: {}, deal: id }, gap];
  if (changeType === 'GAP_UNDELETE') return [{ type: 'deal.restored', data: {}, deal: id }, gap];
  return [gap];
}
