import { describe, expect, it } from '@jest/globals';
import type { EventDraft } from '../native/draft.js';
import { defaultMapping, type SourceMapping } from '../native/mapping.js';
import type { NativeRecord } from '../native/record.js';
import { translateGoogleCalendar } from './translate.js';

const event = {
  kind: 'calendar#event',
  id: '7k2m',
  status: 'confirmed',
  created: '2026-03-03T09:00:00.000Z',
  updated: '2026-03-03T10:00:00.000Z',
  summary: 'Demo',
  organizer: { email: 'rep@seller.example' },
  start: { dateTime: '2026-03-10T15:00:00+01:00', timeZone: 'Europe/Berlin' },
  end: { dateTime: '2026-03-10T16:00:00+01:00', timeZone: 'Europe/Berlin' },
  iCalUID: '7k2m@google.com',
  attendees: [
    { email: 'rep@seller.example', responseStatus: 'accepted', organizer: true },
    { email: 'ann@customer.example', responseStatus: 'accepted', displayName: 'Ann' },
  ],
  eventType: 'default',
};
const rep = { email: 'rep@seller.example', response: 'accepted' };
const ann = { email: 'ann@customer.example', name: 'Ann', response: 'accepted' };

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
  const result = translateGoogleCalendar({ value, ...extra }, { ...defaultMapping, ...mapping });
  if ('reasons' in result) throw new Error(result.reasons.join('; '));
  return result.events as readonly Told[];
}

function reasonsOf(value: unknown, extra: Omit<NativeRecord, 'value'> = {}): readonly string[] {
  const result = translateGoogleCalendar({ value, ...extra }, defaultMapping);
  return 'reasons' in result ? result.reasons : [];
}

const attendeesOf = (change: object): unknown => tell({ ...event, ...change })[0]?.data['attendees'];

describe('a standing event', () => {
  it('is one meeting.scheduled, the whole meeting at its last change', () => {
    expect(translateGoogleCalendar({ value: event }, defaultMapping)).toEqual({
      source: 'google-calendar',
      events: [
        {
          specversion: '1.0',
          id: expect.stringMatching(/^000000\/5\/meeting\.scheduled\/7k2m\/1772532000000\/[0-9a-f]{12}$/),
          source: 'google-calendar',
          type: 'meeting.scheduled',
          time: '2026-03-03T10:00:00.000Z',
          schemaversion: 1,
          meetinguid: '7k2m@google.com',
          data: {
            meeting_id: '7k2m',
            starts_at: '2026-03-10T14:00:00.000Z',
            ends_at: '2026-03-10T15:00:00.000Z',
            title: 'Demo',
            attendees: [ann, rep],
          },
        },
      ],
    });
  });

  it('is the same event in whatever order it lists the people', () => {
    const copy = { ...event, attendees: event.attendees.toReversed(), etag: 'another' };
    expect(tell(copy)).toEqual(tell(event));
  });

  it.each(['tentative', undefined, null, '', 'something new'])('stands with the status %j', (status) => {
    expect(tell({ ...event, status })[0]?.type).toBe('meeting.scheduled');
  });

  it('is told without a time where it does not say when it was changed', () => {
    const { updated: _, ...rest } = event;
    const [told] = tell(rest, { timestamp: Date.UTC(2026, 2, 4), page: { updated: '2026-03-05T00:00:00Z' } });
    expect(told?.type).toBe('meeting.scheduled');
    expect(told).not.toHaveProperty('time');
  });

  it('is told under the source of the mapping', () => {
    expect(tell(event, {}, { source: 'calendar/acme' })).toEqual([
      expect.objectContaining({ source: 'calendar/acme' }),
    ]);
  });

  it.each([
    ['default', 'Demo'],
    ['public', 'Demo'],
    [undefined, 'Demo'],
    ['private', undefined],
    ['confidential', undefined],
  ])('of visibility %s has the title %j', (visibility, title) => {
    expect(tell({ ...event, visibility })[0]?.data['title']).toBe(title);
  });

  it.each([
    ['', undefined],
    [null, undefined],
    ['Präsentation 提案 🎉', 'Präsentation 提案 🎉'],
    ['🎉'.repeat(5000), '🎉'.repeat(4000)],
  ])('tells its title as it came, cut', (summary, title) => {
    expect(tell({ ...event, summary })[0]?.data['title']).toBe(title);
  });
});

describe('the people of an event', () => {
  it.each([
    ['accepted', 'accepted'],
    ['tentative', 'tentative'],
    ['declined', 'declined'],
    ['needsAction', 'needs_action'],
    [undefined, 'needs_action'],
    [null, 'needs_action'],
    ['', 'needs_action'],
    ['delegated', 'needs_action'],
    ['Accepted', 'needs_action'],
    ['constructor', 'needs_action'],
  ])('answer %j: %s', (responseStatus, response) => {
    const attendees = [{ email: 'ann@customer.example', responseStatus }];
    expect(attendeesOf({ attendees })).toEqual([{ email: 'ann@customer.example', response }, rep]);
  });

  it.each([
    { email: 'room4@seller.example', resource: true, responseStatus: 'accepted' },
    { email: 'room4@seller.example', resource: 'true' },
    { email: 'c_188abc@resource.calendar.google.com', responseStatus: 'accepted' },
    { email: 'C_188ABC@Resource.Calendar.Google.Com' },
    { email: 'team@group.calendar.google.com', responseStatus: 'accepted' },
    { email: 'unknownorganizer@calendar.google.com' },
    { email: 'no address' },
    { email: '', displayName: 'Nobody' },
    { displayName: 'Nobody' },
    { id: 'profile-1' },
  ])('are not %j', (entry) => {
    expect(attendeesOf({ attendees: [...event.attendees, entry] })).toEqual([ann, rep]);
  });

  it.each([
    'someone@calendar.google.com',
    'ann@group.calendar.google.com.example',
    'ann@xgroup.calendar.google.com',
    'resource.calendar.google.com@customer.example',
  ])('may be %s', (email) => {
    expect(attendeesOf({ attendees: [{ email }] })).toEqual(
      expect.arrayContaining([{ email, response: 'needs_action' }]),
    );
  });

  it('include the organizer whom the list leaves out, unless he is nobody', () => {
    const attendees = [
      { email: 'ann@customer.example', responseStatus: 'accepted', displayName: 'Ann' },
      { email: 'bob@customer.example' },
    ];
    const bob = { email: 'bob@customer.example', response: 'needs_action' };
    const host = { email: 'Rep@Seller.example', displayName: 'Rep' };
    expect(attendeesOf({ attendees, organizer: host })).toEqual([ann, bob, { ...rep, name: 'Rep' }]);
    for (const organizer of [
      { email: 'abc@group.calendar.google.com' },
      { email: 'unknownorganizer@calendar.google.com' },
      { self: true },
      null,
    ])
      expect(attendeesOf({ attendees, organizer })).toEqual([ann, bob]);
  });

  it('count once, an answer before none', () => {
    const attendees = [
      { email: 'ann@customer.example', responseStatus: 'needsAction' },
      { email: 'Ann@Customer.example', responseStatus: 'declined' },
    ];
    expect(attendeesOf({ attendees })).toEqual([
      { email: 'ann@customer.example', response: 'declined' },
      rep,
    ]);
  });
});

describe('an event that is no meeting', () => {
  it.each([
    ['nobody invited', { attendees: undefined }],
    ['an empty list', { attendees: [] }],
    ['only himself', { attendees: [event.attendees[0]] }],
    ['himself and a room', { attendees: [event.attendees[0], { email: 'room@x.example', resource: true }] }],
    ['himself twice', { attendees: [{ email: 'REP@seller.example' }] }],
    ['no address at all', { attendees: [{ displayName: 'Ann' }], organizer: { self: true } }],
  ])('for want of people (%s) is told as cancelled, without its title', (_why, change) => {
    const [told] = tell({ ...event, ...change });
    expect(told).toMatchObject({
      type: 'meeting.cancelled',
      time: '2026-03-03T10:00:00.000Z',
      meetinguid: '7k2m@google.com',
    });
    expect(told?.data).toEqual({ meeting_id: '7k2m' });
  });

  it('for want of people is not asked for what is not told of it', () => {
    const appointment = { ...event, attendees: [], start: 5, summary: {}, visibility: [] };
    expect(tell(appointment)[0]?.type).toBe('meeting.cancelled');
  });

  it.each([
    ['neither organizer nor attendees', { organizer: undefined, attendees: undefined }],
    ['neither organizer nor attendees', { organizer: null, attendees: [] }],
    ['whereabouts', { eventType: 'workingLocation' }],
    ['absence', { eventType: 'outOfOffice' }],
    ['quiet', { eventType: 'focusTime' }],
    ['a birthday', { eventType: 'birthday' }],
    ['a type of later days', { eventType: 'somethingNew' }],
    ['a master', { recurrence: ['RRULE:FREQ=WEEKLY'] }],
    ['another kind', { kind: 'calendar#calendarListEntry' }],
  ])('is nothing: %s', (_why, change) => {
    expect(tell({ ...event, ...change })).toEqual([]);
    // Nothing else of it is looked at.
    expect(tell({ ...event, start: 5, end: null, summary: {}, updated: 'soon', ...change })).toEqual([]);
  });

  it.each([
    { eventType: 'fromGmail' },
    { eventType: undefined },
    { recurrence: [] },
    { recurrence: null },
    { kind: undefined },
  ])('is not one with %j', (change) => {
    expect(tell({ ...event, ...change })[0]?.type).toBe('meeting.scheduled');
  });

  it('is none whose list is left out: it is told without people', () => {
    const [told] = tell({ ...event, attendeesOmitted: true, attendees: [event.attendees[0]] });
    expect(told?.type).toBe('meeting.rescheduled');
    expect(told?.data).toEqual({
      meeting_id: '7k2m',
      starts_at: '2026-03-10T14:00:00.000Z',
      ends_at: '2026-03-10T15:00:00.000Z',
      title: 'Demo',
    });
    expect(tell({ ...event, attendeesOmitted: true, visibility: 'private' })[0]?.data).not.toHaveProperty(
      'title',
    );
  });
});

describe('a cancelled event', () => {
  it.each([
    ['all of it', { ...event, status: 'cancelled' }],
    ['no people', { ...event, status: 'cancelled', attendees: [], organizer: null }],
    ['a master', { ...event, status: 'cancelled', recurrence: ['RRULE:FREQ=DAILY'] }],
    ['unreadable rest', { ...event, status: 'cancelled', start: 5, attendees: 'x', summary: {} }],
  ])('is told at its last change: %s', (_what, value) => {
    const [told] = tell(value, { timestamp: 0, page: { updated: 'soon' } });
    expect(told).toMatchObject({ type: 'meeting.cancelled', time: '2026-03-03T10:00:00.000Z' });
    expect(told?.data).toEqual({ meeting_id: '7k2m' });
  });

  it('may be nothing but its id', () => {
    const timestamp = Date.UTC(2026, 2, 7);
    const page = { updated: '2026-03-06T00:00:00Z' };
    const bare = { id: '7k2m', status: 'cancelled' };
    expect(tell(bare, { page, timestamp })[0]?.time).toBe('2026-03-06T00:00:00.000Z');
    expect(tell(bare, { page: {}, timestamp })[0]?.time).toBe('2026-03-07T00:00:00.000Z');
    expect(tell(bare)[0]).not.toHaveProperty('time');
    expect(tell(bare)[0]).not.toHaveProperty('meetinguid');
    expect(reasonsOf(bare, { page: { updated: 'soon' } })).toHaveLength(1);
  });
});

describe('an instance of a series', () => {
  const instance = {
    ...event,
    id: '5abc_20260310T140000Z',
    recurringEventId: '5abc',
    iCalUID: '5abc@google.com',
    start: { dateTime: '2026-03-11T09:00:00Z' },
    end: { dateTime: '2026-03-11T10:00:00Z' },
    originalStartTime: { dateTime: '2026-03-10T15:00:00+01:00', timeZone: 'Europe/Berlin' },
  };

  it('is a meeting of its own, known by its first start wherever it moved to', () => {
    expect(tell(instance)).toEqual([
      expect.objectContaining({
        type: 'meeting.scheduled',
        meetingseries: '5abc',
        meetinguid: '5abc@google.com/2026-03-10T14:00:00.000Z',
        data: expect.objectContaining({
          meeting_id: '5abc_20260310T140000Z',
          starts_at: '2026-03-11T09:00:00.000Z',
        }),
      }),
    ]);
  });

  it.each([
    [{ date: '2026-03-10' }, {}, '2026-03-10T00:00:00.000Z'],
    [{ date: '2026-03-10' }, { page: { timeZone: 'Europe/Berlin' } }, '2026-03-09T23:00:00.000Z'],
    [{ dateTime: '2026-03-10T15:00:00', timeZone: 'Europe/Berlin' }, {}, '2026-03-10T14:00:00.000Z'],
  ])('that first started at %j is known by that', (originalStartTime, extra, printed) => {
    const [told] = tell({ ...instance, originalStartTime }, extra);
    expect(told?.meetinguid).toBe(`5abc@google.com/${printed}`);
  });

  it('is never taken for the others of its series where its first start is not told', () => {
    const [told] = tell({ ...instance, originalStartTime: undefined });
    expect(told?.meetingseries).toBe('5abc');
    expect(told).not.toHaveProperty('meetinguid');
  });

  it('may be cancelled with nothing but its ids', () => {
    const { id, recurringEventId, originalStartTime } = instance;
    const bare = { id, recurringEventId, originalStartTime, status: 'cancelled' };
    const [told] = tell(bare);
    expect(told).toMatchObject({ type: 'meeting.cancelled', meetingseries: '5abc' });
    expect(told).not.toHaveProperty('meetinguid');
    expect(told).not.toHaveProperty('time');
    // Without an iCalUID the first start is used for nothing.
    expect(tell({ ...bare, originalStartTime: 5 })).toHaveLength(1);
    expect(tell({ ...bare, iCalUID: '5abc@google.com' })[0]?.meetinguid).toBe(
      '5abc@google.com/2026-03-10T14:00:00.000Z',
    );
  });
});

describe('the times of an event', () => {
  const allDay = { ...event, start: { date: '2026-03-28' }, end: { date: '2026-03-30' } };
  const times = (value: object, extra: object, mapping: Partial<SourceMapping> = {}): readonly unknown[] => {
    const data = tell(value, extra, mapping)[0]?.data;
    return [data?.['starts_at'], data?.['ends_at']];
  };

  it.each([
    [{}, {}, '2026-03-28T00:00:00.000Z', '2026-03-30T00:00:00.000Z'],
    [{}, { timezone: 'Europe/Berlin' }, '2026-03-27T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    [
      { page: { timeZone: 'America/New_York' } },
      { timezone: 'Europe/Berlin' },
      '2026-03-28T04:00:00.000Z',
      '2026-03-30T04:00:00.000Z',
    ],
  ])('of whole days are local midnights (%j, %j)', (extra, mapping, starts, ends) => {
    expect(times(allDay, extra, mapping)).toEqual([starts, ends]);
  });

  it('of whole days are of the calendar, whatever zone the day names', () => {
    const zoned = { ...allDay, start: { date: '2026-03-28', timeZone: 'Nowhere' } };
    expect(times(zoned, {})[0]).toBe('2026-03-28T00:00:00.000Z');
  });

  it.each([
    [{ dateTime: '2026-07-10T15:00:00', timeZone: 'Europe/Berlin' }, '2026-07-10T13:00:00.000Z'],
    [{ dateTime: '2026-07-10T15:00:00', timeZone: 'Romance Standard Time' }, '2026-07-10T13:00:00.000Z'],
    [{ dateTime: '2026-07-10T15:00:00' }, '2026-07-10T19:00:00.000Z'],
    [{ dateTime: '2026-07-10T15:00:00Z', timeZone: 'Europe/Berlin' }, '2026-07-10T15:00:00.000Z'],
    [{ dateTime: '2026-07-10T15:00:00Z', date: null }, '2026-07-10T15:00:00.000Z'],
    [{ dateTime: null, date: '2026-07-10' }, '2026-07-10T04:00:00.000Z'],
    [{ dateTime: '2026-10-25T02:30:00', timeZone: 'Europe/Berlin' }, '2026-10-25T00:30:00.000Z'],
    [{ dateTime: '2026-03-29T02:30:00', timeZone: 'Europe/Berlin' }, '2026-03-29T01:30:00.000Z'],
  ])('read %j in a page of New York: %s', (start, expected) => {
    const value = { ...event, start, end: { dateTime: '2026-12-01T00:00:00Z' } };
    expect(times(value, { page: { timeZone: 'America/New_York' } })[0]).toBe(expected);
  });
});

describe('the deal of an event', () => {
  it.each([
    [{ shared: { deal_id: '006A' } }, '006A'],
    [{ private: { deal_id: '006B' } }, '006B'],
    [{ shared: { deal_id: '006A' }, private: { deal_id: '006B' } }, '006A'],
    [{ shared: { deal_id: '' }, private: { deal_id: '006B' } }, '006B'],
    [{ shared: null, private: { deal_id: 77 } }, '77'],
    [{ shared: { other: 'x' } }, undefined],
    [null, undefined],
  ])('is in %j: %s', (extendedProperties, subject) => {
    expect(tell({ ...event, extendedProperties })[0]?.subject).toBe(subject);
    expect(tell({ ...event, extendedProperties, status: 'cancelled' })[0]?.subject).toBe(subject);
  });

  it('has the prefix of the mapping', () => {
    const extendedProperties = { shared: { deal_id: '77' } };
    expect(tell({ ...event, extendedProperties }, {}, { dealIdPrefix: 'acme-' })[0]?.subject).toBe('acme-77');
  });
});

describe('a record that is refused', () => {
  it.each([
    ['record: expected a JSON object', null],
    ['record: expected a JSON object', [event]],
    ['record: expected a JSON object', 'x'],
    ['id: expected an id', {}],
    ['id: expected an id', { ...event, id: '' }],
    ['id: expected an id', { ...event, id: {} }],
    ['id: expected an id', { ...event, recurrence: ['RRULE'], id: null }],
    ['id: expected an id', { status: 'cancelled' }],
    ['kind: expected a text', { ...event, kind: {} }],
    ['status: expected a text', { ...event, status: {} }],
    ['updated: expected an instant', { ...event, updated: 'soon' }],
    ['updated: expected an instant', { ...event, updated: '1980-01-01T00:00:00Z' }],
    ['updated: expected an instant', { ...event, status: 'cancelled', updated: {} }],
    ['recurrence: expected a list', { ...event, recurrence: 'RRULE' }],
    ['eventType: expected a text', { ...event, eventType: [] }],
    ['visibility: expected a text', { ...event, visibility: {} }],
    ['summary: expected a text', { ...event, summary: {} }],
    ['summary: expected a text', { ...event, summary: '\ud800' }],
    ['organizer: expected an object', { ...event, organizer: 'rep@seller.example' }],
    ['attendees: expected a list', { ...event, attendees: { 0: event.attendees[0] } }],
    ['attendees[1]: expected an object', { ...event, attendees: [event.attendees[0], null] }],
    ['attendees[0].email: expected a text', { ...event, attendees: [{ email: {} }, ...event.attendees] }],
    ['attendees[0].resource: expected true', { ...event, attendees: [{ ...ann, resource: 'x' }, rep] }],
    ['attendees[0].responseStatus: ', { ...event, attendees: [{ ...ann, responseStatus: {} }, rep] }],
    ['attendees[0].displayName: ', { ...event, attendees: [{ ...ann, displayName: [] }, rep] }],
    ['attendeesOmitted: expected true', { ...event, attendeesOmitted: 'some' }],
    ['start: expected a dateTime or a date', { ...event, start: undefined }],
    ['start: expected a dateTime or a date', { ...event, start: {} }],
    ['end: expected a dateTime or a date', { ...event, end: '2026-03-10T16:00:00Z' }],
    ['end.dateTime: expected a date with a time', { ...event, end: { dateTime: '2026-03-10' } }],
    ['start.date: expected a date', { ...event, start: { date: '2026-02-30' } }],
    ['start.timeZone: ', { ...event, start: { dateTime: '2026-03-10T15:00:00', timeZone: 'Nowhere' } }],
    ['start.timeZone: ', { ...event, start: { dateTime: '2026-03-10T15:00:00', timeZone: 5 } }],
    ['data.ends_at: expected an end', { ...event, end: { dateTime: '2026-03-10T13:00:00Z' } }],
    ['iCalUID: expected an id', { ...event, iCalUID: {} }],
    ['recurringEventId: expected an id', { ...event, recurringEventId: true }],
    ['originalStartTime: ', { ...event, recurringEventId: '5abc', originalStartTime: 'x' }],
    ['extendedProperties: expected an object', { ...event, extendedProperties: 'x' }],
    ['extendedProperties.shared: expected', { ...event, extendedProperties: { shared: [] } }],
    ['extendedProperties.shared.deal_id: ', { ...event, extendedProperties: { shared: { deal_id: {} } } }],
  ])('says %s', (reason, value) => {
    const reasons = reasonsOf(value);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]?.startsWith(reason)).toBe(true);
  });

  it('for the zone of its page, where a day needs that', () => {
    const page = { timeZone: 'Nowhere' };
    const allDay = { ...event, start: { date: '2026-03-28' }, end: { date: '2026-03-29' } };
    expect(reasonsOf(allDay, { page })).toEqual([
      'timeZone of the page: expected an IANA or Windows name of a time zone, got "Nowhere"',
    ]);
    expect(reasonsOf(event, { page })).toEqual([]);
  });

  it('says every reason', () => {
    const value = { ...event, updated: 'soon', start: {}, summary: {}, iCalUID: [] };
    expect(reasonsOf(value).map((reason) => reason.split(':')[0])).toEqual([
      'iCalUID',
      'updated',
      'start',
      'summary',
    ]);
  });
});
