import { describe, expect, it } from '@jest/globals';
import { defaultMapping, type SourceMapping } from '../native/mapping.js';
import { association, AT, entry, propertyChange } from '../testing/hubspot.js';
import { translateHubspot } from './translate.js';

const TIME = '2026-03-02T09:00:00.137Z';
const DEAL = '697680835';

function translate(value: unknown, mapping: Partial<SourceMapping> = {}) {
  return translateHubspot({ value }, { ...defaultMapping, ...mapping });
}

/** What the events say, without what all of them have in common. */
function told(value: unknown, mapping?: Partial<SourceMapping>) {
  const result = translate(value, mapping);
  if ('reasons' in result) throw new Error(result.reasons.join('; '));
  return result.events.map(({ type, subject, data }) => ({ type, subject, data }));
}

function reasons(value: unknown, mapping?: Partial<SourceMapping>): readonly string[] {
  const result = translate(value, mapping);
  return 'reasons' in result ? result.reasons : [];
}

describe('a webhook entry about a deal', () => {
  it.each([
    ['creation', { type: 'deal.opened', data: { name: DEAL } }],
    ['deletion', { type: 'deal.removed', data: {} }],
    ['restore', { type: 'deal.restored', data: {} }],
  ])('%s is told in the classic and in the generic spelling, with one id', (verb, expected) => {
    const classic = translate(entry(`deal.${verb}`));
    expect(told(entry(`deal.${verb}`))).toEqual([{ subject: DEAL, ...expected }]);
    expect(translate(entry(`object.${verb}`, { objectTypeId: '0-3' }))).toEqual(classic);
  });

  it('is an event of the portal at the time when it occurred', () => {
    const result = translate(entry('deal.creation'));
    expect(result).toMatchObject({
      source: 'hubspot/5799819',
      time: AT,
      events: [{ specversion: '1.0', source: 'hubspot/5799819', time: TIME, schemaversion: 1 }],
    });
  });

  it('has an id of the fact alone: a repeated delivery, by another subscription, is the same event', () => {
    const again = { eventId: 1, subscriptionId: 2, appId: 3, attemptNumber: 4, changeSource: 'API' };
    expect(translate(propertyChange('amount', '12', again))).toEqual(
      translate(propertyChange('amount', '12')),
    );
    expect(translate(propertyChange('amount', '12'))).toMatchObject({
      events: [
        {
          id: expect.stringMatching(
            /^000000\/2\/deal\.amount_changed\/697680835\/1772442000137\/[0-9a-f]{12}$/,
          ),
        },
      ],
    });
  });

  it.each<[string, unknown, string, object]>([
    ['dealstage', 'qualifiedtobuy', 'deal.stage_changed', { to: 'qualifiedtobuy' }],
    ['dealstage', '25801113', 'deal.stage_changed', { to: '25801113' }],
    ['dealstage', 'Ψ — 契約', 'deal.stage_changed', { to: 'Ψ — 契約' }],
    ['dealstage', 'closedwon', 'deal.won', {}],
    ['dealstage', 'ClosedWon', 'deal.won', {}],
    ['dealstage', 'closedlost', 'deal.lost', {}],
    ['amount', '12500', 'deal.amount_changed', { amount: 12_500 }],
    ['amount', '13000.50', 'deal.amount_changed', { amount: 13_000.5 }],
    ['amount', 7, 'deal.amount_changed', { amount: 7 }],
    ['amount', '', 'deal.amount_changed', { amount: null }],
    ['amount', null, 'deal.amount_changed', { amount: null }],
    ['closedate', '1777507200000', 'deal.close_date_changed', { to: '2026-04-30' }],
    ['closedate', '2026-04-30T12:00:00Z', 'deal.close_date_changed', { to: '2026-04-30' }],
    ['closedate', '2026-04-30', 'deal.close_date_changed', { to: '2026-04-30' }],
    ['closedate', '', 'deal.close_date_changed', { to: null }],
    ['hubspot_owner_id', '77001', 'deal.owner_changed', { owner: { id: '77001' } }],
    ['hubspot_owner_id', 77_001, 'deal.owner_changed', { owner: { id: '77001' } }],
    ['dealname', 'Acme – pilot', 'deal.described', { name: 'Acme – pilot' }],
    ['pipeline', 'default', 'deal.described', { pipeline: 'default' }],
  ])('tells %s = %j as %s', (name, value, type, data) => {
    expect(told(propertyChange(name, value))).toEqual([{ type, subject: DEAL, data }]);
  });

  it.each<[string, unknown]>([
    ['dealstage', ''],
    ['hubspot_owner_id', ''],
    ['dealname', null],
    ['pipeline', ''],
    ['hs_object_source', 'CRM_UI'],
    ['hs_lastmodifieddate', { deep: [] }],
    ['__proto__', 'x'],
    ['constructor', 'x'],
  ])('tells nothing of %s = %j', (name, value) => {
    expect(translate(propertyChange(name, value))).toEqual({
      events: [],
      source: 'hubspot/5799819',
      time: AT,
    });
  });

  it('takes the mapping: its source, prefix, currency, zone and closed stages, which replace the defaults', () => {
    const stages = { won: new Set(['25801113']), lost: undefined, walked_away: new Set(['no fit']) };
    const mapping = {
      source: 'crm',
      dealIdPrefix: 'hs-',
      currency: 'EUR',
      timezone: 'America/New_York',
      stages,
    };
    expect(translate(entry('deal.deletion', { portalId: {} }), mapping)).toMatchObject({
      events: [{ source: 'crm', subject: 'hs-697680835' }],
    });
    const one = (name: string, value: string) => told(propertyChange(name, value), mapping)[0];
    expect(one('amount', '5')).toMatchObject({ data: { amount: 5, currency: 'EUR' } });
    expect(one('amount', '')).toMatchObject({ data: { amount: null } });
    expect(one('closedate', '1777507200000')).toMatchObject({ data: { to: '2026-04-29' } });
    expect(one('closedate', '2026-04-30')).toMatchObject({ data: { to: '2026-04-30' } });
    expect(one('dealstage', '25801113')).toMatchObject({ type: 'deal.won' });
    expect(one('dealstage', 'No Fit')).toMatchObject({ type: 'deal.walked_away' });
    expect(one('dealstage', 'closedwon')).toMatchObject({ type: 'deal.stage_changed' });
    expect(one('dealstage', 'closedlost')).toMatchObject({ type: 'deal.lost' });
  });

  it('comes from no portal by name where it names none', () => {
    expect(translate(entry('deal.creation', { portalId: null }))).toMatchObject({ source: 'hubspot' });
  });
});

describe('a merge of deals', () => {
  it.each<[string, Record<string, unknown>, string[], string]>([
    ['into the primary one', { primaryObjectId: 1, mergedObjectIds: [2, '3'] }, ['2', '3'], '1'],
    ['into a new one', { primaryObjectId: 1, mergedObjectIds: [2], newObjectId: 9 }, ['2', '1'], '9'],
    [
      'into the primary one, named twice',
      { primaryObjectId: 1, mergedObjectIds: [2, 1, 2], newObjectId: 1 },
      ['2'],
      '1',
    ],
    ['without a primary one', { mergedObjectIds: [2], newObjectId: '9' }, ['2'], '9'],
  ])('%s tells each deal that is gone', (_case, fields, gone, into) => {
    const expected = gone.map((subject) => ({ type: 'deal.merged', subject, data: { into } }));
    expect(told(entry('deal.merge', { objectId: undefined, ...fields }))).toEqual(expected);
    expect(told(entry('object.merge', { objectTypeId: '0-3', ...fields }))).toEqual(expected);
  });

  it('names the deal that stays with its prefix, as its subject does', () => {
    const merge = entry('deal.merge', { primaryObjectId: 1, mergedObjectIds: [2] });
    expect(told(merge, { dealIdPrefix: 'hs-' })).toEqual([
      { type: 'deal.merged', subject: 'hs-2', data: { into: 'hs-1' } },
    ]);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ primaryObjectId: 1 }, 'mergedObjectIds: expected a list of ids, got nothing'],
    [{ primaryObjectId: 1, mergedObjectIds: '2' }, 'mergedObjectIds: expected a list of ids, got "2"'],
    [{ primaryObjectId: 1, mergedObjectIds: [2, null] }, 'mergedObjectIds[1]: expected an id, got null'],
    [{ mergedObjectIds: [2] }, 'primaryObjectId: expected the id of the deal that stays, got nothing'],
    [{ primaryObjectId: {}, mergedObjectIds: [2] }, 'primaryObjectId: expected an id, got {}'],
  ])('%j is refused', (fields, reason) => {
    expect(reasons(entry('deal.merge', fields))).toContain(reason);
  });
});

describe('an association', () => {
  const stakeholder = {
    type: 'stakeholder.identified',
    subject: '8',
    data: { person: { ref: 'contact/512' }, role: 'other' },
  };
  const account = { type: 'deal.described', subject: '8', data: { account: { id: '31' } } };
  const generic = (from: string, to: string, fields: Record<string, unknown>) =>
    association('', 0, 0, {
      subscriptionType: 'object.associationChange',
      associationType: undefined,
      fromObjectTypeId: from,
      toObjectTypeId: to,
      associationTypeId: 3,
      ...fields,
    });

  it.each<[string, object, object]>([
    ['from the deal', association('DEAL_TO_CONTACT', 8, 512), stakeholder],
    ['from the contact', association('CONTACT_TO_DEAL', 512, 8), stakeholder],
    [
      'of contacts',
      association('CONTACT_TO_DEAL', 512, 8, { subscriptionType: 'contact.associationChange' }),
      stakeholder,
    ],
    ['from the deal, generic', generic('0-3', '0-1', { fromObjectId: 8, toObjectId: 512 }), stakeholder],
    [
      'from the contact, generic',
      generic('0-1', '0-3', { fromObjectId: '512', toObjectId: '8' }),
      stakeholder,
    ],
    ['to the company', association('DEAL_TO_COMPANY', 8, 31, { isPrimaryAssociation: true }), account],
    ['from the company', association('COMPANY_TO_DEAL', 31, 8, { associationRemoved: 'false' }), account],
    ['from the company, generic', generic('0-2', '0-3', { fromObjectId: 31, toObjectId: 8 }), account],
  ])('made %s is told', (_case, record, expected) => {
    expect(told(record)).toEqual([expected]);
  });

  it('is one event, whichever end it was told from', () => {
    const result = translate(association('DEAL_TO_CONTACT', 8, 512));
    expect(translate(association('CONTACT_TO_DEAL', 512, 8))).toEqual(result);
    expect(translate(generic('0-1', '0-3', { fromObjectId: 512, toObjectId: 8 }))).toEqual(result);
  });

  it('has the role of its label and the person of the mapping', () => {
    const mapping = {
      associationRoles: new Map([['36', 'champion']]),
      people: new Map([['contact/512', { email: 'ann@customer.example', name: 'Ann' }]]),
    };
    expect(told(association('DEAL_TO_CONTACT', 8, 512, { associationTypeId: 36 }), mapping)).toEqual([
      { ...stakeholder, data: { person: { email: 'ann@customer.example', name: 'Ann' }, role: 'champion' } },
    ]);
    expect(
      told(association('DEAL_TO_CONTACT', 8, 512, { associationTypeId: '37' }), mapping)[0]?.data,
    ).toMatchObject({
      role: 'other',
    });
  });

  it.each<[string, object]>([
    ['that was removed', association('DEAL_TO_CONTACT', 8, 512, { associationRemoved: true })],
    ['that was removed, in text', association('DEAL_TO_COMPANY', 8, 31, { associationRemoved: 'true' })],
    ['of a contact and a company', association('CONTACT_TO_COMPANY', 512, 31)],
    ['of a deal and a ticket', association('DEAL_TO_TICKET', 8, 31)],
    ['of two deals', generic('0-3', '0-3', { fromObjectId: 8, toObjectId: 9 })],
    ['of a deal and a custom object', generic('0-3', '2-1234567', { fromObjectId: {}, toObjectId: 9 })],
    ['of an unknown spelling', association('SOMETHING', 8, 9)],
  ])('%s says nothing', (_case, record) => {
    expect(told(record)).toEqual([]);
  });

  it.each<[object, string]>([
    [association('', 8, 512), 'associationType: expected a text such as DEAL_TO_CONTACT, got ""'],
    [generic('0-3', '', { fromObjectId: 8 }), 'toObjectTypeId: expected an id, got ""'],
    [association('DEAL_TO_CONTACT', 8, 512, { toObjectId: null }), 'toObjectId: expected an id, got null'],
    [association('CONTACT_TO_DEAL', 512, 8, { fromObjectId: [] }), 'fromObjectId: expected an id, got []'],
    [
      association('DEAL_TO_CONTACT', 8, 512, { associationRemoved: 'maybe' }),
      'associationRemoved: expected true or false, got "maybe"',
    ],
    [
      association('DEAL_TO_CONTACT', 8, 512, { associationTypeId: {} }),
      'associationTypeId: expected an id, got {}',
    ],
  ])('%j is refused', (record, reason) => {
    expect(reasons(record)).toEqual([reason]);
  });
});

describe('a webhook entry that says nothing about deals', () => {
  it.each([
    entry('contact.creation'),
    entry('ticket.propertyChange', { propertyName: 'dealstage', propertyValue: 'closedwon' }),
    entry('company.deletion', { occurredAt: 'soon' }),
    entry('contact.privacyDeletion', { objectId: null }),
    entry('conversation.newMessage'),
    entry('object.creation', { objectTypeId: '0-1' }),
    entry('object.deletion', { objectTypeId: '0-27' }),
    entry('object.propertyChange', { objectTypeId: '2-99', propertyName: 'amount', propertyValue: '12k' }),
    entry('deal.somethingNew', { objectId: {} }),
    entry('sometime'),
  ])('gives no events: %j', (record) => {
    expect(translate(record)).toMatchObject({ events: [], source: 'hubspot/5799819' });
  });
});

describe('a faulty webhook entry', () => {
  it.each<[unknown, string]>([
    [null, 'record: expected a JSON object, got null'],
    ['deal.creation', 'record: expected a JSON object, got "deal.creation"'],
    [[entry('deal.creation')], 'record: expected a JSON object'],
    [{ objectId: 1 }, 'subscriptionType: expected'],
    [entry('', {}), 'subscriptionType: expected a text such as deal.propertyChange, got ""'],
    [entry('deal.creation', { subscriptionType: 7 }), 'subscriptionType: expected'],
    [entry('object.creation'), 'objectTypeId: expected an id, got nothing'],
    [entry('deal.creation', { objectId: null }), 'objectId: expected an id, got null'],
    [entry('deal.creation', { occurredAt: 'soon' }), 'occurredAt: expected an instant between 1990 and 2100'],
    [entry('deal.creation', { occurredAt: undefined }), 'occurredAt: expected an instant, got nothing'],
    [entry('deal.creation', { occurredAt: 1e16 }), 'occurredAt: expected an instant between 1990 and 2100'],
    [entry('deal.creation', { portalId: [] }), 'portalId: expected an id, got []'],
    [propertyChange('', 'x'), 'propertyName: expected the name of a property, got ""'],
    [propertyChange('amount', '12k'), 'propertyValue: expected a number, got "12k"'],
    [propertyChange('amount', '1,200'), 'propertyValue: expected a number, got "1,200"'],
    [propertyChange('amount', {}), 'propertyValue: expected a number, got {}'],
    [propertyChange('closedate', 'next week'), 'propertyValue: expected an instant between 1990 and 2100'],
    [propertyChange('closedate', '-1'), 'propertyValue: expected an instant between 1990 and 2100'],
    [propertyChange('closedate', '1989-12-31'), 'propertyValue: expected a date between 1990 and 2100'],
    [propertyChange('dealstage', true), 'propertyValue: expected a text, got true'],
    [
      propertyChange('dealstage', 'x'.repeat(1025)),
      'data.to: expected a non-empty text of at most 1024 characters',
    ],
    [propertyChange('hubspot_owner_id', ['1']), 'propertyValue: expected an id, got ["1"]'],
    [propertyChange('dealname', '\ud800'), 'propertyValue: expected a text'],
  ])('%j is refused', (record, reason) => {
    expect(reasons(record)).toContainEqual(expect.stringContaining(reason));
  });

  it('is refused with all of its reasons at once', () => {
    const all = reasons(propertyChange('amount', 'x', { occurredAt: 'soon', objectId: '', portalId: {} }));
    expect(all.map((reason) => reason.split(':')[0])).toEqual([
      'portalId',
      'occurredAt',
      'objectId',
      'propertyValue',
    ]);
  });
});

describe('rules of the mapping on webhooks', () => {
  const rules: SourceMapping['rules'] = [
    {
      object: 'deal',
      field: 'buying_step',
      values: new Map([['agreed', 'criteria_agreed']]),
      emit: 'buying.milestone_reached',
      data: { milestone: { value: true } },
    },
    {
      object: 'deal',
      field: 'dealstage',
      equals: 'trial',
      emit: 'close.asked',
      data: { for: { constant: 'next_step' } },
    },
    {
      object: 'task',
      field: 'mutual',
      emit: 'next_step.dropped',
      data: { next_step_id: { field: 'hs_object_id' } },
    },
    { object: 'task', field: 'asked', emit: 'close.asked', data: { for: { constant: 'order' } } },
  ];

  it('make events of properties that mean nothing by themselves, beside those that do', () => {
    expect(told(propertyChange('buying_step', 'agreed'), { rules })).toEqual([
      { type: 'buying.milestone_reached', subject: DEAL, data: { milestone: 'criteria_agreed' } },
    ]);
    expect(told(propertyChange('buying_step', 'other'), { rules })).toEqual([]);
    expect(told(propertyChange('dealstage', 'trial'), { rules }).map(({ type }) => type)).toEqual([
      'deal.stage_changed',
      'close.asked',
    ]);
  });

  it('make events of tasks, of which the webhook names no deal', () => {
    const change = (propertyName: string) =>
      entry('object.propertyChange', {
        objectTypeId: '0-27',
        objectId: 40_101,
        propertyName,
        propertyValue: 'true',
      });
    expect(told(change('mutual'), { rules })).toEqual([
      { type: 'next_step.dropped', subject: undefined, data: { next_step_id: '40101' } },
    ]);
    expect(reasons(change('asked'), { rules })).toEqual(["subject: expected the deal's id, got nothing"]);
    expect(told(change('hs_task_subject'), { rules })).toEqual([]);
  });
});
