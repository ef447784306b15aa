import { validateSync } from 'class-validator';
import { combinationFaults, topicFaults } from './combinations.js';
import { type ReadFile, readNamedFiles } from './files.js';
import { misspeltFaults } from './misspelt.js';
import { takeVariables } from './secrets.js';
import { configOf, type ServiceConfig } from './service-config.js';
import { knownNames } from './variables.js';

/** What whoever only writes to the log needs to know from outside, checked. */
export type LogEnvironment = Pick<ServiceConfig, 'log' | 'topics'>;

/**
 * Reads from the environment of a service where the log is and what its topics are called, and the files that this
 * names. What else a service needs may be missing or wrong.
 * @returns the configuration, or every fault at once, by the name of the variable; values are never in it: they may
 * be secrets
 */
export function readLogEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { readFile }: { readonly readFile: ReadFile },
): { readonly config: LogEnvironment } | { readonly faults: readonly string[] } {
  const ofLog = Object.fromEntries(Object.entries(env).filter(([name]) => isOfLog(name)));
  const { given, unread, faults: secretFaults } = takeVariables(ofLog, readFile);
  const valueFaults = validateSync(given).flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map((expected) => `${property}: ${expected}`),
  );
  const { pems, faults: fileFaults } = readNamedFiles(given, readFile);
  const { log, topics } = configOf(given, pems, { httpPort: 0 });
  const faults = [
    ...misspeltFaults(env, knownNames),
    ...secretFaults,
    ...valueFaults,
    // Each fault begins with the name of the variable that it is of.
    ...combinationFaults(given, unread).filter(isOfLog),
    ...topicFaults(topics),
    ...fileFaults,
  ];
  return faults.length > 0 ? { faults } : { config: { log, topics } };
}

function isOfLog(name: string): boolean {
  return ['PLUMBLINE_KAFKA_', 'PLUMBLINE_TOPIC_', 'PLUMBLINE_LOG_PATH'].some((of) => name.startsWith(of));
}
