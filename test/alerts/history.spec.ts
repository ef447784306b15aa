import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { loadCsvMapping } from '#sources/csv/load-mapping.js';
import { lookUpsIn } from '#sources/csv/look-up-files.js';
import { until } from '../support/until.js';
import { translateCsv } from '#sources/csv/translate.js';
import type { EventDraft } from '#sources/native/draft.js';
import { root } from '../support/cli.js';
import { settled } from '../support/system.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';
import { alertsFile, at, type Office, openOffice, SECRET, toldBy } from './office.js';

// Thousands of deals go through the whole system, on machines that may be busy.
jest.setTimeout(180_000);

const MINUTE = 60_000;
const NOW = at('2018-01-02T12:00:00Z');
const example = `${root}examples/crm-sales-opportunities`;
const sample = `${root}../shared/data/crm-sales-opportunities`;
const isAtHand = existsSync(sample);
const PIPELINE = `opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
W1,Moses Frase,GTXPro,Acme Corporation,Won,2016-10-20,2017-03-01,1054
${Array.from({ length: 200 }, (_, n) => `O${n},Carl Lin,MG Special,,Engaging,2017-0${1 + (n % 8)}-02,,\n`).join('')}`;
const TABLES: Readonly<Record<string, string>> = {
  'sales_teams.csv':
    'sales_agent,manager,regional_office\nMoses Frase,Dustin Brinkmann,Central\nCarl Lin,Summer Sewald,West\n',
  'products.csv': 'product,series,sales_price\nGTX Pro,GTX,4821\nMG Special,MG,55\n',
  'accounts.csv': 'account,sector\nAcme Corporation,technolgy\nBetatech,medical\n',
};

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from(text));
}

/** The export as `plumbline import` hands it over. */
async function drafts(): Promise<EventDraft[]> {
  const lookUps = isAtHand
    ? lookUpsIn([sample, example])
    : (name: string) => Promise.resolve(Buffer.from(TABLES[name] ?? ''));
  const loaded = await loadCsvMapping(readFileSync(`${example}/mapping.yaml`, 'utf8'), lookUps);
  if (!('mapping' in loaded)) throw new Error('the mapping of the example has faults');
  const text = isAtHand ? readFileSync(`${sample}/sales_pipeline.csv`, 'utf8') : PIPELINE;
  const all: EventDraft[] = [];
  for await (const { result } of translateCsv(bytes(text), loaded.mapping, 'sales_pipeline'))
    if (!('refused' in result)) all.push(...result.events);
  return all;
}

let receiver: WebhookReceiver;
let office: Office;

beforeAll(async () => {
  receiver = await startWebhookReceiver(SECRET);
  office = await openOffice(alertsFile(receiver.origin, [{ name: 'sales' }]), NOW, `${example}/policy.yaml`);
});

afterAll(async () => {
  await office.close();
  await receiver.close();
});

const digestsTo = (name: string) =>
  receiver.received
    .filter(({ path }) => path === `/${name}`)
    .map((one) => {
      expect(one.isSigned).toBe(true);
      expect(Buffer.byteLength(one.body)).toBeLessThan(20_000);
      const { type, data } = toldBy(one);
      return { type, total: data.total };
    });

describe(`history that is imported: ${isAtHand ? 'the CRM sales opportunities' : 'old open deals'}`, () => {
  let open: number;

  it('comes as one digest to an endpoint that is enabled', async () => {
    const all = await drafts();
    await office.quiet();
    for (let from = 0; from < all.length; from += 2_000)
      await office
        .system()
        .appendTranslated({ origin: 'csv', drafts: all.slice(from, from + 2_000), entries: [] });
    await settled(office.system());
    await office.quiet();
    expect(receiver.received).toEqual([]);
    await office.moveTo(NOW + 5 * MINUTE);
    const [row] = await office
      .system()
      .warehouse.read.select("SELECT countIf(has(finding_kinds, 'stalled')) AS stalled FROM deal_health_now");
    open = Number(row?.['stalled']);
    expect(open).toBeGreaterThan(100);
    expect(digestsTo('sales')).toEqual([{ type: 'deals.digest', total: open }]);
  });

  it('comes as one digest to one that is enabled later, and not again to the first', async () => {
    const both = alertsFile(receiver.origin, [{ name: 'sales' }, { name: 'later' }]);
    await office.restart({ alerts: both, at: NOW + 10 * MINUTE });
    await office.moveTo(NOW + 11 * MINUTE);
    await until('all that is true already is looked at', async () =>
      (await office.system().warehouse.alerts.endpointStates()).some(
        (state) => state.endpoint === 'later' && state.baseline_at !== null,
      ),
    );
    await settled(office.system());
    await office.quiet();
    await office.moveTo(NOW + 15 * MINUTE);
    await office.moveTo(NOW + 25 * MINUTE);
    expect(digestsTo('later')).toEqual([{ type: 'deals.digest', total: open }]);
    expect(digestsTo('sales')).toHaveLength(1);
  });
});
