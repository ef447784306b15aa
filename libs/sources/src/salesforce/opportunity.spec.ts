import { describe, expect, it } from '@jest/globals';
import type { SourceMapping } from '../native/mapping.js';
import { changeEvent, ids, toldBy, translated } from './testing/change-event.js';

type Fields = Readonly<Record<string, unknown>>;

const create = (fields: Fields) => changeEvent('CREATE', 'Opportunity', ids.deal, fields);
const update = (fields: Fields, header: Fields = {}) =>
  changeEvent('UPDATE', 'Opportunity', ids.deal, fields, header);
const of = (record: unknown, mapping: Partial<SourceMapping> = {}) =>
  toldBy(record, mapping).map((told) => (Array.isArray(told) ? told.slice(0, 2) : told));

const OPEN = { Name: 'Acme', StageName: 'Prospecting', IsClosed: false, IsWon: false };
const lists = (won: readonly string[], lost: readonly string[] = [], away: readonly string[] = []) => ({
  stages: { won: new Set(won), lost: new Set(lost), walked_away: new Set(away) },
});

describe('a new opportunity', () => {
  it('opens its deal with what it says', () => {
    const fields = {
      ...OPEN,
      AccountId: ids.account,
      OwnerId: ids.user,
      Amount: 40000.5,
      CurrencyIsoCode: 'USD',
      CloseDate: '2026-05-29',
    };
    expect(toldBy(create(fields), { currency: 'EUR' })).toEqual([
      [
        'deal.opened',
        {
          name: 'Acme',
          account: { id: ids.account },
          owner: { id: ids.user },
          stage: 'Prospecting',
          amount: 40000.5,
          currency: 'USD',
          close_date: '2026-05-29',
        },
        ids.deal,
      ],
    ]);
  });

  it('leaves out what is not told, and is called by its id where it has no name', () => {
    const nothing = { Name: null, AccountId: '', Amount: null, StageName: null, CloseDate: null };
    expect(of(create(nothing))).toEqual([['deal.opened', { name: ids.deal }]]);
    expect(of(create({}), { currency: 'EUR', dealIdPrefix: 'sf-' })).toEqual([
      ['deal.opened', { name: ids.deal, currency: 'EUR' }],
    ]);
  });

  it.each<[string, unknown, string]>([
    ['before', '2026-03-01T08:00:00.000Z', '2026-03-01T08:00:00.000Z'],
    ['before, as an epoch', 1772352000000, '2026-03-01T08:00:00.000Z'],
    ['before, with an offset', '2026-03-01T08:00:00+02:00', '2026-03-01T06:00:00.000Z'],
    ['later', '2026-03-11T08:00:00.000Z', '2026-03-10T14:30:00.000Z'],
    ['never', null, '2026-03-10T14:30:00.000Z'],
  ])('was opened when it was created, if not after its commit (%s)', (_, CreatedDate, time) => {
    expect(translated(create({ ...OPEN, CreatedDate })).events.map((event) => event.time)).toEqual([time]);
  });

  it('that was closed from the start is closed when that was committed', () => {
    const fields = { ...OPEN, StageName: 'Signed', IsClosed: true, IsWon: true, Amount: 5, CreatedDate: '2026-03-01T08:00:00Z' }; // prettier-ignore
    const { events } = translated(create(fields), { currency: 'EUR' });
    expect(events.map(({ type, time, data }) => [type, time, data])).toEqual([
      ['deal.opened', '2026-03-01T08:00:00.000Z', expect.objectContaining({ stage: 'Signed' })],
      ['deal.won', '2026-03-10T14:30:00.000Z', { amount: 5, currency: 'EUR' }],
    ]);
    expect(of(create({ ...OPEN, IsClosed: true }))[1]).toEqual(['deal.lost', {}]);
    expect(of(create({ Name: 'A', StageName: 'No fit' }), lists([], [], ['no fit']))[1]).toEqual([
      'deal.walked_away',
      {},
    ]);
  });

  it.each(['Amount', 'CloseDate', 'StageName', 'IsClosed', 'OwnerId', 'CreatedDate', 'CurrencyIsoCode'])(
    'is refused with an unreadable %s',
    (field) => {
      const { events, reasons } = translated(create({ ...OPEN, [field]: { odd: true } }));
      expect(events).toEqual([]);
      expect(reasons).toEqual([expect.stringMatching(new RegExp(`^${field}: expected `))]);
    },
  );
});

describe('a date of Salesforce', () => {
  it.each<[string, unknown, string]>([
    ['a date', '2026-06-30', '2026-06-30'],
    ['the epoch of the Pub/Sub API', 1653955200000, '2022-05-31'],
    ['the same in digits', '1653955200000', '2022-05-31'],
    ['an epoch within the day', 1653955200000 + 86_399_999, '2022-05-31'],
    ['an instant', '2026-06-30T00:00:00.000Z', '2026-06-30'],
    ['an instant with an offset', '2026-06-30T00:00:00+09:00', '2026-06-30'],
  ])('given as %s is never shifted by a zone', (_, CloseDate, to) => {
    for (const timezone of ['America/Los_Angeles', 'Pacific/Kiritimati', 'UTC']) {
      expect(of(update({ CloseDate }), { timezone })).toEqual([['deal.close_date_changed', { to }]]);
    }
  });

  it.each(['2026-02-30', '30.06.2026', 'soon', '1889-01-01', '2150-01-01', true, {}, 1e17, -5, 12.5])(
    'is refused where it is none: %j',
    (CloseDate) => {
      expect(toldBy(update({ CloseDate }))).toEqual([expect.stringMatching(/^CloseDate: expected /)]);
    },
  );
});

describe('an update of an opportunity', () => {
  it.each<[string, Fields, unknown[]]>([
    ['amount', { Amount: 41000 }, [['deal.amount_changed', { amount: 41000, currency: 'EUR' }]]],
    ['amount as text', { Amount: '1200.50' }, [['deal.amount_changed', { amount: 1200.5, currency: 'EUR' }]]],
    ['amount of nothing', { Amount: 0 }, [['deal.amount_changed', { amount: 0, currency: 'EUR' }]]],
    ['amount emptied', { Amount: null }, [['deal.amount_changed', { amount: null }]]],
    ['close date', { CloseDate: '2026-06-30' }, [['deal.close_date_changed', { to: '2026-06-30' }]]],
    ['close date emptied', { CloseDate: '' }, [['deal.close_date_changed', { to: null }]]],
    ['owner', { OwnerId: ids.user }, [['deal.owner_changed', { owner: { id: ids.user } }]]],
    ['owner emptied', { OwnerId: null }, []],
    ['name', { Name: 'B' }, [['deal.described', { name: 'B' }]]],
    ['account', { AccountId: ids.account }, [['deal.described', { account: { id: ids.account } }]]],
    ['name and account', { Name: 'B', AccountId: ids.account }, [['deal.described', { name: 'B', account: { id: ids.account } }]]], // prettier-ignore
    ['name emptied', { Name: '' }, []],
    ['next step', { NextStep: 'Call on Monday' }, []],
    ['probability', { Probability: 75, ForecastCategory: 'x', LastModifiedDate: 'x' }, []],
    [
      'stage',
      { StageName: ' Proposal/Price Quote' },
      [['deal.stage_changed', { to: ' Proposal/Price Quote' }]],
    ],
    ['stage in another script', { StageName: '提案' }, [['deal.stage_changed', { to: '提案' }]]],
    ['stage emptied', { StageName: null }, []],
  ])('of %s', (_, fields, expected) => {
    expect(of(update(fields), { currency: 'EUR' })).toEqual(expected);
  });

  it("takes the record's currency before the mapping's", () => {
    const record = update({ Amount: 5, CurrencyIsoCode: 'JPY' }, { changedFields: ['Amount'] });
    expect(of(record, { currency: 'EUR' })).toEqual([
      ['deal.amount_changed', { amount: 5, currency: 'JPY' }],
    ]);
    expect(of(update({ Amount: 5 }))).toEqual([['deal.amount_changed', { amount: 5 }]]);
  });

  it('cuts long names, and is refused with one that is no name any more', () => {
    const [described] = translated(update({ Name: 'é'.repeat(5000) })).events;
    expect(described?.data).toEqual({ name: 'é'.repeat(4000) });
    expect(translated(update({ StageName: 'x'.repeat(2000) })).reasons).toHaveLength(1);
  });

  it('never looks at fields that tell nothing', () => {
    const odd = { Amount: {}, CloseDate: 'soon', StageName: [], CurrencyIsoCode: 7n, WhatId: {} };
    expect(of(update({ OwnerId: ids.user, ...odd }, { changedFields: ['OwnerId'] }))).toEqual([
      ['deal.owner_changed', { owner: { id: ids.user } }],
    ]);
  });
});

describe('what an update changes', () => {
  it('is what it names, not what else an enriched channel adds', () => {
    const record = update(
      { StageName: 'Proposal', Amount: 5, CloseDate: '2026-06-30', OwnerId: ids.user, IsClosed: false },
      { changedFields: ['StageName', 'LastModifiedDate'] },
    );
    expect(of(record)).toEqual([['deal.stage_changed', { to: 'Proposal' }]]);
  });

  it('is also what it names as emptied, whether the field is there or not', () => {
    for (const fields of [{ Amount: null }, {}]) {
      const record = update(fields, { changedFields: ['LastModifiedDate'], nulledFields: ['Amount'] });
      expect(of(record)).toEqual([['deal.amount_changed', { amount: null }]]);
    }
  });

  it.each<[string, readonly string[]]>([
    ['bitmaps', ['0x400000', '4-0x01']],
    ['no names', []],
  ])('is in the Pub/Sub form what has a value (%s): all else is null', (_, changedFields) => {
    const fields = { Name: null, StageName: null, Amount: 7, CloseDate: 1653955200000, OwnerId: null };
    expect(of(update(fields, { changedFields, nulledFields: ['0x10'] }))).toEqual([
      ['deal.amount_changed', { amount: 7 }],
      ['deal.close_date_changed', { to: '2022-05-31' }],
    ]);
    expect(
      of(update({ ...fields, CloseDate: null }, { changedFields, nulledFields: ['CloseDate'] })),
    ).toEqual([
      ['deal.amount_changed', { amount: 7 }],
      ['deal.close_date_changed', { to: null }],
    ]);
  });

  it('of several records in one event is the same for each', () => {
    const record = changeEvent(
      'UPDATE',
      'Opportunity',
      [ids.deal, ids.otherDeal],
      { Amount: null, OwnerId: ids.user },
      { changedFields: ['0x400000'] },
    );
    expect(toldBy(record)).toEqual([
      ['deal.owner_changed', { owner: { id: ids.user } }, ids.deal],
      ['deal.owner_changed', { owner: { id: ids.user } }, ids.otherDeal],
    ]);
  });
});

describe('the stage of an opportunity', () => {
  it.each<[string, Fields, unknown]>([
    ['flags of a win', { StageName: 'Signed', IsClosed: true, IsWon: true }, ['deal.won', {}]],
    ['flags as text', { StageName: 'Signed', IsClosed: 'true', IsWon: 'true' }, ['deal.won', {}]],
    ['the flag of a win alone', { IsWon: true }, ['deal.won', {}]],
    ['flags of a loss', { StageName: 'Gone', IsClosed: true, IsWon: false }, ['deal.lost', {}]],
    ['the flag of a loss alone', { StageName: 'Gone', IsClosed: true }, ['deal.lost', {}]],
    ['no longer won, still closed', { StageName: 'Gone', IsWon: false }, ['deal.lost', {}]],
    ['the usual name of a win', { StageName: 'Closed Won' }, ['deal.won', {}]],
    ['the usual name in other letters', { StageName: 'CLOSED won' }, ['deal.won', {}]],
    ['the usual name of a loss', { StageName: 'Closed Lost' }, ['deal.lost', {}]],
    [
      'reopened',
      { StageName: 'Proposal', IsClosed: false, IsWon: false },
      ['deal.reopened', { stage: 'Proposal' }],
    ],
    ['reopened under the usual name of a win', { StageName: 'Closed Won', IsClosed: false }, ['deal.reopened', { stage: 'Closed Won' }]], // prettier-ignore
    ['open, from open', { StageName: 'Proposal' }, ['deal.stage_changed', { to: 'Proposal' }]],
    ['a name that only holds the usual one', { StageName: 'Closed Won?' }, ['deal.stage_changed', { to: 'Closed Won?' }]], // prettier-ignore
  ])('is one event: %s', (_, fields, expected) => {
    expect(of(update(fields))).toEqual([expected]);
  });

  it.each<[string, Fields, Partial<SourceMapping>, unknown]>([
    ['won', { StageName: 'Signed' }, lists(['signed']), ['deal.won', {}]],
    ['lost, before the flags', { StageName: 'On hold', IsClosed: true, IsWon: true }, lists([], ['on hold']), ['deal.lost', {}]], // prettier-ignore
    ['walked away', { StageName: 'No fit', IsClosed: true, IsWon: false }, lists([], [], ['no fit']), ['deal.walked_away', {}]], // prettier-ignore
    ['no regard to case', { StageName: 'SIGNED' }, lists(['signed']), ['deal.won', {}]],
    ['replaces the usual names', { StageName: 'Closed Won' }, lists(['signed']), ['deal.stage_changed', { to: 'Closed Won' }]], // prettier-ignore
    ['the flags, where it has no say', { StageName: 'Closed Won', IsClosed: true, IsWon: true }, lists(['signed']), ['deal.won', {}]], // prettier-ignore
    ['a list of one kind leaves the others', { StageName: 'Closed Lost' }, { stages: { won: new Set(['signed']), lost: undefined, walked_away: undefined } }, ['deal.lost', {}]], // prettier-ignore
    ["the policy's names are added", { StageName: 'Order in' }, { policyStages: { won: new Set(['order in']) } }, ['deal.won', {}]], // prettier-ignore
    ["the usual ones stay beside the policy's", { StageName: 'Closed Won' }, { policyStages: { won: new Set(['order in']) } }, ['deal.won', {}]], // prettier-ignore
  ])("is decided by the company's lists first: %s", (_, fields, mapping, expected) => {
    expect(of(update(fields), mapping)).toEqual([expected]);
  });

  it('tells what the deal was won for, where the record says it', () => {
    const context = { Amount: 90000, CurrencyIsoCode: 'USD' };
    const record = update({ StageName: 'Closed Won', ...context }, { changedFields: ['StageName'] });
    expect(of(record)).toEqual([['deal.won', { amount: 90000, currency: 'USD' }]]);
    expect(of(update({ StageName: 'Closed Won', Amount: 90000 }))).toEqual([
      ['deal.amount_changed', { amount: 90000 }],
      ['deal.won', { amount: 90000 }],
    ]);
    expect(of(update({ StageName: 'Closed Won' }), { currency: 'EUR' })).toEqual([['deal.won', {}]]);
  });

  it('is told of a change alone, not of a stage that only stands beside one', () => {
    const record = update(
      { StageName: 'Closed Won', IsClosed: true, IsWon: true, Amount: 1 },
      { changedFields: ['Amount'] },
    );
    expect(of(record)).toEqual([['deal.amount_changed', { amount: 1 }]]);
  });

  it('is not reopened by a flag that did not change', () => {
    const record = update({ StageName: 'Proposal', IsClosed: false }, { changedFields: ['StageName'] });
    expect(of(record)).toEqual([['deal.stage_changed', { to: 'Proposal' }]]);
  });

  it('is not told where the flag alone says that the deal is open again', () => {
    expect(of(update({ IsClosed: false }))).toEqual([]);
  });

  it.each([{ IsClosed: 'yes' }, { StageName: {} }, { StageName: 'x', IsWon: 1 }])(
    'is refused where it is unreadable: %j',
    (fields) => {
      expect(translated(update(fields)).reasons).toHaveLength(1);
    },
  );
});

describe('a deleted opportunity', () => {
  const everything = { ...OPEN, Amount: {}, StageName: 'Closed Won', CloseDate: 'soon' };

  it('is removed, and restored, and nothing else, whatever comes with it', () => {
    expect(of(changeEvent('DELETE', 'Opportunity', ids.deal, everything))).toEqual([['deal.removed', {}]]);
    expect(of(changeEvent('UNDELETE', 'Opportunity', ids.deal, everything))).toEqual([['deal.restored', {}]]);
  });
});
