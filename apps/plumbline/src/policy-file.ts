import { readFile } from 'node:fs/promises';
import type { Fault } from '#domain/policy/faults.js';
import { defaultPolicy } from '#domain/policy/default-policy.js';
import { parsePolicy } from '#domain/policy/parse-policy.js';
import type { Policy } from '#domain/policy/policy.js';
import { describe } from './lines.js';
import { UserError } from './user-error.js';

/** A fault as a line for people. */
export function faultLine(file: string, fault: Fault): string {
  return fault.path === '' ? `${file}: ${fault.message}` : `${file}: ${fault.path}: ${fault.message}`;
}

export async function readTextFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`can't read ${file}: ${describe(error)}`);
  }
}

/**
 * The policy of a file's text, layered over the defaults.
 * @throws UserError that lists every fault
 */
export function policyOf(file: string, text: string): Policy {
  const parsed = parsePolicy(text);
  if (parsed.policy !== undefined) return parsed.policy;
  throw new UserError(parsed.faults.map((fault) => faultLine(file, fault)).join('\n'));
}

/**
 * The policy of a file, or the defaults where no file is given.
 * @throws UserError where it can't be read, or that lists every fault
 */
export async function loadPolicy(file: string | undefined): Promise<Policy> {
  return file === undefined ? defaultPolicy : policyOf(file, await readTextFile(file));
}
