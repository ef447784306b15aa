import type { ContactEvent, PeopleEvent } from '../events/domain-event.js';
import type { Rules } from '../policy/rules.js';
import type { Deal } from './deal.js';
import { personOf } from './people.js';
import { contacted } from './progress.js';

export function evolvePeople(deal: Deal, event: PeopleEvent | ContactEvent, rules: Rules): void {
  switch (event.type) {
    case 'stakeholder.identified': {
      const person = personOf(deal, event.data.person, rules.sellerDomains);
      if (person !== undefined && !person.roles.has(event.data.role))
        person.roles.set(event.data.role, event);
      break;
    }
    case 'stakeholder.position_changed': {
      const person = personOf(deal, event.data.person, rules.sellerDomains);
      const word = event.data.position;
      if (person !== undefined && person.stance?.word !== word) person.stance = { word, by: event };
      break;
    }
    case 'message.sent':
      deal.sent.push(event);
      break;
    case 'message.received': {
      const person = personOf(deal, event.data.person, rules.sellerDomains);
      // A colleague's message is no contact; one without a known sender is, but engages nobody.
      if (person?.side === 'seller') return;
      if (person !== undefined) person.lastMessage = { at: event.time, by: event };
      contacted(deal, event);
      break;
    }
  }
}
