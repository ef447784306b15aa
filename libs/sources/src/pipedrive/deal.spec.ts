import { describe, expect, it } from '@jest/globals';
import { defaultMapping, type SourceMapping } from '../native/mapping.js';
import { AT, deal, dealChange, notice } from '../testing/pipedrive.js';
import { translatePipedrive } from './translate.js';

const TIME = '2026-03-09T10:00:00.724Z';

function translate(value: unknown, mapping: Partial<SourceMapping> = {}) {
  return translatePipedrive({ value }, { ...defaultMapping, ...mapping });
}

function events(value: unknown, mapping?: Partial<SourceMapping>) {
  const result = translate(value, mapping);
  if ('reasons' in result) throw new Error(result.reasons.join('; '));
  return result.events;
}

/** Type and data, which is what differs. */
function told(value: unknown, mapping?: Partial<SourceMapping>) {
  return events(value, mapping).map(({ type, data }) => [type, data]);
}

function reasons(value: unknown, mapping?: Partial<SourceMapping>): readonly string[] {
  const result = translate(value, mapping);
  return 'reasons' in result ? result.reasons : [];
}

const closing = (stages: Partial<Record<'won' | 'lost' | 'walked_away', string>>) => ({
  stages: {
    won: stages.won === undefined ? undefined : new Set([stages.won]),
    lost: stages.lost === undefined ? undefined : new Set([stages.lost]),
    walked_away: stages.walked_away === undefined ? undefined : new Set([stages.walked_away]),
  },
});

describe('a deal that was created', () => {
  const opening = {
    name: 'Acme pilot',
    account: { id: '1' },
    owner: { id: '124' },
    pipeline: '1',
    stage: '2',
    amount: 100,
    currency: 'EUR',
    close_date: '2026-05-29',
  };

  it('was opened when it was added', () => {
    const result = translate(notice('deal', 'create', deal()));
    expect(result).toMatchObject({
      source: 'pipedrive/8087566',
      time: AT,
      events: [
        { source: 'pipedrive/8087566', type: 'deal.opened', subject: '8', time: '2026-03-02T09:00:00.000Z' },
      ],
    });
    expect(events(notice('deal', 'create', deal()))[0]?.data).toEqual(opening);
  });

  it('has an id of the fact alone: a repeated delivery to another webhook is the same event', () => {
    const again = {
      attempt: 4,
      webhook_id: '1',
      id: 'x',
      correlation_id: 'y',
      is_bulk_edit: true,
      entity_id: 8,
    };
    const result = translate(notice('deal', 'create', deal()));
    expect(translate(notice('deal', 'create', deal(), null, again))).toEqual(result);
  });

  it.each<[unknown, string]>([
    ['2026-03-02 09:00:00', '2026-03-02T09:00:00.000Z'],
    ['2026-03-09T10:00:01Z', TIME],
    [null, TIME],
  ])('and added at %j was opened at %s', (added, time) => {
    const mapping = { timezone: 'Europe/Berlin' };
    expect(events(notice('deal', 'create', deal({ add_time: added })), mapping)[0]?.time).toBe(time);
  });

  it.each<[unknown, string]>([
    [1_773_050_400, '2026-03-09T10:00:00.000Z'],
    ['1773050400', '2026-03-09T10:00:00.000Z'],
    ['2026-03-09T11:00:00.724+01:00', TIME],
  ])('is told of at %j', (timestamp, time) => {
    expect(events(notice('deal', 'create', deal({ add_time: null }), null, { timestamp }))[0]?.time).toBe(
      time,
    );
  });

  it('has only what is there: its id for a name, the currency of the mapping', () => {
    const bare = {
      title: '',
      org_id: null,
      owner_id: null,
      pipeline_id: null,
      stage_id: null,
      currency: null,
    };
    const record = notice('deal', 'create', deal({ ...bare, value: '', expected_close_date: null }));
    expect(told(record, { currency: 'USD', source: 'crm', dealIdPrefix: 'p-' })).toEqual([
      ['deal.opened', { name: '8', currency: 'USD' }],
    ]);
    expect(events(record, { source: 'crm', dealIdPrefix: 'p-' })[0]).toMatchObject({
      source: 'crm',
      subject: 'p-8',
    });
  });

  it.each<[object, object, [string, object][]]>([
    [{ status: 'won' }, {}, [['deal.won', { amount: 100, currency: 'EUR' }]]],
    [{ status: 'lost', lost_reason: 'Price' }, {}, [['deal.lost', { reason: 'Price' }]]],
    [{ status: 'deleted' }, {}, [['deal.removed', {}]]],
    [{ stage_id: 5 }, closing({ won: '5' }), [['deal.won', { amount: 100, currency: 'EUR' }]]],
    [{ stage_id: 5, status: 'lost' }, closing({ walked_away: '5' }), [['deal.walked_away', {}]]],
    [{ status: 'something' }, {}, []],
  ])('%j may be closed from the start', (fields, mapping, expected) => {
    const record = notice('deal', 'create', deal(fields as Record<string, unknown>));
    expect(told(record, mapping).slice(1)).toEqual(expected);
    for (const event of events(record, mapping).slice(1)) expect(event.time).toBe(TIME);
  });

  it('is found by its own id where the notice does not name it', () => {
    expect(events(notice('deal', 'create', deal(), null, { entity_id: null }))[0]?.subject).toBe('8');
    expect(translate(notice('deal', 'create', deal(), null, { company_id: null }))).toMatchObject({
      source: 'pipedrive',
    });
  });
});

describe('a deal that was changed', () => {
  it.each<[string, Record<string, unknown>, object, [string, object][]]>([
    ['its stage', { stage_id: 3 }, { stage_id: 2 }, [['deal.stage_changed', { from: '2', to: '3' }]]],
    ['its first stage', { stage_id: 3 }, { stage_id: null }, [['deal.stage_changed', { to: '3' }]]],
    [
      'its amount',
      { value: 150 },
      { value: 100 },
      [['deal.amount_changed', { amount: 150, currency: 'EUR' }]],
    ],
    [
      'its amount, in text',
      { value: '150.5' },
      { value: 1 },
      [['deal.amount_changed', { amount: 150.5, currency: 'EUR' }]],
    ],
    [
      'its currency',
      { currency: 'USD' },
      { currency: 'EUR' },
      [['deal.amount_changed', { amount: 100, currency: 'USD' }]],
    ],
    [
      'both',
      { value: 150, currency: 'USD' },
      { value: 100, currency: 'EUR' },
      [['deal.amount_changed', { amount: 150, currency: 'USD' }]],
    ],
    [
      'an amount that is gone',
      { value: null },
      { value: 1 },
      [['deal.amount_changed', { amount: null, currency: 'EUR' }]],
    ],
    [
      'its close date',
      { expected_close_date: '2026-06-30' },
      { expected_close_date: '2026-05-29' },
      [['deal.close_date_changed', { from: '2026-05-29', to: '2026-06-30' }]],
    ],
    [
      'a close date that is gone',
      { expected_close_date: null },
      { expected_close_date: '2026-05-29' },
      [['deal.close_date_changed', { from: '2026-05-29', to: null }]],
    ],
    [
      'its first close date',
      {},
      { expected_close_date: null },
      [['deal.close_date_changed', { to: '2026-05-29' }]],
    ],
    ['its owner', {}, { owner_id: 125 }, [['deal.owner_changed', { owner: { id: '124' } }]]],
    ['its name', {}, { title: 'Old' }, [['deal.described', { name: 'Acme pilot' }]]],
    [
      'its name, organization and pipeline',
      {},
      { title: 'Old', org_id: 2, pipeline_id: null },
      [['deal.described', { name: 'Acme pilot', account: { id: '1' }, pipeline: '1' }]],
    ],
    [
      'its organization, of which only that is told',
      {},
      { org_id: 2 },
      [['deal.described', { account: { id: '1' } }]],
    ],
  ])('tells %s', (_case, now, previous, expected) => {
    expect(told(dealChange(now, previous))).toEqual(expected);
    for (const event of events(dealChange(now, previous)))
      expect(event).toMatchObject({ subject: '8', time: TIME });
  });

  it.each<[string, Record<string, unknown>, unknown]>([
    ['without old values', { status: 'won' }, null],
    ['with old values that are none', { status: 'won' }, {}],
    ['by values that are the same', {}, { stage_id: '2', value: '100', owner_id: 124, lost_reason: '' }],
    [
      'of fields that mean nothing',
      { probability: 5, value: 'x' },
      { probability: 4, update_time: 'x', label_ids: [1] },
    ],
    ['to an empty stage', { stage_id: null }, { stage_id: 2 }],
    ['to no owner', { owner_id: '' }, { owner_id: 2 }],
    [
      'to no name, organization and pipeline',
      { title: '', org_id: null, pipeline_id: null },
      { title: 'x', org_id: 1, pipeline_id: 1 },
    ],
    ['to a status that came later', { status: 'parked' }, { status: 'open' }],
  ])('%s tells nothing', (_case, now, previous) => {
    expect(told(dealChange(now, previous))).toEqual([]);
  });

  it('tells all that changed at once, in the order of ranks', () => {
    const record = dealChange(
      { stage_id: 3, status: 'won', value: 150 },
      {
        title: 'Old',
        stage_id: 2,
        status: 'open',
        value: 100,
        owner_id: 1,
        expected_close_date: '2026-05-01',
      },
    );
    expect(told(record).map(([type]) => type)).toEqual([
      'deal.described',
      'deal.stage_changed',
      'deal.amount_changed',
      'deal.close_date_changed',
      'deal.owner_changed',
      'deal.won',
    ]);
  });

  it.each<[string, Record<string, unknown>, object, [string, object][]]>([
    ['won', { status: 'won' }, { status: 'open' }, [['deal.won', { amount: 100, currency: 'EUR' }]]],
    [
      'won without an amount',
      { status: 'won', value: null, currency: null },
      { status: 'open' },
      [['deal.won', {}]],
    ],
    [
      'lost',
      { status: 'lost', lost_reason: 'Budget cut' },
      { status: 'open' },
      [['deal.lost', { reason: 'Budget cut' }]],
    ],
    ['lost without a reason', { status: 'lost' }, { status: 'open' }, [['deal.lost', {}]]],
    ['lost after all', { status: 'lost' }, { status: 'won' }, [['deal.lost', {}]]],
    [
      'open again',
      { stage_id: 3 },
      { status: 'lost', lost_reason: 'x' },
      [['deal.reopened', { stage: '3' }]],
    ],
    [
      'open again elsewhere',
      { stage_id: 3 },
      { status: 'won', stage_id: 2 },
      [['deal.reopened', { stage: '3' }]],
    ],
    ['deleted', { status: 'deleted' }, { status: 'open' }, [['deal.removed', {}]]],
    ['deleted when won', { status: 'deleted' }, { status: 'won' }, [['deal.removed', {}]]],
    ['restored', {}, { status: 'deleted' }, [['deal.restored', {}]]],
    ['restored as won', { status: 'won' }, { status: 'deleted' }, [['deal.restored', {}]]],
    [
      'moved while won',
      { status: 'won', stage_id: 3 },
      { stage_id: 2 },
      [['deal.stage_changed', { from: '2', to: '3' }]],
    ],
  ])('tells that it was %s', (_case, now, previous, expected) => {
    expect(told(dealChange(now, previous))).toEqual(expected);
  });

  it.each<[string, Record<string, unknown>, object, [string, object][]]>([
    ['entering one closes', { stage_id: 5 }, { stage_id: 2 }, [['deal.walked_away', {}]]],
    [
      'entering one closes, whatever the status says',
      { stage_id: 5, status: 'lost', lost_reason: 'No fit' },
      { stage_id: 2, status: 'open' },
      [['deal.walked_away', { reason: 'No fit' }]],
    ],
    ['the status has no say within one', { stage_id: 5, status: 'lost' }, { status: 'open' }, []],
    ['leaving one reopens', { stage_id: 2 }, { stage_id: 5 }, [['deal.reopened', { stage: '2' }]]],
    [
      'other stages are moves',
      { stage_id: 3 },
      { stage_id: 2 },
      [['deal.stage_changed', { from: '2', to: '3' }]],
    ],
    [
      'elsewhere the status decides',
      { status: 'won' },
      { status: 'open' },
      [['deal.won', { amount: 100, currency: 'EUR' }]],
    ],
  ])('knows the closed stages of the mapping: %s', (_case, now, previous, expected) => {
    expect(told(dealChange(now, previous), closing({ walked_away: '5' }))).toEqual(expected);
  });
});

describe('a deal that was deleted', () => {
  it.each([null, deal()])('is removed, with %j as what it was', (previous) => {
    const record = notice('deal', 'delete', null, previous);
    expect(events(record)).toMatchObject([{ type: 'deal.removed', subject: '8', time: TIME, data: {} }]);
  });

  it('into another is merged', () => {
    const record = notice('deal', 'delete', null, deal(), { merged_to_id: 12 });
    expect(told(record)).toEqual([['deal.merged', { into: '12' }]]);
    expect(events(record, { dealIdPrefix: 'p-' })).toMatchObject([
      { subject: 'p-8', data: { into: 'p-12' } },
    ]);
  });

  it('leaves to the one that took it in an ordinary change', () => {
    const record = dealChange({ value: 150 }, { value: 100 }, { merged_from_id: '8' });
    expect(told(record)).toEqual([['deal.amount_changed', { amount: 150, currency: 'EUR' }]]);
  });
});

describe('rules of the mapping on deals', () => {
  const HASH = 'dcf558aac1ae4e8c4f849ba5e668430d8df9be12';
  const rules: SourceMapping['rules'] = [
    {
      object: 'deal',
      field: `custom_fields.${HASH}`,
      values: new Map([['24', 'criteria_agreed']]),
      emit: 'buying.milestone_reached',
      data: { milestone: { value: true } },
    },
    {
      object: 'deal',
      field: 'custom_fields.fit',
      emit: 'fit.assessed',
      data: { score: { field: 'custom_fields.fit', as: 'number', divide: 100 } },
    },
    {
      object: 'deal',
      field: 'custom_fields.goals',
      emit: 'business_case.validated',
      data: { objectives: { field: 'custom_fields.goals', as: 'text' } },
    },
  ];
  const option = (id: number) => ({ [HASH]: { type: 'enum', id } });

  it('see custom fields by their value, option or options', () => {
    const custom_fields = {
      ...option(24),
      fit: { type: 'double', value: 80 },
      goals: { type: 'set', values: [{ id: 7 }, { id: 9 }] },
    };
    expect(told(notice('deal', 'create', deal({ custom_fields })), { rules }).slice(1)).toEqual([
      ['buying.milestone_reached', { milestone: 'criteria_agreed' }],
      ['fit.assessed', { score: 0.8 }],
      ['business_case.validated', { objectives: ['7', '9'] }],
    ]);
  });

  it.each<[string, object, unknown, number]>([
    ['that was another', option(24), { custom_fields: option(23) }, 1],
    ['that was empty', option(24), { custom_fields: { [HASH]: null } }, 1],
    ['that is the same', option(24), { custom_fields: option(24) }, 0],
    ['that is not named', option(24), { custom_fields: { other: null } }, 0],
    ['while another field changed', option(24), { value: 7 }, 0],
    ['of another option', option(25), { custom_fields: option(23) }, 0],
    ['that was emptied', { [HASH]: null }, { custom_fields: option(24) }, 0],
  ])('fire on a change for a field %s', (_case, custom_fields, previous, times) => {
    const found = told(dealChange({ custom_fields }, previous), { rules });
    expect(found.filter(([type]) => type === 'buying.milestone_reached')).toHaveLength(times);
  });

  it('refuse the record where what they emit is faulty', () => {
    const custom_fields = { fit: { type: 'double', value: 800 } };
    expect(reasons(notice('deal', 'create', deal({ custom_fields })), { rules })).toEqual([
      'data.score: expected a number from 0 to 1, got 8',
    ]);
  });
});

describe('a faulty notice', () => {
  const create = (fields: Record<string, unknown>, meta = {}) =>
    notice('deal', 'create', deal(fields), null, meta);

  it.each<[unknown, string]>([
    [null, 'record: expected a JSON object, got null'],
    [[create({})], 'record: expected a JSON object'],
    [{}, 'meta: expected an object, got nothing'],
    [{ meta: 'x', data: {} }, 'meta: expected an object, got "x"'],
    [
      { current: {}, previous: null, meta: { v: 1, action: 'added', object: 'deal', id: 8 } },
      'meta.version: expected "2.0" (webhooks of version 1 are not read), got 1',
    ],
    [{ ...create({}), current: {} }, 'meta.version: expected "2.0"'],
    [
      create({}, { version: '1.0' }),
      'meta.version: expected "2.0" (webhooks of version 1 are not read), got "1.0"',
    ],
    [create({}, { version: { toString: 1 } }), 'meta.version: expected "2.0"'],
    [create({}, { action: null }), 'meta.action: expected an id, got null'],
    [create({}, { entity: '' }), 'meta.entity: expected an id, got ""'],
    [create({ id: null }, { entity_id: null }), 'meta.entity_id: expected an id, got nothing'],
    [create({}, { entity_id: {} }), 'meta.entity_id: expected an id, got {}'],
    [create({}, { timestamp: 'soon' }), 'meta.timestamp: expected an instant'],
    [create({}, { timestamp: undefined }), 'meta.timestamp: expected an instant, got nothing'],
    [create({}, { company_id: [] }), 'meta.company_id: expected an id, got []'],
    [notice('deal', 'create', null), 'data: expected the deal, got nothing'],
    [notice('deal', 'create', [deal()]), 'data: expected an object'],
    [notice('deal', 'delete', null, 'x'), 'previous: expected an object, got "x"'],
    [notice('deal', 'change', deal(), [1]), 'previous: expected an object, got [1]'],
    [notice('deal', 'delete', null, null, { merged_to_id: {} }), 'meta.merged_to_id: expected an id, got {}'],
    [create({ value: '12k' }), 'data.value: expected a number, got "12k"'],
    [create({ value: { amount: 1 } }), 'data.value: expected a number, got {"amount":1}'],
    [create({ expected_close_date: '30.6.2026' }), 'data.expected_close_date: expected a date'],
    [create({ add_time: 'soon' }), 'data.add_time: expected an instant'],
    [create({ title: {} }), 'data.title: expected a text, got {}'],
    [create({ org_id: { value: 1 } }), 'data.org_id: expected an id'],
    [create({ stage_id: [] }), 'data.stage_id: expected an id, got []'],
    [create({ status: true }), 'data.status: expected a text, got true'],
    [dealChange({}, { stage_id: {} }), 'previous.stage_id: expected an id, got {}'],
    [dealChange({ stage_id: null }, { status: 'lost' }), 'data.stage_id: expected an id, got null'],
    [dealChange({}, { expected_close_date: 'x' }), 'previous.expected_close_date: expected a date'],
  ])('%j is refused', (record, reason) => {
    expect(reasons(record)).toContainEqual(expect.stringContaining(reason));
  });

  it('is refused with all of its reasons at once', () => {
    const all = reasons(create({ value: 'x', title: [] }, { timestamp: 'soon', company_id: {} }));
    expect(new Set(all.map((reason) => reason.split(':')[0]))).toEqual(
      new Set(['data.title', 'data.value', 'meta.company_id', 'meta.timestamp']),
    );
  });
});

describe('a notice that says nothing about deals', () => {
  it.each([
    notice('deal', 'archive', deal()),
    notice('note', 'create', { content: 'x' }),
    notice('deal_product', 'change', [1], 'x', { timestamp: 'soon' }),
    notice('lead', 'delete', null),
  ])('gives no events: %j', (record) => {
    expect(translate(record)).toMatchObject({ events: [], source: 'pipedrive/8087566' });
  });
});
