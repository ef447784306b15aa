import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Score } from '#domain/score/score.js';
import { linesOf, root, type Run, run } from './support/cli.js';
import { temporaryFolder } from './support/temporary.js';

// Thousands of deals go through the whole system, on machines that may be busy.
jest.setTimeout(180_000);

const example = `${root}examples/crm-sales-opportunities`;
const sample = `${root}../shared/data/crm-sales-opportunities`;

interface Expected {
  readonly rows: number;
  readonly imported: number;
  readonly events: number;
  readonly won: number;
  readonly lost: number;
  readonly wonValue: number;
  readonly open: number;
  readonly openWithoutAccount: number;
}

interface Variant {
  readonly title: string;
  readonly data: () => string;
  readonly expected: Expected;
}

const whole: Variant = {
  title: 'the whole export',
  data: () => sample,
  expected: {
    rows: 8_800,
    imported: 8_300,
    events: 15_011,
    won: 4_238,
    lost: 2_473,
    wonValue: 10_005_534,
    open: 1_589,
    openWithoutAccount: 1_088,
  },
};

/** A few rows of the same shape. */
const FEW: Readonly<Record<string, string>> = {
  'sales_pipeline.csv': `opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
W1,Moses Frase,GTXPro,Acme Corporation,Won,2016-10-20,2017-03-01,1054
W2,Carl Lin,MG Special,Betatech,Won,2017-03-01,2017-03-01,50
L1,Moses Frase,GTX Pro,Betatech,Lost,2016-11-01,2017-01-09,0
O1,Carl Lin,MG Special,,Engaging,2017-05-02,,
O2,Carl Lin,GTXPro,Acme Corporation,Engaging,2017-12-02,,
P1,Carl Lin,GTXPro,,Prospecting,,,
`,
  'sales_teams.csv':
    'sales_agent,manager,regional_office\nMoses Frase,Dustin Brinkmann,Central\nCarl Lin,Summer Sewald,West\n',
  'products.csv': 'product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n',
  'accounts.csv': 'account,sector\nAcme Corporation,technolgy\nBetatech,medical\n',
};

const few: Variant = {
  title: existsSync(sample) ? 'a few rows' : 'a few rows, as the whole export is not at hand',
  data: () => {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(FEW)) writeFileSync(join(folder, name), text);
    return folder;
  },
  expected: {
    rows: 6,
    imported: 5,
    events: 8,
    won: 2,
    lost: 1,
    wonValue: 1_104,
    open: 2,
    openWithoutAccount: 1,
  },
};

describe.each(existsSync(sample) ? [few, whole] : [few])(
  'plumbline import of the CRM sales opportunities, on $title',
  ({ data, expected }) => {
    const folder = temporaryFolder();
    let imported: Run;
    let closed: readonly Score[];
    let open: readonly Score[];

    const dealsAsOf = async (...options: readonly string[]): Promise<Score[]> => {
      const { stdout, stderr, code } = await run([
        ...['deals', '--data', folder, '--as-of', '2017-12-31', '--format', 'ndjson'],
        ...options,
      ]);
      expect([stderr, code]).toEqual(['', 0]);
      return linesOf(stdout).map((line) => JSON.parse(line) as Score);
    };

    beforeAll(async () => {
      imported = await run([
        ...['import', '--source', 'csv', '--mapping', `${example}/mapping.yaml`],
        ...['--policy', `${example}/policy.yaml`, '--data', folder, `${data()}/sales_pipeline.csv`],
      ]);
      open = await dealsAsOf();
      closed = (await dealsAsOf('--all')).filter(
        ({ status }) => status === 'lost' || status.startsWith('won'),
      );
    });

    it('imports or refuses every row, and exits with 1 because some were refused', () => {
      const refused = expected.rows - expected.imported;
      expect(imported.stdout).toBe(
        `${count(expected.rows)} rows: ${count(expected.imported)} imported as ${count(expected.events)} events, ${count(refused)} refused\n`,
      );
      expect(imported.code).toBe(1);
      const letters = linesOf(imported.stderr).map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(letters).toHaveLength(refused);
      expect(new Set(letters.map(({ reasons }) => JSON.stringify(reasons)))).toEqual(
        new Set([`["engage_date: empty; a deal without an opening date can't be placed in time"]`]),
      );
      expect(letters.filter(({ record }) => !String(record).includes('Prospecting'))).toEqual([]);
    });

    it('has every win with its value, and every loss', () => {
      const won = closed.filter(({ status }) => status.startsWith('won'));
      expect(won).toHaveLength(expected.won);
      expect(won.reduce((sum, { amount }) => sum + (amount ?? 0), 0)).toBe(expected.wonValue);
      expect(closed.filter(({ status }) => status === 'lost')).toHaveLength(expected.lost);
    });

    it('scores the open deals as of the end of 2017, the worst first, by what the export tells alone', () => {
      expect(open).toHaveLength(expected.open);
      expect(open.filter(({ as_of: asOf }) => asOf !== '2017-12-31T23:59:59.999Z')).toEqual([]);
      const health = open.map((score) => score.health ?? Number.NaN);
      expect(health).toEqual([...health].sort((a, b) => a - b));
      const kinds = new Set(open.flatMap(({ findings }) => findings.map(({ kind }) => kind)));
      expect([...kinds]).toEqual(['stalled']);
      expect(new Set(open.map(({ status }) => status))).toEqual(new Set(['stalled', 'healthy']));
      expect(open.filter(({ not_judged: kinds_ }) => !kinds_.includes('no_next_step'))).toEqual([]);
    });

    it('knows product, owner and account of each open deal, where the export has one', () => {
      expect(open.filter(({ name }) => name.includes('GTXPro'))).toEqual([]);
      expect(open.filter(({ name }) => name.startsWith('GTX Pro')).length).toBeGreaterThan(0);
      expect(open.filter(({ owner }) => owner?.team === undefined)).toEqual([]);
      expect(open.filter(({ amount }) => amount === null)).toEqual([]);
      expect(open.filter(({ name }) => !name.includes(' for '))).toHaveLength(expected.openWithoutAccount);
    });

    it('changes nothing when it is imported again', async () => {
      const before = await dealsAsOf('--all');
      const again = await run([
        ...['import', '--source', 'csv', '--mapping', `${example}/mapping.yaml`, '--data', folder],
        `${data()}/sales_pipeline.csv`,
      ]);
      expect(again.stdout).toBe(imported.stdout);
      expect(await dealsAsOf('--all')).toEqual(before);
      const rebuilt = await run(['rebuild', '--data', folder]);
      expect(rebuilt.stdout).toMatch(
        new RegExp(`^${count(expected.imported)} deals rebuilt, 0 of them changed`),
      );
    });
  },
);

function count(number: number): string {
  return number.toLocaleString('en');
}
