import type { Contact } from './accounts.js';
import { receive } from './messages.js';
import { person, tell, type Sale } from './sale.js';

/** The position by which a seller who meets the deciders has found each of them. */
const FOUND_AT: Readonly<Record<Contact['role'], number>> = {
  champion: 0,
  user: 1,
  evaluator: 1,
  economic_buyer: 2,
  approver: 3,
};

function identify(sale: Sale, contact: Contact): void {
  sale.known.add(contact.email);
  tell(sale, 'stakeholder.identified', { person: person(contact), role: contact.role });
}

/** A working day's getting to know people. */
export function getToKnow(sale: Sale): void {
  const { rng, customer } = sale;
  for (const contact of sale.account.people) {
    if (sale.known.has(contact.email)) continue;
    const decider = contact.role === 'economic_buyer' || contact.role === 'approver';
    const due = FOUND_AT[contact.role] + (decider && !sale.meetsDeciders ? 3 : 0);
    if (customer.position < due || !rng.chance(contact.role === 'champion' ? 0.5 : 0.2)) continue;
    identify(sale, contact);
    // Those who decide seldom come to a meeting unprepared: they ask something first.
    if (decider && rng.chance(0.7)) receive(sale, contact);
    return;
  }
}

/** Someone takes sides. */
export function takeSides(sale: Sale): void {
  const { rng, customer } = sale;
  if (!rng.chance(0.003)) return;
  const known = sale.account.people.filter((p) => sale.known.has(p.email));
  const someone = known[rng.whole(0, known.length - 1)];
  if (someone === undefined) return;
  const position = rng.weighted<'supportive' | 'neutral' | 'opposed'>([
    ['supportive', 0.55],
    ['neutral', 0.2],
    ['opposed', 0.25],
  ]);
  tell(sale, 'stakeholder.position_changed', { person: person(someone), position });
  if (position === 'opposed') customer.strain *= 1.5;
}
