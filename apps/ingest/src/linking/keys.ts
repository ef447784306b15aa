import type { EventType } from '#domain/events/catalogue.js';
import { eventCatalogue } from '#domain/events/catalogue.js';
import { addressOf, type DraftData, peopleOf, textExtension } from './draft.js';

/**
 * Keys by which drafts, deals and the directory find each other: texts of a kind, a scope where ids are only unique
 * within one, and a value.
 */
export const keys = {
  /** Someone of the customer's whom the deal's own events name. */
  contact: (address: string) => `contact ${address}`,
  /** Someone who was at a meeting of the deal. */
  attendee: (address: string) => `attendee ${address}`,
  /** Someone whom a CRM knows by its own id: `contact/003…`. */
  ref: (scope: string, ref: string) => `ref ${scope} ${ref}`,
  account: (scope: string, id: string) => `account ${scope} ${id}`,
  domain: (domain: string) => `domain ${domain}`,
  meeting: (scope: string, id: string) => `meeting ${scope} ${id}`,
  nextStep: (scope: string, id: string) => `next_step ${scope} ${id}`,
  /** One meeting across people's calendars. */
  uid: (uid: string) => `uid ${uid}`,
  series: (scope: string, id: string) => `series ${scope} ${id}`,
  deal: (id: string) => `deal ${id}`,
  /** All deals that a source has told of. */
  source: (source: string) => `source ${source}`,
} as const;

/**
 * Within what a source's ids are unique. HubSpot's CRM objects don't say of which portal they are, its webhooks do;
 * whoever speaks CloudEvents shares the ids of meetings and next steps with all the others that do.
 */
export function scopeOf(source: string, origin: string): string {
  if (origin === 'cloudevents') return '';
  return origin === 'hubspot' && source.startsWith('hubspot/') ? 'hubspot' : source;
}

/** An event as keys are read off it. */
export interface Keyed {
  readonly source: string;
  readonly origin: string;
  readonly type: EventType;
  readonly subject: string | undefined;
  readonly data: DraftData;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** What is of one meeting or next step with it, or bears on the same deal's stage. */
export function groupKeysOf({ source, origin, type, subject, data, extensions }: Keyed): readonly string[] {
  const scope = scopeOf(source, origin);
  const found: string[] = [];
  if (data.meeting_id !== undefined) found.push(keys.meeting(scope, data.meeting_id));
  if (data.next_step_id !== undefined) found.push(keys.nextStep(scope, data.next_step_id));
  const uid = textExtension(extensions, 'meetinguid');
  if (uid !== undefined) found.push(keys.uid(uid));
  if (subject !== undefined && movesStage(type)) found.push(keys.deal(subject));
  // A gap in the history of a meeting or next step is a gap of whatever deals that has.
  for (const { kind, value } of hintsOf(extensions)) {
    if (kind === 'meeting') found.push(keys.meeting(scope, value));
    if (kind === 'next_step') found.push(keys.nextStep(scope, value));
  }
  return found;
}

/** Whether it bears on whether a deal stands closed. */
export function movesStage(type: EventType): boolean {
  return stageTypes.has(type);
}

/** Whether a stage change of the source may reopen a deal without saying so. */
export function mayReopenUnsaid(origin: string): boolean {
  return origin === 'hubspot' || origin === 'salesforce';
}

const stageTypes: ReadonlySet<string> = new Set<EventType>([
  'deal.stage_changed',
  'deal.won',
  'deal.lost',
  'deal.walked_away',
  'deal.reopened',
]);

/** Everything that a draft is to be found by. */
export function draftKeysOf(draft: Keyed): readonly string[] {
  const { source, origin, subject, data, extensions } = draft;
  const scope = scopeOf(source, origin);
  const found = new Set(groupKeysOf(draft));
  const series = textExtension(extensions, 'meetingseries');
  if (series !== undefined) found.add(keys.series(scope, series));
  for (const person of peopleOf(data)) {
    if (person.ref !== undefined && person.ref !== null) found.add(keys.ref(scope, person.ref));
    const address = addressOf(person);
    if (address === undefined || subject !== undefined) continue;
    found.add(keys.contact(address));
    for (const domain of domainsOf(address)) found.add(keys.domain(domain));
  }
  for (const hint of hintsOf(extensions)) {
    const key = keyOfHint(hint, source, scope);
    if (key !== undefined) found.add(key);
  }
  return [...found];
}

/** What a deal's own event says that the deal is known by. */
export function dealKeysOf({ source, origin, type, data }: Keyed): readonly string[] {
  const scope = scopeOf(source, origin);
  const found = new Set<string>();
  if (type === 'deal.opened' || type === 'deal.described') {
    const { id, domain } = data.account ?? {};
    if (id !== undefined) found.add(keys.account(scope, id));
    const plain = domain === undefined || domain === null ? '' : domainOf(domain);
    if (plain !== '') found.add(keys.domain(plain));
    if (type === 'deal.opened') found.add(keys.source(source));
  }
  if (data.meeting_id !== undefined) found.add(keys.meeting(scope, data.meeting_id));
  if (data.next_step_id !== undefined) found.add(keys.nextStep(scope, data.next_step_id));
  const isMeeting = eventCatalogue[type].family === 'meeting';
  for (const person of peopleOf(data)) {
    const address = addressOf(person);
    if (address !== undefined) found.add(isMeeting ? keys.attendee(address) : keys.contact(address));
    if (person.ref !== undefined && person.ref !== null && isCustomersRef(person.ref))
      found.add(keys.ref(scope, person.ref));
  }
  return [...found];
}

/** Whether an event can open, close or name the keys of a deal: others need not be looked at. */
export function mayHaveDealKeys(type: EventType): boolean {
  const { family } = eventCatalogue[type];
  return (
    family === 'meeting' ||
    family === 'next_step' ||
    family === 'contact' ||
    family === 'people' ||
    type === 'deal.opened' ||
    type === 'deal.described'
  );
}

/** Users and owners are the seller's. */
export function isCustomersRef(ref: string): boolean {
  return !ref.startsWith('user/') && !ref.startsWith('owner/');
}

/** `customer.example` out of what people write: an address's domain, with or without `www.` */
export function domainOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^@/, '')
    .replace(/^www\./, '');
}

/** An address's domain and those above it, down to two labels: `eu.acme.example`, `acme.example`. */
export function domainsOf(address: string): readonly string[] {
  const labels = address.slice(address.lastIndexOf('@') + 1).split('.');
  const found: string[] = [];
  for (let from = 0; from <= labels.length - 2; from += 1) found.push(labels.slice(from).join('.'));
  return found;
}

interface Hint {
  readonly kind: string;
  readonly value: string;
}

/** The tokens of `linkhints`; what can't be decoded is left out. */
export function hintsOf(extensions: Readonly<Record<string, unknown>>): readonly Hint[] {
  const text = textExtension(extensions, 'linkhints') ?? '';
  return text.split(/\s+/).flatMap((token) => {
    const colon = token.indexOf(':');
    if (colon < 1) return [];
    try {
      return [{ kind: token.slice(0, colon), value: decodeURIComponent(token.slice(colon + 1)) }];
    } catch {
      return [];
    }
  });
}

export function keyOfHint({ kind, value }: Hint, source: string, scope: string): string | undefined {
  switch (kind) {
    case 'contact':
    case 'lead':
    case 'person':
      return keys.ref(scope, `${kind}/${value}`);
    case 'account':
    case 'company':
    case 'org':
      return keys.account(scope, value);
    case 'all':
      return keys.source(source);
    default:
      return undefined;
  }
}
