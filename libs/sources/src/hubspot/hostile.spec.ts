import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { faultsOf } from '../native/draft.js';
import { defaultMapping, type SourceMapping } from '../native/mapping.js';
import {
  associated,
  association,
  crmObject,
  deal,
  entry,
  meeting,
  propertyChange,
  task,
} from '../testing/hubspot.js';
import { mutated } from '../testing/mutations.js';
import { translateHubspot } from './translate.js';

const records = [
  entry('deal.creation'),
  entry('object.restore', { objectTypeId: '0-3' }),
  entry('deal.merge', { primaryObjectId: 1, mergedObjectIds: [2, 3], newObjectId: 1 }),
  propertyChange('dealstage', 'closedwon'),
  propertyChange('amount', '12500'),
  propertyChange('closedate', '1777507200000'),
  propertyChange('dealname', 'Acme'),
  propertyChange('custom', 'a;b'),
  association('DEAL_TO_CONTACT', 8, 512, { associationTypeId: 36 }),
  association('COMPANY_TO_DEAL', 31, 8),
  meeting(),
  meeting({ hs_meeting_outcome: 'COMPLETED' }, associated({ contacts: ['1', '2'] })),
  task({ custom: 'a;b' }),
  deal({ dealstage: 'closedlost', custom: 'a;b' }),
  crmObject('512', { email: 'ann@customer.example', firstname: 'Ann' }),
  crmObject('31', { name: 'Customer', domain: 'customer.example' }),
  { id: '77001', email: 'sam@seller.example', userId: 9, firstName: 'Sam' },
];
const mapping: SourceMapping = {
  ...defaultMapping,
  timezone: 'Europe/Berlin',
  associationRoles: new Map([['36', 'champion']]),
  rules: ['deal', 'task', 'meeting'].map((object) => ({
    object,
    field: 'custom',
    emit: 'business_case.validated' as const,
    data: { objectives: { field: 'custom', split: ';' } },
    set: { extra: true },
  })),
};

describe('HubSpot records of any kind', () => {
  it('never throw, never give a faulty event, and give the same twice', () => {
    fc.assert(
      fc.property(mutated(records), fc.boolean(), (value, withRules) => {
        const chosen = withRules ? mapping : defaultMapping;
        const result = translateHubspot({ value }, chosen);
        expect(translateHubspot({ value }, chosen)).toEqual(result);
        if ('reasons' in result) expect(result.reasons.length).toBeGreaterThan(0);
        else for (const event of result.events) expect(faultsOf(event)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('are all sound before they are changed', () => {
    for (const value of records) expect(translateHubspot({ value }, mapping)).not.toHaveProperty('reasons');
  });

  it('are refused with at most fifty reasons and the number of the rest', () => {
    const value = entry('deal.merge', { primaryObjectId: 1, mergedObjectIds: new Array(10_000).fill({}) });
    const result = translateHubspot({ value }, defaultMapping);
    expect(result).toHaveProperty('reasons.length', 51);
    expect(result).toHaveProperty('reasons.50', 'and 9950 more');
  });
});
