import { readFile } from 'node:fs/promises';
import { parsePolicy } from '#domain/policy/parse-policy.js';
import type { Policy } from '#domain/policy/policy.js';

/**
 * @param file undefined: the defaults
 * @throws Error with every fault, each with its path
 */
export async function loadPolicy(file: string | undefined): Promise<Policy> {
  const parsed = parsePolicy(file === undefined ? '' : await readFile(file, 'utf8'));
  if (parsed.policy !== undefined) return parsed.policy;
  throw new Error(
    parsed.faults.map(({ path, message }) => `${file ?? 'policy'}: ${path}: ${message}`).join('\n'),
  );
}
