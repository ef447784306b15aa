import { createRequire } from 'node:module';
import { sideOf } from '#domain/deal/people.js';
import type { DirectoryRow, LifecycleRow } from '#warehouse/draft-row.js';
import type { LinkingReads } from '#warehouse/warehouse.js';
import { type Draft, peopleOf } from './draft.js';
import { addressesOf, cluesOf, keyedOf } from './find-deals.js';
import { domainsOf, groupKeysOf, hintsOf, isCustomersRef, keys, movesStage, scopeOf } from './keys.js';
import type { Entry, Knowledge, KnownPerson } from './knowledge.js';
import { customerSince, lifecycleTypes, type OpenSpan, openSpans } from './lifecycle.js';

// A kept list of the domains in which anyone may have an address; read as a file, which all loaders can.
const providers = createRequire(import.meta.url)('email-providers/all.json') as readonly string[];
const freeMail: ReadonlySet<string> = new Set(providers);

/** Whether anyone may have an address in the domain: it says nothing of an account. */
export function isFreeMail(domain: string): boolean {
  return freeMail.has(domain);
}

/** Reads from the store all that completing these drafts may ask for. */
export async function loadKnowledge(
  read: LinkingReads,
  drafts: readonly Draft[],
  sellerDomains: ReadonlySet<string>,
): Promise<Knowledge> {
  const people = new Map<string, KnownPerson>();
  const entries = new Map<string, Entry[]>();
  const accounts = new Map<string, { scope: string; id: string }[]>();
  const staff = new Set<string>();
  const deals = new Map<string, string[]>();
  const spans = new Map<string, readonly OpenSpan[]>();
  const lifecycles = new Map<string, LifecycleRow[]>();
  const known: Knowledge = {
    dealsBy: (key) => deals.get(key) ?? [],
    spansOf: (dealId) => spans.get(dealId) ?? [],
    customerSince: (dealId) => customerSince(lifecycles.get(dealId) ?? []),
    movesOf: (dealId) => (lifecycles.get(dealId) ?? []).filter(({ linked_by: by }) => by === ''),
    personOf: ({ scope, ref }) => people.get(nameOf(scope, ref)),
    entriesAt: (address) => entries.get(address) ?? [],
    accountsAt: (domain) => accounts.get(domain) ?? [],
    isSeller: (address) => sideOf(address, sellerDomains) === 'seller' || staff.has(address),
    isFreeMail,
    knowsSellers: sellerDomains.size > 0,
  };

  // Each step asks with what the one before has found.
  const addPeople = (rows: readonly Omit<DirectoryRow, 'time'>[]): void => {
    for (const [name, person] of peopleIn(rows)) people.set(name, person);
  };
  addPeople(await read.directory(distinct(drafts.flatMap(entriesIn))));

  const floating = drafts.filter(({ subject }) => subject === undefined);
  const addresses = new Set(floating.flatMap((draft) => addressesOf(draft, known)));
  for (const { scope, ref } of floating.flatMap(entriesIn)) {
    const email = people.get(nameOf(scope, ref))?.email;
    if (email !== undefined) addresses.add(email);
  }
  const holders = distinct(await read.directoryByValues('email', [...addresses]));
  addPeople(await read.directory(holders));
  for (const { scope, ref } of holders) {
    const email = people.get(nameOf(scope, ref))?.email;
    if (email === undefined) continue;
    if (!isCustomersRef(ref)) staff.add(email);
    entries.set(email, [...(entries.get(email) ?? []), { scope, ref }]);
  }

  const wanted = new Set([...addresses].flatMap(domainsOf).filter((domain) => !isFreeMail(domain)));
  const owners = distinct(await read.directoryByValues('domain', [...wanted]));
  for (const { scope, ref, field, value } of await read.directory(owners)) {
    if (field !== 'domain' || value === '') continue;
    accounts.set(value, [...(accounts.get(value) ?? []), { scope, id: ref.slice('account/'.length) }]);
  }

  const clues = new Set<string>();
  for (const draft of drafts) for (const key of groupKeysOf(keyedOf(draft))) clues.add(key);
  for (const draft of floating) {
    const found = cluesOf(draft, known);
    for (const key of [...found.contacts, ...found.accounts]) clues.add(key);
    if (hintsOf(draft.extensions).some(({ kind }) => kind === 'all')) clues.add(keys.source(draft.source));
  }
  const ids = new Set(
    drafts.flatMap(({ type, subject }) => (movesStage(type) && subject !== undefined ? [subject] : [])),
  );
  for (const { key, deal_id: dealId } of await read.dealsByKeys([...clues])) {
    deals.set(key, [...(deals.get(key) ?? []), dealId]);
    ids.add(dealId);
  }
  for (const row of await read.lifecycles([...ids], lifecycleTypes)) {
    const events = lifecycles.get(row.deal_id) ?? [];
    events.push(row);
    lifecycles.set(row.deal_id, events);
  }
  for (const [dealId, events] of lifecycles) spans.set(dealId, openSpans(events));
  return known;
}

function nameOf(scope: string, ref: string): string {
  return JSON.stringify([scope, ref]);
}

/** Whom a draft names by reference, in its data or its hints. */
function entriesIn({ source, row, data, extensions }: Draft): readonly Entry[] {
  const scope = scopeOf(source, row.origin);
  const refs = peopleOf(data).flatMap(({ ref }) => (typeof ref === 'string' ? [ref] : []));
  for (const { kind, value } of hintsOf(extensions)) {
    if (kind === 'contact' || kind === 'lead' || kind === 'person') refs.push(`${kind}/${value}`);
  }
  return refs.map((ref) => ({ scope, ref }));
}

function distinct(entries: readonly Entry[]): readonly Entry[] {
  return [...new Map(entries.map((entry) => [nameOf(entry.scope, entry.ref), entry])).values()];
}

function peopleIn(rows: readonly Omit<DirectoryRow, 'time'>[]): ReadonlyMap<string, KnownPerson> {
  const found = new Map<string, Partial<Record<DirectoryRow['field'], string>>>();
  for (const { scope, ref, field, value } of rows) {
    if (value === '') continue;
    const name = nameOf(scope, ref);
    found.set(name, { ...found.get(name), [field]: value });
  }
  return found;
}
