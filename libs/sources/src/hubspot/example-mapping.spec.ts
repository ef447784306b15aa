import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadSourceMapping } from '../native/load-mapping.js';
import { association, deal, propertyChange, task } from '../testing/hubspot.js';
import { translateHubspot } from './translate.js';

const loaded = loadSourceMapping('hubspot', readFileSync('examples/mappings/hubspot.yaml', 'utf8'));

function told(value: unknown) {
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  const result = translateHubspot({ value }, loaded.mapping);
  if ('reasons' in result) throw new Error(result.reasons.join('; '));
  return result.events.map(({ type, data }) => [type, data]);
}

describe('the example mapping of HubSpot', () => {
  it.each<[string, unknown, string, object]>([
    ['amount', '12', 'deal.amount_changed', { amount: 12, currency: 'EUR' }],
    ['dealstage', '25801113', 'deal.won', {}],
    ['dealstage', 'closedlost', 'deal.lost', {}],
    ['dealstage', '25801115', 'deal.walked_away', {}],
    ['buying_step', 'approved', 'buying.milestone_reached', { milestone: 'decision_approved' }],
    ['order_asked', 'true', 'close.asked', { for: 'order' }],
    ['order_answer', 'Not yet', 'close.answered', { answer: 'not_yet' }],
    ['order_answer', 'No', 'close.answered', { answer: 'no' }],
    ['fit_score', '80', 'fit.assessed', { score: 0.8 }],
    ['case_objectives', 'Cost;Speed', 'business_case.validated', { objectives: ['Cost', 'Speed'] }],
    ['reference_given', 'true', 'reference.given', {}],
    ['renewal_date', '1777507200000', 'renewal.scheduled', { renews_at: '2026-04-30' }],
    ['renewal_date', '2026-04-30', 'renewal.scheduled', { renews_at: '2026-04-30' }],
  ])('reads %s = %j', (name, value, type, data) => {
    expect(told(propertyChange(name, value))).toEqual([[type, data]]);
    if (name !== 'amount' && name !== 'dealstage') {
      expect(told(deal({ [name]: value })).slice(1)).toEqual([[type, data]]);
    }
  });

  it('gives contacts their roles, and makes a task that was agreed with the customer mutual', () => {
    expect(told(association('DEAL_TO_CONTACT', 8, 512, { associationTypeId: 38 }))).toMatchObject([
      ['stakeholder.identified', { role: 'economic_buyer' }],
    ]);
    expect(told(task({ agreed_with_customer: 'true' }))).toMatchObject([
      ['next_step.agreed', { mutual: true, owner_side: 'both' }],
    ]);
  });

  it('names one source for webhooks and objects', () => {
    if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
    const { mapping } = loaded;
    expect(translateHubspot({ value: task() }, mapping)).toMatchObject({ source: 'hubspot/5799819' });
    expect(translateHubspot({ value: propertyChange('amount', '1') }, mapping)).toMatchObject({
      source: 'hubspot/5799819',
    });
  });
});
