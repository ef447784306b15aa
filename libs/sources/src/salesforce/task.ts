import { booleanIn, dateIn, isFieldEmpty, isNew, type Reading, textIn, type Told } from './reading.js';
import { relatedTo } from './references.js';

/** A task with a due date is a next step; one without is none, and one that is logged when done never was. */
export function readTask(id: string, reading: Reading): readonly Told[] {
  const told = isNew(reading) ? agreed(reading) : changes(reading);
  if (told === undefined) return [];
  return [{ ...told, data: { next_step_id: id, ...told.data }, ...relatedTo(reading) }];
}

function agreed(reading: Reading): Told | undefined {
  if (isFieldEmpty(reading, 'ActivityDate') || isCompleted(reading)) return undefined;
  return {
    type: 'next_step.agreed',
    data: {
      description: textIn(reading, 'Subject') ?? '',
      due_at: dateIn(reading, 'ActivityDate') ?? null,
      owner_side: 'seller',
      mutual: false,
    },
  };
}

function changes(reading: Reading): Told | undefined {
  const { changed, event } = reading;
  if (event.changeType === 'DELETE') return { type: 'next_step.dropped', data: {} };
  if (event.changeType !== 'UPDATE') return undefined;
  if (['Status', 'IsClosed'].some((field) => changed.has(field) && closes(field, reading)))
    return { type: 'next_step.completed', data: {} };
  if (!changed.has('ActivityDate')) return undefined;
  if (isFieldEmpty(reading, 'ActivityDate')) return { type: 'next_step.dropped', data: {} };
  // The date of a task that was done before: told as an agreement, it would never be completed.
  if (isCompleted(reading)) return undefined;
  return { type: 'next_step.rescheduled', data: { due_at: dateIn(reading, 'ActivityDate') ?? null } };
}

function isCompleted(reading: Reading): boolean {
  return closes('Status', reading) || closes('IsClosed', reading);
}

/** Admins rename the status, the flag stays. */
function closes(field: string, reading: Reading): boolean {
  return field === 'Status'
    ? textIn(reading, field)?.trim().toLowerCase() === 'completed'
    : booleanIn(reading, field) === true;
}
