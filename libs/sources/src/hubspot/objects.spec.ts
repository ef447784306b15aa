import { describe, expect, it } from '@jest/globals';
import { defaultMapping, type SourceMapping } from '../native/mapping.js';
import { associated, crmObject, deal, meeting, task } from '../testing/hubspot.js';
import { translateHubspot } from './translate.js';

const UPDATED = '2026-03-05T08:00:00.000Z';

function translate(value: unknown, mapping: Partial<SourceMapping> = {}) {
  return translateHubspot({ value }, { ...defaultMapping, ...mapping });
}

function events(value: unknown, mapping?: Partial<SourceMapping>) {
  const result = translate(value, mapping);
  if ('reasons' in result) throw new Error(result.reasons.join('; '));
  return result.events;
}

function reasons(value: unknown, mapping?: Partial<SourceMapping>): readonly string[] {
  const result = translate(value, mapping);
  return 'reasons' in result ? result.reasons : [];
}

describe('a meeting read through the API', () => {
  const owner = { ref: 'owner/77001', response: 'accepted' };
  const times = { starts_at: '2026-03-12T14:00:00.000Z', ends_at: '2026-03-12T14:45:00.000Z' };
  const whole = { meeting_id: '30101', title: 'Demo', ...times, attendees: [owner, { ref: 'contact/512' }] };

  it.each<[unknown, string, object]>([
    ['SCHEDULED', 'meeting.scheduled', whole],
    ['', 'meeting.scheduled', whole],
    [null, 'meeting.scheduled', whole],
    ['scheduled', 'meeting.scheduled', whole],
    ['RESCHEDULED', 'meeting.rescheduled', whole],
    ['COMPLETED', 'meeting.held', whole],
    ['NO_SHOW', 'meeting.cancelled', { meeting_id: '30101' }],
    ['CANCELED', 'meeting.cancelled', { meeting_id: '30101' }],
  ])('with the outcome %j is %s', (outcome, type, data) => {
    const [event, ...more] = events(meeting({ hs_meeting_outcome: outcome }));
    expect(more).toEqual([]);
    expect(event).toMatchObject({ source: 'hubspot', type, subject: '697680835', time: UPDATED });
    expect(event?.data).toEqual(data);
    expect(event?.['linkhints']).toBeUndefined();
  });

  it('says nothing with an outcome of the portal of its own', () => {
    expect(translate(meeting({ hs_meeting_outcome: 'Went fishing' }))).toEqual({
      events: [],
      source: 'hubspot',
    });
  });

  it('is cancelled in the bin, whatever it says', () => {
    const binned = meeting(
      { hs_meeting_outcome: 'COMPLETED', hs_meeting_start_time: 'x' },
      { archived: true },
    );
    expect(events(binned)).toMatchObject([
      { type: 'meeting.cancelled', subject: '697680835', time: UPDATED },
    ]);
  });

  it('is told to each of its deals, with ids that differ by the deal', () => {
    const ids = { deals: ['9', '10', '9'], contacts: ['512', '511', '512'] };
    const told = events(meeting({}, associated(ids)), { dealIdPrefix: 'hs-' });
    expect(told.map(({ subject }) => subject)).toEqual(['hs-10', 'hs-9']);
    expect(told.map(({ id }) => id.split('/').at(-1))).toEqual(['hs-10', 'hs-9']);
    expect(told[0]?.data).toMatchObject({
      attendees: [owner, { ref: 'contact/511' }, { ref: 'contact/512' }],
    });
  });

  it('is the same event in whatever order its associations are listed', () => {
    const one = meeting({}, associated({ deals: ['9', '10'], contacts: ['2', '1'] }));
    const other = meeting({}, associated({ contacts: ['1', '2'], deals: ['10', '9'] }));
    expect(translate(other)).toEqual(translate(one));
  });

  it.each<[object, string | undefined]>([
    [associated({ contacts: ['7', '5/1'] }), 'contact:5%2F1 contact:7'],
    [associated({ contacts: ['7'], companies: ['3'] }), 'contact:7'],
    [associated({ companies: ['3'] }), 'company:3'],
    [{ associations: undefined }, undefined],
    [associated({ deals: [] }), undefined],
  ])('without a deal has no subject, and hints: %j', (fields, hints) => {
    const [event] = events(meeting({}, fields as Record<string, unknown>));
    expect(event?.subject).toBeUndefined();
    expect(event?.['linkhints']).toBe(hints);
  });

  it('has the people of the mapping, who accepted where nobody else would know', () => {
    const people = new Map([
      ['owner/77001', { email: 'sam@seller.example' }],
      ['contact/512', { email: 'ann@customer.example', name: 'Ann' }],
    ]);
    expect(events(meeting(), { people, assumeAccepted: true })[0]?.data).toMatchObject({
      attendees: [
        { email: 'sam@seller.example', response: 'accepted' },
        { email: 'ann@customer.example', name: 'Ann', response: 'accepted' },
      ],
    });
  });

  it('stands at its timestamp without a start, and takes an hour without an end', () => {
    const bare = meeting({ hs_meeting_start_time: null, hs_meeting_end_time: '', hubspot_owner_id: null });
    expect(events(bare)[0]?.data).toMatchObject({
      starts_at: '2026-03-12T14:00:00.000Z',
      ends_at: '2026-03-12T15:00:00.000Z',
      attendees: [{ ref: 'contact/512' }],
    });
  });

  it('reads times as epochs, with an offset, and of the zone of the mapping', () => {
    const record = meeting({
      hs_meeting_start_time: '2026-03-12T15:00:00',
      hs_meeting_end_time: '1773325800000',
    });
    expect(events(record, { timezone: 'Europe/Berlin' })[0]?.data).toMatchObject({
      starts_at: '2026-03-12T14:00:00.000Z',
      ends_at: '2026-03-12T14:30:00.000Z',
    });
  });

  it('leaves the list of who comes as it is where it was moved or held and nobody asked who comes', () => {
    for (const outcome of ['RESCHEDULED', 'COMPLETED']) {
      const [event] = events(meeting({ hs_meeting_outcome: outcome }, { associations: undefined }));
      expect(event?.data).toEqual({ meeting_id: '30101', title: 'Demo', ...times });
    }
  });

  it('that was moved may lack its times, which ingest knows', () => {
    const [event] = events(meeting({ hs_meeting_outcome: 'RESCHEDULED', hs_meeting_end_time: null }));
    expect(event?.data).toMatchObject({ starts_at: '2026-03-12T14:00:00.000Z' });
    expect(event?.data).not.toHaveProperty('ends_at');
  });

  it.each<[object, string]>([
    [meeting({ hs_meeting_start_time: 'soon' }), 'properties.hs_meeting_start_time: expected an instant'],
    [
      meeting({ hs_meeting_start_time: null, hs_timestamp: null }),
      'properties.hs_meeting_start_time: expected an instant, got nothing',
    ],
    [
      meeting({ hs_meeting_end_time: '2026-03-12T13:00:00Z' }),
      'data.ends_at: expected an end that is not before starts_at',
    ],
    [meeting({ hs_meeting_title: {} }), 'properties.hs_meeting_title: expected a text, got {}'],
    [meeting({ hs_meeting_outcome: true }), 'properties.hs_meeting_outcome: expected a text, got true'],
    [meeting({ hubspot_owner_id: [] }), 'properties.hubspot_owner_id: expected an id, got []'],
    [meeting({}, { archived: 'perhaps' }), 'archived: expected true or false, got "perhaps"'],
    [meeting({}, { updatedAt: 'soon' }), 'updatedAt: expected an instant'],
    [meeting({}, { updatedAt: undefined }), 'updatedAt: expected an instant, got nothing'],
    [meeting({}, { id: '' }), 'id: expected an id, got ""'],
    [meeting({}, { associations: 'x' }), 'associations: expected an object, got "x"'],
    [meeting({}, { associations: { deals: [] } }), 'associations.deals: expected an object, got []'],
    [
      meeting({}, { associations: { deals: { results: {} } } }),
      'associations.deals.results: expected a list, got {}',
    ],
    [
      meeting({}, associated({ deals: ['1', ''] })),
      'associations.deals.results[1].id: expected an id, got ""',
    ],
    [
      meeting({}, { associations: { contacts: { results: [7] } } }),
      'associations.contacts.results[0].id: expected an id, got nothing',
    ],
  ])('%j is refused', (record, reason) => {
    expect(reasons(record)).toContainEqual(expect.stringContaining(reason));
  });
});

describe('a task read through the API', () => {
  const step = { next_step_id: '40101', owner_side: 'seller', mutual: false };

  it.each(['NOT_STARTED', 'IN_PROGRESS', 'WAITING', 'DEFERRED', '', null])(
    'is a next step while %j',
    (status) => {
      const [event] = events(task({ hs_task_status: status }));
      expect(event).toMatchObject({ type: 'next_step.agreed', subject: '697680835', time: UPDATED });
      expect(event?.data).toEqual({ ...step, description: 'Send paper', due_at: '2026-03-20T17:00:00.000Z' });
    },
  );

  it('is done when completed, and dropped in the bin', () => {
    expect(events(task({ hs_task_status: 'COMPLETED', hs_timestamp: 'x' }))).toMatchObject([
      { type: 'next_step.completed', data: { next_step_id: '40101' } },
    ]);
    expect(events(task({ hs_task_status: 'COMPLETED' }, { archived: 'true' }))).toMatchObject([
      { type: 'next_step.dropped', data: { next_step_id: '40101' } },
    ]);
  });

  it('keeps a bare date, and says nothing without one', () => {
    expect(events(task({ hs_timestamp: '2026-03-20' }))[0]?.data).toMatchObject({ due_at: '2026-03-20' });
    expect(events(task({ hs_timestamp: '' }))).toEqual([]);
  });

  it('without a subject and without a deal is still a step, with hints', () => {
    const [event] = events(task({ hs_task_subject: null }, associated({ contacts: ['7'] })));
    expect(event).toMatchObject({ linkhints: 'contact:7', data: { description: '' } });
    expect(event?.subject).toBeUndefined();
  });

  it.each<[object, string]>([
    [task({ hs_timestamp: '12k' }), 'properties.hs_timestamp: expected an instant'],
    [task({ hs_task_status: {} }), 'properties.hs_task_status: expected a text'],
    [task({ hs_task_subject: [] }), 'properties.hs_task_subject: expected a text'],
  ])('%j is refused', (record, reason) => {
    expect(reasons(record)).toContainEqual(expect.stringContaining(reason));
  });

  it('is changed by the rules of the mapping, also of what does not change', () => {
    const rules: SourceMapping['rules'] = [
      {
        object: 'task',
        field: 'with_customer',
        equals: true,
        data: {},
        set: { mutual: true, owner_side: 'both' },
      },
      {
        object: 'task',
        field: 'asks',
        equals: true,
        emit: 'close.asked',
        data: { for: { constant: 'order' } },
      },
    ];
    const record = task({ with_customer: 'true', asks: 'true' }, associated({ deals: ['1', '2'] }));
    expect(events(record, { rules }).map(({ type, subject, data }) => [type, subject, data])).toEqual([
      ['next_step.agreed', '1', expect.objectContaining({ mutual: true, owner_side: 'both' })],
      ['next_step.agreed', '2', expect.objectContaining({ mutual: true, owner_side: 'both' })],
      ['close.asked', '1', { for: 'order' }],
      ['close.asked', '2', { for: 'order' }],
    ]);
    expect(events(task({ with_customer: 'false' }), { rules })[0]?.data).toMatchObject({ mutual: false });
  });
});

describe('a deal read through the API', () => {
  const opening = {
    name: 'Acme – pilot',
    owner: { id: '77001' },
    pipeline: 'default',
    stage: 'qualifiedtobuy',
    amount: 12_500,
    close_date: '2026-04-30',
  };

  it('was opened when it was created', () => {
    const [event, ...more] = events(deal());
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      type: 'deal.opened',
      subject: '697680835',
      time: '2026-03-01T08:00:00.000Z',
    });
    expect(event?.data).toEqual(opening);
  });

  it('has its currency, else that of the mapping, and its primary company', () => {
    const results = [
      { id: '30', type: 'deal_to_company_unlabeled' },
      { id: '40', type: 'deal_to_company' },
    ];
    const record = deal({ deal_currency_code: 'USD' }, { associations: { companies: { results } } });
    expect(events(record, { currency: 'EUR' })[0]?.data).toMatchObject({
      currency: 'USD',
      account: { id: '40' },
    });
    expect(
      events(deal({}, associated({ companies: ['9', '8'] })), { currency: 'EUR' })[0]?.data,
    ).toMatchObject({
      currency: 'EUR',
      account: { id: '8' },
    });
  });

  it('without a name is called by its id, and what is empty is not said', () => {
    const empty = { dealname: '', pipeline: null, amount: '', closedate: null, hubspot_owner_id: '' };
    expect(events(deal(empty))[0]?.data).toEqual({ name: '697680835', stage: 'qualifiedtobuy' });
    expect(events(crmObject('8', { dealname: 'x' }))[0]?.data).toEqual({ name: 'x' });
  });

  it.each<[string, string | null, string]>([
    ['at its close date', '2026-03-03T12:00:00Z', '2026-03-03T12:00:00.000Z'],
    ['at the start of a bare close date in the zone', '2026-03-03', '2026-03-02T23:00:00.000Z'],
    ['not after the record was written', '2026-04-30T00:00:00Z', UPDATED],
    ['when the record was written, without a close date', null, UPDATED],
    ['not before it was opened', '2025-01-01T00:00:00Z', '2026-03-01T08:00:00.000Z'],
  ])('was won %s', (_case, closedate, time) => {
    const told = events(deal({ dealstage: 'closedwon', closedate }), {
      currency: 'EUR',
      timezone: 'Europe/Berlin',
    });
    expect(told.map(({ type }) => type)).toEqual(['deal.opened', 'deal.won']);
    expect(told[1]).toMatchObject({ time, data: { amount: 12_500, currency: 'EUR' } });
  });

  it('was lost or walked away from where its stage says so', () => {
    const stages = { won: undefined, lost: undefined, walked_away: new Set(['nofit']) };
    expect(events(deal({ dealstage: 'closedlost' }))[1]).toMatchObject({ type: 'deal.lost', data: {} });
    expect(events(deal({ dealstage: 'noFit' }), { stages })[1]).toMatchObject({ type: 'deal.walked_away' });
  });

  it('was removed when it is in the bin', () => {
    expect(events(deal({ amount: '12k' }, { archived: true }), { dealIdPrefix: 'hs-' })).toMatchObject([
      { type: 'deal.removed', subject: 'hs-697680835', time: UPDATED },
    ]);
  });

  it('goes through the rules of the mapping', () => {
    const rules: SourceMapping['rules'] = [
      {
        object: 'deal',
        field: 'fit_score',
        emit: 'fit.assessed',
        time: 'fit_on',
        data: { score: { field: 'fit_score', as: 'number', divide: 100 } },
      },
    ];
    const record = deal({ fit_score: '80', fit_on: '2026-03-02T00:00:00Z' });
    expect(events(record, { rules })[1]).toMatchObject({
      type: 'fit.assessed',
      subject: '697680835',
      time: '2026-03-02T00:00:00.000Z',
      data: { score: 0.8 },
    });
    expect(reasons(deal({ fit_score: '800' }), { rules })).toEqual([
      'data.score: expected a number from 0 to 1, got 8',
    ]);
  });

  it.each<[object, string]>([
    [deal({ amount: '1,200' }), 'properties.amount: expected a number, got "1,200"'],
    [deal({ closedate: 'soon' }), 'properties.closedate: expected an instant'],
    [deal({ dealname: {} }), 'properties.dealname: expected a text, got {}'],
    [deal({ dealstage: [] }), 'properties.dealstage: expected a text, got []'],
    [deal({ pipeline: {} }), 'properties.pipeline: expected an id, got {}'],
    [deal({}, { createdAt: null }), 'createdAt: expected an instant, got null'],
    [deal({}, { id: {} }), 'id: expected an id, got {}'],
  ])('%j is refused', (record, reason) => {
    expect(reasons(record)).toContainEqual(expect.stringContaining(reason));
  });
});

describe('an object of another kind', () => {
  it.each([
    crmObject('1', { hs_ticket_priority: 'HIGH', subject: 'Broken' }),
    crmObject('1', {}),
    crmObject('1', { amount: '12k' }, { updatedAt: 'soon' }),
  ])('says nothing: %j', (record) => {
    expect(translate(record)).toEqual({ events: [], source: 'hubspot' });
  });

  it.each<[unknown, string]>([
    [{ id: '1' }, 'subscriptionType: expected a webhook entry, or an object with properties, got nothing'],
    [{ id: '1', properties: 'x' }, 'subscriptionType: expected a webhook entry'],
    [{ properties: { subject: 'x' } }, 'id: expected an id, got nothing'],
  ])('%j is refused', (record, reason) => {
    expect(reasons(record)).toContainEqual(expect.stringContaining(reason));
  });
});
