import { describe, expect, it } from '@jest/globals';
import type { EventDraft } from '../native/draft.js';
import { defaultMapping, type SourceMapping } from '../native/mapping.js';
import type { NativeRecord } from '../native/record.js';
import { translateMicrosoftGraph } from './translate.js';

const person = (name: string, response: unknown, type = 'required'): object => ({
  type,
  status: { response, time: '0001-01-01T00:00:00Z' },
  emailAddress: { name, address: `${name.toLowerCase()}@customer.example` },
});

const event = {
  '@odata.etag': 'W/"xPZF2y"',
  id: 'AAMkAGI1',
  createdDateTime: '2026-03-03T09:00:00.982289Z',
  lastModifiedDateTime: '2026-03-03T10:00:00.1234567Z',
  iCalUId: '040000008200E000',
  subject: 'Demo',
  sensitivity: 'normal',
  isAllDay: false,
  isCancelled: false,
  isDraft: false,
  seriesMasterId: null,
  type: 'singleInstance',
  start: { dateTime: '2026-03-10T14:00:00.0000000', timeZone: 'UTC' },
  end: { dateTime: '2026-03-10T15:00:00.0000000', timeZone: 'UTC' },
  attendees: [person('Ann', 'accepted')],
  organizer: { emailAddress: { name: 'Rep', address: 'Rep@Seller.example' } },
};
const ann = { email: 'ann@customer.example', name: 'Ann', response: 'accepted' };
const rep = { email: 'rep@seller.example', name: 'Rep', response: 'accepted' };

type Told = EventDraft & {
  readonly data: Readonly<Record<string, unknown>>;
  readonly meetinguid?: unknown;
  readonly meetingseries?: unknown;
};

function tell(
  value: unknown,
  extra: Omit<NativeRecord, 'value'> = {},
  mapping: Partial<SourceMapping> = {},
): readonly Told[] {
  const result = translateMicrosoftGraph({ value, ...extra }, { ...defaultMapping, ...mapping });
  if ('reasons' in result) throw new Error(result.reasons.join('; '));
  return result.events as readonly Told[];
}

function reasonsOf(value: unknown, extra: Omit<NativeRecord, 'value'> = {}): readonly string[] {
  const result = translateMicrosoftGraph({ value, ...extra }, defaultMapping);
  return 'reasons' in result ? result.reasons : [];
}

const attendeesOf = (change: object): unknown => tell({ ...event, ...change })[0]?.data['attendees'];

describe('a standing event', () => {
  it('is one meeting.scheduled, the whole meeting at its last change', () => {
    expect(translateMicrosoftGraph({ value: event }, defaultMapping)).toEqual({
      source: 'microsoft-graph',
      events: [
        {
          specversion: '1.0',
          id: expect.stringMatching(/^000000\/5\/meeting\.scheduled\/AAMkAGI1\/1772532000123\/[0-9a-f]{12}$/),
          source: 'microsoft-graph',
          type: 'meeting.scheduled',
          time: '2026-03-03T10:00:00.123Z',
          schemaversion: 1,
          meetinguid: '040000008200E000',
          data: {
            meeting_id: 'AAMkAGI1',
            starts_at: '2026-03-10T14:00:00.000Z',
            ends_at: '2026-03-10T15:00:00.000Z',
            title: 'Demo',
            attendees: [ann, rep],
          },
        },
      ],
    });
  });

  it.each(['singleInstance', 'occurrence', 'exception', 'somethingNew', null, undefined])(
    'may be of the type %j',
    (type) => {
      expect(tell({ ...event, type })[0]?.type).toBe('meeting.scheduled');
    },
  );

  it('names its series', () => {
    const [told] = tell({ ...event, type: 'occurrence', seriesMasterId: 'M1' });
    expect(told).toMatchObject({ meetingseries: 'M1', meetinguid: '040000008200E000' });
    expect(tell(event)[0]).not.toHaveProperty('meetingseries');
  });

  it('is told without a time where it does not say when it was changed', () => {
    const [told] = tell({ ...event, lastModifiedDateTime: null }, { timestamp: Date.UTC(2026, 2, 4) });
    expect(told?.type).toBe('meeting.scheduled');
    expect(told).not.toHaveProperty('time');
  });

  it.each([
    ['normal', 'Demo'],
    [undefined, 'Demo'],
    ['private', undefined],
    ['personal', undefined],
    ['confidential', undefined],
    ['somethingNew', undefined],
  ])('of sensitivity %s has the title %j', (sensitivity, title) => {
    expect(tell({ ...event, sensitivity })[0]?.data['title']).toBe(title);
  });

  it('is told under the source of the mapping', () => {
    expect(tell(event, {}, { source: 'outlook' })).toEqual([expect.objectContaining({ source: 'outlook' })]);
  });
});

describe('the people of an event', () => {
  it.each([
    ['accepted', 'accepted'],
    ['organizer', 'accepted'],
    ['tentativelyAccepted', 'tentative'],
    ['declined', 'declined'],
    ['none', 'needs_action'],
    ['notResponded', 'needs_action'],
    ['', 'needs_action'],
    [null, 'needs_action'],
    ['maybe', 'needs_action'],
    ['tentative', 'needs_action'],
    ['constructor', 'needs_action'],
  ])('answer %j: %s', (answer, response) => {
    expect(attendeesOf({ attendees: [person('Ann', answer)] })).toEqual([{ ...ann, response }, rep]);
  });

  it.each([null, undefined, {}, { time: 'never' }])('give no answer with the status %j', (status) => {
    const attendees = [{ ...person('Ann', 'accepted'), status }];
    expect(attendeesOf({ attendees })).toEqual([{ ...ann, response: 'needs_action' }, rep]);
  });

  it.each([
    ['none', 'accepted'],
    ['organizer', 'accepted'],
    ['notResponded', 'accepted'],
    ['tentativelyAccepted', 'accepted'],
    ['accepted', 'accepted'],
    ['declined', 'declined'],
  ])('include a listed organizer, with the answer %s as %s', (answer, response) => {
    const listed = {
      ...person('Rep', answer),
      emailAddress: { name: 'Rep', address: ' rep@SELLER.example' },
    };
    expect(attendeesOf({ attendees: [person('Ann', 'accepted'), listed] })).toEqual([
      ann,
      { ...rep, response },
    ]);
  });

  it.each([
    person('Room4', 'accepted', 'resource'),
    { ...person('Old', 'accepted'), emailAddress: { name: 'Old', address: '/O=EXCHANGELABS/OU=X/CN=OLD' } },
    { ...person('Old', 'accepted'), emailAddress: { name: 'Old' } },
    { ...person('Old', 'accepted'), emailAddress: null },
    {},
  ])('are not %j', (entry) => {
    expect(attendeesOf({ attendees: [person('Ann', 'accepted'), entry] })).toEqual([ann, rep]);
  });

  it('are not an organizer without an address', () => {
    const attendees = [person('Ann', 'accepted'), person('Bob', 'declined')];
    const organizer = { emailAddress: { name: 'Old', address: '/O=EXCHANGELABS/CN=OLD' } };
    const bob = { email: 'bob@customer.example', name: 'Bob', response: 'declined' };
    expect(attendeesOf({ attendees, organizer })).toEqual([ann, bob]);
    expect(attendeesOf({ attendees, organizer: null })).toEqual([ann, bob]);
  });

  it('count once, an answer before none', () => {
    const attendees = [person('Ann', 'none'), person('ANN', 'tentativelyAccepted')];
    expect(attendeesOf({ attendees })).toEqual([
      { email: 'ann@customer.example', name: 'ANN', response: 'tentative' },
      rep,
    ]);
  });

  it('are none of others’ business where there is but one', () => {
    for (const attendees of [undefined, null, [], [person('Room4', 'accepted', 'resource')]]) {
      const [told] = tell({ ...event, attendees, start: 5, subject: {} });
      expect(told).toMatchObject({ type: 'meeting.cancelled', time: '2026-03-03T10:00:00.123Z' });
      expect(told?.data).toEqual({ meeting_id: 'AAMkAGI1' });
    }
  });
});

describe('an event that tells nothing', () => {
  it.each([
    ['a master', { type: 'seriesMaster' }],
    ['a draft', { isDraft: true }],
    ['neither organizer nor attendees', { organizer: null, attendees: [] }],
    ['neither organizer nor attendees', { organizer: undefined, attendees: undefined }],
    ['another object', { '@odata.type': '#microsoft.graph.contact' }],
  ])('is %s', (_what, change) => {
    expect(tell({ ...event, ...change })).toEqual([]);
    // Nothing else of it is looked at.
    expect(tell({ ...event, start: 5, end: null, subject: {}, iCalUId: {}, ...change })).toEqual([]);
  });

  it.each(['#microsoft.graph.event', '#Microsoft.Graph.Event'])('is none of the type %s', (type) => {
    expect(tell({ ...event, '@odata.type': type })).toHaveLength(1);
  });
});

describe('a cancelled event', () => {
  it.each([
    ['an ordinary one', {}],
    ['a master', { type: 'seriesMaster' }],
    ['one without people', { organizer: null, attendees: null }],
    ['one with an unreadable rest', { start: 5, subject: {}, attendees: 'x' }],
  ])('is told at its last change: %s', (_what, change) => {
    const [told] = tell({ ...event, isCancelled: true, ...change });
    expect(told).toMatchObject({
      type: 'meeting.cancelled',
      time: '2026-03-03T10:00:00.123Z',
      meetinguid: '040000008200E000',
    });
    expect(told?.data).toEqual({ meeting_id: 'AAMkAGI1' });
  });

  it('names its series', () => {
    expect(tell({ ...event, isCancelled: true, seriesMasterId: 'M1' })[0]?.meetingseries).toBe('M1');
  });
});

const timestamp = Date.UTC(2026, 2, 7);
const page = { updated: '2026-03-06T00:00:00Z' };

describe('a removed event of a delta', () => {
  it.each([{ reason: 'deleted' }, { reason: 'changed' }, {}])('with %j is cancelled', (removed) => {
    expect(tell({ id: 'AAMkAGI1', '@removed': removed }, { timestamp })).toEqual([
      expect.objectContaining({
        type: 'meeting.cancelled',
        time: '2026-03-07T00:00:00.000Z',
        data: { meeting_id: 'AAMkAGI1' },
      }),
    ]);
  });

  it('has the time of the page before that of the message, and may have none', () => {
    const removed = { id: 'AAMkAGI1', '@removed': { reason: 'deleted' } };
    expect(tell(removed, { timestamp, page })[0]?.time).toBe('2026-03-06T00:00:00.000Z');
    expect(tell(removed)[0]).not.toHaveProperty('time');
  });
});

describe('a change notification', () => {
  const notification = {
    subscriptionId: 'f37536ac',
    changeType: 'deleted',
    tenantId: '84bd8158',
    clientState: 'secret',
    resource: 'Users/u/Events/AAMkAGI1',
    resourceData: {
      '@odata.type': '#Microsoft.Graph.Event',
      '@odata.id': 'Users/u/Events/x',
      id: 'AAMkAGI1',
    },
  };

  it('that an event was deleted is a cancelled meeting', () => {
    expect(tell(notification, { timestamp })).toEqual([
      expect.objectContaining({
        type: 'meeting.cancelled',
        time: '2026-03-07T00:00:00.000Z',
        data: { meeting_id: 'AAMkAGI1' },
      }),
    ]);
    expect(tell(notification)[0]).not.toHaveProperty('time');
  });

  it('is the same cancelled meeting as the delta’s', () => {
    const delta = { id: 'AAMkAGI1', '@removed': { reason: 'deleted' } };
    expect(tell(notification, { timestamp })).toEqual(tell(delta, { timestamp }));
  });

  it.each([
    ['created', { changeType: 'created' }],
    ['updated', { changeType: 'updated', resourceData: null }],
    ['of later days', { changeType: 'somethingNew' }],
    ['of the subscription', { changeType: undefined, lifecycleEvent: 'missed', resourceData: null }],
    ['of a message', { resourceData: { '@odata.type': '#Microsoft.Graph.Message', id: 'AAMk' } }],
  ])('tells nothing else: %s', (_what, change) => {
    expect(tell({ ...notification, ...change })).toEqual([]);
  });

  it('takes an object that does not say what it is for an event', () => {
    expect(tell({ ...notification, resourceData: { id: 'AAMkAGI1' } })).toHaveLength(1);
  });

  it.each([null, {}, { id: '' }, { id: {} }, 'x'])('of a deleted %j is refused', (resourceData) => {
    expect(reasonsOf({ ...notification, resourceData })).not.toEqual([]);
  });
});

describe('the times of an event', () => {
  const times = (start: object, mapping: Partial<SourceMapping> = {}): unknown =>
    tell({ ...event, start, end: { dateTime: '2027-01-01T00:00:00', timeZone: 'UTC' } }, {}, mapping)[0]
      ?.data['starts_at'];

  it.each([
    ['2026-03-10T07:00:00.0000000', 'Pacific Standard Time', '2026-03-10T14:00:00.000Z'],
    ['2026-03-10T15:00:00.0000000', 'W. Europe Standard Time', '2026-03-10T14:00:00.000Z'],
    ['2026-03-10T15:00:00.0000000', 'Europe/Berlin', '2026-03-10T14:00:00.000Z'],
    ['2026-03-10T19:30:00.0000000', 'India Standard Time', '2026-03-10T14:00:00.000Z'],
    ['2026-03-10T14:00:00.1239999', 'UTC', '2026-03-10T14:00:00.123Z'],
    ['2026-10-25T02:30:00.0000000', 'W. Europe Standard Time', '2026-10-25T00:30:00.000Z'],
    ['2026-03-29T02:30:00.0000000', 'W. Europe Standard Time', '2026-03-29T01:30:00.000Z'],
    ['2026-03-10T15:00:00+01:00', 'UTC', '2026-03-10T14:00:00.000Z'],
  ])('read %s in %s: %s', (dateTime, timeZone, expected) => {
    expect(times({ dateTime, timeZone })).toBe(expected);
  });

  it('are of the mapping’s zone where they name none', () => {
    const start = { dateTime: '2026-03-10T15:00:00.0000000' };
    expect(times(start, { timezone: 'Europe/Berlin' })).toBe('2026-03-10T14:00:00.000Z');
    expect(times({ ...start, timeZone: '' })).toBe('2026-03-10T15:00:00.000Z');
  });

  it('of whole days are midnights of the zone given with them', () => {
    const timeZone = 'W. Europe Standard Time';
    const allDay = {
      ...event,
      isAllDay: true,
      start: { dateTime: '2026-03-29T00:00:00.0000000', timeZone },
      end: { dateTime: '2026-03-30T00:00:00.0000000', timeZone },
    };
    expect(tell(allDay, {}, { timezone: 'America/New_York' })[0]?.data).toMatchObject({
      starts_at: '2026-03-28T23:00:00.000Z',
      ends_at: '2026-03-29T22:00:00.000Z',
    });
  });

  it.each(['tzone://Microsoft/Custom', 'Customized Time Zone', 'Nowhere', 'pacific standard time', 5])(
    'are refused in the zone %j, of whole days too',
    (timeZone) => {
      for (const isAllDay of [true, false]) {
        const start = { dateTime: '2026-03-10T00:00:00.0000000', timeZone };
        expect(reasonsOf({ ...event, isAllDay, start })).toEqual([
          `start.timeZone: expected an IANA or Windows name of a time zone, got ${JSON.stringify(timeZone)}`,
        ]);
      }
    },
  );
});

describe('a record that is refused', () => {
  it.each([
    ['record: expected a JSON object', null],
    ['record: expected a JSON object', [event]],
    ['record: expected a JSON object', 7],
    ['id: expected an id', {}],
    ['id: expected an id', { ...event, id: null }],
    ['id: expected an id', { '@removed': { reason: 'deleted' } }],
    ['id: expected an id', { ...event, type: 'seriesMaster', id: [] }],
    ['@removed: expected an object', { ...event, '@removed': 'deleted' }],
    ['@odata.type: expected a text', { ...event, '@odata.type': {} }],
    ['changeType: expected a text', { changeType: {} }],
    ['isCancelled: expected true or false', { ...event, isCancelled: 'no' }],
    ['isDraft: expected true or false', { ...event, isDraft: 0 }],
    ['type: expected a text', { ...event, type: {} }],
    ['iCalUId: expected an id', { ...event, iCalUId: {} }],
    ['seriesMasterId: expected an id', { ...event, seriesMasterId: true }],
    ['lastModifiedDateTime: expected an instant', { ...event, lastModifiedDateTime: 'soon' }],
    ['lastModifiedDateTime: expected an instant', { ...event, lastModifiedDateTime: '0001-01-01T00:00:00Z' }],
    ['lastModifiedDateTime: ', { ...event, isCancelled: true, lastModifiedDateTime: {} }],
    ['subject: expected a text', { ...event, subject: {} }],
    ['sensitivity: expected a text', { ...event, sensitivity: [] }],
    ['start.dateTime: expected a date with a time', { ...event, start: null }],
    ['end.dateTime: expected a date with a time', { ...event, end: {} }],
    ['end.dateTime: expected', { ...event, end: { dateTime: '2026-03-10', timeZone: 'UTC' } }],
    [
      'data.ends_at: expected an end',
      { ...event, end: { dateTime: '2026-03-10T13:00:00', timeZone: 'UTC' } },
    ],
    ['organizer: expected an object', { ...event, organizer: 'rep' }],
    ['organizer.emailAddress: expected an object', { ...event, organizer: { emailAddress: 'rep' } }],
    ['attendees: expected a list', { ...event, attendees: 'x' }],
    ['attendees[1]: expected an object', { ...event, attendees: [person('Ann', 'none'), null] }],
    ['attendees[0].emailAddress: ', { ...event, attendees: [{ emailAddress: 'x' }, person('Ann', 'none')] }],
    ['attendees[0].status: ', { ...event, attendees: [{ ...person('Ann', 'none'), status: 'none' }] }],
    ['attendees[0].status.response: ', { ...event, attendees: [person('Ann', {})] }],
    ['attendees[0].type: ', { ...event, attendees: [{ ...person('Ann', 'none'), type: [] }] }],
  ])('says %s', (reason, value) => {
    const reasons = reasonsOf(value);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]?.startsWith(reason)).toBe(true);
  });

  it('says every reason', () => {
    const value = {
      ...event,
      lastModifiedDateTime: 'soon',
      start: { dateTime: 'x', timeZone: 'Nowhere' },
      subject: {},
    };
    expect(reasonsOf(value).map((reason) => reason.split(':')[0])).toEqual([
      'lastModifiedDateTime',
      'start.timeZone',
      'start.dateTime',
      'subject',
    ]);
  });
});
