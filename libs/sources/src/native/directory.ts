import type { DirectoryEntry } from './record.js';
import { isEmpty, Reasons } from './values.js';

/**
 * An entry of the directory. It says nothing of deals, so a bad value in it refuses no record: it is left out.
 * @param read reads the fields; an entry without any is none
 */
export function directoryEntry(
  read: (reasons: Reasons) => DirectoryEntry | undefined,
): readonly DirectoryEntry[] {
  const reasons = new Reasons();
  const entry = read(reasons);
  return entry === undefined || reasons.list.length > 0 ? [] : [entry];
}

/**
 * A field as an entry has it: no key where the record does not name it, null where it was emptied.
 * @param read reads a value that is not empty
 */
export function told<K extends string>(
  key: K,
  value: unknown,
  read: (value: unknown) => string | undefined,
): Partial<Record<K, string | null>> {
  const known = isEmpty(value) ? null : read(value);
  const fields: Partial<Record<string, string | null>> =
    value === undefined || known === undefined ? {} : { [key]: known };
  return fields;
}

/** An e-mail address, trimmed and in lower case. */
export function readAddress(reasons: Reasons, path: string, value: unknown): string | undefined {
  const text = reasons.text(path, value)?.trim().toLowerCase();
  if (text === undefined || /^[^\s@]+@[^\s@]+$/.test(text)) return text;
  reasons.add(path, 'an address', value);
  return undefined;
}

/** The domain of a company, also out of the address of its website: in lower case, without `www.`. */
export function readDomain(reasons: Reasons, path: string, value: unknown): string | undefined {
  const text = reasons.text(path, value)?.trim().toLowerCase();
  if (text === undefined) return undefined;
  const [host = ''] = text.replace(/^https?:\/\//, '').split(/[/:?#]/);
  const domain = host.replace(/^www\./, '');
  if (/^[^\s@.]+(\.[^\s@.]+)+$/.test(domain)) return domain;
  reasons.add(path, 'a domain', value);
  return undefined;
}
