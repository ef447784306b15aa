import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { parsePolicy } from '#domain/policy/parse-policy.js';
import { loadCsvMapping } from './load-mapping.js';
import { lookUpsIn } from './look-up-files.js';
import { translateCsv, type TranslatedRow } from './translate.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const example = `${root}examples/crm-sales-opportunities`;
const data = `${root}../shared/data/crm-sales-opportunities`;

/** How long 8,800 rows may take where others use the machine too. */
const SLOW_MACHINE_MS = 60_000;

const NO_DATE = "engage_date: empty; a deal without an opening date can't be placed in time";

/** A few rows as the export has them: all there is to test with where the export is not at hand. */
const FEW_ROWS: Readonly<Record<string, string>> = {
  'sales_pipeline.csv': `opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
W1,Moses Frase,GTXPro,Acme Corporation,Won,2016-10-20,2017-03-01,1054
W2,Carl Lin,MG Special,Betatech,Won,2017-03-01,2017-03-01,50
L1,Moses Frase,GTX Pro,Betatech,Lost,2016-11-01,2017-01-09,0
O1,Carl Lin,MG Special,,Engaging,2017-05-02,,
O2,Carl Lin,GTXPro,Acme Corporation,Engaging,2017-06-02,,
P1,Carl Lin,GTXPro,,Prospecting,,,
`,
  'sales_teams.csv':
    'sales_agent,manager,regional_office\nMoses Frase,Dustin Brinkmann,Central\nCarl Lin,Summer Sewald,West\n',
  'products.csv': 'product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n',
  'accounts.csv': 'account,sector\nAcme Corporation,technolgy\nBetatech,medical\n',
};

interface Expected {
  readonly rows: number;
  readonly won: number;
  readonly lost: number;
  readonly refused: number;
  readonly wonValue: number;
  readonly openWithoutAccount: number;
}

interface Variant {
  readonly title: string;
  readonly file: (name: string) => Promise<Uint8Array>;
  readonly pipeline: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly expected: Expected;
}

const wholeExport: Variant = {
  title: 'the whole export',
  file: lookUpsIn([data, example]),
  pipeline: () => createReadStream(`${data}/sales_pipeline.csv`),
  expected: {
    rows: 8800,
    won: 4238,
    lost: 2473,
    refused: 500,
    wonValue: 10_005_534,
    openWithoutAccount: 1088,
  },
};

const fewRows: Variant = {
  title: existsSync(data) ? 'a few rows' : 'a few rows, as the whole export is not at hand',
  file: (name) => Promise.resolve(Buffer.from(FEW_ROWS[name] ?? '')),
  pipeline: () => [Buffer.from(FEW_ROWS['sales_pipeline.csv'] ?? '')],
  expected: { rows: 6, won: 2, lost: 1, refused: 1, wonValue: 1104, openWithoutAccount: 1 },
};

const variants = existsSync(data) ? [fewRows, wholeExport] : [fewRows];

describe.each(variants)('the CRM sales opportunities example, on $title', ({ expected, file, pipeline }) => {
  const rows: TranslatedRow[] = [];
  const events: CloudEvent[] = [];
  const reasons: (readonly string[])[] = [];
  const of = (type: string): CloudEvent[] => events.filter((event) => event.type === type);
  const valueOf = (event: CloudEvent, field: string): unknown =>
    (event.data as Readonly<Record<string, unknown>>)[field];

  beforeAll(async () => {
    const loaded = await loadCsvMapping(await readFile(`${example}/mapping.yaml`, 'utf8'), file);
    if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
    for await (const row of translateCsv(pipeline(), loaded.mapping)) {
      rows.push(row);
      if ('events' in row.result) events.push(...row.result.events);
      else reasons.push(row.result.refused.reasons);
    }
  }, SLOW_MACHINE_MS);

  it('imports or refuses every row', () => {
    expect(rows).toHaveLength(expected.rows);
    expect(rows.map(({ index }) => index)).toEqual(rows.map((_, position) => position));
    expect(of('deal.opened')).toHaveLength(expected.rows - expected.refused);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it('refuses the rows without any date, and says why', () => {
    expect(reasons).toEqual(Array.from({ length: expected.refused }, () => [NO_DATE]));
  });

  it('has every win and loss, and the value of the wins', () => {
    expect(of('deal.won')).toHaveLength(expected.won);
    expect(of('deal.lost')).toHaveLength(expected.lost);
    const value = of('deal.won').reduce((sum, event) => sum + Number(valueOf(event, 'amount')), 0);
    expect(value).toBe(expected.wonValue);
  });

  it('closes no deal before it opens it', () => {
    const openedAt = new Map(of('deal.opened').map(({ subject, time }) => [subject, time]));
    const closed = [...of('deal.won'), ...of('deal.lost')];
    expect(closed.filter(({ subject, time }) => !((openedAt.get(subject) ?? '9') < time))).toEqual([]);
  });

  it('gives open deals no close date, and an account only where the row has one', () => {
    const closed = new Set([...of('deal.won'), ...of('deal.lost')].map(({ subject }) => subject));
    const open = of('deal.opened').filter(({ subject }) => !closed.has(subject));
    expect(open).toHaveLength(expected.rows - expected.refused - expected.won - expected.lost);
    expect(open.filter((event) => valueOf(event, 'close_date') !== undefined)).toEqual([]);
    expect(open.filter((event) => valueOf(event, 'account') === undefined)).toHaveLength(
      expected.openWithoutAccount,
    );
  });

  it('knows the price of every product, the team of every owner, and the sectors by their right names', () => {
    const opened = of('deal.opened');
    const gtxPro = opened.filter((event) => String(valueOf(event, 'name')).startsWith('GTX Pro'));
    expect(gtxPro.length).toBeGreaterThan(0);
    expect(new Set(gtxPro.map((event) => valueOf(event, 'amount')))).toEqual(new Set([4821]));
    expect(opened.filter((event) => typeof valueOf(event, 'amount') !== 'number')).toEqual([]);
    const teams = opened.map((event) => (valueOf(event, 'owner') as { team?: string }).team);
    expect(teams).not.toContain(undefined);
    const segments = new Set(opened.map((event) => valueOf(event, 'segment')));
    expect(segments).toContain('technology');
    expect(segments).not.toContain('technolgy');
  });

  it('passes the one stage that it knows on to the policy, in dollars', () => {
    expect(new Set(of('deal.opened').map((event) => valueOf(event, 'stage')))).toEqual(new Set(['Engaging']));
    expect(new Set(of('deal.won').map((event) => valueOf(event, 'currency')))).toEqual(new Set(['USD']));
  });
});

describe('the policy of the CRM sales opportunities example', () => {
  it('is valid, knows the stages of the export, and tracks what the mapping tells', async () => {
    const { policy, faults } = parsePolicy(await readFile(`${example}/policy.yaml`, 'utf8'));
    expect(faults).toBeUndefined();
    const pipeline = policy?.pipelines['default'];
    expect(pipeline?.stages?.map(({ aliases }) => aliases)).toEqual([['Prospecting'], ['Engaging']]);
    expect([pipeline?.won, pipeline?.lost]).toEqual([['Won'], ['Lost']]);
    expect(policy?.tracks).toEqual(['deal']);
    expect(policy?.reporting_currency).toBe('USD');
  });
});
