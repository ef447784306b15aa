import { fieldOf, isObject } from '#sources/native/values.js';
import { type EventDraft, faultsOf } from '#sources/native/draft.js';
import type { DirectoryEntry } from '#sources/native/record.js';

/** Marks a record of a raw topic that was translated already: by an import, whose mapping is its own. */
export const DRAFTS_HEADER = 'plumbline-drafts';

/** Events as a source's records told them, and what the same records said of people and accounts. */
export interface TranslatedRecords {
  /** Name of the source that translated them. */
  readonly origin: string;
  readonly drafts: readonly EventDraft[];
  readonly entries: readonly {
    readonly source: string;
    readonly time?: number;
    readonly entry: DirectoryEntry;
  }[];
}

/** Values of records are kept far below what a log takes. */
const MOST_CHARACTERS = 512 * 1024;

/** The values of records that hold all of it, each of a size that every log takes. */
export function draftsRecords({ origin, drafts, entries }: TranslatedRecords): readonly Buffer[] {
  const values: Buffer[] = [];
  let part = { drafts: [] as string[], entries: [] as string[], size: 0 };
  const end = (): void => {
    if (part.size === 0) return;
    const [ofDrafts, ofEntries] = [part.drafts.join(','), part.entries.join(',')];
    values.push(
      Buffer.from(`{"origin":${JSON.stringify(origin)},"drafts":[${ofDrafts}],"entries":[${ofEntries}]}`),
    );
    part = { drafts: [], entries: [], size: 0 };
  };
  const add = (to: 'drafts' | 'entries', item: object): void => {
    const text = JSON.stringify(item);
    if (part.size + text.length > MOST_CHARACTERS) end();
    part[to].push(text);
    part.size += text.length;
  };
  for (const entry of entries) add('entries', entry);
  for (const draft of drafts) add('drafts', draft);
  end();
  return values;
}

/** @returns every reason where the value is none, or holds what could never become an event */
export function readDraftsRecord(value: Buffer): TranslatedRecords | { readonly reasons: readonly string[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString('utf8')) as unknown;
  } catch {
    return { reasons: ['not JSON'] };
  }
  const origin = fieldOf(parsed, 'origin');
  const drafts = fieldOf(parsed, 'drafts');
  const entries = fieldOf(parsed, 'entries');
  if (typeof origin !== 'string' || !isList(drafts) || !isList(entries))
    return { reasons: ['expected translated records: origin, drafts and entries'] };
  const reasons = drafts.flatMap((draft, n) =>
    isDraft(draft)
      ? faultsOf(draft).map((fault) => `drafts[${n}]: ${fault}`)
      : [`drafts[${n}]: expected an event`],
  );
  entries.forEach((item, n) => {
    if (!isEntry(item)) reasons.push(`entries[${n}]: expected what a record says of a person or an account`);
  });
  if (reasons.length > 0) return { reasons };
  return {
    origin,
    drafts: drafts.filter(isDraft),
    entries: entries.filter(isEntry),
  };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isDraft(value: unknown): value is EventDraft {
  return (
    isObject(value) &&
    ['id', 'source', 'type'].every((name) => typeof fieldOf(value, name) === 'string') &&
    ['string', 'undefined'].includes(typeof fieldOf(value, 'time'))
  );
}

function isEntry(value: unknown): value is TranslatedRecords['entries'][number] {
  const entry = fieldOf(value, 'entry');
  const time = fieldOf(value, 'time');
  const names = fieldOf(entry, 'kind') === 'person' ? ['ref'] : ['id'];
  const told = ['email', 'name', 'account', 'domain'].map((name) => fieldOf(entry, name));
  return (
    typeof fieldOf(value, 'source') === 'string' &&
    (time === undefined || (typeof time === 'number' && Number.isSafeInteger(time))) &&
    names.every((name) => typeof fieldOf(entry, name) === 'string') &&
    told.every((text) => text === undefined || text === null || typeof text === 'string')
  );
}
