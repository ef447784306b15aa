import { type ReadFile, tryToRead } from '#config/files.js';
import type { Fault } from '#domain/policy/faults.js';

/** Where secrets that a file only refers to are found. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: ReadFile;
}

type Keys = Readonly<Record<string, unknown>>;

const LEAST_KEY_BYTES = 24;
const MOST_KEY_BYTES = 64;

/**
 * A URL or a signing secret that stands in the file itself, in a variable (`url_env`) or in another file (`url_file`).
 * No fault holds a value: not even the name of a variable, in whose place secrets have been pasted.
 * @param name `url` or `secret`
 * @returns the text and the path that it came by; undefined where there is none, with a fault where one was named
 */
export function secretText(
  map: Keys,
  name: string,
  path: string,
  sources: SecretSources,
  faults: Fault[],
): { readonly text: string; readonly at: string } | undefined {
  const [key, ...others] = [name, `${name}_env`, `${name}_file`].filter(
    (candidate) => map[candidate] !== undefined,
  );
  if (key === undefined) return undefined;
  for (const other of others)
    faults.push({ path: `${path}.${other}`, message: `either this or ${key}, not both` });
  const at = `${path}.${key}`;
  const found = key === name ? given(map[key]) : namedText(key, map[key], sources);
  if ('text' in found) return { text: found.text, at };
  faults.push({ path: at, message: found.fault });
  return undefined;
}

type Found = { readonly text: string } | { readonly fault: string };

function given(value: unknown): Found {
  return typeof value === 'string' && value.trim() !== ''
    ? { text: value.trim() }
    : { fault: 'expected a text that is not empty' };
}

function namedText(key: string, name: unknown, { env, readFile }: SecretSources): Found {
  if (typeof name !== 'string' || name === '') return { fault: 'expected a text that is not empty' };
  const read = key.endsWith('_env') ? fromEnvironment(name, env) : tryToRead(name, readFile);
  if ('fault' in read) return read;
  // Editors and echo end a file with a line break that is no part of the secret.
  const text = read.text.trim();
  return text === '' ? { fault: 'what it names is empty' } : { text };
}

function fromEnvironment(name: string, env: SecretSources['env']): Found {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return { fault: 'expected the name of an environment variable' };
  if (/^plumbline_/i.test(name)) {
    return { fault: 'names that begin with PLUMBLINE_ are for settings of the services; choose another' };
  }
  const text = Object.hasOwn(env, name) ? env[name] : undefined;
  return text === undefined || text === '' ? { fault: 'that environment variable is not set' } : { text };
}

/** Says what is wrong with a URL that messages are to be sent to. */
export function urlFault(text: string, allowHttp: boolean): string | undefined {
  if (text.length > 2_048) return 'a URL has at most 2048 characters';
  if (!URL.canParse(text)) return 'expected a URL';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    return 'a URL with a user or a password in it would end up in logs; take them out';
  }
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') return 'expected a URL that begins with https:';
  return allowHttp
    ? undefined
    : 'http is not encrypted; use https, or set allow_http: true where that is meant';
}

/** Says what is wrong with a signing secret of Standard Webhooks. */
export function signingSecretFault(text: string): string | undefined {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1];
  const key = Buffer.from(encoded ?? '', 'base64');
  const isWhole = encoded !== undefined && key.toString('base64') === encoded;
  if (isWhole && key.length >= LEAST_KEY_BYTES && key.length <= MOST_KEY_BYTES) return undefined;
  return `expected whsec_ and ${LEAST_KEY_BYTES} to ${MOST_KEY_BYTES} random bytes in base64, as \`openssl rand -base64 32\` makes them`;
}
