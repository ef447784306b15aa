import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import type { AlertFormat, AlertMessage, DigestItem, Endpoint } from '#domain/alerts/types.js';
import { findingKinds } from '#domain/findings/kinds.js';
import { sampleEndpoint, sampleItem, sampleMessage, sampleSettings } from '../testing/samples.js';
import { renderDigest, renderMessage } from './render.js';

const formats: readonly AlertFormat[] = ['standard', 'slack', 'alertmanager'];
const at = Date.UTC(2026, 2, 2, 12);

const resolved: AlertMessage = {
  ...sampleMessage,
  status: 'resolved',
  finding: { ...sampleMessage.finding, closed_at: Date.UTC(2026, 2, 2, 11) },
};

function endpoint(format: AlertFormat): Endpoint {
  return { ...sampleEndpoint, format };
}

function message(format: AlertFormat, of: AlertMessage): unknown {
  return JSON.parse(renderMessage(sampleSettings, endpoint(format), of));
}

function digest(format: AlertFormat, items: readonly DigestItem[], total = items.length): unknown {
  return JSON.parse(renderDigest(sampleSettings, endpoint(format), { id: 'msg_1', at, items, total }));
}

function items(count: number, over: Partial<DigestItem> = {}): DigestItem[] {
  return Array.from({ length: count }, (_, index) => ({
    ...sampleItem,
    ...over,
    alert_id: `al_${String(index).padStart(24, '0')}`,
    deal_id: `d${index}`,
  }));
}

describe('a message of format standard', () => {
  it('says what the contract says, and nothing else', () => {
    expect(message('standard', sampleMessage)).toEqual({
      type: 'deal.stalled',
      timestamp: '2026-03-02T12:00:00.000Z',
      data: {
        alert_id: 'al_0123456789abcdef01234567',
        status: 'firing',
        deal: {
          id: 'd1',
          name: 'Acme rollout',
          owner: { id: 'u7', name: 'Ana Ruiz' },
          amount: 1000,
          currency: 'EUR',
          stage: 'proposal',
        },
        finding: {
          kind: 'stalled',
          severity: 'critical',
          since: '2026-02-16T08:30:00.000Z',
          advice: 'Nothing has moved since 2026-01-12: ask Kim what they need to go on.',
          numbers: { business_days_since_progress: 25.5, expected_business_days: 10 },
          evidence: ['crm/acme|e-17'],
        },
        health: 41.5,
        links: { deal: 'https://grafana.example/d/deal?var-deal=d1' },
      },
    });
  });

  it('has another type where the finding has gone', () => {
    expect(message('standard', resolved)).toMatchObject({
      type: 'deal.stalled.resolved',
      data: { status: 'resolved' },
    });
  });

  it('has no link where none is set', () => {
    const body = renderMessage({ ...sampleSettings, dealLink: null }, endpoint('standard'), sampleMessage);
    expect(JSON.parse(body)).toHaveProperty('data.links', {});
  });

  it('encodes the id of the deal in its link', () => {
    const deal = { ...sampleMessage.deal, id: 'a/b?c&$& d' };
    expect(message('standard', { ...sampleMessage, deal })).toHaveProperty(
      'data.links.deal',
      'https://grafana.example/d/deal?var-deal=a%2Fb%3Fc%26%24%26%20d',
    );
  });

  it('says how many entries there was no room for', () => {
    const evidence = Array.from({ length: 5_000 }, (_, index) => `crm/acme|event-${index}`);
    const numbers = Object.fromEntries(evidence.map((name, index) => [name, index]));
    const body = message('standard', {
      ...sampleMessage,
      finding: { ...sampleMessage.finding, evidence, numbers },
    });
    expect(body).toHaveProperty('data.finding.evidence_left_out', 4_900);
    expect(body).toHaveProperty('data.finding.numbers_left_out', 4_900);
    expect(body).toHaveProperty('data.finding.evidence.99', 'crm/acme|event-99');
  });
});

describe('a message of format slack', () => {
  it('says what it is about, what to do, and why', () => {
    expect(message('slack', sampleMessage)).toEqual({
      text: 'Critical: stalled: Acme rollout',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Critical: stalled' } },
        {
          type: 'section',
          text: mrkdwn(
            '*<https://grafana.example/d/deal?var-deal=d1|Acme rollout>*\nNothing has moved since 2026-01-12: ask Kim what they need to go on.',
          ),
          fields: [
            mrkdwn('*Owner*\nAna Ruiz'),
            mrkdwn('*Amount*\n1,000 EUR'),
            mrkdwn('*Stage*\nproposal'),
            mrkdwn('*Health*\n41.5'),
            mrkdwn('*Since*\n2026-02-16 08:30 UTC'),
          ],
        },
        {
          type: 'context',
          elements: [
            mrkdwn('business days since progress: 25.5'),
            mrkdwn('expected business days: 10'),
            mrkdwn('rests on 1 event'),
          ],
        },
      ],
    });
  });

  it('says since when and until when it was, without advice, where the finding has gone', () => {
    const body = JSON.stringify(message('slack', resolved));
    expect(body).toContain('"Resolved: stalled"');
    expect(body).toContain('*Until*\\n2026-03-02 11:00 UTC');
    expect(body).not.toContain('Nothing has moved');
  });

  it('lets no name mention, link or mark anything', () => {
    const name = '<!channel> *now* _or_ ~never~ `x` <https://evil.example|here>\n@here & co';
    const body = message('slack', { ...sampleMessage, deal: { ...sampleMessage.deal, name } });
    expect(body).toHaveProperty(
      'text',
      'Critical: stalled: &lt;!channel&gt; ∗now∗ ˍorˍ ∼never∼ ˋxˋ &lt;https://evil.example|here&gt; @here &amp; co',
    );
  });

  it('writes links so that nothing in them is a mark or their end', () => {
    const settings = { ...sampleSettings, dealLink: 'https://crm.example/?org=1&deal={deal_id}' };
    const deal = { ...sampleMessage.deal, id: '*|>~' };
    const body = renderMessage(settings, endpoint('slack'), { ...sampleMessage, deal });
    expect(body).toContain('*<https://crm.example/?org=1&amp;deal=%2a%7C%3E%7e|Acme rollout>*');
  });

  it('has no link where it would leave no room', () => {
    const deal = { ...sampleMessage.deal, id: 'd'.repeat(700) };
    expect(message('slack', { ...sampleMessage, deal })).toHaveProperty(
      'blocks.1.text.text',
      expect.stringMatching(/^\*Acme rollout\*\n/),
    );
  });

  it('calls a deal without a name by its id', () => {
    const body = message('slack', { ...sampleMessage, deal: { ...sampleMessage.deal, name: ' \u0007 ' } });
    expect(body).toHaveProperty('text', 'Critical: stalled: d1');
  });

  it('leaves out what is not known', () => {
    const deal = {
      ...sampleMessage.deal,
      owner: { id: null, name: null },
      amount: null,
      stage: null,
      health: null,
    };
    const finding = { ...sampleMessage.finding, numbers: { expected_business_days: null }, evidence: [] };
    const body = message('slack', { ...sampleMessage, deal, finding });
    expect(body).toHaveProperty('blocks.1.fields', [mrkdwn('*Since*\n2026-02-16 08:30 UTC')]);
    expect(body).toHaveProperty('blocks.length', 2);
  });
});

describe('a message of format alertmanager', () => {
  const labels = {
    alertname: 'stalled',
    deal_id: 'd1',
    severity: 'critical',
    family: 'stall',
    owner: 'Ana Ruiz',
    team: 'emea',
    pipeline: 'default',
  };
  const annotations = {
    summary: 'Acme rollout: stalled',
    description: 'Nothing has moved since 2026-01-12: ask Kim what they need to go on.',
    deal_name: 'Acme rollout',
    amount: '1,000 EUR',
    stage: 'proposal',
    health: '41.5',
    numbers: 'business days since progress: 25.5, expected business days: 10',
    evidence: 'crm/acme|e-17',
  };
  const link = 'https://grafana.example/d/deal?var-deal=d1';

  it('is one of version 4 with one alert', () => {
    expect(message('alertmanager', sampleMessage)).toEqual({
      version: '4',
      groupKey: '{}:{alertname="stalled", deal_id="d1"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'sales-ops',
      groupLabels: { alertname: 'stalled', deal_id: 'd1' },
      commonLabels: labels,
      commonAnnotations: annotations,
      externalURL: link,
      alerts: [
        {
          status: 'firing',
          labels,
          annotations,
          startsAt: '2026-02-16T08:30:00.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: link,
          fingerprint: '3080e07b8107bf2a',
        },
      ],
    });
  });

  it('ends the same alert where the finding has gone', () => {
    expect(message('alertmanager', resolved)).toMatchObject({
      status: 'resolved',
      groupKey: '{}:{alertname="stalled", deal_id="d1"}',
      alerts: [{ status: 'resolved', endsAt: '2026-03-02T11:00:00.000Z', fingerprint: '3080e07b8107bf2a' }],
    });
  });

  it('says how many events there was no room for', () => {
    const evidence = Array.from({ length: 700 }, (_, index) => `crm|${index}`);
    const body = message('alertmanager', {
      ...sampleMessage,
      finding: { ...sampleMessage.finding, evidence },
    });
    expect(body).toHaveProperty(
      'commonAnnotations.evidence',
      expect.stringMatching(/crm\|99, and 600 more$/),
    );
  });
});

describe('a digest', () => {
  const mixed: readonly DigestItem[] = [
    { ...sampleItem, alert_id: 'al_1', deal_id: 'small', amount_reporting: 10 },
    { ...sampleItem, alert_id: 'al_2', deal_id: 'unknown', amount_reporting: null, amount: null },
    { ...sampleItem, alert_id: 'al_3', deal_id: 'warned', severity: 'warning', amount_reporting: 9_999 },
    { ...sampleItem, alert_id: 'al_4', deal_id: 'large', kind: 'poor_fit', amount_reporting: 500 },
    { ...sampleItem, alert_id: 'al_5', deal_id: 'ended', status: 'resolved', amount_reporting: 50 },
  ];

  it('of format standard is in order of severity and amount, and totals by kind', () => {
    const body = digest('standard', mixed) as { data: { alerts: { deal: { id: string } }[] } };
    expect(body.data.alerts.map(({ deal }) => deal.id)).toEqual([
      'large',
      'ended',
      'small',
      'unknown',
      'warned',
    ]);
    expect(body).toMatchObject({
      type: 'deals.digest',
      timestamp: '2026-03-02T12:00:00.000Z',
      data: {
        digest_id: 'msg_1',
        total: 5,
        firing: 4,
        resolved: 1,
        left_out: 0,
        kinds: [
          {
            kind: 'stalled',
            firing: 3,
            resolved: 1,
            severity: { critical: 3, warning: 1, info: 0 },
            amount_reporting: 10_059,
          },
          { kind: 'poor_fit', firing: 1, resolved: 0, amount_reporting: 500 },
        ],
        alerts: [
          {
            alert_id: 'al_4',
            status: 'firing',
            deal: { id: 'large', name: 'Acme rollout', owner: 'Ana Ruiz', amount: 1000, currency: 'EUR' },
            finding: { kind: 'poor_fit', severity: 'critical', since: '2026-02-16T08:30:00.000Z' },
            links: { deal: 'https://grafana.example/d/deal?var-deal=large' },
          },
          {},
          {},
          {},
          {},
        ],
      },
    });
  });

  it('of format slack tells the totals, then each alert', () => {
    expect(digest('slack', mixed.slice(2))).toEqual({
      text: '3 alerts: 1 critical, 2 firing, 1 resolved',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: '3 alerts: 1 critical, 2 firing, 1 resolved' } },
        { type: 'section', text: mrkdwn('2 stalled (1 resolved), 1 poor fit') },
        {
          type: 'section',
          text: mrkdwn(
            '*<https://grafana.example/d/deal?var-deal=large|Acme rollout>* – Critical: poor fit · Ana Ruiz · 1,000 EUR\nAsk Kim what they need to go on.',
          ),
        },
        {
          type: 'section',
          text: mrkdwn(
            '*<https://grafana.example/d/deal?var-deal=ended|Acme rollout>* – Resolved: stalled · Ana Ruiz · 1,000 EUR',
          ),
        },
        {
          type: 'section',
          text: mrkdwn(
            '*<https://grafana.example/d/deal?var-deal=warned|Acme rollout>* – Warning: stalled · Ana Ruiz · 1,000 EUR\nAsk Kim what they need to go on.',
          ),
        },
      ],
    });
  });

  it('of format alertmanager has an alert for each, and the totals in its annotations', () => {
    const body = digest('alertmanager', mixed);
    expect(body).toMatchObject({
      version: '4',
      groupKey: '{}:{digest="msg_1"}',
      truncatedAlerts: 0,
      status: 'firing',
      commonLabels: {},
      commonAnnotations: { summary: '5 alerts: 4 stalled, 1 poor fit' },
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'poor_fit', deal_id: 'large', severity: 'critical', family: 'alignment' },
          endsAt: '0001-01-01T00:00:00Z',
        },
        { status: 'resolved', endsAt: '2026-03-02T12:00:00.000Z' },
        {},
        {},
        {},
      ],
    });
    expect(digest('alertmanager', [{ ...sampleItem, status: 'resolved' }])).toHaveProperty(
      'status',
      'resolved',
    );
  });

  it('tells an alert once, as it ended up', () => {
    const warned: DigestItem = { ...sampleItem, severity: 'warning' };
    const ended: DigestItem = { ...sampleItem, severity: 'warning', status: 'resolved' };
    expect(digest('standard', [warned, sampleItem])).toMatchObject({
      data: { total: 1, alerts: [{ finding: { severity: 'critical' } }] },
    });
    expect(digest('standard', [sampleItem, warned])).toMatchObject({
      data: { total: 1, alerts: [{ finding: { severity: 'critical' } }] },
    });
    expect(digest('standard', [sampleItem, ended])).toMatchObject({
      data: { total: 1, left_out: 0, firing: 0, resolved: 1 },
    });
    expect(digest('standard', [ended, sampleItem])).toMatchObject({ data: { firing: 0, resolved: 1 } });
  });

  it.each([1, 20, 1_432, 20_000])('of %d alerts says how many it has no room for', (count) => {
    const standard = digest('standard', items(count)) as {
      data: { alerts: unknown[]; left_out: number; kinds: unknown[] };
    };
    expect(standard.data.alerts.length + standard.data.left_out).toBe(count);
    expect(standard.data.alerts.length).toBeGreaterThanOrEqual(Math.min(count, 40));
    expect(standard.data.kinds).toMatchObject([{ kind: 'stalled', firing: count }]);
    const alertmanager = digest('alertmanager', items(count)) as {
      alerts: unknown[];
      truncatedAlerts: number;
    };
    expect(alertmanager.alerts.length + alertmanager.truncatedAlerts).toBe(count);
    const slack = digest('slack', items(count)) as { blocks: { type: string }[] };
    const shown = slack.blocks.filter(({ type }) => type === 'section').length - 1;
    expect(shown).toBe(Math.min(count, 40));
    const last = JSON.stringify(slack.blocks.at(-1));
    expect(last.includes(`and ${(count - shown).toString()} more`)).toBe(count > shown);
  });

  it('counts the items that it was not given', () => {
    expect(digest('standard', [sampleItem], 1_000)).toMatchObject({ data: { total: 1_000, left_out: 999 } });
    expect(digest('alertmanager', [sampleItem], 1_000)).toHaveProperty('truncatedAlerts', 999);
    expect(JSON.stringify(digest('slack', [sampleItem], 1_000))).toContain('and 999 more');
  });
});

describe('the samples of docs/alerts.md', () => {
  const guide = readFileSync(new URL('../../../../../docs/alerts.md', import.meta.url), 'utf8');
  const samples = [...guide.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']): unknown =>
    JSON.parse(json),
  );
  const settings = {
    ...sampleSettings,
    dealLink: 'https://grafana.example.com/d/deal?var-deal={deal_id}',
  };
  const { advice } = sampleMessage.finding;

  it.each(formats)('of format %s are what is sent', (format) => {
    const receiver = { ...endpoint(format), name: format === 'alertmanager' ? 'on-call' : 'sales-ops' };
    expect(samples).toContainEqual(JSON.parse(renderMessage(settings, receiver, sampleMessage)));
  });

  it('have the digest as it is sent', () => {
    const one = renderDigest(settings, endpoint('standard'), {
      id: 'msg_0123456789abcdef01234567',
      at,
      items: [{ ...sampleItem, advice }],
      total: 1_432,
    });
    const sample = samples.find((body) => JSON.stringify(body).includes('deals.digest'));
    const { data } = JSON.parse(one) as { data: object };
    expect(sample).toMatchObject({ type: 'deals.digest', data: { alerts: alertsOf(one), left_out: 1_431 } });
    expect(Object.keys((sample as { data: object }).data)).toEqual(Object.keys(data));
  });
});

function alertsOf(body: string): unknown {
  return (JSON.parse(body) as { data: { alerts: unknown } }).data.alerts;
}

describe('whatever a deal is called,', () => {
  it.each(formats)('a message of format %s is valid, and below 20,000 bytes', (format) => {
    fc.assert(
      fc.property(messages, (of) => {
        const body = renderMessage(sampleSettings, endpoint(format), of);
        expectSound(body);
        if (format === 'slack') expectSlack(JSON.parse(body));
      }),
      { numRuns: 100 },
    );
  });

  it.each(formats)('a digest of format %s is valid, and below 20,000 bytes', (format) => {
    fc.assert(
      fc.property(fc.array(digestItems, { maxLength: 60 }), fc.nat(5_000), (list, more) => {
        const total = list.length + more;
        const body = renderDigest(sampleSettings, endpoint(format), { id: 'msg_1', at, items: list, total });
        expectSound(body);
        if (format === 'slack') expectSlack(JSON.parse(body));
      }),
      { numRuns: 100 },
    );
  });
});

/** Anything that a text of JavaScript may hold: halves of pairs, control characters, marks, and far too much of it. */
const hostile: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      fc.array(fc.nat(0xffff), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '',
        '\u0000',
        '\ud83d',
        '\udc00',
        '😀',
        '&',
        '<!channel>',
        '*',
        '_x_',
        '`',
        '"',
        '\u202e',
      ),
    ),
    fc.constantFrom(1, 2, 40, 3_000, 30_000),
  )
  .map(([text, times]) => text.repeat(times));

const orNull = fc.option(hostile);
const figures = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }));
const kinds = fc.constantFrom(...Object.values(findingKinds).flat());
const severities = fc.constantFrom('info' as const, 'warning' as const, 'critical' as const);
const statuses = fc.constantFrom('firing' as const, 'resolved' as const);
const instants = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });

const messages: fc.Arbitrary<AlertMessage> = fc.record({
  alert_id: hostile,
  status: statuses,
  at: instants,
  deal: fc.record({
    id: hostile,
    name: hostile,
    owner: fc.record({ id: orNull, name: orNull }),
    team: orNull,
    segment: orNull,
    pipeline: hostile,
    stage: orNull,
    amount: figures,
    currency: orNull,
    amount_reporting: figures,
    health: figures,
    paused: fc.boolean(),
  }),
  finding: fc.record({
    kind: kinds,
    family: fc.constantFrom('stall' as const, 'alignment' as const, 'success' as const),
    severity: severities,
    since: instants,
    closed_at: fc.option(instants),
    advice: hostile,
    numbers: fc.dictionary(hostile, fc.oneof(figures, hostile), { maxKeys: 12 }),
    evidence: fc
      .tuple(fc.array(hostile, { maxLength: 5 }), fc.constantFrom(1, 300))
      .map(([some, times]) => Array.from({ length: times }, () => some).flat()),
  }),
});

const digestItems: fc.Arbitrary<DigestItem> = fc.record({
  alert_id: hostile,
  status: statuses,
  deal_id: hostile,
  deal_name: hostile,
  owner: orNull,
  amount: figures,
  currency: orNull,
  amount_reporting: figures,
  kind: kinds,
  severity: severities,
  since: hostile,
  advice: hostile,
});

function expectSound(body: string): void {
  const bytes = Buffer.from(body);
  expect(bytes.length).toBeLessThan(20_000);
  // As it was written, it is read: no half of a pair has become something else on the way.
  expect(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)).toBe(body);
  const value: unknown = JSON.parse(body);
  expect(JSON.stringify(value)).not.toMatch(/\\ud[89a-f]/i);
}

/** The limits of Slack, and that all marks are ours: bold at the beginning, and links around a name. */
function expectSlack(body: unknown): void {
  const { blocks } = body as { blocks: SlackBlock[] };
  expect(blocks.length).toBeLessThanOrEqual(50);
  for (const { text, fields = [], elements = [] } of blocks) {
    if (text !== undefined)
      expect(text.text.length).toBeLessThanOrEqual(text.type === 'mrkdwn' ? 3_000 : 150);
    expect(fields.length).toBeLessThanOrEqual(10);
    expect(elements.length).toBeLessThanOrEqual(10);
    for (const { text: field } of fields) expect(field.length).toBeLessThanOrEqual(2_000);
    for (const { text: part } of [...(text === undefined ? [] : [text]), ...fields, ...elements]) {
      expect(part).not.toBe('');
      const foreign = part
        .replace(/^\*<https:\/\/grafana\.example\/d\/deal\?var-deal=[^|<>*~`]*\|([^<>*]*)>\*/, '$1')
        .replace(/^\*([^<>*]*)\*/, '$1');
      expect(foreign).not.toMatch(/[<>*_~`]|&(?!(amp|lt|gt);)/);
    }
  }
}

interface SlackBlock {
  readonly text?: { readonly type: string; readonly text: string };
  readonly fields?: readonly { readonly text: string }[];
  readonly elements?: readonly { readonly text: string }[];
}

function mrkdwn(text: string): unknown {
  return { type: 'mrkdwn', text, verbatim: true };
}
