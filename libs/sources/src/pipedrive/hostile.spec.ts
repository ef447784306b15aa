import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { faultsOf } from '../native/draft.js';
import { defaultMapping, type SourceMapping } from '../native/mapping.js';
import { mutated } from '../testing/mutations.js';
import { activity, activityNotice, deal, dealChange, meeting, notice } from '../testing/pipedrive.js';
import { translatePipedrive } from './translate.js';

const custom_fields = { goals: { type: 'set', values: [{ id: 1 }, { id: 2 }] } };
const records = [
  notice('deal', 'create', deal({ status: 'won', custom_fields })),
  dealChange(
    { stage_id: 3, value: 150, custom_fields },
    { stage_id: 2, value: 100, custom_fields: { goals: null } },
  ),
  dealChange(
    { status: 'lost', lost_reason: 'Price' },
    { status: 'open', expected_close_date: '2026-05-01', title: 'Old' },
  ),
  dealChange({}, { status: 'won', owner_id: 1, org_id: 2, currency: 'USD' }),
  notice('deal', 'delete', null, deal(), { merged_to_id: '9' }),
  activityNotice(
    'create',
    meeting({ duration: '00:30', due_time: { value: '10:00', timezone_id: 'Europe/Berlin' } }),
  ),
  activityNotice('create', activity({ deal_id: null, custom_fields })),
  activityNotice('change', meeting({ done: true }), { done: false, due_time: null }),
  activityNotice('change', activity(), { due_date: '2026-03-01', type: 'lunch' }),
  activityNotice('delete', null, meeting()),
  notice('person', 'create', {
    name: 'Ann',
    emails: [{ value: 'ann@customer.example', primary: true }],
    org_id: 1,
  }),
  notice('organization', 'change', { name: 'Customer', website: 'customer.example' }),
  notice('user', 'change', { name: 'Sam', email: 'sam@seller.example' }),
];
const mapping: SourceMapping = {
  ...defaultMapping,
  timezone: 'Europe/Berlin',
  stages: { won: new Set(['3']), lost: undefined, walked_away: new Set(['2']) },
  rules: ['deal', 'activity'].map((object) => ({
    object,
    field: 'custom_fields.goals',
    emit: 'business_case.validated' as const,
    data: { objectives: { field: 'custom_fields.goals', as: 'text' as const } },
    set: { extra: true },
  })),
};
const sound = records.filter((value) => !('reasons' in translatePipedrive({ value }, mapping)));

describe('Pipedrive records of any kind', () => {
  it('never throw, never give a faulty event, and give the same twice', () => {
    fc.assert(
      fc.property(mutated(records), fc.boolean(), (value, withRules) => {
        const chosen = withRules ? mapping : defaultMapping;
        const result = translatePipedrive({ value }, chosen);
        expect(translatePipedrive({ value }, chosen)).toEqual(result);
        if ('reasons' in result) expect(result.reasons.length).toBeGreaterThan(0);
        else for (const event of result.events) expect(faultsOf(event)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('are sound before they are changed, but for a rule that needs a deal', () => {
    const refused = records.filter((value) => !sound.includes(value));
    expect(refused.map((value) => translatePipedrive({ value }, mapping))).toEqual([
      { reasons: ["subject: expected the deal's id, got nothing"] },
    ]);
    for (const value of records)
      expect(translatePipedrive({ value }, defaultMapping)).not.toHaveProperty('reasons');
  });
});
