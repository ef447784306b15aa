import { type ReadFile, tryToRead } from './files.js';
import { secretNames, type Variable, variableNames, Variables } from './variables.js';

/**
 * Takes the variables from the environment; secrets also from files, as Docker and Kubernetes hand them over. Empty
 * ones count as not set.
 */
export function takeVariables(
  env: Readonly<Record<string, string | undefined>>,
  readFile: ReadFile,
): {
  readonly given: Variables;
  /** Secrets whose file gave none. */
  readonly unread: readonly Variable[];
  readonly faults: readonly string[];
} {
  const given = new Variables();
  const unread: Variable[] = [];
  const faults: string[] = [];
  for (const name of variableNames) {
    const value = env[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  for (const name of secretNames) {
    const fileName = `${name}_FILE`;
    const path = env[fileName];
    if (path === undefined || path === '') continue;
    if (given[name] !== undefined) {
      faults.push(`${fileName}: either this or ${name}, not both`);
      continue;
    }
    const read = tryToRead(path, readFile);
    // Editors and echo end a file with a line break that is no part of the secret.
    const secret = 'text' in read ? read.text.replace(/[\r\n]+$/, '') : '';
    if (secret !== '') given[name] = secret;
    else {
      unread.push(name);
      faults.push(`${fileName}: ${'fault' in read ? read.fault : 'the file is empty'}`);
    }
  }
  return { given, unread, faults };
}
