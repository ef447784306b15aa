import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import type { AlertSettings, Endpoint } from '#domain/alerts/types.js';
import { loadAlertSettings, noAlerts, parseAlertSettings } from './endpoints-file.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const files: Readonly<Record<string, string>> = {
  '/run/secrets/alerts': `${secret}\n`,
  '/run/secrets/slack-url': 'https://hooks.slack.example/services/T1/B1/xyz\r\n',
  '/run/secrets/empty': '\n',
};

const options = {
  env: { ALERTS_SECRET: secret, SLACK_URL: 'https://hooks.slack.example/services/T1/B1/abc', NOTHING: '' },
  readFile: (path: string): string => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
    return text;
  },
  timezone: 'Europe/Berlin',
};

function settingsOf(text: string): AlertSettings {
  const parsed = parseAlertSettings(text, options);
  if ('faults' in parsed) throw new Error(parsed.faults.join('\n'));
  return parsed.settings;
}

function faultsOf(text: string): readonly string[] {
  const parsed = parseAlertSettings(text, options);
  if ('settings' in parsed) throw new Error('it was not refused');
  return parsed.faults;
}

/** A file with one endpoint, which has these keys beside, or instead of, the least that it needs. */
function withEndpoint(keys: string, without: readonly string[] = []): string {
  const least = Object.entries({ name: 'ops', url: 'https://hooks.example/deals', secret })
    .filter(([key]) => !without.includes(key) && !new RegExp(`(^|[{,] *)${key}:`).test(keys))
    .map(([key, value]) => `${key}: '${value}'`);
  return `endpoints: [{ ${[...least, ...(keys === '' ? [] : [keys])].join(', ')} }]`;
}

function endpointOf(keys: string, without: readonly string[] = []): Endpoint | undefined {
  return settingsOf(withEndpoint(keys, without)).endpoints[0];
}

describe('a file of alerts', () => {
  it('needs no more of an endpoint than a name, a URL and a secret', () => {
    expect(settingsOf(withEndpoint(''))).toEqual({
      flapWithin: 3_600_000,
      historyAfter: 86_400_000,
      backlogDigestAfter: 300_000,
      dealLink: null,
      endpoints: [
        {
          name: 'ops',
          url: 'https://hooks.example/deals',
          secret,
          format: 'standard',
          kinds: null,
          families: null,
          minimumSeverity: 'warning',
          minimumAmount: null,
          owners: null,
          teams: null,
          segments: null,
          pipelines: null,
          digest: null,
          businessHours: null,
          repeatAfter: null,
          resolved: true,
          maxPerHour: 60,
          concurrency: 4,
          allowPrivate: false,
          allowHttp: false,
        },
      ],
    });
  });

  it('says all of an endpoint that there is to say', () => {
    const settings = settingsOf(`
flap_within: 90s
history_after: 2d
backlog_digest_after: 10m
links: { deal: 'https://crm.example/{deal_id}' }
endpoints:
  - name: a-1
    url_env: SLACK_URL
    format: slack
    kinds: [stalled]
    families: [stall, alignment]
    minimum_severity: info
    minimum_amount: 50000.5
    owners: [Ana Ruiz, '42']
    teams: [emea]
    segments: [enterprise]
    pipelines: [default]
    business_hours: { from: 08:30, to: '24:00', days: [sun, sat], zone: Asia/Tokyo }
    repeat_after: 7d
    resolved: false
    max_per_hour: 5
    concurrency: 1
    allow_private: true
    allow_http: true
`);
    expect(settings).toEqual({
      flapWithin: 90_000,
      historyAfter: 172_800_000,
      backlogDigestAfter: 600_000,
      dealLink: 'https://crm.example/{deal_id}',
      endpoints: [
        {
          name: 'a-1',
          url: 'https://hooks.slack.example/services/T1/B1/abc',
          secret: null,
          format: 'slack',
          kinds: ['stalled'],
          families: ['stall', 'alignment'],
          minimumSeverity: 'info',
          minimumAmount: 50_000.5,
          owners: ['Ana Ruiz', '42'],
          teams: ['emea'],
          segments: ['enterprise'],
          pipelines: ['default'],
          digest: null,
          businessHours: { from: 510, to: 1_440, days: [0, 6], zone: 'Asia/Tokyo' },
          repeatAfter: 604_800_000,
          resolved: false,
          maxPerHour: 5,
          concurrency: 1,
          allowPrivate: true,
          allowHttp: true,
        },
      ],
    });
  });

  it.each([
    ['digest: off', null],
    ['digest: false', null],
    ['digest: { every: daily }', { every: 'daily', minute: 480, day: 1, zone: 'Europe/Berlin' }],
    [
      "digest: { every: weekly, at: '17:45', day: fri, zone: UTC }",
      { every: 'weekly', minute: 1_065, day: 5, zone: 'UTC' },
    ],
  ])('with %s sends digests at %j', (keys, digest) => {
    expect(endpointOf(keys)?.digest).toEqual(digest);
  });

  it('means the five usual days, in the zone of the policy, by business hours that name neither', () => {
    expect(endpointOf("business_hours: { from: '08:00', to: '18:00' }")?.businessHours).toEqual({
      from: 480,
      to: 1_080,
      days: [1, 2, 3, 4, 5],
      zone: 'Europe/Berlin',
    });
  });

  it('takes URLs and secrets from the environment and from files', () => {
    expect(endpointOf('secret_env: ALERTS_SECRET', ['secret'])).toHaveProperty('secret', secret);
    expect(endpointOf('secret_file: /run/secrets/alerts', ['secret'])).toHaveProperty('secret', secret);
    expect(endpointOf('url_file: /run/secrets/slack-url', ['url'])).toHaveProperty(
      'url',
      'https://hooks.slack.example/services/T1/B1/xyz',
    );
  });

  it('leaves out what is switched off, and does not look for its secrets', () => {
    expect(endpointOf('enabled: false, secret_env: NOT_SET', ['secret', 'url'])).toBeUndefined();
  });

  it('may have no endpoints', () => {
    expect(settingsOf('endpoints: []')).toEqual(noAlerts);
  });

  it('is the example that comes with the project', () => {
    const text = readFileSync(new URL('../../../../examples/alerts.yaml', import.meta.url), 'utf8');
    expect(settingsOf(text).endpoints.map(({ name }) => name)).toEqual(['receiver']);
    const all = parseAlertSettings(text.replaceAll('enabled: false', 'enabled: true'), {
      env: { ...options.env, SLACK_ALERTS_URL: options.env.SLACK_URL },
      readFile: () => options.env.SLACK_URL,
    });
    expect('settings' in all ? all.settings.endpoints.map(({ name }) => name) : all.faults).toEqual([
      'receiver',
      'enterprise-channel',
      'success-weekly',
      'on-call',
    ]);
  });
});

describe('what is wrong with a file of alerts', () => {
  it.each([
    ['', ['endpoints: missing; expected a list']],
    ['endpoints: 3', ['endpoints: expected a list of endpoints, got 3']],
    ['[]', ['expected a map, got a list']],
    ['endpoints: [3]', ['endpoints[0]: expected a map, got 3']],
    ['endpoints: [', ['not YAML at line 1, column 13: bad indent']],
    ['endpoints: [*x]', ['not YAML: an alias without its anchor, or too many aliases']],
    [
      'endpoint: []',
      ['endpoint: unknown key; did you mean endpoints?', 'endpoints: missing; expected a list'],
    ],
    [
      'flap_within: 30\nhistory_after: 5s\nendpoints: []',
      [
        'flap_within: expected a duration from 0s to 7d, such as 30m, 24h or 7d, got 30',
        'history_after: expected a duration from 1m to 366d, such as 30m, 24h or 7d, got "5s"',
      ],
    ],
    [
      'backlog_digest_after: 0s\nendpoints: []',
      ['backlog_digest_after: expected a duration from 1s to 1d, such as 30m, 24h or 7d, got "0s"'],
    ],
    [
      "links: { deal: 'https://x.example/' }\nendpoints: []",
      ['links.deal: expected a URL with {deal_id} in it, where the id of the deal belongs'],
    ],
    [
      "links: { deal: 'https://x.example/{deal_id}/{stage}' }\nendpoints: []",
      ['links.deal: nothing but {deal_id} is filled in; take the other braces out'],
    ],
    [
      "links: { deal: 'javascript:{deal_id}' }\nendpoints: []",
      ['links.deal: expected a URL that begins with https: or http:'],
    ],
    [
      "links: { deal: 'https://me:pw@x.example/{deal_id}' }\nendpoints: []",
      ['links.deal: everyone who is told sees it: take user and password out'],
    ],
  ])('%j is told', (text, faults) => {
    expect(faultsOf(text)).toEqual(faults);
  });

  it.each([
    [
      'name: Sales Ops',
      'name: expected a name of small letters, digits and hyphens, of at most 64, got "Sales Ops"',
    ],
    ['kind: [stalled]', 'kind: unknown key; did you mean kinds?'],
    ['kinds: [staled]', 'kinds[0]: expected a kind of finding, got "staled"; did you mean stalled?'],
    ['kinds: [poor-fit]', 'kinds[0]: expected a kind of finding, got "poor-fit"; did you mean poor_fit?'],
    ['kinds: []', 'kinds: an empty list lets nothing through; leave it out for all kinds'],
    ['kinds: stalled', 'kinds: expected a list of kinds, got "stalled"'],
    ['families: [stalls]', 'families[0]: expected a family of findings, got "stalls"; did you mean stall?'],
    [
      'families: [x]',
      'families[0]: expected a family of findings, got "x"; known are stall, alignment, success',
    ],
    [
      'minimum_severity: warn',
      'minimum_severity: expected a severity, got "warn"; known are info, warning, critical',
    ],
    [
      'minimum_severity: 2',
      'minimum_severity: expected a severity, got 2; known are info, warning, critical',
    ],
    ['minimum_amount: -1', 'minimum_amount: expected a number of at least 0, got -1'],
    ['owners: [42]', 'owners[0]: expected a text (a number stands in quotes), got 42'],
    ['format: slak', 'format: expected a format, got "slak"; did you mean slack?'],
    ['digest: true', 'digest: expected a map, got true'],
    ['digest: null', 'digest: expected a map, got null'],
    ["digest: { at: '08:00' }", 'digest.every: missing; daily or weekly'],
    [
      'digest: { every: daily, day: mon }',
      'digest.day: a daily digest has no day; make it weekly, or take the day out',
    ],
    ["digest: { every: daily, at: '24:00' }", `digest.at: expected a time such as '08:00', got "24:00"`],
    [
      'digest: { every: daily, zone: Berlin }',
      'digest.zone: expected an IANA time zone such as Europe/Berlin, got "Berlin"; did you mean Europe/Berlin?',
    ],
    [
      'digest: { every: daily, zone: Europe/Pariss }',
      'digest.zone: expected an IANA time zone such as Europe/Berlin, got "Europe/Pariss"; did you mean Europe/Paris?',
    ],
    [
      "digest: { every: daily, zone: '+01:00' }",
      'digest.zone: expected an IANA time zone such as Europe/Berlin, got "+01:00"',
    ],
    [
      "digest: { every: daily }, business_hours: { from: '08:00', to: '18:00' }",
      'business_hours: a digest has its own hour: give one of the two',
    ],
    ["business_hours: { to: '18:00' }", 'business_hours.from: missing'],
    [
      "business_hours: { from: '08:00', to: '08:00' }",
      "business_hours.to: the same as from; '00:00' to '24:00' is the whole day",
    ],
    [
      "business_hours: { from: '08:00', to: '18:00', days: [] }",
      'business_hours.days: an empty list lets nothing through; leave it out for all days',
    ],
    [
      'repeat_after: 1m',
      'repeat_after: expected a duration from 5m to 366d, such as 30m, 24h or 7d, got "1m"',
    ],
    ['resolved: yes', 'resolved: expected true or false, got "yes"'],
    ['max_per_hour: 0', 'max_per_hour: expected a whole number from 1 to 100000, got 0'],
    ['concurrency: 1.5', 'concurrency: expected a whole number from 1 to 100, got 1.5'],
    ['url: nonsense', 'url: expected a URL'],
    ['url: 5', 'url: expected a text that is not empty'],
    ['url: ftp://hooks.example/', 'url: expected a URL that begins with https:'],
    [
      'url: http://hooks.example/',
      'url: http is not encrypted; use https, or set allow_http: true where that is meant',
    ],
    [
      'url: https://me:pw@hooks.example/',
      'url: a URL with a user or a password in it would end up in logs; take them out',
    ],
    ['url_env: SLACK_URL', 'url_env: either this or url, not both'],
    [
      'secret: whsec_c2hvcnQ=',
      'secret: expected whsec_ and 24 to 64 random bytes in base64, as `openssl rand -base64 32` makes them',
    ],
    [
      `secret: whsec_${Buffer.alloc(65).toString('base64')}`,
      'secret: expected whsec_ and 24 to 64 random bytes in base64, as `openssl rand -base64 32` makes them',
    ],
    [
      `secret: ${Buffer.alloc(32).toString('base64')}`,
      'secret: expected whsec_ and 24 to 64 random bytes in base64, as `openssl rand -base64 32` makes them',
    ],
  ])('an endpoint with %s is told', (keys, fault) => {
    expect(faultsOf(withEndpoint(keys))).toEqual([`endpoints[0].${fault}`]);
  });

  it.each([
    [['name'], '', 'name: missing'],
    [['url'], '', 'url: missing; or give url_env or url_file'],
    [
      ['secret'],
      '',
      'secret: missing: messages of format standard are signed; or give secret_env or secret_file',
    ],
    [['secret'], 'secret_env: NOT_SET', 'secret_env: that environment variable is not set'],
    [['secret'], 'secret_env: NOTHING', 'secret_env: that environment variable is not set'],
    [['secret'], 'secret_env: constructor', 'secret_env: that environment variable is not set'],
    [['secret'], 'secret_env: $ALERTS_SECRET', 'secret_env: expected the name of an environment variable'],
    [
      ['secret'],
      'secret_env: PLUMBLINE_SECRET',
      'secret_env: names that begin with PLUMBLINE_ are for settings of the services; choose another',
    ],
    [['secret'], 'secret_file: /nowhere', 'secret_file: there is no such file'],
    [['secret'], 'secret_file: /run/secrets/empty', 'secret_file: what it names is empty'],
    [['url'], 'url_file: /run/secrets/alerts', 'url_file: expected a URL'],
  ])('an endpoint without %j and with %j is told', (without, keys, fault) => {
    expect(faultsOf(withEndpoint(keys, without))).toEqual([`endpoints[0].${fault}`]);
  });

  it('is told all at once', () => {
    expect(
      faultsOf(`
flap_within: soon
endpoints:
  - name: a
    url: http://hooks.example/
    kinds: [staled]
  - { name: a, url: 'https://hooks.example/', format: slack, digests: off }
`),
    ).toEqual([
      'flap_within: expected a duration from 0s to 7d, such as 30m, 24h or 7d, got "soon"',
      'endpoints[0].kinds[0]: expected a kind of finding, got "staled"; did you mean stalled?',
      'endpoints[0].url: http is not encrypted; use https, or set allow_http: true where that is meant',
      'endpoints[0].secret: missing: messages of format standard are signed; or give secret_env or secret_file',
      'endpoints[1].digests: unknown key; did you mean digest?',
      'endpoints[1].name: already the name of endpoints[0]',
    ]);
  });

  it('never shows a secret or a URL, wherever they stand', () => {
    const keys = fc.constantFrom(
      ...['name', 'url', 'url_env', 'url_file', 'secret', 'secret_env', 'secret_file', 'format', 'kinds'],
      ...['owners', 'digest', 'repeat_after', 'minimum_amount', 'enabled', 'unknown', 'business_hours'],
    );
    const values = fc.constantFrom(
      'whsec_hunter2',
      'https://hooks.slack.example/hunter2',
      ' "whsec_hunter2',
      '[whsec_hunter2]',
      '{ whsec_hunter2: 1 }',
      '*https://hunter2.example',
      '"\\q whsec_hunter2"',
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(keys, values), { selector: ([key]) => key, minLength: 1 }),
        (pairs) => {
          const lines = pairs.map(([key, value]) => `    ${key}: ${value}`);
          const faults = faultsOf(`endpoints:\n  -\n${lines.join('\n')}\n`);
          expect(faults.join('\n')).not.toContain('hunter2');
        },
      ),
    );
  });

  it('leaves nothing that some value could throw at it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('links', 'endpoints', 'flap_within'),
        fc.dictionary(
          fc.constantFrom('deal', 'digest', 'business_hours', 'kinds', 'url', 'name'),
          fc.jsonValue(),
        ),
        (key, value) => {
          const text = JSON.stringify({ [key]: key === 'endpoints' ? [value] : value });
          expect(faultsOf(text).length).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe('loading a file of alerts', () => {
  it('without a file tells nobody', () => {
    expect(loadAlertSettings(undefined, options)).toBe(noAlerts);
  });

  it('gives its settings, or fails with each fault on a line', () => {
    const readFile = (path: string): string =>
      path === '/good.yaml' ? withEndpoint('') : 'endpoints: 3\nlink: {}';
    expect(loadAlertSettings('/good.yaml', { ...options, readFile }).endpoints).toHaveLength(1);
    expect(() => loadAlertSettings('/bad.yaml', { ...options, readFile })).toThrow(
      '/bad.yaml: endpoints: expected a list of endpoints, got 3\n/bad.yaml: link: unknown key; did you mean links?',
    );
  });
});
