import { isSilent } from './customer.js';
import { heardOfCustomer, laterInPhase, person, tell, type Sale } from './sale.js';
import type { Contact } from './accounts.js';

/** The champion mostly, at times one of the others that the seller knows. */
function correspondent(sale: Sale): Contact | undefined {
  const known = sale.account.people.filter((p) => sale.known.has(p.email));
  const champion = known.find((p) => p.role === 'champion');
  return champion !== undefined && sale.rng.chance(0.6)
    ? champion
    : known[sale.rng.whole(0, known.length - 1)];
}

function channel(sale: Sale): string {
  return sale.rng.weighted([
    ['email', 0.85],
    ['phone', 0.1],
    ['chat', 0.05],
  ]);
}

/** The customer writes. */
export function receive(sale: Sale, from = correspondent(sale)): void {
  tell(sale, 'message.received', {
    channel: channel(sale),
    ...(from === undefined ? {} : { person: person(from) }),
  });
  if (from !== undefined) sale.met.add(from.email);
  heardOfCustomer(sale);
}

/** The seller writes; whether an answer comes depends on the customer. */
export function send(sale: Sale): void {
  const to = correspondent(sale);
  tell(sale, 'message.sent', { channel: channel(sale), ...(to === undefined ? {} : { person: person(to) }) });
  sale.lastMessage = sale.day;
  if (isSilent(sale) || !sale.rng.chance(0.5)) return;
  laterInPhase(sale, sale.rng.whole(0, 2), sale.account.zone, () => {
    if (!isSilent(sale)) receive(sale, to);
  });
}

/** A working day's correspondence. */
export function writeLetters(sale: Sale): void {
  const { rng, customer } = sale;
  const silent = sale.day - sale.lastContact;
  const sinceMessage = sale.day - sale.lastMessage;
  if (!isSilent(sale) && rng.chance(0.006 + 0.016 * customer.served)) receive(sale);
  if (sinceMessage > 3 && silent > 3 && rng.chance(silent > 8 ? 0.12 : 0.06)) send(sale);
}
