import { describe, expect, it } from '@jest/globals';
import { changeEvent, ids, toldBy } from './testing/change-event.js';

type Fields = Readonly<Record<string, unknown>>;

const TODO = {
  WhatId: ids.deal,
  WhoId: ids.contact,
  Subject: 'Send the questionnaire',
  ActivityDate: '2026-03-12',
  Status: 'Not Started',
  IsClosed: false,
};
const task = (changeType: string, fields: Fields, header: Fields = {}) =>
  toldBy(changeEvent(changeType, 'Task', ids.task, fields, header), { timezone: 'America/Los_Angeles' });
const AGREED = {
  next_step_id: ids.task,
  description: 'Send the questionnaire',
  due_at: '2026-03-12',
  owner_side: 'seller',
  mutual: false,
};

describe('a task', () => {
  it.each(['CREATE', 'UNDELETE'])('with a due date is a next step (%s)', (kind) => {
    expect(task(kind, TODO)).toEqual([['next_step.agreed', AGREED, ids.deal]]);
  });

  it('is due on its day, which the Pub/Sub API gives as an epoch', () => {
    const [told] = task('CREATE', { ...TODO, ActivityDate: 1773273600000 });
    expect(told).toEqual(['next_step.agreed', AGREED, ids.deal]);
  });

  it('without a subject has no description', () => {
    expect(task('CREATE', { ...TODO, Subject: null })).toEqual([
      ['next_step.agreed', { ...AGREED, description: '' }, ids.deal],
    ]);
  });

  it.each<[string, Fields]>([
    ['without a due date', { ActivityDate: null }],
    ['without a due date, however odd else', { ActivityDate: '', Status: {}, WhatId: {} }],
    ['that was logged as completed', { Status: 'Completed' }],
    ['that was logged as closed under another name', { Status: 'Erledigt', IsClosed: true }],
  ])('%s is none', (_, fields) => {
    expect(task('CREATE', { ...TODO, ...fields })).toEqual([]);
  });

  const id = { next_step_id: ids.task };
  it.each<[string, Fields, Fields, unknown[]]>([
    ['completed', { Status: 'Completed', IsClosed: true }, {}, [['next_step.completed', id, null]]],
    ['completed, in other letters', { Status: 'completed' }, {}, [['next_step.completed', id, null]]],
    [
      'closed under another name',
      { Status: 'Erledigt', IsClosed: true },
      {},
      [['next_step.completed', id, null]],
    ],
    ['completed, with another date', { Status: 'Completed', ActivityDate: '2026-03-13' }, {}, [['next_step.completed', id, null]]], // prettier-ignore
    ['completed, on an enriched channel', { Status: 'Completed', WhatId: ids.deal }, { changedFields: ['Status'] }, [['next_step.completed', id, ids.deal]]], // prettier-ignore
    ['given another date', { ActivityDate: '2026-03-20' }, {}, [['next_step.rescheduled', { ...id, due_at: '2026-03-20' }, null]]], // prettier-ignore
    ['its date taken away', { ActivityDate: null }, {}, [['next_step.dropped', id, null]]],
    [
      'its date taken away by name',
      {},
      { nulledFields: ['ActivityDate'] },
      [['next_step.dropped', id, null]],
    ],
    ['begun', { Status: 'In Progress' }, {}, []],
    ['opened again', { Status: 'In Progress', IsClosed: false }, {}, []],
    ['called otherwise', { Subject: 'x' }, {}, []],
    ['done before, called otherwise', { Status: 'Completed', IsClosed: true, Subject: 'x' }, { changedFields: ['Subject'] }, []], // prettier-ignore
    ['done before, given another date', { IsClosed: true, ActivityDate: '2026-03-20' }, { changedFields: ['ActivityDate'] }, []], // prettier-ignore
    ['in the Pub/Sub form', { ...TODO, Subject: null, WhatId: null, WhoId: null, Status: null, IsClosed: null, ActivityDate: 1773273600000 }, { changedFields: ['0x80'] }, [['next_step.rescheduled', { ...id, due_at: '2026-03-12' }, null]]], // prettier-ignore
  ])('that is updated: %s', (_, fields, header, expected) => {
    expect(task('UPDATE', fields, header)).toEqual(expected);
  });

  it('that is deleted is dropped', () => {
    expect(task('DELETE', {})).toEqual([['next_step.dropped', id, null]]);
    expect(task('DELETE', TODO)).toEqual([['next_step.dropped', id, ids.deal]]);
  });

  it.each<[string, Fields, unknown[]]>([
    ['an opportunity', { WhatId: ids.deal, WhoId: {} }, [ids.deal]],
    ['an account', { WhatId: ids.account, WhoId: null }, [null, `account:${ids.account}`]],
    [
      'an account and a contact',
      { WhatId: ids.account },
      [null, `account:${ids.account} contact:${ids.contact}`],
    ],
    ['a lead', { WhatId: null, WhoId: ids.lead }, [null, `lead:${ids.lead}`]],
    ['a case', { WhatId: '5005f00000CaSeAAAV', WhoId: null }, [null]],
    ['nobody', { WhatId: null, WhoId: null }, [null]],
  ])('is tied to %s', (_, fields, expected) => {
    expect(task('CREATE', { ...TODO, ...fields })).toEqual([['next_step.agreed', AGREED, ...expected]]);
  });

  it.each<[string, string, Fields]>([
    ['ActivityDate', 'CREATE', { ...TODO, ActivityDate: 'soon' }],
    ['Status', 'CREATE', { ...TODO, Status: {} }],
    ['IsClosed', 'CREATE', { ...TODO, IsClosed: 'maybe' }],
    ['Subject', 'CREATE', { ...TODO, Subject: ['x'] }],
    ['WhatId', 'CREATE', { ...TODO, WhatId: {} }],
    ['WhoId', 'CREATE', { ...TODO, WhatId: null, WhoId: true }],
    ['ActivityDate', 'UPDATE', { ActivityDate: '2026-13-01' }],
    ['Status', 'UPDATE', { Status: [] }],
  ])('is refused with an unreadable %s (%s)', (field, kind, fields) => {
    expect(task(kind, fields)).toEqual([expect.stringMatching(new RegExp(`^${field}: expected `))]);
  });
});

const APPOINTMENT = {
  WhatId: ids.deal,
  WhoId: ids.contact,
  OwnerId: ids.user,
  Subject: 'Demo',
  StartDateTime: '2026-03-16T14:00:00.000Z',
  EndDateTime: '2026-03-16T15:00:00.000Z',
  DurationInMinutes: 60,
  IsAllDayEvent: false,
};
const event = (changeType: string, fields: Fields, header: Fields = {}, mapping = {}) =>
  toldBy(changeEvent(changeType, 'Event', ids.meeting, fields, header), mapping);
const OWNER = { ref: `user/${ids.user}`, response: 'accepted' };
const SCHEDULED = {
  meeting_id: ids.meeting,
  starts_at: '2026-03-16T14:00:00.000Z',
  ends_at: '2026-03-16T15:00:00.000Z',
  title: 'Demo',
  attendees: [OWNER, { ref: `contact/${ids.contact}` }],
};

describe('an event of the calendar', () => {
  it.each(['CREATE', 'UNDELETE'])('is a meeting of its owner and whom it is with (%s)', (kind) => {
    expect(event(kind, APPOINTMENT)).toEqual([['meeting.scheduled', SCHEDULED, ids.deal]]);
  });

  it.each<[string, Fields, Fields]>([
    ['ends after its duration', { EndDateTime: null, DurationInMinutes: '45' }, { ends_at: '2026-03-16T14:45:00.000Z' }], // prettier-ignore
    ['has its end rather than its duration', { DurationInMinutes: {} }, {}],
    ['is given in epochs', { StartDateTime: 1773669600000, EndDateTime: 1773673200000 }, {}],
    ['is given with an offset', { StartDateTime: '2026-03-16T15:00:00+01:00' }, {}],
    ['is with a lead', { WhoId: ids.lead }, { attendees: [OWNER, { ref: `lead/${ids.lead}` }] }],
    ['is with nobody', { WhoId: null }, { attendees: [OWNER] }],
    ['is with what is no person', { WhoId: ids.account }, { attendees: [OWNER] }],
    ['is without an owner', { OwnerId: null }, { attendees: [{ ref: `contact/${ids.contact}` }] }],
    ['has no title', { Subject: '' }, { title: undefined }],
  ])('%s', (_, fields, expected) => {
    const [told] = event('CREATE', { ...APPOINTMENT, ...fields });
    expect(told).toEqual(['meeting.scheduled', { ...SCHEDULED, ...expected }, ids.deal]);
  });

  it('is taken as accepted where no calendar would tell, and its people from the mapping', () => {
    const people = new Map([
      [`contact/${ids.contact}`, { email: 'Ann@Customer.example', name: 'Ann' }],
      [`user/${ids.user}`, { email: 'sam@seller.example' }],
    ]);
    expect(event('CREATE', APPOINTMENT, {}, { people, assumeAccepted: true })).toEqual([
      [
        'meeting.scheduled',
        {
          ...SCHEDULED,
          attendees: [
            { email: 'sam@seller.example', response: 'accepted' },
            { email: 'ann@customer.example', name: 'Ann', response: 'accepted' },
          ],
        },
        ids.deal,
      ],
    ]);
  });

  it('that lasts all day is none', () => {
    expect(event('CREATE', { ...APPOINTMENT, IsAllDayEvent: true, StartDateTime: {} })).toEqual([]);
    expect(event('UPDATE', { StartDateTime: APPOINTMENT.StartDateTime, IsAllDayEvent: true })).toEqual([]);
  });

  const id = { meeting_id: ids.meeting };
  const starts = { starts_at: SCHEDULED.starts_at };
  const ends = { ends_at: SCHEDULED.ends_at };
  it.each<[string, Fields, Fields, unknown[]]>([
    ['its start', { StartDateTime: APPOINTMENT.StartDateTime }, {}, [['meeting.rescheduled', { ...id, ...starts }, null]]], // prettier-ignore
    [
      'its end',
      { EndDateTime: APPOINTMENT.EndDateTime },
      {},
      [['meeting.rescheduled', { ...id, ...ends }, null]],
    ],
    ['its start and length', { StartDateTime: APPOINTMENT.StartDateTime, DurationInMinutes: 60 }, {}, [['meeting.rescheduled', { ...id, ...starts, ...ends }, null]]], // prettier-ignore
    ['its end, on an enriched channel', APPOINTMENT, { changedFields: ['EndDateTime'] }, [['meeting.rescheduled', { ...id, ...starts, ...ends, title: 'Demo' }, ids.deal]]], // prettier-ignore
    ['its length alone', { DurationInMinutes: 30 }, {}, []],
    ['its title', { Subject: 'x' }, {}, []],
    ['its owner', { OwnerId: ids.user }, {}, []],
    ['its title, on an enriched channel', APPOINTMENT, { changedFields: ['Subject'] }, []],
  ])('is rescheduled by a change of a time only: %s', (_, fields, header, expected) => {
    expect(event('UPDATE', fields, header)).toEqual(expected);
  });

  it('that is deleted is cancelled', () => {
    expect(event('DELETE', {})).toEqual([['meeting.cancelled', id, null]]);
    expect(event('DELETE', APPOINTMENT)).toEqual([['meeting.cancelled', id, ids.deal]]);
  });

  it('without a deal may be found by its account and contact', () => {
    expect(event('CREATE', { ...APPOINTMENT, WhatId: ids.account })).toEqual([
      ['meeting.scheduled', SCHEDULED, null, `account:${ids.account} contact:${ids.contact}`],
    ]);
  });

  it.each<[string, Fields]>([
    ['StartDateTime', { StartDateTime: 'soon', EndDateTime: APPOINTMENT.EndDateTime }],
    ['StartDateTime', { StartDateTime: null }],
    ['StartDateTime', { StartDateTime: '2026-03-16T14:00:00' }],
    ['EndDateTime', { EndDateTime: null, DurationInMinutes: null }],
    ['EndDateTime', { EndDateTime: [] }],
    ['DurationInMinutes', { EndDateTime: null, DurationInMinutes: '1h' }],
    ['DurationInMinutes', { EndDateTime: null, DurationInMinutes: 1e300 }],
    ['DurationInMinutes', { EndDateTime: null, DurationInMinutes: -5 }],
    ['IsAllDayEvent', { IsAllDayEvent: 'perhaps' }],
    ['data.ends_at', { EndDateTime: '2026-03-16T13:00:00.000Z' }],
    ['OwnerId', { OwnerId: {} }],
  ])('is refused for its %s: %j', (field, fields) => {
    const reasons = event('CREATE', { ...APPOINTMENT, ...fields });
    expect(reasons).toContainEqual(expect.stringMatching(new RegExp(`^${field}: `)));
  });
});

describe('a guest of an event', () => {
  const GUEST = { EventId: ids.meeting, RelationId: ids.contact, Status: 'New' };
  const guest = (changeType: string, fields: Fields, header: Fields = {}, mapping = {}) =>
    toldBy(changeEvent(changeType, 'EventRelation', ids.relation, fields, header), mapping);
  const answer = (response: string, ref = `contact/${ids.contact}`) => [
    ['meeting.responded', { meeting_id: ids.meeting, person: { ref }, response }, null],
  ];

  it.each([
    ['New', 'needs_action'],
    ['Accepted', 'accepted'],
    ['Declined', 'declined'],
    ['Maybe', 'tentative'],
    ['Uninvited', 'declined'],
    ['', 'needs_action'],
    ['Thinking', 'needs_action'],
  ])('who is %j has answered %s', (Status, response) => {
    expect(guest('CREATE', { ...GUEST, Status })).toEqual(answer(response));
    expect(guest('UPDATE', { ...GUEST, Status }, { changedFields: ['Status'] })).toEqual(answer(response));
  });

  it.each([
    [ids.lead, `lead/${ids.lead}`],
    [ids.user, `user/${ids.user}`],
  ])('is a contact, a lead or a user: %s', (RelationId, ref) => {
    expect(guest('CREATE', { ...GUEST, RelationId })).toEqual(answer('needs_action', ref));
  });

  it.each<[string, string, Fields, Fields]>([
    ['a room', 'CREATE', { RelationId: '0235f00000RoOmAAAV' }, {}],
    ['what the meeting is about', 'CREATE', { RelationId: ids.deal }, {}],
    ['nobody', 'CREATE', { RelationId: null }, {}],
    ['of no meeting', 'CREATE', { EventId: null }, {}],
    ['taken away', 'DELETE', {}, {}],
    ['changed otherwise', 'UPDATE', {}, { changedFields: ['Response'] }],
  ])('is none: %s', (_, kind, fields, header) => {
    expect(guest(kind, { ...GUEST, ...fields }, header)).toEqual([]);
  });

  it('whose partial update does not say who it is can not be told', () => {
    expect(guest('UPDATE', { Status: 'Accepted' })).toEqual([]);
  });

  it('has accepted where no calendar would tell, unless the record knows better', () => {
    const mapping = { assumeAccepted: true };
    expect(guest('CREATE', GUEST, {}, mapping)).toEqual(answer('accepted'));
    expect(guest('CREATE', { ...GUEST, Status: 'Declined' }, {}, mapping)).toEqual(answer('declined'));
  });

  it('is refused with an unreadable answer', () => {
    expect(guest('CREATE', { ...GUEST, Status: {} })).toEqual([expect.stringMatching(/^Status: /)]);
  });
});

describe('a contact role', () => {
  const ROLE = { OpportunityId: ids.deal, ContactId: ids.contact, Role: 'Economic Buyer' };
  const role = (changeType: string, fields: Fields, header: Fields = {}, mapping = {}) =>
    toldBy(changeEvent(changeType, 'OpportunityContactRole', ids.role, fields, header), mapping);
  const identified = (roleOfOurs: string, ref = `contact/${ids.contact}`) => [
    ['stakeholder.identified', { person: { ref }, role: roleOfOurs }, ids.deal],
  ];

  it.each([
    ['Economic Buyer', 'economic_buyer'],
    ['Economic Decision Maker', 'economic_buyer'],
    ['decision maker', 'approver'],
    ['Executive Sponsor', 'approver'],
    ['Evaluator', 'evaluator'],
    ['Technical Buyer', 'evaluator'],
    ['Business User', 'user'],
    ['Champion', 'champion'],
    ['Influencer', 'other'],
    ['constructor', 'other'],
    [null, 'other'],
  ])('of %j is %s', (Role, expected) => {
    expect(role('CREATE', { ...ROLE, Role })).toEqual(identified(expected));
  });

  it("takes the mapping's roles first", () => {
    const roles = new Map([
      ['budget owner', 'economic_buyer'],
      ['evaluator', 'user'],
    ]);
    expect(role('CREATE', { ...ROLE, Role: 'Budget Owner' }, {}, { roles })).toEqual(
      identified('economic_buyer'),
    );
    expect(role('CREATE', { ...ROLE, Role: 'Evaluator' }, {}, { roles })).toEqual(identified('user'));
    expect(role('CREATE', { ...ROLE, Role: 'Champion' }, {}, { roles })).toEqual(identified('champion'));
  });

  it('is told again when it changes, of whoever the record stands for', () => {
    const changedFields = ['Role'];
    expect(role('UPDATE', ROLE, { changedFields })).toEqual(identified('economic_buyer'));
    expect(role('UPDATE', { OpportunityId: ids.deal, Role: 'Champion' }, { changedFields })).toEqual(
      identified('champion', `role/${ids.role}`),
    );
  });

  it.each<[string, string, readonly string[]]>([
    ['other changes', 'UPDATE', ['IsPrimary']],
    ['its end: roles do not lapse', 'DELETE', []],
    ['its return', 'UNDELETE', []],
  ])('says nothing by %s', (_, kind, changedFields) => {
    expect(role(kind, ROLE, { changedFields })).toEqual([]);
  });

  it('is refused with an unreadable person or role', () => {
    expect(role('CREATE', { ...ROLE, ContactId: {} })).toEqual([expect.stringMatching(/^ContactId: /)]);
    expect(role('CREATE', { ...ROLE, Role: [] })).toEqual([expect.stringMatching(/^Role: /)]);
  });
});
