import type { Findings } from '../native/conclude.js';
import { directoryEntry, readAddress, readDomain, told } from '../native/directory.js';
import type { DirectoryEntry } from '../native/record.js';
import { fieldOf, isEmpty, type JsonObject, Reasons } from '../native/values.js';

/**
 * A changed property of a contact. First and last names are not told: each comes alone, and half a name would take
 * the place of the whole one that the contact's own record gave.
 */
export function contactOfProperty(entry: JsonObject): Findings {
  return ofProperty(entry, (id, name, value, reasons) => {
    const ref = `contact/${id}`;
    if (name === 'email')
      return {
        kind: 'person',
        ref,
        ...told('email', value, (text) => readAddress(reasons, name, text)),
      };
    if (name !== 'associatedcompanyid') return undefined;
    return { kind: 'person', ref, ...told('account', value, (text) => reasons.id(name, text)) };
  });
}

/** A changed property of a company. */
export function companyOfProperty(entry: JsonObject): Findings {
  return ofProperty(entry, (id, name, value, reasons) => {
    if (name === 'domain') {
      return { kind: 'account', id, ...told('domain', value, (text) => readDomain(reasons, name, text)) };
    }
    if (name !== 'name') return undefined;
    return { kind: 'account', id, ...told('name', value, (text) => reasons.text(name, text)) };
  });
}

function ofProperty(
  entry: JsonObject,
  read: (id: string, name: unknown, value: unknown, reasons: Reasons) => DirectoryEntry | undefined,
): Findings {
  const directory = directoryEntry((reasons) => {
    const id = reasons.requiredId('objectId', fieldOf(entry, 'objectId'));
    // Webhooks tell an emptied property by an empty text; one that isn't there says nothing.
    const value = fieldOf(entry, 'propertyValue');
    if (id === undefined || value === undefined) return undefined;
    return read(id, fieldOf(entry, 'propertyName'), value, reasons);
  });
  return { facts: [], directory, time: new Reasons().instant('occurredAt', fieldOf(entry, 'occurredAt')) };
}

/** A contact read through the API. */
export function contactEntry(id: string, properties: unknown): readonly DirectoryEntry[] {
  return directoryEntry((reasons) => ({
    kind: 'person',
    ref: `contact/${id}`,
    ...told('email', fieldOf(properties, 'email'), (value) => readAddress(reasons, 'email', value)),
    ...told('name', wholeName(properties, 'firstname', 'lastname', reasons), (name) => String(name)),
    ...told('account', fieldOf(properties, 'associatedcompanyid'), (value) =>
      reasons.id('associatedcompanyid', value),
    ),
  }));
}

/** A company read through the API. */
export function companyEntry(id: string, properties: unknown): readonly DirectoryEntry[] {
  return directoryEntry((reasons) => ({
    kind: 'account',
    id,
    ...told('name', fieldOf(properties, 'name'), (value) => reasons.text('name', value)),
    ...told('domain', fieldOf(properties, 'domain'), (value) => readDomain(reasons, 'domain', value)),
  }));
}

/** An owner as the owners API has it: no properties, and the id that `hubspot_owner_id` holds. */
export function ownerEntry(id: string, owner: unknown): readonly DirectoryEntry[] {
  return directoryEntry((reasons) => ({
    kind: 'person',
    ref: `owner/${id}`,
    ...told('email', fieldOf(owner, 'email'), (value) => readAddress(reasons, 'email', value)),
    ...told('name', wholeName(owner, 'firstName', 'lastName', reasons), (name) => String(name)),
  }));
}

/** First and last name together; null where both were emptied, undefined where neither is named. */
function wholeName(
  holder: unknown,
  first: string,
  last: string,
  reasons: Reasons,
): string | null | undefined {
  const parts = [first, last].map((name) => ({ name, value: fieldOf(holder, name) }));
  if (parts.every(({ value }) => value === undefined)) return undefined;
  const texts = parts.map(({ name, value }) =>
    isEmpty(value) ? undefined : reasons.text(name, value)?.trim(),
  );
  return texts.filter(Boolean).join(' ') || null;
}
