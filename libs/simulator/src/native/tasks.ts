import { changeEvent } from './change-event.js';
import { numberOf, opportunityId, salesforceId } from './ids.js';
import { opportunityOf, type Organisation } from './organisation.js';
import { identityOf, type Said, type ToldOf } from './sent.js';

/** The types of events that the CRM keeps in a task. */
export type TaskType =
  'next_step.agreed' | 'next_step.rescheduled' | 'next_step.completed' | 'next_step.dropped';

/** What the CRM says of a next step: it is a task of the deal's owner, due on a day. */
export function taskRecords(organisation: Organisation, event: ToldOf<TaskType>): readonly Said[] {
  const { ownerId } = opportunityOf(organisation, event.subject);
  const recordId = salesforceId('Task', event.data.next_step_id);
  const WhatId = opportunityId(event.subject);
  const task = { object: 'Task', recordId, userId: ownerId } as const;
  // An update has what it changed, and only by chance of what the task is.
  const context = numberOf(identityOf(event)) % 2 === 0 ? {} : { WhatId };
  switch (event.type) {
    case 'next_step.agreed': {
      const { description, due_at: due, owner_side: side, mutual } = event.data;
      const fields = {
        Subject: description,
        ActivityDate: dateOf(due),
        Status: 'Not Started',
        IsClosed: false,
        Priority: 'Normal',
        WhatId,
        ...(ownerId === undefined ? {} : { OwnerId: ownerId }),
        Owner_Side__c: side,
        Mutual__c: mutual,
      };
      return [changeEvent(event, { ...task, kind: 'CREATE', fields })];
    }
    case 'next_step.rescheduled': {
      const fields = { ActivityDate: dateOf(event.data.due_at) };
      return [changeEvent(event, { ...task, kind: 'UPDATE', fields, context })];
    }
    case 'next_step.completed': {
      const fields = { Status: 'Completed', IsClosed: true };
      return [changeEvent(event, { ...task, kind: 'UPDATE', fields, context })];
    }
    case 'next_step.dropped':
      return [changeEvent(event, { ...task, kind: 'DELETE' })];
  }
}

/** A task has no hour. Those of the simulation end by day in UTC on the same date as where they are due. */
function dateOf(due: string): string {
  return due.slice(0, 10);
}
