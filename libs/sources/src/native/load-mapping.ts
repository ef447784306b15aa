import { isEventType, type EventType } from '#domain/events/catalogue.js';
import type { Fault } from '#domain/policy/faults.js';
import { isTimezone } from '../instants.js';
import type { NativeSource } from '../sources.js';
import { Faults, parseYaml, shown, YamlMap, type YamlValue } from '../yaml-file.js';
import { loadRule } from './load-rule.js';
import type { ClosedAs, SourceMapping } from './mapping.js';
import { faultsOfData } from './sample-event.js';

const MAPPING_KEYS = [
  'source',
  'timezone',
  'currency',
  'deal_id_prefix',
  'assume_accepted',
  'stages',
  'roles',
  'association_roles',
  'people',
  'types',
  'rules',
];
const STAGE_KEYS: readonly ClosedAs[] = ['won', 'lost', 'walked_away'];
/** Kinds of people that records refer to by the CRM's id. */
const PERSON_REF = /^(contact|lead|user|owner|person|role)\/./;
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/**
 * Reads the mapping file of a source that sends native records.
 * @returns the mapping with its defaults filled in, or everything that is wrong with it, each fault with its path, such
 * as `rules[1].data.milestone`
 */
export function loadSourceMapping(
  _source: NativeSource,
  text: string,
): { readonly mapping: SourceMapping } | { readonly faults: readonly Fault[] } {
  const faults = new Faults();
  const parsed = parseYaml(text, faults);
  // A file of comments alone says that the defaults will do.
  const entries = parsed === null ? new Map() : parsed;
  const map = faults.list.length > 0 ? undefined : YamlMap.of(entries, '', faults, MAPPING_KEYS);
  if (map === undefined) return { faults: faults.list };
  const mapping: SourceMapping = {
    source: map.text('source', 'expected a text such as salesforce/acme'),
    timezone: loadTimezone(map),
    currency: loadCurrency(map),
    dealIdPrefix: loadPrefix(map),
    assumeAccepted: loadFlag(map, 'assume_accepted'),
    stages: loadStages(map),
    roles: loadRoles(map, 'roles', (role) => role.trim().toLowerCase()),
    associationRoles: loadRoles(map, 'association_roles', (id) => id.trim()),
    people: loadPeople(map),
    types: loadTypes(map),
    rules: map
      .list('rules', 'expected a list of rules')
      .map((item, index) => loadRule(item, `rules[${index}]`, faults))
      .filter((rule) => rule !== undefined),
  };
  return faults.list.length > 0 ? { faults: faults.list } : { mapping };
}

function loadTimezone(map: YamlMap): string {
  const timezone = map.text('timezone', 'expected an IANA time zone') ?? 'UTC';
  if (isTimezone(timezone)) return timezone;
  map.fault('timezone', `expected an IANA time zone such as Europe/Berlin, got ${shown(timezone)}`);
  return 'UTC';
}

function loadCurrency(map: YamlMap): string | undefined {
  const currency = map.text('currency', 'expected a currency such as EUR');
  if (currency === undefined || /^[A-Z]{3}$/.test(currency)) return currency;
  map.fault('currency', `expected a currency such as EUR, got ${shown(currency)}`);
  return undefined;
}

function loadPrefix(map: YamlMap): string {
  const prefix = map.get('deal_id_prefix') ?? '';
  if (typeof prefix === 'string') return prefix;
  map.fault('deal_id_prefix', `expected a text, got ${shown(prefix)}`);
  return '';
}

function loadFlag(map: YamlMap, key: string): boolean {
  const value = map.get(key) ?? false;
  if (typeof value === 'boolean') return value;
  map.fault(key, `expected true or false, got ${shown(value)}`);
  return false;
}

function loadStages(map: YamlMap): SourceMapping['stages'] {
  const stages = map.map('stages', STAGE_KEYS, 'expected won, lost and walked_away, each a list of stages');
  const load = (kind: ClosedAs): ReadonlySet<string> | undefined => {
    const value = stages?.get(kind);
    if (stages === undefined || value === undefined) return undefined;
    const names = (Array.isArray(value) ? (value as YamlValue[]) : [value]).map(nameOf);
    if (names.includes(undefined)) stages.fault(kind, `expected a list of stages, got ${shown(value)}`);
    return new Set(names.filter((name) => name !== undefined).map((name) => name.trim().toLowerCase()));
  };
  return { won: load('won'), lost: load('lost'), walked_away: load('walked_away') };
}

/** Ids of stages are numbers in some CRMs. */
function nameOf(value: YamlValue): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

function loadRoles(map: YamlMap, key: string, keyOf: (name: string) => string): Map<string, string> {
  const roles = new Map<string, string>();
  const given = map.map(key, undefined, 'expected roles, each with what it is here');
  for (const [name, value] of given?.entries ?? []) {
    const role = typeof value === 'string' ? value : '';
    const faults = faultsOfData('stakeholder.identified', { role }, (path) => path === 'role');
    for (const { message } of faults) given?.fault(name, message);
    roles.set(keyOf(name), role);
  }
  return roles;
}

function loadPeople(map: YamlMap): SourceMapping['people'] {
  const people = new Map<string, { readonly email: string; readonly name?: string }>();
  const given = map.map('people', undefined, 'expected people by reference, such as contact/003xx0000001');
  for (const ref of given?.entries.keys() ?? []) {
    if (!PERSON_REF.test(ref))
      given?.fault(
        ref,
        'expected a reference such as contact/003xx0000001, lead/…, user/…, owner/…, person/…',
      );
    const person = given?.map(ref, ['email', 'name'], 'expected { email, name? }');
    const email = person?.requiredText('email', 'expected an address')?.trim().toLowerCase();
    const name = person?.text('name');
    if (email === undefined) continue;
    if (!ADDRESS.test(email)) person?.fault('email', `expected an address, got ${shown(email)}`);
    people.set(ref, { email, ...(name === undefined ? {} : { name }) });
  }
  return people;
}

function loadTypes(map: YamlMap): Map<string, EventType> {
  const types = new Map<string, EventType>();
  const given = map.map('types', undefined, 'expected event types, each with what it is here');
  for (const [theirs, value] of given?.entries ?? []) {
    if (typeof value === 'string' && isEventType(value)) types.set(theirs, value);
    else given?.fault(theirs, `expected an event type such as deal.opened, got ${shown(value)}`);
  }
  return types;
}
