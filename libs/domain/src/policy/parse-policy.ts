import { parseDocument } from 'yaml';
import { HIGHEST_POSITION } from '../events/buying.js';
import { eventFamilies } from '../events/catalogue.js';
import { parseDate } from '../time/instant.js';
import { defaultPolicy } from './default-policy.js';
import { asMap, expected, type Fault, listOf, mapOf, quote, type ReadValue } from './faults.js';
import type { Policy } from './policy.js';

/** A whole policy, or every fault of the file. */
export type ParsedPolicy =
  | { readonly policy: Policy; readonly faults?: never }
  | { readonly faults: readonly Fault[]; readonly policy?: never };

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const text = expected('a non-empty text', (value) => typeof value === 'string' && value.trim() !== '');
const yesOrNo = expected('true or false', (value) => typeof value === 'boolean');
const number = expected(
  'a number of at least 0',
  (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0,
);
const numberOrNull = expected(
  'a number of at least 0, or null',
  (value) => value === null || (typeof value === 'number' && Number.isFinite(value) && value >= 0),
);
const rate = expected(
  'a number above 0',
  (value) => typeof value === 'number' && Number.isFinite(value) && value > 0,
);
const position = expected(`a whole number from 0 to ${HIGHEST_POSITION}`, isPosition);
const positionOrNull = expected(
  `a whole number from 0 to ${HIGHEST_POSITION}, or null`,
  (value) => value === null || isPosition(value),
);
const order = expected('a whole number from 1', (value) => Number.isInteger(value) && Number(value) >= 1);
const date = expected(
  'a date YYYY-MM-DD',
  (value) => typeof value === 'string' && parseDate(value) !== undefined,
);
// Matched exactly against what follows the @ of an address: an address or a URL would never match, without a word.
const domain = expected(
  'a domain such as acme.example',
  (value) => typeof value === 'string' && /^[^\s@/:]+$/.test(value),
);
const timezone = expected(
  'an IANA time zone such as Europe/Berlin',
  (value) => typeof value === 'string' && isTimezone(value),
);

function isPosition(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= HIGHEST_POSITION;
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    // An offset such as +01:00 is accepted by some engines, but has no rules of its own.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

function oneOf(values: readonly string[]): ReadValue<unknown> {
  return expected(
    `one of ${values.join(', ')}`,
    (value) => typeof value === 'string' && values.includes(value),
  );
}

const findingFields = Object.fromEntries(
  Object.entries(defaultPolicy.findings).map(([kind, numbers]) => [
    kind,
    mapOf(
      Object.fromEntries(Object.keys(numbers).map((name) => [name, name === 'enabled' ? yesOrNo : number])),
    ),
  ]),
);

const stageFields = {
  id: text,
  name: text,
  order,
  requires: position,
  called_for_at: positionOrNull,
  expected_days: numberOrNull,
  aliases: listOf(text, 'texts'),
};

const stages: ReadValue<unknown> = (value, path, faults) => {
  const list = listOf(mapOf(stageFields), 'stages')(value, path, faults);
  if (list === undefined) return undefined;
  if (list.length === 0) faults.push({ path, message: 'expected at least one stage' });
  const takenBy = new Map<string, number>();
  const orders = new Map<unknown, string>();
  list.forEach((entry, index) => {
    if (typeof entry !== 'object' || entry === null) return;
    const stage = entry as Readonly<Record<string, unknown>>;
    const at = `${path}[${index}]`;
    for (const key of ['id', 'order'])
      if (stage[key] === undefined) faults.push({ path: `${at}.${key}`, message: 'missing' });
    const { id, aliases } = stage;
    const before = orders.get(stage['order']);
    if (before !== undefined) faults.push({ path: `${at}.order`, message: `already the order of ${before}` });
    else if (stage['order'] !== undefined) orders.set(stage['order'], String(id));
    const claimed: [string, unknown][] = [[`${at}.id`, id]];
    if (Array.isArray(aliases))
      aliases.forEach((alias, place) => claimed.push([`${at}.aliases[${place}]`, alias]));
    for (const [where, name] of claimed) {
      if (typeof name !== 'string') continue;
      const owner = takenBy.get(name.toLowerCase());
      // A stage may well list its own id among its aliases.
      if (owner === undefined) takenBy.set(name.toLowerCase(), index);
      else if (owner !== index)
        faults.push({ path: where, message: `${quote(name)} already means the stage at ${path}[${owner}]` });
    }
  });
  return list;
};

const pipeline = mapOf({
  stages,
  won: listOf(text, 'texts'),
  lost: listOf(text, 'texts'),
  findings: mapOf(findingFields),
});

const pipelines: ReadValue<unknown> = (value, path, faults) => {
  const map = asMap(value, path, faults);
  if (map === undefined) return undefined;
  for (const [name, inner] of Object.entries(map)) pipeline(inner, `${path}.${name}`, faults);
  return map;
};

const rates: ReadValue<unknown> = (value, path, faults) => {
  const map = asMap(value, path, faults);
  if (map === undefined) return undefined;
  for (const [currency, inner] of Object.entries(map)) rate(inner, `${path}.${currency}`, faults);
  return map;
};

const policyFields = mapOf({
  seller_domains: listOf(domain, 'domains'),
  calendar: mapOf({
    timezone,
    workdays: listOf(oneOf(WEEKDAYS), 'weekdays'),
    holidays: listOf(date, 'dates'),
  }),
  reporting_currency: text,
  rates,
  pipelines,
  ready_to_buy: position,
  findings: mapOf(findingFields),
  points: mapOf({ critical: number, warning: number, info: number }),
  tracks: listOf(oneOf(eventFamilies), 'event families'),
  cycle: mapOf({ learn: yesOrNo, minimum: order }),
});

/**
 * Reads policy files, each layered over the one before and the first over the defaults: maps are layered, lists
 * replace. JSON is YAML. An empty file changes nothing.
 */
export function parsePolicy(...texts: readonly string[]): ParsedPolicy {
  const layers: unknown[] = [];
  const faults: Fault[] = [];
  for (const source of texts) {
    const layer = readYaml(source, faults);
    if (layer !== undefined && layer !== null) layers.push(layer);
  }
  const layered = layerPolicy(...layers);
  // What can't be read hides nothing of what can: all faults are told at once.
  return faults.length > 0 ? { faults: [...faults, ...(layered.faults ?? [])] } : layered;
}

function readYaml(source: string, faults: Fault[]): unknown {
  try {
    // Errors are collected; warnings would go to the process's stderr.
    const document = parseDocument(source, { logLevel: 'error' });
    for (const error of document.errors)
      faults.push({ path: '', message: `not YAML: ${error.message.split('\n')[0] ?? ''}` });
    return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    faults.push({ path: '', message: `not YAML: ${error instanceof Error ? error.message : String(error)}` });
    return undefined;
  }
}

/** As `parsePolicy`, of values that are read already. */
export function layerPolicy(...layers: readonly unknown[]): ParsedPolicy {
  const faults: Fault[] = [];
  for (const layer of layers) policyFields(layer, '', faults);
  if (faults.length > 0) return { faults };
  const layered = layers.reduce<unknown>((policy, layer) => layerOver(policy, layer), defaultPolicy);
  return { policy: withStageDefaults(layered as Policy) };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function layerOver(base: unknown, layer: unknown): unknown {
  if (!isMap(base) || !isMap(layer)) return layer;
  const layered = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(layer))
    layered.set(key, layered.has(key) ? layerOver(layered.get(key), value) : value);
  return Object.fromEntries(layered);
}

function withStageDefaults(policy: Policy): Policy {
  const filled = Object.entries(policy.pipelines).map(([name, inner]) => {
    if (inner.stages === undefined) return [name, inner];
    const filledStages = inner.stages.map((stage) => ({
      name: stage.id,
      ...{ requires: 0, called_for_at: null, expected_days: null, aliases: [] },
      ...stage,
    }));
    return [name, { ...inner, stages: filledStages }];
  });
  return { ...policy, pipelines: Object.fromEntries(filled) as Policy['pipelines'] };
}

/** What is allowed in a policy, and most likely not meant. */
export function policyWarnings(policy: Policy): string[] {
  const warnings: string[] = [];
  if (policy.seller_domains.length === 0) {
    warnings.push(
      "seller_domains is empty: nobody counts as the seller's, so every meeting is a customer meeting",
    );
  }
  if (policy.calendar.workdays.length === 0) {
    warnings.push(
      'calendar.workdays is empty: no business day ever passes, so nothing that waits for one is found',
    );
  }
  if (policy.cycle.learn) {
    warnings.push('cycle.learn has no effect yet: expected_days of the stages are used as they are written');
  }
  return warnings;
}
