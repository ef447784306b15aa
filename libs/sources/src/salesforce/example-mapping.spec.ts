import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadSourceMapping } from '../native/load-mapping.js';
import type { SourceMapping } from '../native/mapping.js';
import { changeEvent, ids, toldBy } from './testing/change-event.js';

const OUTCOME = 'a0B5f00000OuTcAAAV';

function shipped(): SourceMapping {
  const loaded = loadSourceMapping('salesforce', readFileSync('examples/mappings/salesforce.yaml', 'utf8'));
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  return loaded.mapping;
}

describe('the example of a mapping', () => {
  it.each<[string, string, Readonly<Record<string, unknown>>, unknown]>([
    ['Opportunity', ids.deal, { StageName: 'signed', Amount: 5 }, ['deal.won', { amount: 5, currency: 'EUR' }, ids.deal]], // prettier-ignore
    ['Opportunity', ids.deal, { StageName: 'No fit', IsClosed: true }, ['deal.walked_away', {}, ids.deal]],
    ['Opportunity', ids.deal, { Buying_Step__c: 'Approved' }, ['buying.milestone_reached', { milestone: 'decision_approved' }, ids.deal]], // prettier-ignore
    ['Opportunity', ids.deal, { Decision_Due__c: 1782777600000 }, ['buying.decision_window_set', { closes: '2026-06-30' }, ids.deal]], // prettier-ignore
    ['Opportunity', ids.deal, { Order_Asked_On__c: '2026-03-17T15:00:00.000Z' }, ['close.asked', { for: 'order' }, ids.deal]], // prettier-ignore
    [
      'Opportunity',
      ids.deal,
      { Order_Answer__c: 'Not yet' },
      ['close.answered', { answer: 'not_yet' }, ids.deal],
    ],
    ['Opportunity', ids.deal, { Fit_Score__c: 72 }, ['fit.assessed', { score: 0.72 }, ids.deal]],
    ['Opportunity', ids.deal, { Case_Objectives__c: 'a;b' }, ['business_case.validated', { objectives: ['a', 'b'] }, ids.deal]], // prettier-ignore
    ['Opportunity', ids.deal, { Reference_Given__c: true }, ['reference.given', {}, ids.deal]],
    ['Opportunity', ids.deal, { Renewal_Date__c: '2027-01-31' }, ['renewal.scheduled', { renews_at: '2027-01-31' }, ids.deal]], // prettier-ignore
    ['Outcome__c', OUTCOME, { Opportunity__c: ids.deal, Name: 'A', Target__c: 12, Due__c: '2026-12-31' }, ['outcome.expected', { outcome_id: OUTCOME, name: 'A', target: 12, due_at: '2026-12-31' }, ids.deal]], // prettier-ignore
    ['Outcome__c', OUTCOME, { Opportunity__c: ids.deal, Measured__c: 11 }, ['outcome.measured', { outcome_id: OUTCOME, value: 11 }, ids.deal]], // prettier-ignore
  ])('reads what it says of %s', (entity, id, fields, expected) => {
    expect(toldBy(changeEvent('UPDATE', entity, id, fields), shipped())).toContainEqual(expected);
  });

  it('knows the roles and the mutual tasks of the org', () => {
    const role = { OpportunityId: ids.deal, ContactId: ids.contact, Role: 'Budget Owner' };
    expect(toldBy(changeEvent('CREATE', 'OpportunityContactRole', ids.role, role), shipped())).toMatchObject([
      ['stakeholder.identified', { role: 'economic_buyer' }, ids.deal],
    ]);
    const task = { WhatId: ids.deal, Subject: 'x', ActivityDate: '2026-03-12', Mutual__c: true };
    expect(toldBy(changeEvent('CREATE', 'Task', ids.task, task), shipped())).toMatchObject([
      ['next_step.agreed', { owner_side: 'both', mutual: true }, ids.deal],
    ]);
  });
});
