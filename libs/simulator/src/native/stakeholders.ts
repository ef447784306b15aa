import { changeEvent } from './change-event.js';
import { enterContact } from './directory.js';
import { opportunityId, salesforceId } from './ids.js';
import { opportunityOf, type Organisation } from './organisation.js';
import { identityOf, type Said, type ToldOf } from './sent.js';

/** Labels of the roles that contacts have on an opportunity. */
const ROLES: Readonly<Record<string, string>> = {
  economic_buyer: 'Economic Buyer',
  approver: 'Decision Maker',
  evaluator: 'Evaluator',
  user: 'Business User',
  champion: 'Champion',
};

/** What the CRM says of who plays which part in a deal: a contact, and the contact's role. */
export function stakeholderRecords(
  organisation: Organisation,
  event: ToldOf<'stakeholder.identified'>,
): readonly Said[] {
  const { accountId, ownerId } = opportunityOf(organisation, event.subject);
  const { person, role } = event.data;
  const contact = enterContact(organisation, event, person, accountId);
  const change = changeEvent(event, {
    object: 'OpportunityContactRole',
    kind: 'CREATE',
    recordId: salesforceId('OpportunityContactRole', identityOf(event)),
    userId: ownerId,
    fields: {
      OpportunityId: opportunityId(event.subject),
      ContactId: contact.id,
      Role: ROLES[role] ?? 'Other',
      IsPrimary: role === 'champion',
    },
  });
  return [...contact.said, change];
}
