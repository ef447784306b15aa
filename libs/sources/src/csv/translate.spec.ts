import { describe, expect, it } from '@jest/globals';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { loadCsvMapping } from './load-mapping.js';
import type { CsvMapping } from './mapping.js';
import { translateCsv, type TranslatedRow } from './translate.js';

const MAPPING = `
source: crm
timezone: Europe/Berlin
currency: EUR
deal: ID
columns:
  Product: { replace: { GTXPro: GTX Pro } }
  Opened: { as: date }
  Closed: { as: date }
  Value: { as: number }
look_ups:
  team: { file: teams.csv, key: Name, by: Owner }
  price: { file: prices.csv, key: Product, columns: { Price: { as: number } } }
required: [Owner]
refuse:
  - when: { Opened: '' }
    because: a deal without an opening date can't be placed in time
  - when: { Stage: test, Value: '0' }
    because: not a real deal
events:
  - emit: deal.won
    when: { Stage: [Won, Signed] }
    time: { column: Closed, at: 17:00 }
    data: { amount: { column: Value } }
  - emit: deal.opened
    time: { column: Opened, at: 09:00 }
    data:
      name: { join: [{ column: Product }, { column: Account }], with: ' for ' }
      account: { id: { column: Account }, name: { column: Account } }
      owner: { id: { column: Owner }, team: { look_up: team, column: Team } }
      stage: { column: Stage }
      amount: { look_up: price, column: Price }
  - emit: deal.lost
    when: { Stage: Lost }
    unless: { Closed: '' }
    time: { column: Closed, at: 17:00 }
`;
const FILES: Readonly<Record<string, string>> = {
  'teams.csv': 'Name,Team\nAnn,North\nBob,\n',
  'prices.csv': 'Product,Price\nGTX Pro,4821\nBasic,free\n',
};
const HEADER = 'ID,Owner,Product,Account,Stage,Opened,Closed,Value';

async function mapping(yaml = MAPPING): Promise<CsvMapping> {
  const loaded = await loadCsvMapping(yaml, (file) => Promise.resolve(Buffer.from(FILES[file] ?? '')));
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
  return loaded.mapping;
}

async function translate(bytes: string | Buffer, yaml?: string, name?: string): Promise<TranslatedRow[]> {
  const rows: TranslatedRow[] = [];
  for await (const row of translateCsv([Buffer.from(bytes)], await mapping(yaml), name)) rows.push(row);
  return rows;
}

const eventsOf = (rows: readonly TranslatedRow[]): CloudEvent[] =>
  rows.flatMap(({ result }) => ('events' in result ? result.events : []));
const reasonsOf = (rows: readonly TranslatedRow[]): (readonly string[])[] =>
  rows.flatMap(({ result }) => ('refused' in result ? [result.refused.reasons] : []));
const rowsOf = (...lines: string[]): string => `${[HEADER, ...lines].join('\n')}\n`;

describe('a row of a CSV file', () => {
  it('tells every event whose condition it meets, the opening first', async () => {
    const rows = await translate(rowsOf('D1,Ann,GTXPro,Corp,won,2016-10-20,2017-03-01,1054'));
    expect(rows).toEqual([
      {
        index: 0,
        line: 2,
        result: {
          events: [
            {
              specversion: '1.0',
              id: expect.stringMatching(/^000000\/0\/deal\.opened\/D1\/1476946800000\/[0-9a-f]{12}$/),
              source: 'crm',
              type: 'deal.opened',
              subject: 'D1',
              time: '2016-10-20T07:00:00.000Z',
              schemaversion: 1,
              data: {
                name: 'GTX Pro for Corp',
                account: { id: 'Corp', name: 'Corp' },
                owner: { id: 'Ann', team: 'North' },
                stage: 'won',
                amount: 4821,
                currency: 'EUR',
              },
            },
            {
              specversion: '1.0',
              id: expect.stringMatching(/^000000\/7\/deal\.won\/D1\/1488384000000\/[0-9a-f]{12}$/),
              source: 'crm',
              type: 'deal.won',
              subject: 'D1',
              time: '2017-03-01T16:00:00.000Z',
              schemaversion: 1,
              data: { amount: 1054, currency: 'EUR' },
            },
          ],
        },
      },
    ]);
  });

  it('gives the same events whenever and after whatever rows it is read', async () => {
    const row = 'D1,Ann,GTXPro,Corp,Won,2016-10-20,2017-03-01,1054';
    const alone = eventsOf(await translate(rowsOf(row)));
    const among = eventsOf(await translate(rowsOf('D0,Bob,GTXPro,,New,2016-10-20,,', 'bad', row)));
    expect(among.slice(1)).toEqual(alone);
  });

  it('leaves out what is empty: an account, a team, a currency without an amount', async () => {
    const [opened] = eventsOf(await translate(rowsOf('D1,Bob,,,New,2016-10-20,,'), MAPPING.replace('name: {', 'segment: x\n      name: {').replace('{ column: Account }],', '{ column: ID }],'))); // prettier-ignore
    expect(opened?.data).toEqual({ name: 'D1', owner: { id: 'Bob' }, stage: 'New', segment: 'x' });
  });

  it('is refused whole, with every reason, and its text beside the header', async () => {
    const rows = await translate(
      rowsOf('D1,,Unknown,Corp,Won,2016-10-20,soon,12k', '', 'D2,Ann,,,Lost,,2017-01-01,'),
    );
    expect(rows).toEqual([
      {
        index: 0,
        line: 2,
        result: {
          refused: {
            reasons: [
              'Owner: empty; the mapping requires it',
              'Closed: expected a date YYYY-MM-DD or an instant, got "soon"',
              'Product: "Unknown" is not in prices.csv',
            ],
            record: `${HEADER}\nD1,,Unknown,Corp,Won,2016-10-20,soon,12k`,
          },
        },
      },
      {
        index: 1,
        line: 4,
        result: {
          refused: {
            reasons: ["Opened: empty; a deal without an opening date can't be placed in time"],
            record: `${HEADER}\nD2,Ann,,,Lost,,2017-01-01,`,
          },
        },
      },
    ]);
  });

  it('is refused by a condition on several columns, told with what stands in them', async () => {
    const rows = await translate(
      rowsOf('D1,Ann,,Corp,Test ,2016-10-20,,0', 'D2,Ann,,Corp,Test,2016-10-20,,1'),
    );
    expect(reasonsOf(rows)).toEqual([['Stage: "Test ", Value: "0"; not a real deal']]);
    expect(eventsOf(rows)).toHaveLength(1);
  });

  it('is refused when a value that is used can not be read, wherever it stands', async () => {
    const rows = await translate(rowsOf('D1,Ann,Basic,Corp,Won,2016-10-20,2017-03-01,12k'));
    expect(reasonsOf(rows)).toEqual([
      ['prices.csv Price: expected a number, got "free"', 'Value: expected a number, got "12k"'],
    ]);
    // The value is used by the win alone.
    expect(eventsOf(await translate(rowsOf('D1,Ann,,Corp,New,2016-10-20,,12k')))).toHaveLength(1);
  });

  it('needs its deal, and the time of every event', async () => {
    const rows = await translate(rowsOf(' ,Ann,,Corp,Won,2016-10-20,,1'));
    expect(reasonsOf(rows)).toEqual([
      ['ID: empty; deal.won needs its deal', 'Closed: empty; deal.won needs its time'],
    ]);
  });

  it('is refused when it has more or fewer cells than the header', async () => {
    const rows = await translate(
      rowsOf('D1,Ann', 'D2,Ann,,Corp,New,2016-10-20,,,', 'D3,Ann,,Corp,New,2016-10-20,,'),
    );
    expect(reasonsOf(rows)).toEqual([
      ['the row has 2 cells, the header 8'],
      ['the row has 9 cells, the header 8'],
    ]);
    expect(eventsOf(rows).map(({ subject }) => subject)).toEqual(['D3']);
  });

  it('is refused when its event is not a valid one', async () => {
    const rows = await translate(rowsOf('D1,Ann,,,New,2016-10-20,,'));
    expect(reasonsOf(rows)).toEqual([[expect.stringMatching(/^deal\.opened: .*name/)]]);
  });

  it('passes hostile cells on as data, and is refused where they are too long for what they are', async () => {
    const long = 'x'.repeat(200_000);
    const rows = await translate(
      rowsOf(
        `__proto__,Ann,,"=cmd|' /C calc'!A0",constructor,2016-10-20,,`,
        'a\0b,Bob,,\0,New,2016-10-20,,',
        `D3,Ann,,${long},New,2016-10-20,,`,
        `${long},Ann,,Corp,New,2016-10-20,,`,
      ),
    );
    expect(eventsOf(rows)).toMatchObject([
      { subject: '__proto__', data: { name: "=cmd|' /C calc'!A0", stage: 'constructor' } },
      { subject: 'a\0b', data: { name: '\0' } },
    ]);
    expect(reasonsOf(rows)).toEqual([
      [expect.stringMatching(/^deal\.opened: data\.account\.id: expected a non-empty text of at most/)],
      [expect.stringMatching(/^deal\.opened: id: /), expect.stringMatching(/^deal\.opened: subject: /)],
    ]);
  });
});

describe('the time of an event', () => {
  const at = async (row: string, yaml?: string): Promise<unknown[]> => {
    const rows = await translate(rowsOf(row), yaml);
    return [...eventsOf(rows).map(({ type, time }) => `${type} ${time}`), ...reasonsOf(rows)];
  };

  it('of a deal opened and closed on one day has the opening first', async () => {
    expect(await at('D1,Ann,,Corp,Won,2016-10-20,2016-10-20,1')).toEqual([
      'deal.opened 2016-10-20T07:00:00.000Z',
      'deal.won 2016-10-20T15:00:00.000Z',
    ]);
    const swapped = MAPPING.replaceAll('17:00', 'start');
    expect(await at('D1,Ann,,Corp,Won,2016-10-20,2016-10-20,1', swapped)).toEqual([
      'deal.opened 2016-10-20T07:00:00.000Z',
      'deal.won 2016-10-20T07:00:00.000Z',
    ]);
  });

  it('may not lie before the opening otherwise', async () => {
    expect(await at('D1,Ann,,Corp,Won,2016-10-20,2016-10-19,1')).toEqual([
      [
        'Closed: deal.won at 2016-10-19T15:00:00.000Z lies before Opened, deal.opened at 2016-10-20T07:00:00.000Z',
      ],
    ]);
  });

  it('is the end of the day where nothing is said', async () => {
    const yaml = MAPPING.replace('{ column: Closed, at: 17:00 }', 'Closed');
    expect(await at('D1,Ann,,Corp,Won,2016-10-20,2016-10-20,1', yaml)).toEqual([
      'deal.opened 2016-10-20T07:00:00.000Z',
      'deal.won 2016-10-20T21:59:59.999Z',
    ]);
  });
});

describe('a CSV file', () => {
  const row = 'D1,Ann,,Corp,New,2016-10-20,,';

  it('names the source of its events where the mapping does not', async () => {
    const unnamed = MAPPING.replace('source: crm', '');
    expect(eventsOf(await translate(rowsOf(row), unnamed, 'pipeline'))[0]?.source).toBe('csv/pipeline');
    expect(eventsOf(await translate(rowsOf(row), unnamed))[0]?.source).toBe('csv');
  });

  it('may begin with a byte order mark, end lines with CRLF, quote its header and have more columns', async () => {
    const [plain] = eventsOf(await translate(rowsOf(row)));
    const header = HEADER.split(',').map((name) => `" ${name}"`).join(','); // prettier-ignore
    const windows = `\ufeff${header},More,More\r\n${row},x,y\r\n`;
    expect(eventsOf(await translate(windows))).toEqual([plain]);
    expect(eventsOf(await translate(Buffer.from(windows, 'utf16le')))).toEqual([plain]);
  });

  it('without a column, or with one twice, is one refusal that says so', async () => {
    const renamed = HEADER.replace('Owner', 'owner').replace('Stage', 'Phase').replace('Product', 'Value');
    expect(await translate(`${renamed}\n${row}\n`)).toEqual([
      {
        index: 0,
        line: 1,
        result: {
          refused: {
            reasons: expect.arrayContaining([
              'the header has no column "Owner", but "owner": names are compared with regard to case',
              'the header has no column "Stage"; it has ID, owner, Value, Account, Phase, Opened, Closed, Value',
              'the header has the column "Value" more than once (3 and 8)',
            ]),
            record: renamed,
          },
        },
      },
    ]);
  });

  it('of another delimiter or encoding than the mapping says is one refusal that says so', async () => {
    expect(reasonsOf(await translate(rowsOf(row).replaceAll(',', ';')))).toEqual([
      [expect.stringContaining('delimiter: ";"')],
    ]);
    expect(
      eventsOf(await translate(rowsOf(row).replaceAll(',', ';'), `delimiter: ';'\n${MAPPING}`)),
    ).toHaveLength(1);
    expect(reasonsOf(await translate(Buffer.from(rowsOf(row), 'utf16le')))).toEqual([
      [expect.stringContaining('utf-16le')],
    ]);
  });

  it('in another encoding than UTF-8 loses the rows that show it, and none where the mapping names it', async () => {
    const latin = Buffer.from(rowsOf(row, 'D2,Ann,,Zo\xeb,New,2016-10-20,,'), 'latin1');
    expect(reasonsOf(await translate(latin))).toEqual([
      [expect.stringMatching(/^Account: not UTF-8; .*encoding/)],
    ]);
    const told = eventsOf(await translate(latin, `encoding: windows-1252\n${MAPPING}`));
    expect(told.map(({ data }) => data)).toMatchObject([{ name: 'Corp' }, { name: 'Zoë' }]);
  });

  it('without anything is one refusal; of a header alone, nothing', async () => {
    expect(reasonsOf(await translate(''))).toEqual([[expect.stringContaining('the file is empty')]]);
    expect(await translate(`${HEADER}\n\n`)).toEqual([]);
  });

  it('with a quote that is never closed is translated up to it', async () => {
    const rows = await translate(rowsOf(row, '"D2,Ann', row));
    expect(rows.map(({ index, line }) => [index, line])).toEqual([[0, 2], [1, 3]]); // prettier-ignore
    expect(reasonsOf(rows)).toEqual([['a quote is opened in this row and never closed']]);
  });

  it('is read no further than its reader wants', async () => {
    let read = 0;
    const endless = (function* () {
      yield Buffer.from(`${HEADER}\n`);
      for (;;) {
        read += 1;
        yield Buffer.from(`${row}\n`.repeat(100));
      }
    })();
    for await (const { index } of translateCsv(endless, await mapping())) if (index === 1000) break;
    expect(read).toBeLessThan(20);
  });
});

describe('events other than those of a deal', () => {
  const ACTIVITIES = `
deal: Deal
id: Activity
deal_id_prefix: crm-
columns:
  Objectives: { split: ';' }
  Due: { as: date, format: DD.MM.YYYY }
  Amount: { as: number }
events:
  - emit: message.received
    when: { Kind: mail }
    time: At
    data: { channel: email, person: { email: { column: Who } } }
  - emit: business_case.validated
    when: { Kind: case }
    time: At
    data: { objectives: { column: Objectives }, annual_value: { column: Amount } }
  - emit: next_step.agreed
    when: { Kind: step }
    time: At
    data:
      next_step_id: { column: Activity }
      description: { column: Objectives }
      due_at: { column: Due }
      owner_side: customer
      mutual: true
  - emit: deal.amount_changed
    when: { Kind: amount }
    time: At
    data: { amount: { column: Amount }, currency: USD }
  - emit: deal.close_date_changed
    when: { Kind: date }
    time: At
    data: { to: { column: Due } }
`;
  const read = async (...lines: string[]): Promise<TranslatedRow[]> =>
    translate(['Activity,Deal,Kind,At,Who,Objectives,Due,Amount', ...lines].join('\n'), ACTIVITIES);
  const told = async (line: string): Promise<unknown> => eventsOf(await read(line)).map(({ data }) => data);

  it('have lists, people, dates and constants as the catalogue wants them', async () => {
    const at = '2026-03-01T10:00:00Z';
    expect(await told(`A1,7,mail,${at}, Ann@Corp.Example,,,`)).toEqual([
      { channel: 'email', person: { email: 'ann@corp.example' } },
    ]);
    expect(await told(`A1,7,mail,${at},,,,`)).toEqual([{ channel: 'email' }]);
    expect(await told(`A2,7,case,${at},,cost; speed,,100`)).toEqual([
      { objectives: ['cost', 'speed'], annual_value: 100 },
    ]);
    expect(await told(`A3,7,date,${at},,,31.03.2026,`)).toEqual([{ to: '2026-03-31' }]);
    expect(await told(`A4,7,other,${at},,,,`)).toEqual([]);
  });

  it('tell an emptied amount or close date as null', async () => {
    const at = '2026-03-01T10:00:00Z';
    expect(await told(`A1,7,amount,${at},,,,`)).toEqual([{ amount: null, currency: 'USD' }]);
    expect(await told(`A1,7,date,${at},,,,`)).toEqual([{ to: null }]);
  });

  it('are told apart by the column that identifies the row, and may name no deal', async () => {
    const at = '2026-03-01T10:00:00Z';
    const events = eventsOf(await read(`A1,7,mail,${at},,,,`, `A2,7,mail,${at},,,,`, `A3,,mail,${at},,,,`));
    expect(events.map(({ subject }) => subject)).toEqual(['crm-7', 'crm-7', undefined]);
    expect(events.map(({ id }) => id.split('/')[3])).toEqual(['A1', 'A2', 'A3']);
    expect(reasonsOf(await read(`,7,mail,${at},,,,`))).toEqual([
      ['Activity: empty; a row without it has no identity'],
    ]);
    expect(reasonsOf(await read(`A1,,amount,${at},,,,5`))).toEqual([
      ['Deal: empty; deal.amount_changed needs its deal'],
    ]);
  });
});
