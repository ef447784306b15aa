import type { AlertFormat, BusinessHours, DigestSchedule, Endpoint, Weekday } from '#domain/alerts/types.js';
import { type FindingFamily, type FindingKind, findingKinds, type Severity } from '#domain/findings/kinds.js';
import { expected, type Fault, mapOf, type ReadValue } from '#domain/policy/faults.js';
import { type SecretSources, secretText, signingSecretFault, urlFault } from './endpoint-secrets.js';
import {
  amount,
  duration,
  endOfHours,
  milliseconds,
  minuteOf,
  oneOf,
  someOf,
  text,
  timeOfDay,
  weekday,
  weekdayOf,
  wholeNumber,
  yesOrNo,
  zone,
} from './file-values.js';

/** An endpoint as the file has it, every key checked by itself. */
interface Entry {
  readonly name?: string;
  readonly enabled?: boolean;
  readonly format?: AlertFormat;
  readonly kinds?: readonly FindingKind[];
  readonly families?: readonly FindingFamily[];
  readonly minimum_severity?: Severity;
  readonly minimum_amount?: number;
  readonly owners?: readonly string[];
  readonly teams?: readonly string[];
  readonly segments?: readonly string[];
  readonly pipelines?: readonly string[];
  readonly digest?: 'off' | false | DigestEntry;
  readonly business_hours?: HoursEntry;
  readonly repeat_after?: string;
  readonly resolved?: boolean;
  readonly max_per_hour?: number;
  readonly concurrency?: number;
  readonly allow_private?: boolean;
  readonly allow_http?: boolean;
}

interface DigestEntry {
  readonly every?: 'daily' | 'weekly';
  readonly at?: string;
  readonly day?: string;
  readonly zone?: string;
}

interface HoursEntry {
  readonly from?: string;
  readonly to?: string;
  readonly zone?: string;
  readonly days?: readonly string[];
}

const digestFields = mapOf({
  every: oneOf('daily or weekly', ['daily', 'weekly']),
  at: timeOfDay,
  day: weekday,
  zone,
});

const digest: ReadValue<unknown> = (value, path, faults) =>
  value === 'off' || value === false ? value : digestFields(value, path, faults);

/** Read by those who know where they may stand, and never quoted. */
const secret: ReadValue<unknown> = (value) => value;

const endpointFields = mapOf({
  name: expected(
    'a name of small letters, digits and hyphens, of at most 64',
    (value) => typeof value === 'string' && /^[a-z0-9-]{1,64}$/.test(value),
  ),
  enabled: yesOrNo,
  url: secret,
  url_env: secret,
  url_file: secret,
  secret,
  secret_env: secret,
  secret_file: secret,
  format: oneOf('a format', ['standard', 'slack', 'alertmanager']),
  kinds: someOf(oneOf('a kind of finding', Object.values(findingKinds).flat()), 'kinds'),
  families: someOf(oneOf('a family of findings', Object.keys(findingKinds)), 'families'),
  minimum_severity: oneOf('a severity', ['info', 'warning', 'critical']),
  minimum_amount: amount,
  owners: someOf(text, 'owners'),
  teams: someOf(text, 'teams'),
  segments: someOf(text, 'segments'),
  pipelines: someOf(text, 'pipelines'),
  digest,
  business_hours: mapOf({ from: timeOfDay, to: endOfHours, zone, days: someOf(weekday, 'days') }),
  // Sooner than that is no reminder.
  repeat_after: duration('5m', '366d'),
  resolved: yesOrNo,
  max_per_hour: wholeNumber(1, 100_000),
  concurrency: wholeNumber(1, 100),
  allow_private: yesOrNo,
  allow_http: yesOrNo,
});

export interface EntryContext {
  /** Zone of schedules that name none. */
  readonly timezone: string;
  readonly sources: SecretSources;
  /** Paths of the endpoints so far, by name. */
  readonly nameAt: Map<unknown, string>;
  readonly faults: Fault[];
}

/** @returns undefined where the endpoint is switched off or, with faults, wrong */
export function endpointOf(value: unknown, path: string, context: EntryContext): Endpoint | undefined {
  const { faults, nameAt, sources, timezone } = context;
  const faultsBefore = faults.length;
  const map = endpointFields(value, path, faults);
  if (map === undefined) return undefined;
  const fault = (key: string, message: string): void => void faults.push({ path: `${path}.${key}`, message });
  const entry = map as Entry;
  const { name } = entry;
  const taken = nameAt.get(name);
  if (name === undefined) fault('name', 'missing');
  else if (taken !== undefined) fault('name', `already the name of ${taken}`);
  else nameAt.set(name, path);
  for (const { at, message } of combinationFaults(entry)) fault(at, message);
  if (entry.enabled === false) return undefined;
  const url = secretText(map, 'url', path, sources, faults);
  if (url === undefined && !hasAny(map, 'url')) fault('url', 'missing; or give url_env or url_file');
  const wrongUrl = url === undefined ? undefined : urlFault(url.text, entry.allow_http === true);
  if (url !== undefined && wrongUrl !== undefined) faults.push({ path: url.at, message: wrongUrl });
  const key = secretText(map, 'secret', path, sources, faults);
  const isStandard = (entry.format ?? 'standard') === 'standard';
  if (key === undefined && !hasAny(map, 'secret') && isStandard) {
    fault('secret', 'missing: messages of format standard are signed; or give secret_env or secret_file');
  }
  const wrongKey = key === undefined ? undefined : signingSecretFault(key.text);
  if (key !== undefined && wrongKey !== undefined) faults.push({ path: key.at, message: wrongKey });
  if (faults.length > faultsBefore || name === undefined || url === undefined) return undefined;
  return {
    name,
    url: url.text,
    secret: key?.text ?? null,
    format: entry.format ?? 'standard',
    kinds: entry.kinds ?? null,
    families: entry.families ?? null,
    minimumSeverity: entry.minimum_severity ?? 'warning',
    minimumAmount: entry.minimum_amount ?? null,
    owners: entry.owners ?? null,
    teams: entry.teams ?? null,
    segments: entry.segments ?? null,
    pipelines: entry.pipelines ?? null,
    digest: digestOf(entry.digest, timezone),
    businessHours: hoursOf(entry.business_hours, timezone),
    repeatAfter: milliseconds(entry.repeat_after) ?? null,
    resolved: entry.resolved ?? true,
    maxPerHour: entry.max_per_hour ?? 60,
    concurrency: entry.concurrency ?? 4,
    allowPrivate: entry.allow_private ?? false,
    allowHttp: entry.allow_http ?? false,
  };
}

function hasAny(map: Readonly<Record<string, unknown>>, name: string): boolean {
  return [name, `${name}_env`, `${name}_file`].some((key) => map[key] !== undefined);
}

/** What is wrong only together. The values themselves may be wrong, too. */
function combinationFaults(entry: Entry): { readonly at: string; readonly message: string }[] {
  const found: { at: string; message: string }[] = [];
  const schedule = isMap(entry.digest) ? entry.digest : undefined;
  const hours = isMap(entry.business_hours) ? entry.business_hours : undefined;
  if (schedule !== undefined) {
    if (schedule.every === undefined) found.push({ at: 'digest.every', message: 'missing; daily or weekly' });
    if (schedule.every === 'daily' && schedule.day !== undefined) {
      found.push({
        at: 'digest.day',
        message: 'a daily digest has no day; make it weekly, or take the day out',
      });
    }
  }
  if (schedule !== undefined && hours !== undefined) {
    found.push({ at: 'business_hours', message: 'a digest has its own hour: give one of the two' });
  }
  if (hours !== undefined) {
    for (const key of ['from', 'to'] as const) {
      if (hours[key] === undefined) found.push({ at: `business_hours.${key}`, message: 'missing' });
    }
    const from = minuteOf(hours.from);
    const to = minuteOf(hours.to);
    // Hours that end before they begin end on the next day.
    if (from !== undefined && from === to) {
      found.push({
        at: 'business_hours.to',
        message: "the same as from; '00:00' to '24:00' is the whole day",
      });
    }
  }
  return found;
}

function isMap<T extends object>(value: T | string | boolean | null | undefined): value is T {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function digestOf(entry: Entry['digest'], timezone: string): DigestSchedule | null {
  if (!isMap(entry) || entry.every === undefined) return null;
  return {
    every: entry.every,
    minute: minuteOf(entry.at ?? '08:00') ?? 0,
    day: weekdayOf(entry.day ?? 'mon') ?? 1,
    zone: entry.zone ?? timezone,
  };
}

function hoursOf(entry: HoursEntry | undefined, timezone: string): BusinessHours | null {
  const from = minuteOf(entry?.from);
  const to = minuteOf(entry?.to);
  if (entry === undefined || from === undefined || to === undefined) return null;
  const days = entry.days ?? ['mon', 'tue', 'wed', 'thu', 'fri'];
  return {
    from,
    to,
    days: days.map(weekdayOf).filter((day): day is Weekday => day !== undefined),
    zone: entry.zone ?? timezone,
  };
}
