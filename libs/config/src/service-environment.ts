import { validateSync } from 'class-validator';
import { combinationFaults, topicFaults } from './combinations.js';
import { type ReadFile, readNamedFiles } from './files.js';
import { misspeltFaults } from './misspelt.js';
import { takeVariables } from './secrets.js';
import { configOf, type ServiceConfig, type ServiceDefaults } from './service-config.js';
import { knownNames } from './variables.js';

export interface EnvironmentOptions extends ServiceDefaults {
  readonly readFile: ReadFile;
}

/**
 * Reads what a service needs to know from its environment, and the files that it names.
 * @returns the configuration, or every fault at once, by the name of the variable; values are never in it: they may
 * be secrets
 */
export function readServiceEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { readFile, ...defaults }: EnvironmentOptions,
): { readonly config: ServiceConfig } | { readonly faults: readonly string[] } {
  const { given, unread, faults: secretFaults } = takeVariables(env, readFile);
  const valueFaults = validateSync(given).flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map((expected) => `${property}: ${expected}`),
  );
  const { pems, faults: fileFaults } = readNamedFiles(given, readFile);
  const config = configOf(given, pems, defaults);
  const faults = [
    ...misspeltFaults(env, knownNames),
    ...secretFaults,
    ...valueFaults,
    ...combinationFaults(given, unread),
    ...topicFaults(config.topics),
    ...fileFaults,
  ];
  return faults.length > 0 ? { faults } : { config };
}
