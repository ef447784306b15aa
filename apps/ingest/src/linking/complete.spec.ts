import { describe, expect, it } from '@jest/globals';
import type { EventType } from '#domain/events/catalogue.js';
import type { StoredDraft } from '#warehouse/draft-row.js';
import { completeDrafts } from './complete.js';
import { type Draft, type DraftData, readDraft } from './draft.js';
import { draftKeysOf, keys } from './keys.js';
import type { Entry, Knowledge, KnownPerson, Move } from './knowledge.js';
import type { OpenSpan } from './lifecycle.js';

const DAY = 86_400_000;
const T0 = Date.UTC(2026, 2, 2, 9);

interface Given {
  readonly id: string;
  readonly type?: EventType;
  readonly at?: number;
  readonly source?: string;
  readonly origin?: string;
  readonly subject?: string;
  readonly data?: DraftData;
  readonly extensions?: object;
}

function draft(given: Given): Draft {
  const { id, type = 'meeting.scheduled', at = T0, source = 'google-calendar', origin = source } = given;
  const data = type.startsWith('meeting.') ? { meeting_id: 'm1', ...given.data } : (given.data ?? {});
  const keyed = { source, origin, type, subject: given.subject, data, extensions: { ...given.extensions } };
  const row: StoredDraft = {
    source,
    id,
    time: at,
    type,
    family: 'meeting',
    origin,
    deal_id: given.subject ?? '',
    schemaversion: 1,
    data: JSON.stringify(data),
    extensions: JSON.stringify(given.extensions ?? {}),
    content_hash: id,
    recorded_at: at,
    keys: draftKeysOf(keyed),
    version: 1,
  };
  return readDraft(row);
}

interface World {
  readonly deals?: Readonly<Record<string, readonly string[]>>;
  readonly spans?: Readonly<Record<string, readonly OpenSpan[]>>;
  readonly people?: readonly (Entry & KnownPerson)[];
  readonly accounts?: Readonly<Record<string, readonly { scope: string; id: string }[]>>;
  readonly moves?: readonly Move[];
  readonly customers?: Readonly<Record<string, number>>;
}

/** Deals are open from long ago unless told otherwise; the seller is `seller.example`. */
function world({
  deals = {},
  spans = {},
  people = [],
  accounts = {},
  moves = [],
  customers = {},
}: World): Knowledge {
  return {
    dealsBy: (key) => deals[key] ?? [],
    spansOf: (deal) => spans[deal] ?? [{ from: T0 - 100 * DAY, to: Number.POSITIVE_INFINITY }],
    customerSince: (deal) => customers[deal],
    movesOf: () => moves,
    personOf: ({ scope, ref }) => people.find((person) => person.scope === scope && person.ref === ref),
    entriesAt: (address) => people.filter(({ email }) => email === address),
    accountsAt: (domain) => accounts[domain] ?? [],
    isSeller: (address) => address.endsWith('@seller.example'),
    isFreeMail: (domain) => domain === 'gmail.com',
    knowsSellers: true,
  };
}

function attendees(...addresses: string[]): { attendees: { email: string }[] } {
  return { attendees: addresses.map((email) => ({ email })) };
}

function dealsOf(drafts: readonly Draft[], known: Knowledge): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const { completed, waiting } = completeDrafts(drafts, known);
  for (const { id, dealId, linkedBy, shared } of completed)
    (found[id] ??= []).push(`${dealId} by ${linkedBy}${shared ? ', shared' : ''}`);
  for (const { draft: one } of waiting) found[one.id] = [];
  return found;
}

const ANN = keys.contact('ann@acme.example');
const ACME = keys.domain('acme.example');

describe('tying a meeting to deals', () => {
  const meeting = draft({ id: 'e1', data: attendees('rep@seller.example', 'ann@acme.example') });

  it('goes by a contact, and a contact beats the account', () => {
    const known = world({ deals: { [ANN]: ['d1'], [ACME]: ['d2'] } });
    expect(dealsOf([meeting], known)).toEqual({ e1: ['d1 by contact'] });
  });

  it('goes by the account where no deal knows the contact, also from a domain above', () => {
    const known = world({ deals: { [ACME]: ['d2'] } });
    expect(dealsOf([meeting], known)).toEqual({ e1: ['d2 by account'] });
    const below = draft({ id: 'e1', data: attendees('ann@eu.acme.example') });
    expect(dealsOf([below], known)).toEqual({ e1: ['d2 by account'] });
  });

  it('gives it to all deals that fit, marked as shared', () => {
    const known = world({ deals: { [ACME]: ['d3', 'd2'] } });
    expect(dealsOf([meeting], known)).toEqual({ e1: ['d2 by account, shared', 'd3 by account, shared'] });
  });

  it('never goes by a free-mail domain or by the seller', () => {
    const mail = draft({ id: 'e1', data: attendees('rep@seller.example', 'ann@gmail.com') });
    const known = world({
      deals: {
        [keys.domain('gmail.com')]: ['d1'],
        [keys.domain('seller.example')]: ['d2'],
        [keys.attendee('rep@seller.example')]: ['d3'],
      },
    });
    expect(dealsOf([mail], known)).toEqual({ e1: [] });
    expect(dealsOf([mail], world({ deals: { [keys.contact('ann@gmail.com')]: ['d1'] } }))).toEqual({
      e1: ['d1 by contact'],
    });
  });

  it.each([
    ['opened 30 days after it', T0 + 30 * DAY, undefined, true],
    ['opened later', T0 + 30 * DAY + 1, undefined, false],
    ['closed 30 days before it', T0 - 90 * DAY, T0 - 30 * DAY, true],
    ['closed earlier', T0 - 90 * DAY, T0 - 30 * DAY - 1, false],
  ])('looks at deals that were open then, or nearly: %s', (_, from, to, fits) => {
    const spans = { d1: [{ from, to: to ?? Number.POSITIVE_INFINITY }] };
    const known = world({ deals: { [ANN]: ['d1'] }, spans });
    expect(dealsOf([meeting], known)).toEqual({ e1: fits ? ['d1 by contact'] : [] });
  });

  it('gives it to a customer whose order is long won only where no deal that was open then fits', () => {
    const spans = { d1: [{ from: T0 - 200 * DAY, to: T0 - 100 * DAY }] };
    const customers = { d1: T0 - 100 * DAY };
    const won = world({ deals: { [ANN]: ['d1'] }, spans, customers });
    expect(dealsOf([meeting], won)).toEqual({ e1: ['d1 by contact'] });
    const both = world({ deals: { [ANN]: ['d1'], [ACME]: ['d2'] }, spans, customers });
    expect(dealsOf([meeting], both)).toEqual({ e1: ['d2 by account'] });
    const lost = world({ deals: { [ANN]: ['d1'] }, spans });
    expect(dealsOf([meeting], lost)).toEqual({ e1: [] });
  });

  it('finds a contact by reference, a colleague by the account of the CRM, and an account by its website', () => {
    const people = [{ scope: 'sf', ref: 'contact/1', email: 'ann@acme.example', account: 'A' }];
    const byRef = world({ people, deals: { [keys.ref('sf', 'contact/1')]: ['d1'] } });
    expect(dealsOf([meeting], byRef)).toEqual({ e1: ['d1 by contact'] });
    const byAccount = world({ people, deals: { [keys.account('sf', 'A')]: ['d2'] } });
    expect(dealsOf([meeting], byAccount)).toEqual({ e1: ['d2 by account'] });
    const byWebsite = world({
      accounts: { 'acme.example': [{ scope: 'sf', id: 'A' }] },
      deals: { [keys.account('sf', 'A')]: ['d2'] },
    });
    expect(dealsOf([meeting], byWebsite)).toEqual({ e1: ['d2 by account'] });
  });

  it('gives an event without people to the deals of its meeting', () => {
    const cancelled = draft({ id: 'e2', type: 'meeting.cancelled', at: T0 + DAY });
    const known = world({ deals: { [ANN]: ['d1'] } });
    expect(dealsOf([cancelled, meeting], known)).toEqual({ e1: ['d1 by contact'], e2: ['d1 by contact'] });
    expect(dealsOf([cancelled], known)).toEqual({ e2: [] });
  });

  it('holds to the deal that a record of the meeting names, whoever is there', () => {
    const named = draft({ id: 'e2', subject: 'd9', at: T0 + DAY });
    const known = world({ deals: { [ANN]: ['d1'] } });
    expect(dealsOf([meeting, named], known)).toEqual({ e1: ['d9 by meeting'], e2: ['d9 by deal'] });
  });
});

describe('completing what a record leaves out', () => {
  it('gives the copies of one meeting the id of the earliest', () => {
    const extensions = { meetinguid: 'u1' };
    const copy = draft({
      id: 'e2',
      at: T0 + DAY,
      source: 'microsoft-graph',
      data: { meeting_id: 'm2' },
      extensions,
    });
    const first = draft({ id: 'e1', data: attendees('ann@acme.example'), extensions });
    const gone = draft({
      id: 'e3',
      type: 'meeting.cancelled',
      at: T0 + 2 * DAY,
      source: 'microsoft-graph',
      data: { meeting_id: 'm2' },
    });
    const { completed } = completeDrafts([gone, copy, first], world({ deals: { [ANN]: ['d1'] } }));
    expect(completed.map(({ id, dealId, data }) => [id, dealId, data.meeting_id])).toEqual([
      ['e1', 'd1', 'm1'],
      ['e2', 'd1', 'm1'],
      ['e3', 'd1', 'm1'],
    ]);
  });

  it('fills the times of a rescheduled meeting from those before, and waits where there are none', () => {
    const scheduled = draft({
      id: 'e1',
      subject: 'd1',
      data: { starts_at: '2026-03-10T10:00:00Z', ends_at: '2026-03-10T11:00:00Z', attendees: [] },
    });
    const moved = draft({
      id: 'e2',
      type: 'meeting.rescheduled',
      subject: 'd1',
      at: T0 + DAY,
      data: { starts_at: '2026-03-12T10:00:00Z' },
    });
    const { completed } = completeDrafts([moved, scheduled], world({}));
    expect(completed.find(({ id }) => id === 'e2')?.data).toMatchObject({
      starts_at: '2026-03-12T10:00:00.000Z',
      ends_at: '2026-03-12T11:00:00.000Z',
    });
    expect(dealsOf([moved], world({}))).toEqual({ e2: [] });
  });

  it('names people by the address that their CRM gives, and leaves those by reference whom it does not know', () => {
    const people = [{ scope: 'salesforce', ref: 'contact/1', email: 'ann@acme.example', name: 'Ann' }];
    const identified = draft({
      id: 'e1',
      type: 'stakeholder.identified',
      source: 'salesforce',
      subject: 'd1',
      data: { person: { ref: 'contact/1' }, role: 'champion' },
    });
    const [known] = completeDrafts([identified], world({ people })).completed;
    expect(known?.data).toEqual({ person: { email: 'ann@acme.example', name: 'Ann' }, role: 'champion' });
    const [unknown] = completeDrafts([identified], world({})).completed;
    expect(unknown?.data).toEqual({ person: { ref: 'contact/1' }, role: 'champion' });
  });

  it('tells the stage change of a closed deal as reopening it, where the source can not tell', () => {
    const won = draft({ id: 'a', type: 'deal.won', source: 'hubspot', subject: 'd1', at: T0 });
    const back = draft({
      id: 'b',
      type: 'deal.stage_changed',
      source: 'hubspot',
      subject: 'd1',
      at: T0 + 1,
      data: { to: 's2' },
    });
    const on = draft({
      id: 'c',
      type: 'deal.stage_changed',
      source: 'hubspot',
      subject: 'd1',
      at: T0 + 2,
      data: { to: 's3' },
    });
    const { completed } = completeDrafts([on, back, won], world({}));
    expect(completed.map(({ id, type, data }) => [id, type, data])).toEqual([
      ['a', 'deal.won', {}],
      ['b', 'deal.reopened', { stage: 's2' }],
      ['c', 'deal.stage_changed', { to: 's3' }],
    ]);
    const moves = [{ time: T0 - 1, source: 'erp', id: 'x', type: 'deal.lost' }];
    expect(completeDrafts([back], world({ moves })).completed[0]?.type).toBe('deal.reopened');
    expect(completeDrafts([back], world({})).completed[0]?.type).toBe('deal.stage_changed');
  });

  it('takes a next step that was never agreed as agreed when it is first given another date', () => {
    const step = { next_step_id: 's1', due_at: '2026-03-10' };
    const task = { source: 'salesforce', subject: 'd1', data: step };
    const first = draft({ id: 'a', type: 'next_step.rescheduled', ...task });
    const second = draft({ id: 'b', type: 'next_step.rescheduled', at: T0 + 1, ...task });
    const { completed } = completeDrafts([second, first], world({}));
    expect(completed.map(({ type, data }) => [type, data['owner_side']])).toEqual([
      ['next_step.agreed', 'seller'],
      ['next_step.rescheduled', undefined],
    ]);
    const agreed = draft({ id: 'c', type: 'next_step.agreed', at: T0 - 1, ...task });
    expect(completeDrafts([first, agreed], world({})).completed.map(({ type }) => type)).toEqual([
      'next_step.agreed',
      'next_step.rescheduled',
    ]);
  });

  it('cancels the meetings to come of a cancelled series, and no others', () => {
    const instance = (id: string, starts: number): Draft =>
      draft({
        id: `e-${id}`,
        data: {
          meeting_id: id,
          starts_at: new Date(starts).toISOString(),
          ends_at: new Date(starts + 3_600_000).toISOString(),
          ...attendees('ann@acme.example'),
        },
        extensions: { meetingseries: 'series' },
      });
    const past = instance('m1', T0 + DAY);
    const toCome = instance('m2', T0 + 9 * DAY);
    const gone = draft({
      id: 'x',
      type: 'meeting.cancelled',
      at: T0 + 5 * DAY,
      data: { meeting_id: 'series' },
    });
    const { completed, waiting } = completeDrafts([gone, past, toCome], world({ deals: { [ANN]: ['d1'] } }));
    expect(completed.filter(({ type }) => type === 'meeting.cancelled')).toMatchObject([
      { id: 'x/m2', dealId: 'd1', data: { meeting_id: 'm2' } },
    ]);
    expect(waiting).toEqual([]);
  });

  it('gives a gap in a source to all its deals that were open, and a gap of a meeting to its deals', () => {
    const gap = draft({
      id: 'g',
      type: 'deal.history_gap',
      source: 'salesforce',
      extensions: { linkhints: 'all:Opportunity' },
    });
    const spans = { d2: [{ from: T0 - 9 * DAY, to: T0 - 1 }] };
    const known = world({ deals: { [keys.source('salesforce')]: ['d1', 'd2'] }, spans });
    expect(dealsOf([gap], known)).toEqual({ g: ['d1 by source'] });

    const meeting = draft({ id: 'e1', source: 'salesforce', subject: 'd3' });
    const ofMeeting = draft({
      id: 'g',
      type: 'deal.history_gap',
      source: 'salesforce',
      extensions: { linkhints: 'meeting:m1' },
    });
    expect(dealsOf([meeting, ofMeeting], world({}))).toEqual({ e1: ['d3 by deal'], g: ['d3 by meeting'] });
  });
});
