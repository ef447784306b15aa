import { parseDocument } from 'yaml';
import type { AlertSettings, Endpoint } from '#domain/alerts/types.js';
import { asMap, type Fault, listOf, mapOf, quote } from '#domain/policy/faults.js';
import { endpointOf } from './endpoint-entry.js';
import type { SecretSources } from './endpoint-secrets.js';
import { duration, milliseconds } from './file-values.js';

export interface AlertFileOptions extends SecretSources {
  /** IANA zone of digests and business hours that name none: the policy's `calendar.timezone`. UTC where not given. */
  readonly timezone?: string;
}

/** Where there is no file: nobody is told of anything. */
export const noAlerts: AlertSettings = {
  flapWithin: 3_600_000,
  historyAfter: 86_400_000,
  backlogDigestAfter: 300_000,
  dealLink: null,
  endpoints: [],
};

const fileFields = mapOf({
  flap_within: duration('0s', '7d'),
  history_after: duration('1m', '366d'),
  // Windows of backlogs begin at multiples of it.
  backlog_digest_after: duration('1s', '1d'),
  links: mapOf({ deal: linkTemplate }),
  // Each is judged by itself, below.
  endpoints: listOf((value) => value, 'endpoints'),
});

/**
 * Reads the file of those who are told of findings (YAML). Endpoints that are switched off are checked and left out;
 * their secrets need not be there.
 * @returns the settings with secrets and URLs in them, or every fault at once, each as `path: what is wrong`; no fault
 * holds a URL or a secret
 */
export function parseAlertSettings(
  text: string,
  { timezone = 'UTC', ...sources }: AlertFileOptions,
): { readonly settings: AlertSettings } | { readonly faults: readonly string[] } {
  const faults: Fault[] = [];
  const file = readYaml(text, faults);
  if (faults.length > 0) return { faults: told(faults) };
  const map = fileFields(file ?? {}, '', faults);
  if (map === undefined) return { faults: told(faults) };
  const endpoints: Endpoint[] = [];
  const nameAt = new Map<unknown, string>();
  if (map['endpoints'] === undefined) faults.push({ path: 'endpoints', message: 'missing; expected a list' });
  const entries: readonly unknown[] = Array.isArray(map['endpoints']) ? map['endpoints'] : [];
  entries.forEach((entry, index) => {
    const path = `endpoints[${index}]`;
    const endpoint = endpointOf(entry, path, { timezone, sources, nameAt, faults });
    if (endpoint !== undefined) endpoints.push(endpoint);
  });
  if (faults.length > 0) return { faults: told(faults) };
  return {
    settings: {
      flapWithin: milliseconds(map['flap_within']) ?? noAlerts.flapWithin,
      historyAfter: milliseconds(map['history_after']) ?? noAlerts.historyAfter,
      backlogDigestAfter: milliseconds(map['backlog_digest_after']) ?? noAlerts.backlogDigestAfter,
      dealLink: dealLinkOf(map['links']),
      endpoints,
    },
  };
}

/**
 * Reads the file that PLUMBLINE_ALERTS or --alerts names.
 * @param file undefined: nobody is told of anything
 * @throws Error with every fault, a line each
 */
export function loadAlertSettings(file: string | undefined, options: AlertFileOptions): AlertSettings {
  if (file === undefined) return noAlerts;
  const parsed = parseAlertSettings(options.readFile(file), options);
  if ('settings' in parsed) return parsed.settings;
  throw new Error(parsed.faults.map((fault) => `${file}: ${fault}`).join('\n'));
}

/** The library's own messages quote the file, which may hold secrets: only the kind of fault and its place are told. */
function readYaml(text: string, faults: Fault[]): unknown {
  try {
    const document = parseDocument(text, { logLevel: 'error' });
    for (const { code, linePos } of document.errors) {
      const [{ line, col }] = linePos ?? [{ line: 0, col: 0 }];
      const kind = code.toLowerCase().replaceAll('_', ' ');
      faults.push({ path: '', message: `not YAML at line ${line}, column ${col}: ${kind}` });
    }
    return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 100 });
  } catch {
    faults.push({ path: '', message: 'not YAML: an alias without its anchor, or too many aliases' });
    return undefined;
  }
}

function linkTemplate(value: unknown, path: string, faults: Fault[]): undefined {
  const fault = linkFault(value);
  if (fault !== undefined) faults.push({ path, message: fault });
}

function linkFault(value: unknown): string | undefined {
  if (typeof value !== 'string') return `expected a URL with {deal_id} in it, got ${quote(value)}`;
  if (!value.includes('{deal_id}'))
    return 'expected a URL with {deal_id} in it, where the id of the deal belongs';
  const filled = value.replaceAll('{deal_id}', 'd1');
  if (/[{}]/.test(filled)) return 'nothing but {deal_id} is filled in; take the other braces out';
  if (value.length > 1_000) return 'a URL of links has at most 1000 characters';
  if (!URL.canParse(filled)) return 'expected a URL with {deal_id} in it';
  const { protocol, username, password } = new URL(filled);
  if (protocol !== 'https:' && protocol !== 'http:') return 'expected a URL that begins with https: or http:';
  return username === '' && password === ''
    ? undefined
    : 'everyone who is told sees it: take user and password out';
}

function dealLinkOf(links: unknown): string | null {
  const template = links === undefined ? undefined : asMap(links, 'links', [])?.['deal'];
  return typeof template === 'string' ? template : null;
}

/** Texts of faults. Where a secret or a URL stands in a place that faults quote, it is left out of them. */
function told(faults: readonly Fault[]): string[] {
  return faults.map(({ path, message }) =>
    (path === '' ? message : `${path}: ${message}`).replace(/(whsec_|https?:\/\/)[^\s"]+/gi, '$1…'),
  );
}
