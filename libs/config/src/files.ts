import type { Variable, Variables } from './variables.js';

/** Reads a whole file as UTF-8 text; throws where it can't. */
export type ReadFile = (path: string) => string;

/** PEM texts by the variable that names their file. */
export type PemTexts = Readonly<Partial<Record<Variable, string>>>;

const certificates: readonly Variable[] = [
  'PLUMBLINE_KAFKA_SSL_CA',
  'PLUMBLINE_KAFKA_SSL_CERT',
  'PLUMBLINE_CLICKHOUSE_TLS_CA',
  'PLUMBLINE_CLICKHOUSE_TLS_CERT',
];

const keys: readonly Variable[] = ['PLUMBLINE_KAFKA_SSL_KEY', 'PLUMBLINE_CLICKHOUSE_TLS_KEY'];

/** Read by those who know what must stand in them; here it only matters that they can be. */
const others: readonly Variable[] = [
  'PLUMBLINE_POLICY',
  'PLUMBLINE_ALERTS',
  'PLUMBLINE_MAPPING_SALESFORCE',
  'PLUMBLINE_MAPPING_HUBSPOT',
  'PLUMBLINE_MAPPING_PIPEDRIVE',
  'PLUMBLINE_MAPPING_GOOGLE',
  'PLUMBLINE_MAPPING_MICROSOFT',
  'PLUMBLINE_MAPPING_EVENTS',
];

/** Reads the files that variables name: a missing one is told at the start and not at the first use. */
export function readNamedFiles(
  given: Variables,
  readFile: ReadFile,
): { readonly pems: PemTexts; readonly faults: readonly string[] } {
  const pems: Partial<Record<Variable, string>> = {};
  const faults: string[] = [];
  for (const name of [...certificates, ...keys, ...others]) {
    const path = given[name];
    if (path === undefined) continue;
    const read = tryToRead(path, readFile);
    if ('fault' in read) {
      faults.push(`${name}: ${read.fault}`);
      continue;
    }
    const fault = faultOf(name, read.text);
    if (fault === undefined) pems[name] = read.text;
    else faults.push(`${name}: ${fault}`);
  }
  return { pems, faults };
}

function faultOf(name: Variable, text: string): string | undefined {
  if (certificates.includes(name) && !text.includes('-----BEGIN CERTIFICATE-----')) {
    return 'expected a file with a certificate in PEM form';
  }
  if (keys.includes(name)) {
    if (!/-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/.test(text)) {
      return 'expected a file with a private key in PEM form';
    }
    if (text.includes('ENCRYPTED')) return 'expected a private key that is not encrypted';
  }
  return undefined;
}

/** @returns the text, or why there is none, without the path: it is a value like any other */
export function tryToRead(
  path: string,
  readFile: ReadFile,
): { readonly text: string } | { readonly fault: string } {
  try {
    return { text: readFile(path) };
  } catch (error) {
    return { fault: reasonOf((error as NodeJS.ErrnoException).code) };
  }
}

function reasonOf(code: string | undefined): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file';
    case 'EACCES':
    case 'EPERM':
      return 'this process may not read the file';
    case 'EISDIR':
      return 'expected a file, found a directory';
    default:
      return `the file can't be read${code === undefined ? '' : ` (${code})`}`;
  }
}
