import { personByRef, type SourceMapping } from '../native/mapping.js';
import { idIn, isFieldEmpty, isNew, type Reading, textIn, type Told } from './reading.js';
import { personRefOf } from './references.js';

/** Whoever was taken off the list does not come; one who is new there has not answered. */
const ANSWERS: ReadonlyMap<string, string> = new Map([
  ['accepted', 'accepted'],
  ['maybe', 'tentative'],
  ['declined', 'declined'],
  ['uninvited', 'declined'],
]);

/**
 * A guest of a meeting and the guest's answer. An update that does not say of which meeting and guest it is, as all do
 * whose channel is not enriched by EventId and RelationId, says nothing.
 */
export function readEventRelation(_id: string, reading: Reading): readonly Told[] {
  const { event, changed, mapping } = reading;
  if (!isNew(reading) && !(event.changeType === 'UPDATE' && changed.has('Status'))) return [];
  if (isFieldEmpty(reading, 'EventId') || isFieldEmpty(reading, 'RelationId')) return [];
  const meeting = idIn(reading, 'EventId');
  const ref = personRefOf(idIn(reading, 'RelationId') ?? '');
  // Rooms, and the accounts and opportunities that a meeting is about, are no guests.
  if (meeting === undefined || ref === undefined) return [];
  const response = responseTo(textIn(reading, 'Status') ?? '', mapping);
  return [
    {
      type: 'meeting.responded',
      data: { meeting_id: meeting, person: { ...personByRef(ref, mapping) }, response },
    },
  ];
}

function responseTo(status: string, mapping: SourceMapping): string {
  return ANSWERS.get(status.trim().toLowerCase()) ?? (mapping.assumeAccepted ? 'accepted' : 'needs_action');
}
