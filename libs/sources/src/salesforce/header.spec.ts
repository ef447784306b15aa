import { describe, expect, it } from '@jest/globals';
import { defaultMapping } from '../native/mapping.js';
import { changeEvent, ids, toldBy, translated } from './testing/change-event.js';
import { translateSalesforce } from './translate.js';

const amount = (header: Readonly<Record<string, unknown>> = {}, recordIds: unknown = ids.deal) =>
  changeEvent('UPDATE', 'Opportunity', recordIds, { Amount: 5 }, header);

describe('a change event', () => {
  it('is the same fact in each of its three forms', () => {
    const payload = amount();
    const forms = [
      { channel: '/data/ChangeEvents', data: { schema: 'x', payload, event: { replayId: 4711 } } },
      { schema: 'x', payload, event: { replayId: 12 } },
      payload,
    ];
    const [first, ...others] = forms.map((form) => translated(form));
    expect(first?.events).toHaveLength(1);
    for (const other of others) expect(other).toEqual(first);
  });

  it('is stamped with its change', () => {
    expect(translated(amount({ sequenceNumber: 7 })).events).toEqual([
      {
        specversion: '1.0',
        id: expect.stringMatching(
          /^000007\/2\/deal\.amount_changed\/0065f00001AaAaAAAV\/0006a1b2-7c3d-4e5f-8a9b-000000000001\/[0-9a-f]{12}$/,
        ),
        source: 'salesforce',
        type: 'deal.amount_changed',
        subject: ids.deal,
        time: '2026-03-10T14:30:00.000Z',
        schemaversion: 1,
        data: { amount: 5 },
      },
    ]);
  });

  it('has the id of its fact, however it was delivered', () => {
    const [first] = translated({ data: { payload: amount(), event: { replayId: 1 } } }).events;
    const [again] = translated({
      data: { payload: amount({ commitNumber: 1, changeOrigin: 'x' }), event: { replayId: 2 } },
    }).events;
    expect(again?.id).toBe(first?.id);
    for (const other of [{ sequenceNumber: 2 }, { transactionKey: 'other' }])
      expect(translated(amount(other)).events[0]?.id).not.toBe(first?.id);
  });

  it('gives the updates of one transaction in the order of their sequence, not of their numbers as text', () => {
    const idOf = (sequenceNumber: number): string =>
      translated(amount({ sequenceNumber })).events[0]?.id ?? '';
    expect(idOf(2) < idOf(10)).toBe(true);
  });

  it('that opens a deal comes before all else of its transaction', () => {
    const [opened] = translated(
      changeEvent('CREATE', 'Opportunity', ids.deal, { Name: 'A' }, { sequenceNumber: 3 }),
    ).events;
    expect(opened?.id).toMatch(/^000000\/0\/deal\.opened\//);
  });

  it('gives every one of its records its own events, in the order of rank', () => {
    const record = changeEvent('UPDATE', 'Opportunity', [ids.deal, ids.otherDeal], {
      StageName: 'Closed Won',
      CloseDate: '2026-06-30',
      Name: 'B',
    });
    const { events } = translated(record);
    expect(events.map(({ type, subject }) => [type, subject])).toEqual([
      ['deal.described', ids.deal],
      ['deal.described', ids.otherDeal],
      ['deal.close_date_changed', ids.deal],
      ['deal.close_date_changed', ids.otherDeal],
      ['deal.won', ids.deal],
      ['deal.won', ids.otherDeal],
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(6);
  });

  it("carries the mapping's source and prefix", () => {
    const { events } = translated(amount(), { source: 'salesforce/acme', dealIdPrefix: 'sf-' });
    expect(events).toMatchObject([{ source: 'salesforce/acme', subject: `sf-${ids.deal}` }]);
    expect(translateSalesforce({ value: changeEvent('CREATE', 'Case', ids.task) }, defaultMapping)).toEqual({
      events: [],
      source: 'salesforce',
    });
  });

  it.each<[string, Readonly<Record<string, unknown>>, string | undefined]>([
    ['whole seconds', { commitTimestamp: 1773153000000 }, '2026-03-10T14:30:00.000Z'],
    ['seconds', { commitTimestamp: 1773153000 }, '2026-03-10T14:30:00.000Z'],
    ['digits', { commitTimestamp: '1773153000123' }, '2026-03-10T14:30:00.123Z'],
    ['none: the log will tell', { commitTimestamp: undefined }, undefined],
  ])('was made at its commit (%s)', (_, header, time) => {
    const { events } = translated(amount(header));
    expect(events.map((event) => event.time)).toEqual([time]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', 'text', /^record: expected a JSON object, got "text"$/],
    ['a list', [amount()], /^record: /],
    ['null', null, /^record: /],
    ['without a header', { data: { payload: { Amount: 1 } } }, /^ChangeEventHeader: .* got nothing$/],
    ['with a header that is none', { data: { payload: { ChangeEventHeader: 'x' } } }, /^data\.payload\.ChangeEventHeader: /], // prettier-ignore
    [
      'without an object',
      amount({ entityName: undefined }),
      /^ChangeEventHeader\.entityName: .* got nothing$/,
    ],
    ['with an empty object', amount({ entityName: '' }), /^ChangeEventHeader\.entityName: /],
    ['without a kind', amount({ changeType: null }), /^ChangeEventHeader\.changeType: /],
    ['of a kind that is no text', amount({ changeType: 3 }), /^ChangeEventHeader\.changeType: /],
    ['without ids', amount({ recordIds: undefined }), /^ChangeEventHeader\.recordIds: /],
    ['with an empty list of ids', amount({}, []), /^ChangeEventHeader\.recordIds: /],
    ['with an id beside the list', amount({ recordIds: ids.deal }), /^ChangeEventHeader\.recordIds: /],
    ['with one bad id of many', amount({}, [ids.deal, null]), /^ChangeEventHeader\.recordIds\[1\]: /],
    ['with a number for an id', amount({}, [ids.deal, 42]), /^ChangeEventHeader\.recordIds\[1\]: /],
    ['with an empty id', amount({}, [ids.deal, '']), /^ChangeEventHeader\.recordIds\[1\]: /],
    ['with an id that is a sentence', amount({}, ['no id at all']), /^ChangeEventHeader\.recordIds\[0\]: /],
    [
      'at no time',
      amount({ commitTimestamp: 'soon' }),
      /^ChangeEventHeader\.commitTimestamp: .* got "soon"$/,
    ],
    ['before 1990', amount({ commitTimestamp: 5 }), /^ChangeEventHeader\.commitTimestamp: /],
    ['after 2100', amount({ commitTimestamp: 1e16 }), /^ChangeEventHeader\.commitTimestamp: /],
    ['with a sequence that is none', amount({ sequenceNumber: 'x' }), /^ChangeEventHeader\.sequenceNumber: /],
    ['with half a sequence', amount({ sequenceNumber: 1.5 }), /^ChangeEventHeader\.sequenceNumber: /],
    [
      'with a transaction that is none',
      amount({ transactionKey: {} }),
      /^ChangeEventHeader\.transactionKey: /,
    ],
    ['with names that are none', amount({ changedFields: 'Amount' }), /^ChangeEventHeader\.changedFields: /],
    ['with a number among names', amount({ nulledFields: [1] }), /^ChangeEventHeader\.nulledFields: /],
  ])('is refused %s', (_, record, reason) => {
    const { events, reasons } = translated(record);
    expect(events).toEqual([]);
    expect(reasons).toEqual([expect.stringMatching(reason)]);
  });

  it('is refused whole, with every reason', () => {
    const record = { data: { payload: changeEvent('UPDATE', 'Opportunity', [ids.deal, ids.otherDeal], { Amount: '12k', CloseDate: 'soon', Name: 'B' }, { commitTimestamp: 'x' }) } }; // prettier-ignore
    expect(translated(record).reasons).toEqual([
      expect.stringMatching(/^data\.payload\.Amount: .*"12k"$/),
      expect.stringMatching(/^data\.payload\.CloseDate: .*"soon"$/),
      expect.stringMatching(/^data\.payload\.ChangeEventHeader\.commitTimestamp: /),
    ]);
  });

  it.each<[string, unknown]>([
    ['another object', changeEvent('CREATE', 'Case', ids.task, { Subject: 'x' }, { commitTimestamp: 'x' })],
    ['a kind that is added later', changeEvent('SNAPSHOT', 'Opportunity', ids.deal, { Amount: 1 })],
    ['other fields', changeEvent('UPDATE', 'Opportunity', ids.deal, { NextStep: 'call', Probability: {} })],
    ['a change of nothing', changeEvent('UPDATE', 'Opportunity', ids.deal)],
    ['an object that is named like a method', changeEvent('CREATE', 'constructor', ids.deal, { Amount: 1 })],
    ['an object that is named __proto__', changeEvent('CREATE', '__proto__', ids.deal)],
  ])('says nothing where it is about %s', (_, record) => {
    expect(translated(record)).toEqual({ events: [], directory: [], reasons: [] });
  });

  it('takes fields of the language for what they are: data', () => {
    const record = JSON.parse(
      `{"__proto__":{"ChangeEventHeader":1},"ChangeEventHeader":{"entityName":"Opportunity","changeType":"UPDATE","recordIds":["${ids.deal}"],"changedFields":["__proto__","constructor","Amount"]},"Amount":3}`,
    ) as unknown;
    expect(toldBy(record)).toEqual([['deal.amount_changed', { amount: 3 }, ids.deal]]);
  });
});

describe('a gap in the history', () => {
  const gap = (kind: string, entity: string, recordIds: unknown) =>
    toldBy(changeEvent(kind, entity, recordIds));

  it.each<[string, unknown[]]>([
    ['GAP_CREATE', [['deal.history_gap', {}, ids.deal]]],
    ['GAP_UPDATE', [['deal.history_gap', {}, ids.deal]]],
    ['GAP_DELETE', [['deal.removed', {}, ids.deal], ['deal.history_gap', {}, ids.deal]]], // prettier-ignore
    ['GAP_UNDELETE', [['deal.restored', {}, ids.deal], ['deal.history_gap', {}, ids.deal]]], // prettier-ignore
  ])('of an opportunity (%s) is one of its deal', (kind, expected) => {
    expect(gap(kind, 'Opportunity', ids.deal)).toEqual(expected);
  });

  it('of several opportunities is one of each', () => {
    expect(gap('GAP_UPDATE', 'Opportunity', [ids.deal, ids.otherDeal])).toEqual([
      ['deal.history_gap', {}, ids.deal],
      ['deal.history_gap', {}, ids.otherDeal],
    ]);
  });

  it.each(['GAP_CREATE', 'GAP_UPDATE', 'GAP_DELETE', 'GAP_UNDELETE'])(
    'of a task or an event (%s) names what it is about',
    (kind) => {
      expect(gap(kind, 'Task', ids.task)).toEqual([['deal.history_gap', {}, null, `next_step:${ids.task}`]]);
      expect(gap(kind, 'Event', ids.meeting)).toEqual([
        ['deal.history_gap', {}, null, `meeting:${ids.meeting}`],
      ]);
    },
  );

  it.each<[string, string, unknown]>([
    ['an overflow', 'GAP_OVERFLOW', '000000000000000AAA'],
    ['an overflow with ids', 'GAP_OVERFLOW', [ids.deal, ids.otherDeal]],
    ['the id of no record', 'GAP_UPDATE', '000000000000000AAA'],
    ['a wildcard', 'UPDATE', '006*'],
    ['a wildcard of a gap', 'GAP_DELETE', '006*'],
    ['several wildcards', 'GAP_UPDATE', ['0065*', '0066*']],
  ])('of all records is one (%s)', (_, kind, recordIds) => {
    const record = changeEvent(kind, 'Opportunity', recordIds, { Amount: 1 });
    expect(toldBy(record)).toEqual([['deal.history_gap', {}, null, 'all:Opportunity']]);
  });

  it('of all records of two objects in one transaction is two facts', () => {
    const idOf = (entity: string) =>
      translated(changeEvent('GAP_OVERFLOW', entity, '000000000000000AAA')).events[0]?.id;
    expect(idOf('Task')).not.toBe(idOf('Event'));
  });

  it('leaves what is known of the other records', () => {
    expect(toldBy(changeEvent('UPDATE', 'Opportunity', ['0066*', ids.deal], { Amount: 1 }))).toEqual([
      ['deal.amount_changed', { amount: 1 }, ids.deal],
      ['deal.history_gap', {}, null, 'all:Opportunity'],
    ]);
  });

  it('of another object is none of a deal', () => {
    expect(gap('GAP_UPDATE', 'Case', ids.task)).toEqual([]);
    expect(gap('GAP_OVERFLOW', 'Case', '000000000000000AAA')).toEqual([]);
    expect(gap('GAP_UPDATE', 'OpportunityContactRole', ids.role)).toEqual([]);
  });
});
