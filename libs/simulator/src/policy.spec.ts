import { describe, expect, it } from '@jest/globals';
import { layerPolicy, policyWarnings } from '#domain/policy/parse-policy.js';
import { owners } from './owners.js';
import { simulatedPolicy } from './policy.js';

describe('the simulated policy', () => {
  const parsed = layerPolicy(simulatedPolicy);

  it('is a sound policy over the defaults, without warnings', () => {
    expect(parsed).toMatchObject({ policy: { reporting_currency: 'EUR' } });
    if ('policy' in parsed) expect(policyWarnings(parsed.policy)).toEqual([]);
  });

  it('knows every owner as one of the seller’s', () => {
    for (const { email } of owners) expect(simulatedPolicy.seller_domains).toContain(email.split('@')[1]);
  });
});
