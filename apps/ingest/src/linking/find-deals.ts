import type { LinkedBy } from '#warehouse/draft-row.js';
import { addressOf, type Draft, peopleOf } from './draft.js';
import { domainsOf, groupKeysOf, hintsOf, isCustomersRef, keyOfHint, keys, scopeOf } from './keys.js';
import type { Entry, Knowledge } from './knowledge.js';
import { isNear, isOpen } from './lifecycle.js';

/** The deals that drafts without one belong to; none: they wait. */
export interface Found {
  readonly deals: readonly string[];
  readonly by: LinkedBy;
}

export function keyedOf(draft: Draft) {
  const { source, type, subject, data, extensions } = draft;
  return { source, origin: draft.row.origin, type, subject, data, extensions };
}

/**
 * The deals of a meeting, a next step, or a single event: those that its own records name, else those of its people,
 * else those of their accounts. Of what several records of one meeting say, all counts.
 */
export function findDeals(group: readonly Draft[], known: Knowledge): Found {
  const floating = group.filter(({ subject }) => subject === undefined);
  if (floating.length === 0) return { deals: [], by: 'deal' };
  const own = new Set<string>();
  for (const draft of group) {
    if (draft.subject !== undefined) own.add(draft.subject);
    for (const key of groupKeysOf(keyedOf(draft))) for (const deal of known.dealsBy(key)) own.add(deal);
  }
  if (own.size > 0) return { deals: [...own].sort(), by: group.some(isStep) ? 'next_step' : 'meeting' };

  const found = { contact: new Set<string>(), account: new Set<string>(), source: new Set<string>() };
  // A won deal is closed, and its customer is not forgotten: it gets what no deal that was open then can claim.
  const ofCustomers = { contact: new Set<string>(), account: new Set<string>() };
  for (const draft of floating) {
    const times = timesOf(draft);
    const add = (by: 'contact' | 'account', key: string): void => {
      for (const deal of known.dealsBy(key)) {
        const spans = known.spansOf(deal);
        const since = known.customerSince(deal);
        if (times.some((at) => isNear(spans, at))) found[by].add(deal);
        else if (since !== undefined && times.some((at) => at >= since)) ofCustomers[by].add(deal);
      }
    };
    const { contacts, accounts } = cluesOf(draft, known);
    for (const key of contacts) add('contact', key);
    for (const key of accounts) add('account', key);
    if (!hintsOf(draft.extensions).some(({ kind }) => kind === 'all')) continue;
    for (const deal of known.dealsBy(keys.source(draft.source)))
      if (isOpen(known.spansOf(deal), draft.time)) found.source.add(deal);
  }
  const [by, deals] =
    (
      [
        ['contact', found.contact],
        ['account', found.account],
        ['contact', ofCustomers.contact],
        ['account', ofCustomers.account],
      ] as const
    ).find(([, candidates]) => candidates.size > 0) ?? (['source', found.source] as const);
  return { deals: [...deals].sort(), by };
}

function isStep({ data }: Draft): boolean {
  return data.next_step_id !== undefined;
}

/** When a draft happened, and for when it was: a meeting is noted long before or after it takes place. */
function timesOf({ time, data }: Draft): readonly number[] {
  const starts = typeof data.starts_at === 'string' ? Date.parse(data.starts_at) : Number.NaN;
  return Number.isNaN(starts) ? [time] : [time, starts];
}

/** The customer's addresses in a draft, of people by reference too, without repetition. */
export function addressesOf(draft: Draft, known: Knowledge): readonly string[] {
  const scope = scopeOf(draft.source, draft.row.origin);
  const found = new Set<string>();
  for (const person of peopleOf(draft.data)) {
    const { ref } = person;
    const resolved = typeof ref === 'string' ? known.personOf({ scope, ref })?.email : undefined;
    const address = addressOf(person) ?? resolved;
    if (address !== undefined && !known.isSeller(address)) found.add(address);
  }
  return [...found];
}

/** Keys of a draft that name deals: by its people, and by their accounts. */
export function cluesOf(draft: Draft, known: Knowledge): { contacts: Set<string>; accounts: Set<string> } {
  const { source, data, extensions } = draft;
  const scope = scopeOf(source, draft.row.origin);
  const contacts = new Set<string>();
  const accounts = new Set<string>();
  const addEntry = (entry: Entry): void => {
    if (!isCustomersRef(entry.ref)) return;
    contacts.add(keys.ref(entry.scope, entry.ref));
    const account = known.personOf(entry)?.account;
    if (account !== undefined) accounts.add(keys.account(entry.scope, account));
  };
  for (const { ref } of peopleOf(data)) if (typeof ref === 'string') addEntry({ scope, ref });
  const addresses = new Set(addressesOf(draft, known));
  for (const hint of hintsOf(extensions)) {
    const key = keyOfHint(hint, source, scope);
    if (key === undefined || hint.kind === 'all') continue;
    if (key.startsWith('account ')) accounts.add(key);
    else {
      const entry = { scope, ref: `${hint.kind}/${hint.value}` };
      addEntry(entry);
      const email = known.personOf(entry)?.email;
      if (email !== undefined && !known.isSeller(email)) addresses.add(email);
    }
  }
  for (const address of addresses) {
    contacts.add(keys.contact(address));
    if (known.knowsSellers) contacts.add(keys.attendee(address));
    for (const entry of known.entriesAt(address)) addEntry(entry);
    for (const domain of domainsOf(address)) {
      if (known.isFreeMail(domain)) break;
      accounts.add(keys.domain(domain));
      for (const { scope: of, id } of known.accountsAt(domain)) accounts.add(keys.account(of, id));
    }
  }
  return { contacts, accounts };
}
