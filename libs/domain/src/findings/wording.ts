import type { Deal } from '../deal/deal.js';
import type { NextStep } from '../deal/next-steps.js';
import { customersAs, nameOf } from '../deal/people.js';
import type { Rules } from '../policy/rules.js';
import { formatDate, type Instant } from '../time/instant.js';

/** Words that the advice of several findings shares. Advice names the person, the step and the date where known. */

/** The local date of an instant. */
export function dateOf(at: Instant, rules: Rules): string {
  return formatDate(rules.calendar.dayOf(at));
}

/** Whom to speak to: the champion, else the economic buyer, else whoever wrote last. */
export function customerContact(deal: Deal): string {
  const [known] = [...customersAs(deal, 'champion'), ...customersAs(deal, 'economic_buyer')];
  if (known !== undefined) return nameOf(known);
  let latest: Instant = Number.NEGATIVE_INFINITY;
  let name = 'the customer';
  for (const person of deal.people.values()) {
    if (person.side !== 'customer' || person.lastMessage === undefined || person.lastMessage.at < latest)
      continue;
    latest = person.lastMessage.at;
    name = nameOf(person);
  }
  return name;
}

/** The one who serves the customer for us. */
export function sellerOf(deal: Deal): string {
  return deal.owner?.name ?? 'the owner';
}

/** A step by its description, cut to a length that a sentence bears. */
export function stepText(step: NextStep): string {
  return `"${step.description.length > 120 ? `${step.description.slice(0, 117)}…` : step.description}"`;
}

/** A and B, or A, B and 2 more. */
export function listed(names: readonly string[]): string {
  if (names.length <= 3) return names.join(' and ');
  return `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

/** What each of the customer's milestones is called in a sentence, by position. */
export const milestoneNames = [
  'nothing yet',
  'the need recognised',
  'the buying process defined',
  'the criteria agreed',
  'the solution validated',
  'the business case accepted',
  'the decision approved',
  'the order placed',
] as const;

export function milestoneName(position: number): string {
  return milestoneNames[position] ?? `position ${position}`;
}

/** Advice as it is told: whoever has no name may stand first in it. */
export function sentence(advice: string): string {
  return advice.replace(/^the /, 'The ');
}
