import { describe, expect, it } from '@jest/globals';
import { loadCsvMapping } from './load-mapping.js';

const files: Readonly<Record<string, string>> = {
  'teams.csv': 'Name,Team\nAnn,North\nBob,South\n',
  'twice.csv': 'Name,Team\nAnn,North\nAnn,South\nBob\n',
  'semicolons.csv': 'Name;Team\nAnn;North\n',
  'empty.csv': '',
};

function readFile(file: string): Promise<Uint8Array> {
  const text = files[file];
  return text === undefined ? Promise.reject(new Error('no such file')) : Promise.resolve(Buffer.from(text));
}

async function faultsOf(yaml: string): Promise<readonly string[]> {
  const loaded = await loadCsvMapping(yaml, readFile);
  const faults = 'faults' in loaded ? loaded.faults : [];
  return faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
}

const OPENED = `
deal: ID
events:
  - emit: deal.opened
    time: Created
    data: { name: { column: Title } }
`;

describe('a mapping file', () => {
  it('that is valid is read whole, and knows every column that it reads', async () => {
    const loaded = await loadCsvMapping(
      `
deal: ID
id: Row
columns: { Amount: { as: number, decimal: ',' } }
look_ups: { team: { file: teams.csv, key: Name, by: Owner } }
required: Status
refuse: [{ when: { Kind: [Test, Demo] }, because: not a real deal }]
events:
  - emit: deal.opened
    when: { Stage: Open }
    unless: { Gone: true }
    time: { column: Created, at: 09:00 }
    data:
      name: { join: [{ column: Title }, { column: Product }] }
      owner: { id: { column: Owner }, team: { look_up: team, column: Team } }
      stage: New
      amount: { column: Amount }
`,
      readFile,
    );
    if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
    const used = [
      'Amount',
      'Created',
      'Gone',
      'ID',
      'Kind',
      'Owner',
      'Product',
      'Row',
      'Stage',
      'Status',
      'Title',
    ];
    expect(loaded.mapping.usedColumns).toEqual(new Set(used));
    expect(loaded.mapping).toMatchObject({
      timezone: 'UTC',
      delimiter: ',',
      encoding: 'utf-8',
      dealIdPrefix: '',
    });
    expect(loaded.mapping.events[0]?.time).toEqual({ column: 'Created', at: 9 * 3_600_000 });
    expect([...(loaded.mapping.lookUps.get('team')?.rows.keys() ?? [])]).toEqual(['Ann', 'Bob']);
  });

  it('is told all its faults at once, each with its path', async () => {
    const faults = await faultsOf(`
sorce: x
timezone: Mars/Olympus
currency: dollars
deal_id_prefix: 7
delimiter: ';;'
encoding: klingon
deal: [ID]
columns:
  Amount: { as: money, format: DD.MM.YYYY }
  Created: { as: date, format: dd-mm, divide: 2 }
  Share: { as: number, divide: 0, thousands: '1' }
  Kind: { replace: { a: [b] }, wat: 1 }
look_ups:
  team: { file: nowhere.csv }
  odd: { file: missing.csv, key: Name, unknown: ignore }
required: [{}]
refuse:
  - because: why
  - when: { Kind: Test }
events:
  - emit: deal.opend
    time: Created
  - emit: deal.lost
    when: { Stage: [[]] }
    time: { column: Share, at: noon }
    data:
      reason: { column: Why, at: start }
  - emit: deal.won
    data: { amount: { look_up: price, column: p }, amnt: 1 }
  - 5
`);
    const paths = faults.map((fault) => fault.split(':')[0]);
    expect(new Set(paths)).toEqual(
      new Set([
        'sorce',
        'timezone',
        'currency',
        'deal_id_prefix',
        'delimiter',
        'encoding',
        'deal',
        'columns.Amount.as',
        'columns.Amount.format',
        'columns.Created.format',
        'columns.Created.divide',
        'columns.Share.divide',
        'columns.Share.thousands',
        'columns.Kind.replace.a',
        'columns.Kind.wat',
        'look_ups.team.key',
        'look_ups.odd',
        'look_ups.odd.unknown',
        'required[0]',
        'refuse[0].when',
        'refuse[1].because',
        'events[0].emit',
        'events[1].when.Stage',
        'events[1].time.column',
        'events[1].time.at',
        'events[1].data.reason.at',
        'events[2].time',
        'events[2].data.amount.look_up',
        'events[2].data.amnt',
        'events[3]',
      ]),
    );
    expect(paths).toHaveLength(30);
    expect(faults).toContain('look_ups.odd: missing.csv: no such file');
    expect(faults).toContain('events[0].emit: there is no event type "deal.opend"');
  });

  it.each([
    ['', 'expected keys and values, got nothing'],
    ['- a', 'expected keys and values, got a list'],
    ['deal: a\ndeal: b', 'line 2: '],
    ['a: [', 'line 1: '],
    ['a: &a [*a, *a]\n---\nb: 1', ''],
  ])('that is no mapping at all is refused: %j', async (yaml, beginning) => {
    const faults = await faultsOf(yaml);
    expect(faults).not.toEqual([]);
    expect(faults[0]).toEqual(expect.stringContaining(beginning));
  });

  it('of aliases that multiply is refused', async () => {
    const lines = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`);
    const faults = await faultsOf(['a0: &a0 [x]', ...lines].join('\n'));
    expect(faults).toEqual([expect.stringContaining('alias')]);
  });

  it('takes keys such as __proto__ for what they are', async () => {
    const faults = await faultsOf(`${OPENED}      \nconstructor: 1\n__proto__: { timezone: Mars/Olympus }`);
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(['constructor', '__proto__']);
  });

  it('gives an event the fields that it has and needs, at every depth', async () => {
    const faults = await faultsOf(`
deal: ID
events:
  - emit: deal.stage_changed
    time: At
    data: { from: { column: Old } }
  - emit: deal.removed
    time: At
    data: { reason: gone }
  - emit: deal.opened
    time: At
    data: { name: { colum: Title }, owner: { id: { column: O }, boss: x }, account: { column: A } }
  - emit: meeting.held
    time: At
    data: { meeting_id: { column: M }, attendees: [{ email: { column: E }, answer: yes }] }
`);
    expect(faults).toEqual([
      'events[0].data.to: missing; deal.stage_changed needs it',
      'events[1].data.reason: deal.removed has no such field; it has no fields',
      'events[2].data.name: expected a value, such as { column: name }, not an object',
      'events[2].data.owner.boss: owner has no such field; it has id, name, email, team',
      'events[2].data.account: expected an object of id, name, domain, not one value',
      'events[3].data.attendees.answer: attendees has no such field; it has response, email, name, ref',
    ]);
  });

  it('needs an event, and the column of the deal id where an event is about a deal', async () => {
    expect(await faultsOf('deal: ID')).toEqual([expect.stringMatching(/^events: /)]);
    const faults = await faultsOf('id: Row\nevents: [{ emit: deal.removed, time: At }]');
    expect(faults).toEqual([expect.stringMatching(/^deal: missing; .* events\[0\] is deal\.removed$/)]);
    const sent = 'events: [{ emit: message.sent, time: At, data: { channel: email } }]';
    expect(await faultsOf(`id: Row\n${sent}`)).toEqual([]);
    expect(await faultsOf(sent)).toEqual([expect.stringMatching(/^id: missing/)]);
  });
});

describe('a look-up file', () => {
  const withLookUp = (lookUp: string): string =>
    OPENED.replace('{ column: Title }', '{ look_up: team, column: Team }') +
    `look_ups: { team: { ${lookUp} } }\n`;

  it('must have the columns that the mapping reads', async () => {
    expect(await faultsOf(withLookUp('file: teams.csv, key: Nme'))).toEqual([
      'look_ups.team: teams.csv: line 1: the header has no column "Nme"; it has Name, Team',
    ]);
    expect(
      await faultsOf(withLookUp('file: teams.csv, key: Name').replace('column: Team', 'column: Boss')),
    ).toEqual(['look_ups.team: teams.csv: line 1: the header has no column "Boss"; it has Name, Team']);
  });

  it('must say one thing of each key, in rows that are whole', async () => {
    expect(await faultsOf(withLookUp('file: twice.csv, key: Name'))).toEqual([
      'look_ups.team: twice.csv: line 3: "Ann" is there twice, with different values',
      'look_ups.team: twice.csv: line 4: the row has 1 cells, the header 2',
    ]);
  });

  it('may have another delimiter than the mapping', async () => {
    expect(await faultsOf(withLookUp('file: semicolons.csv, key: Name'))).toEqual([
      expect.stringContaining('delimiter: ";"'),
    ]);
    expect(await faultsOf(withLookUp(`file: semicolons.csv, key: Name, delimiter: ';'`))).toEqual([]);
  });

  it('must not be empty', async () => {
    expect(await faultsOf(withLookUp('file: empty.csv, key: Name'))).toEqual([
      expect.stringContaining('is empty'),
    ]);
  });
});
