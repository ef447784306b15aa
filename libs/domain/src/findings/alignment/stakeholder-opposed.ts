import type { Deal } from '../../deal/deal.js';
import { approversOf, nameOf, type Person } from '../../deal/people.js';
import type { DomainEvent } from '../../events/domain-event.js';
import { absent, evidence, type FindingRule, present } from '../rule.js';
import { customerContact, listed } from '../wording.js';

/** A champion, economic buyer or approver is against it. */
export const stakeholderOpposed: FindingRule = {
  kind: 'stakeholder_opposed',
  family: 'alignment',
  restsOn: ['people'],
  looksAt: ['people', 'buying', 'contact'],
  needsStage: false,
  judge: (deal) => (opponents(deal).length > 0 ? present('critical') : absent()),
  explain(deal) {
    const opposed = opponents(deal);
    const names = opposed.map(({ person }) => nameOf(person));
    const others = opposed.some(({ person }) => nameOf(person) === customerContact(deal))
      ? 'the others'
      : customerContact(deal);
    return {
      evidence: evidence(...opposed.flatMap(({ person, role }) => [person.stance?.by, role])),
      numbers: { opposed_people: opposed.length },
      advice: `Ask ${listed(names)} what they fear to lose, and work it out with ${others} before going on.`,
    };
  },
};

function opponents(deal: Deal): { readonly person: Person; readonly role: DomainEvent }[] {
  const found: { person: Person; role: DomainEvent }[] = [];
  const approvers = new Map(approversOf(deal).map(({ person, by }) => [person.email, by]));
  for (const person of deal.people.values()) {
    if (person.side !== 'customer' || person.stance?.word !== 'opposed') continue;
    const role =
      person.roles.get('champion') ?? person.roles.get('economic_buyer') ?? approvers.get(person.email);
    if (role !== undefined) found.push({ person, role });
  }
  return found;
}
