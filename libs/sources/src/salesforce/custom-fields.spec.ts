import { describe, expect, it } from '@jest/globals';
import type { Rule } from '../native/rule.js';
import { changeEvent, ids, toldBy, translated } from './testing/change-event.js';

const OUTCOME = 'a0B5f00000OuTcAAAV';
const rules: readonly Rule[] = [
  {
    object: 'Opportunity',
    field: 'Buying_Step__c',
    values: new Map([['Approved', 'decision_approved']]),
    emit: 'buying.milestone_reached',
    data: { milestone: { value: true } },
  },
  {
    object: 'Opportunity',
    field: 'Order_Asked_On__c',
    emit: 'close.asked',
    time: 'Order_Asked_On__c',
    data: { for: { constant: 'order' } },
  },
  {
    object: 'Outcome__c',
    field: 'Target__c',
    deal: 'Opportunity__c',
    emit: 'outcome.expected',
    data: {
      outcome_id: { field: 'Id' },
      name: { field: 'Name' },
      target: { field: 'Target__c', as: 'number' },
      due_at: { field: 'Due__c', as: 'date' },
    },
  },
  { object: 'Task', field: 'Mutual__c', equals: true, data: {}, set: { mutual: true, owner_side: 'both' } },
  {
    object: 'Task',
    field: 'Message__c',
    emit: 'message.sent',
    data: { channel: { constant: 'email' } },
  },
  {
    object: 'Quote',
    field: 'Status',
    equals: 'Asked',
    emit: 'close.asked',
    data: { for: { constant: 'order' } },
  },
];
const OUTCOME_FIELDS = {
  Name: 'Less handling',
  Target__c: 12,
  Due__c: '2026-12-31',
  Opportunity__c: ids.deal,
};
const told = (...record: Parameters<typeof changeEvent>) => toldBy(changeEvent(...record), { rules });

describe('the rules of a mapping', () => {
  it('read the custom fields that a record sets', () => {
    const fields = { Name: 'A', Buying_Step__c: 'Approved', Order_Asked_On__c: '2026-03-09T10:00:00.000Z' };
    const { events } = translated(changeEvent('CREATE', 'Opportunity', ids.deal, fields), { rules });
    expect(events.map(({ type, subject, time, data }) => [type, subject, time, data])).toEqual([
      ['deal.opened', ids.deal, '2026-03-10T14:30:00.000Z', { name: 'A' }],
      ['buying.milestone_reached', ids.deal, '2026-03-10T14:30:00.000Z', { milestone: 'decision_approved' }],
      ['close.asked', ids.deal, '2026-03-09T10:00:00.000Z', { for: 'order' }],
    ]);
    expect(events[1]?.id).toMatch(/^000001\/5\/buying\.milestone_reached\/0065f00001AaAaAAAV\/0006a1b2-/);
  });

  it('read what an update changes, not what else it carries', () => {
    const fields = { Buying_Step__c: 'Approved', Amount: 1 };
    const header = { changedFields: ['Amount'] };
    expect(told('UPDATE', 'Opportunity', ids.deal, fields, header)).toEqual([
      ['deal.amount_changed', { amount: 1 }, ids.deal],
    ]);
    expect(told('UPDATE', 'Opportunity', ids.deal, fields, { changedFields: ['0x1'] })).toHaveLength(2);
  });

  it('say nothing of a deal that is deleted or restored', () => {
    const fields = { Buying_Step__c: 'Approved' };
    expect(told('DELETE', 'Opportunity', ids.deal, fields)).toEqual([['deal.removed', {}, ids.deal]]);
    expect(told('UNDELETE', 'Opportunity', ids.deal, fields)).toEqual([['deal.restored', {}, ids.deal]]);
  });

  it('know the id of the record, and the deal by the field that they name', () => {
    const data = { outcome_id: OUTCOME, name: 'Less handling', target: 12, due_at: '2026-12-31' };
    expect(told('CREATE', 'Outcome__c', OUTCOME, OUTCOME_FIELDS)).toEqual([
      ['outcome.expected', data, ids.deal],
    ]);
    const prefixed = translated(changeEvent('CREATE', 'Outcome__c', OUTCOME, OUTCOME_FIELDS), { rules, dealIdPrefix: 'sf-' }); // prettier-ignore
    expect(prefixed.events).toMatchObject([{ subject: `sf-${ids.deal}` }]);
  });

  it('give every one of several records its own', () => {
    const record = [
      'UPDATE',
      'Opportunity',
      [ids.deal, ids.otherDeal],
      { Buying_Step__c: 'Approved' },
    ] as const;
    expect(told(...record)).toEqual([
      ['buying.milestone_reached', { milestone: 'decision_approved' }, ids.deal],
      ['buying.milestone_reached', { milestone: 'decision_approved' }, ids.otherDeal],
    ]);
  });

  it('change what the standard fields tell', () => {
    const fields = { WhatId: ids.deal, Subject: 'x', ActivityDate: '2026-03-12', Mutual__c: true };
    expect(told('CREATE', 'Task', ids.task, fields)).toEqual([
      [
        'next_step.agreed',
        { next_step_id: ids.task, description: 'x', due_at: '2026-03-12', owner_side: 'both', mutual: true },
        ids.deal,
      ],
    ]);
    expect(told('CREATE', 'Task', ids.task, { ...fields, Mutual__c: false })).toMatchObject([
      ['next_step.agreed', { owner_side: 'seller', mutual: false }, ids.deal],
    ]);
  });

  it('find the deal of a task as the task itself does', () => {
    const fields = { Message__c: 'Hello' };
    expect(told('UPDATE', 'Task', ids.task, { ...fields, WhatId: ids.deal })).toEqual([
      ['message.sent', { channel: 'email' }, ids.deal],
    ]);
    expect(told('UPDATE', 'Task', ids.task, { ...fields, WhoId: ids.contact })).toEqual([
      ['message.sent', { channel: 'email' }, null, `contact:${ids.contact}`],
    ]);
  });

  it('find the deal of another object by its OpportunityId', () => {
    const quote = '0Q05f00000QuOtAAAV';
    expect(told('CREATE', 'Quote', quote, { Status: 'Asked', OpportunityId: ids.deal })).toEqual([
      ['close.asked', { for: 'order' }, ids.deal],
    ]);
    expect(told('CREATE', 'Quote', quote, { Status: 'Draft', OpportunityId: {} })).toEqual([]);
    expect(told('CREATE', 'Quote', quote, { Status: 'Asked' })).toEqual([
      expect.stringMatching(/^subject: /),
    ]);
  });

  it('refuse the record with what they can not read', () => {
    expect(told('CREATE', 'Outcome__c', OUTCOME, { ...OUTCOME_FIELDS, Target__c: '12k' })).toEqual([
      expect.stringMatching(/Target__c: .*"12k"/),
    ]);
    expect(told('CREATE', 'Outcome__c', OUTCOME, { ...OUTCOME_FIELDS, Due__c: null })).toEqual([
      expect.stringMatching(/^data\.due_at: /),
    ]);
  });

  it('leave a gap of their object for a gap', () => {
    expect(told('GAP_OVERFLOW', 'Outcome__c', '000000000000000AAA')).toEqual([
      ['deal.history_gap', {}, null, 'all:Outcome__c'],
    ]);
    expect(told('GAP_UPDATE', 'Outcome__c', OUTCOME)).toEqual([]);
  });
});
