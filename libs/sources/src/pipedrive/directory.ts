import { directoryEntry, readAddress, readDomain, told } from '../native/directory.js';
import type { DirectoryEntry } from '../native/record.js';
import { fieldOf, isObject } from '../native/values.js';
import type { Notice } from './notice.js';

/** What a notice says of a person, organization or user. One that was deleted stays known: old records refer to it. */
export function readDirectory({ entity, id, data }: Notice): readonly DirectoryEntry[] {
  if (data === undefined) return [];
  switch (entity) {
    case 'person':
      return directoryEntry((reasons) => ({
        kind: 'person',
        ref: `person/${id}`,
        ...told('email', primaryAddress(data), (value) => readAddress(reasons, 'data.emails', value)),
        ...told('name', fieldOf(data, 'name'), (value) => reasons.text('data.name', value)),
        ...told('account', fieldOf(data, 'org_id'), (value) => reasons.id('data.org_id', value)),
      }));
    case 'user':
      return directoryEntry((reasons) => ({
        kind: 'person',
        ref: `user/${id}`,
        ...told('email', fieldOf(data, 'email'), (value) => readAddress(reasons, 'data.email', value)),
        ...told('name', fieldOf(data, 'name'), (value) => reasons.text('data.name', value)),
      }));
    case 'organization':
      return directoryEntry((reasons) => ({
        kind: 'account',
        id,
        ...told('name', fieldOf(data, 'name'), (value) => reasons.text('data.name', value)),
        ...told('domain', fieldOf(data, 'website'), (value) => readDomain(reasons, 'data.website', value)),
      }));
    default:
      return [];
  }
}

/** `emails: [{value, primary}]`: the primary one, else the first; null where the list is empty. */
function primaryAddress(data: unknown): unknown {
  const emails = fieldOf(data, 'emails');
  if (!Array.isArray(emails)) return emails;
  const entries = emails.filter(isObject);
  const chosen = entries.find((entry) => fieldOf(entry, 'primary') === true) ?? entries[0];
  return fieldOf(chosen, 'value') ?? null;
}
