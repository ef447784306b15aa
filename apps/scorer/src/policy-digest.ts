import { createHash } from 'node:crypto';
import type { Policy } from '#domain/policy/policy.js';

/**
 * To be raised with every change of the rules that tells another verdict of the same events: what was scored before it
 * is then scored again.
 */
const RULES_VERSION = 1;

/** Of everything that verdicts depend on besides events: another digest, other verdicts. */
export function policyDigest(policy: Policy): string {
  return createHash('sha256')
    .update(JSON.stringify([RULES_VERSION, policy]))
    .digest('hex');
}
