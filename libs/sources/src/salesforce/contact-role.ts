import { personByRef } from '../native/mapping.js';
import { idIn, type Reading, textIn, type Told } from './reading.js';

/** The roles that a new org has, and what they are in a purchase. */
const DEFAULT_ROLES: ReadonlyMap<string, string> = new Map([
  ['economic buyer', 'economic_buyer'],
  ['economic decision maker', 'economic_buyer'],
  ['decision maker', 'approver'],
  ['executive sponsor', 'approver'],
  ['evaluator', 'evaluator'],
  ['technical buyer', 'evaluator'],
  ['business user', 'user'],
  ['champion', 'champion'],
]);

/** What part a contact has in a deal. An update may leave out who it is: then whoever the record stands for. */
export function readContactRole(id: string, reading: Reading): readonly Told[] {
  const { event, changed, mapping } = reading;
  if (event.changeType !== 'CREATE' && !(event.changeType === 'UPDATE' && changed.has('Role'))) return [];
  const contact = idIn(reading, 'ContactId');
  const named = textIn(reading, 'Role')?.trim().toLowerCase() ?? '';
  const role = mapping.roles.get(named) ?? DEFAULT_ROLES.get(named) ?? 'other';
  const ref = contact === undefined ? `role/${id}` : `contact/${contact}`;
  return [
    {
      type: 'stakeholder.identified',
      data: { person: { ...personByRef(ref, mapping) }, role },
      deal: idIn(reading, 'OpportunityId'),
    },
  ];
}
