import { directoryEntry, readAddress, readDomain, told } from '../native/directory.js';
import type { DirectoryEntry } from '../native/record.js';
import { fieldOf, isEmpty, isObject, type Reasons } from '../native/values.js';
import { type ChangedFields, readChangedFields } from './changed-fields.js';
import type { ChangeEvent } from './header.js';

const PEOPLE: ReadonlyMap<string, string> = new Map([
  ['Contact', 'contact'],
  ['Lead', 'lead'],
  ['User', 'user'],
]);

/** What a change event says of people and accounts; none where it is about something else, or is not readable. */
export function readDirectory(event: ChangeEvent): readonly DirectoryEntry[] {
  const { entity, changeType, ids } = event;
  const kind = PEOPLE.get(entity);
  const isTold = changeType === 'CREATE' || changeType === 'UPDATE' || changeType === 'UNDELETE';
  if (!isTold || (kind === undefined && entity !== 'Account')) return [];
  return ids.flatMap((id) =>
    directoryEntry((reasons) => {
      const fields: Fields = { event, changed: readChangedFields(event, reasons), reasons };
      return kind === undefined ? accountEntry(id, fields) : personEntry(`${kind}/${id}`, fields);
    }),
  );
}

interface Fields {
  readonly event: ChangeEvent;
  readonly changed: ChangedFields;
  readonly reasons: Reasons;
}

function personEntry(ref: string, fields: Fields): DirectoryEntry | undefined {
  const { event, reasons } = fields;
  const said = {
    ...told('email', valueOf('Email', fields), (value) => readAddress(reasons, 'Email', value)),
    ...nameIn(fields),
    ...(event.entity === 'Contact'
      ? told('account', valueOf('AccountId', fields), (value) => reasons.id('AccountId', value))
      : {}),
  };
  return Object.keys(said).length === 0 ? undefined : { kind: 'person', ref, ...said };
}

function accountEntry(id: string, fields: Fields): DirectoryEntry | undefined {
  const { reasons } = fields;
  const said = {
    ...told('name', valueOf('Name', fields), (value) => reasons.text('Name', value)),
    ...told('domain', valueOf('Website', fields), (value) => readDomain(reasons, 'Website', value)),
  };
  return Object.keys(said).length === 0 ? undefined : { kind: 'account', id, ...said };
}

/** Null where the field was emptied, undefined where nothing is said of it: unchanged fields come as null too. */
function valueOf(field: string, { event, changed }: Fields): unknown {
  const value = fieldOf(event.fields, field);
  if (!isEmpty(value)) return value;
  return changed.has(field) ? null : undefined;
}

/** A person's name, of one piece or of its parts. Half of what was changed is no name: the other half is not known. */
function nameIn(fields: Fields): { readonly name?: string | null } {
  const { event, reasons } = fields;
  const name = valueOf('Name', fields);
  if (name !== undefined && !isObject(name))
    return told('name', name, (value) => reasons.text('Name', value));
  const parts = ['FirstName', 'LastName'].map((part) => fieldOf(name ?? event.fields, part));
  const isWhole = event.changeType !== 'UPDATE' || !parts.some(isEmpty);
  const words = parts
    .flatMap((part) => reasons.text('Name', part)?.trim() ?? [])
    .filter((word) => word !== '');
  return isWhole && words.length > 0 ? { name: words.join(' ') } : {};
}
