import type { Findings } from '../native/conclude.js';
import { fieldOf } from '../native/values.js';
import { type CrmObject, findActivity } from './crm-object.js';
import { readDue } from './dates.js';
import type { Reading, Told } from './reading.js';

/** A task as it stands: a next step of the seller's. Each later state of an open one replaces it. */
export function readTask(crm: CrmObject, reading: Reading): Findings {
  const dropped: Told = { type: 'next_step.dropped', data: { next_step_id: crm.id } };
  return findActivity('task', crm, reading, () => tellTask(crm, reading), dropped);
}

function tellTask({ id, properties }: CrmObject, { mapping, reasons }: Reading): readonly Told[] {
  const status = reasons.text('properties.hs_task_status', fieldOf(properties, 'hs_task_status'));
  if (status?.trim().toUpperCase() === 'COMPLETED') {
    return [{ type: 'next_step.completed', data: { next_step_id: id } }];
  }
  const due = readDue(
    reasons,
    'properties.hs_timestamp',
    fieldOf(properties, 'hs_timestamp'),
    mapping.timezone,
  );
  if (due === undefined) return [];
  const description =
    reasons.text('properties.hs_task_subject', fieldOf(properties, 'hs_task_subject')) ?? '';
  const data = { next_step_id: id, description, due_at: due, owner_side: 'seller', mutual: false };
  return [{ type: 'next_step.agreed', data }];
}
