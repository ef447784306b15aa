import { describe, expect, it } from '@jest/globals';
import { defaultMapping, type SourceMapping } from '../native/mapping.js';
import { activity, activityNotice, meeting } from '../testing/pipedrive.js';
import { translatePipedrive } from './translate.js';

type Fields = Record<string, unknown>;

function translate(value: unknown, mapping: Partial<SourceMapping> = {}) {
  return translatePipedrive({ value }, { ...defaultMapping, ...mapping });
}

function events(value: unknown, mapping?: Partial<SourceMapping>) {
  const result = translate(value, mapping);
  if ('reasons' in result) throw new Error(result.reasons.join('; '));
  return result.events;
}

function told(value: unknown, mapping?: Partial<SourceMapping>) {
  return events(value, mapping).map(({ type, data }) => [type, data]);
}

function reasons(value: unknown, mapping?: Partial<SourceMapping>): readonly string[] {
  const result = translate(value, mapping);
  return 'reasons' in result ? result.reasons : [];
}

const STEP = {
  next_step_id: '2',
  description: 'Send the paper',
  due_at: '2026-03-12',
  owner_side: 'seller',
  mutual: false,
};
const TIMES = { meeting_id: '2', starts_at: '2026-03-12T14:00:00.000Z', ends_at: '2026-03-12T15:00:00.000Z' };
const WHOLE = {
  ...TIMES,
  title: 'Demo',
  attendees: [{ ref: 'user/124', response: 'accepted' }, { ref: 'person/9' }],
};

describe('an activity that was created', () => {
  it.each<[string, Fields, [string, object][]]>([
    ['with a due date is a next step', {}, [['next_step.agreed', STEP]]],
    [
      'with a due time is due then',
      { due_time: { value: '16:30:00', timezone_id: 'Etc/UTC' } },
      [['next_step.agreed', { ...STEP, due_at: '2026-03-12T16:30:00.000Z' }]],
    ],
    ['of the type meeting without a time is a next step', { type: 'meeting' }, [['next_step.agreed', STEP]]],
    [
      'of the type lunch with an empty time too',
      { type: 'lunch', due_time: { value: null } },
      [['next_step.agreed', STEP]],
    ],
    ['without a type too', { type: null }, [['next_step.agreed', STEP]]],
    ['without a subject too', { subject: null }, [['next_step.agreed', { ...STEP, description: '' }]]],
    ['without a due date is nothing', { due_date: null, due_time: '10:00' }, []],
    ['that is done already is nothing', { done: true }, []],
    [
      'of the type meeting with a time is a meeting',
      { type: 'meeting', subject: 'Demo', due_time: '14:00' },
      [['meeting.scheduled', WHOLE]],
    ],
    [
      'of the type lunch too',
      { type: 'Lunch', subject: 'Demo', due_time: { value: '14:00' } },
      [['meeting.scheduled', WHOLE]],
    ],
    [
      'a meeting that is done was held',
      { type: 'meeting', subject: 'Demo', due_time: '14:00:00', done: 'true' },
      [['meeting.held', WHOLE]],
    ],
  ])('%s', (_case, fields, expected) => {
    expect(told(activityNotice('create', activity(fields)))).toEqual(expected);
  });

  it('belongs to its deal, at the time of the notice', () => {
    expect(events(activityNotice('create', activity()), { dealIdPrefix: 'p-' })).toMatchObject([
      { source: 'pipedrive/8087566', subject: 'p-8', time: '2026-03-09T10:00:00.724Z' },
    ]);
  });

  it.each<[Fields, string | undefined]>([
    [{}, 'org:1 person:9'],
    [{ org_id: null }, 'person:9'],
    [{ person_id: '' }, 'org:1'],
    [{ person_id: null, org_id: null }, undefined],
  ])('without a deal has no subject, and hints: %j', (fields, hints) => {
    const [event] = events(activityNotice('create', activity({ deal_id: null, ...fields })));
    expect(event?.subject).toBeUndefined();
    expect(event?.['linkhints']).toBe(hints);
  });

  it.each<[Fields, string, string]>([
    [{ duration: '00:30' }, '14:00', '14:30'],
    [{ duration: { value: '01:15:00' } }, '14:00', '15:15'],
    [{ duration: { value: null } }, '14:00', '15:00'],
    [{ duration: '00:00:00' }, '14:00', '14:00'],
    [{ due_time: { value: '14:00', timezone_id: 'Europe/Berlin' } }, '13:00', '14:00'],
    [{ due_time: { value: '14:00', timezone_id: '' } }, '14:00', '15:00'],
    [{ due_time: '14:00' }, '14:00', '15:00'],
  ])('takes place when its fields say: %j', (fields, start, end) => {
    // Pipedrive's times are UTC, whatever zone the mapping reads other times in.
    const [event] = events(activityNotice('create', meeting(fields)), { timezone: 'America/New_York' });
    expect(event?.data).toMatchObject({
      starts_at: `2026-03-12T${start}:00.000Z`,
      ends_at: `2026-03-12T${end}:00.000Z`,
    });
  });

  it.each([
    ['2026-03-29', '02:30', '2026-03-29T01:30:00.000Z', 'skipped: read with the offset before'],
    ['2026-10-25', '02:30', '2026-10-25T00:30:00.000Z', 'twice: the first'],
  ])('on %s at %s in Berlin is at %s (%s)', (due_date, value, at) => {
    const record = activityNotice(
      'create',
      meeting({ due_date, due_time: { value, timezone_id: 'Europe/Berlin' } }),
    );
    expect(events(record)[0]?.data).toMatchObject({ starts_at: at });
  });

  it('has the people of the mapping, who accepted where nobody else would know', () => {
    const people = new Map([
      ['user/124', { email: 'sam@seller.example' }],
      ['person/9', { email: 'ann@customer.example', name: 'Ann' }],
    ]);
    expect(
      events(activityNotice('create', meeting()), { people, assumeAccepted: true })[0]?.data,
    ).toMatchObject({
      attendees: [
        { email: 'sam@seller.example', response: 'accepted' },
        { email: 'ann@customer.example', name: 'Ann', response: 'accepted' },
      ],
    });
    const alone = meeting({ owner_id: null, person_id: null });
    expect(events(activityNotice('create', alone))[0]?.data).toMatchObject({ attendees: [] });
  });
});

describe('an activity that was changed', () => {
  const step = (now: Fields, previous: unknown) => told(activityNotice('change', activity(now), previous));
  const met = (now: Fields, previous: unknown) => told(activityNotice('change', meeting(now), previous));

  it.each<[string, Fields, unknown, [string, object][]]>([
    [
      'to another day',
      {},
      { due_date: '2026-03-10' },
      [['next_step.rescheduled', { next_step_id: '2', due_at: '2026-03-12' }]],
    ],
    [
      'to its first day',
      {},
      { due_date: null },
      [['next_step.rescheduled', { next_step_id: '2', due_at: '2026-03-12' }]],
    ],
    [
      'to an hour',
      { due_time: '10:00' },
      { due_time: null },
      [['next_step.rescheduled', { next_step_id: '2', due_at: '2026-03-12T10:00:00.000Z' }]],
    ],
    [
      'to no day',
      { due_date: null },
      { due_date: '2026-03-10' },
      [['next_step.dropped', { next_step_id: '2' }]],
    ],
    ['to done', { done: true }, { done: false }, [['next_step.completed', { next_step_id: '2' }]]],
    [
      'to done, and moved',
      { done: true },
      { done: false, due_date: '2026-03-01' },
      [['next_step.completed', { next_step_id: '2' }]],
    ],
    [
      'to done, from nothing',
      { done: true },
      { done: null },
      [['next_step.completed', { next_step_id: '2' }]],
    ],
    ['to not done', { done: false }, { done: true }, []],
    ['to done without a date', { done: true, due_date: null }, { done: false }, []],
    ['in its length', { due_time: '10:00', duration: '02:00' }, { duration: '01:00' }, []],
    ['in its wording', { done: {}, due_date: 'x' }, { subject: 'Old', note: 'x' }, []],
    ['in its kind', { type: 'call' }, { type: 'task' }, []],
    ['to the same day', {}, { due_date: '2026-03-12', done: false }, []],
    ['without old values', { done: true }, null, []],
  ])('%s, being a next step', (_case, now, previous, expected) => {
    expect(step(now, previous)).toEqual(expected);
  });

  it.each<[string, Fields, unknown, [string, object][]]>([
    ['to another day', {}, { due_date: '2026-03-10' }, [['meeting.rescheduled', TIMES]]],
    ['to another hour', {}, { due_time: { value: '13:00:00' } }, [['meeting.rescheduled', TIMES]]],
    ['to the same hour, in another spelling', {}, { due_time: '14:00' }, []],
    ['to another length', { duration: '01:00' }, { duration: '00:30' }, [['meeting.rescheduled', TIMES]]],
    ['from no day', {}, { due_date: null }, [['meeting.rescheduled', WHOLE]]],
    ['to done', { done: true }, { done: false }, [['meeting.held', WHOLE]]],
    ['to no day', { due_date: '' }, { due_date: '2026-03-10' }, [['meeting.cancelled', { meeting_id: '2' }]]],
    [
      'to no hour',
      { due_time: null },
      { due_time: { value: '14:00:00' } },
      [
        ['meeting.cancelled', { meeting_id: '2' }],
        ['next_step.agreed', { ...STEP, description: 'Demo' }],
      ],
    ],
    [
      'to an hour, having been a next step',
      {},
      { due_time: null },
      [
        ['next_step.dropped', { next_step_id: '2' }],
        ['meeting.scheduled', WHOLE],
      ],
    ],
    [
      'to a meeting, having been a task',
      {},
      { type: 'task' },
      [
        ['next_step.dropped', { next_step_id: '2' }],
        ['meeting.scheduled', WHOLE],
      ],
    ],
    ['from a day that was none', {}, { due_date: 'someday' }, [['meeting.rescheduled', WHOLE]]],
  ])('%s, being a meeting', (_case, now, previous, expected) => {
    expect(met(now, previous)).toEqual(expected);
  });
});

describe('an activity that was deleted', () => {
  it('is a dropped step or a cancelled meeting of the deal that it had', () => {
    expect(events(activityNotice('delete', null, activity()))).toMatchObject([
      { type: 'next_step.dropped', subject: '8', data: { next_step_id: '2' } },
    ]);
    expect(events(activityNotice('delete', null, meeting()), { dealIdPrefix: 'p-' })).toMatchObject([
      { type: 'meeting.cancelled', subject: 'p-8', data: { meeting_id: '2' } },
    ]);
    expect(events(activityNotice('delete', null, meeting({ deal_id: null })))).toMatchObject([
      { linkhints: 'org:1 person:9' },
    ]);
  });

  it('says nothing where it planned nothing, or nobody says what it was', () => {
    expect(told(activityNotice('delete', null, activity({ due_date: null })))).toEqual([]);
    expect(told(activityNotice('delete', null, null))).toEqual([]);
  });
});

describe('rules of the mapping on activities', () => {
  const rules: SourceMapping['rules'] = [
    {
      object: 'activity',
      field: 'custom_fields.mutual',
      equals: 1,
      data: {},
      set: { mutual: true, owner_side: 'both' },
    },
    {
      object: 'activity',
      field: 'custom_fields.ask',
      emit: 'close.asked',
      data: { for: { constant: 'order' } },
    },
  ];

  it('change what the activity says, and make events of its deal', () => {
    const custom_fields = { mutual: { type: 'enum', id: 1 }, ask: { type: 'varchar', value: 'yes' } };
    expect(events(activityNotice('create', activity({ custom_fields })), { rules })).toMatchObject([
      { type: 'next_step.agreed', data: { mutual: true, owner_side: 'both' } },
      { type: 'close.asked', subject: '8', data: { for: 'order' } },
    ]);
    const change = activityNotice('change', activity({ custom_fields }), { custom_fields: { ask: null } });
    expect(told(change, { rules })).toEqual([['close.asked', { for: 'order' }]]);
  });
});

describe('a faulty activity', () => {
  const create = (fields: Fields) => activityNotice('create', meeting(fields));

  it.each<[unknown, string]>([
    [activityNotice('create', null), 'data: expected the activity, got nothing'],
    [create({ due_date: '12.3.2026' }), 'data.due_date: expected a date'],
    [create({ due_time: '2 pm' }), 'data.due_time: expected hours and minutes, HH:MM, got "2 pm"'],
    [create({ due_time: '24:00' }), 'data.due_time: expected hours and minutes'],
    [create({ due_time: 14 }), 'data.due_time: expected hours and minutes, HH:MM, got 14'],
    [create({ due_time: [] }), 'data.due_time: expected hours and minutes'],
    [create({ duration: 'long' }), 'data.duration: expected hours and minutes'],
    [
      create({ due_time: { value: '14:00', timezone_id: 'Europe/Atlantis' } }),
      'data.due_time.timezone_id: expected an IANA time zone',
    ],
    [create({ due_time: { value: '14:00', timezone_id: {} } }), 'data.due_time.timezone_id: expected a text'],
    [create({ done: 'maybe' }), 'data.done: expected true or false'],
    [create({ type: {} }), 'data.type: expected a text'],
    [create({ subject: [] }), 'data.subject: expected a text'],
    [create({ owner_id: {} }), 'data.owner_id: expected an id'],
    [create({ person_id: {} }), 'data.person_id: expected an id'],
    [create({ deal_id: {} }), 'data.deal_id: expected an id'],
    [activityNotice('delete', null, activity({ due_date: 'x' })), 'previous.due_date: expected a date'],
  ])('%j is refused', (record, reason) => {
    expect(reasons(record)).toContainEqual(expect.stringContaining(reason));
  });

  it('does not matter where nothing is used of it', () => {
    expect(told(activityNotice('change', activity({ deal_id: {} }), { note: 'x' }))).toEqual([]);
  });
});
