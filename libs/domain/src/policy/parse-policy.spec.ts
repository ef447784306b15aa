import { describe, expect, it } from '@jest/globals';
import { defaultPolicy } from './default-policy.js';
import { layerPolicy, parsePolicy, policyWarnings } from './parse-policy.js';
import type { Policy } from './policy.js';

function read(...texts: readonly string[]): Policy {
  const { policy, faults } = parsePolicy(...texts);
  if (policy === undefined)
    throw new Error(faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return policy;
}

/** `path: message` of every fault. */
function faultsOf(...texts: readonly string[]): string[] {
  const { faults } = parsePolicy(...texts);
  if (faults === undefined) throw new Error('it was not refused');
  return faults.map(({ path, message }) => `${path}: ${message}`);
}

function stages(list: string): string {
  return `pipelines: { default: { stages: [${list}] } }`;
}

describe('a policy', () => {
  it.each(['', '# nothing but a remark\n', '{}', 'null'])('of %j is the default', (text) => {
    expect(read(text)).toEqual(defaultPolicy);
  });

  it('of no file is the default', () => {
    expect(read()).toEqual(defaultPolicy);
  });

  it('changes nothing but what it says', () => {
    const policy = read(
      'findings: { stalled: { critical_factor: 3 } }\ncalendar: { timezone: Europe/Berlin }',
    );
    expect(policy).toEqual({
      ...defaultPolicy,
      calendar: { ...defaultPolicy.calendar, timezone: 'Europe/Berlin' },
      findings: {
        ...defaultPolicy.findings,
        stalled: { enabled: true, critical_factor: 3, step_within_days: 20 },
      },
    });
  });

  it('replaces lists', () => {
    const { calendar } = read('calendar: { workdays: [sun, mon], holidays: [2026-12-25] }');
    expect(calendar.workdays).toEqual(['sun', 'mon']);
    expect(calendar.holidays).toEqual(['2026-12-25']);
  });

  it('may be JSON', () => {
    expect(read('{"ready_to_buy": 6}').ready_to_buy).toBe(6);
  });

  it('is layered in the order of its files', () => {
    const policy = read(
      'points: { critical: 50, warning: 20 }\nseller_domains: [a.example]\nrates: { USD: 0.9 }',
      '',
      'points: { warning: 10 }\nseller_domains: [b.example]\nrates: { GBP: 1.2 }',
    );
    expect(policy.points).toEqual({ critical: 50, warning: 10, info: 3 });
    expect(policy.seller_domains).toEqual(['b.example']);
    expect(policy.rates).toEqual({ USD: 0.9, GBP: 1.2 });
  });

  it('needs no more of a stage than its id and order', () => {
    const policy = read(
      stages('{ id: demo, order: 1 }, { id: sign, order: 2, name: Signing, aliases: [S1] }'),
    );
    expect(policy.pipelines['default']?.stages).toEqual([
      {
        id: 'demo',
        name: 'demo',
        order: 1,
        requires: 0,
        called_for_at: null,
        expected_days: null,
        aliases: [],
      },
      {
        id: 'sign',
        name: 'Signing',
        order: 2,
        requires: 0,
        called_for_at: null,
        expected_days: null,
        aliases: ['S1'],
      },
    ]);
  });

  it('may have pipelines without stages of their own, and with some numbers of theirs', () => {
    const policy = read(`
      pipelines:
        renewals: { won: [closed], lost: [gone], findings: { stalled: { enabled: false } } }`);
    expect(policy.pipelines['renewals']).toEqual({
      won: ['closed'],
      lost: ['gone'],
      findings: { stalled: { enabled: false } },
    });
    expect(policy.pipelines['default']).toEqual(defaultPolicy.pipelines['default']);
  });

  it('may use anchors and merge what it repeats', () => {
    const policy = read(`
      pipelines:
        one: { findings: &mine { idle_meeting: { days: 2 } } }
        two: { findings: *mine }`);
    expect(policy.pipelines['two']?.findings).toEqual({ idle_meeting: { days: 2 } });
  });

  it('may list a stage’s own id among its aliases', () => {
    expect(
      read(stages('{ id: demo, order: 1, aliases: [Demo, demo] }')).pipelines['default']?.stages,
    ).toHaveLength(1);
  });

  it('leaves the defaults untouched', () => {
    const before = JSON.stringify(defaultPolicy);
    read('points: { critical: 1 }\nfindings: { stalled: { enabled: false } }\ntracks: [deal]');
    expect(JSON.stringify(defaultPolicy)).toBe(before);
  });

  it('is read from values as from text', () => {
    expect(layerPolicy({ ready_to_buy: 4 }, { points: { info: 0 } }).policy).toEqual(
      read('ready_to_buy: 4', 'points: { info: 0 }'),
    );
  });
});

describe('a fault', () => {
  it.each([
    ['seller_domain: []', 'seller_domain: unknown key; did you mean seller_domains?'],
    ['findings: { stalld: {} }', 'findings.stalld: unknown key; did you mean stalled?'],
    [
      'findings: { stalled: { critical_factr: 3 } }',
      'findings.stalled.critical_factr: unknown key; did you mean critical_factor?',
    ],
    [
      'findings: { no_next_step: { critical_days: 3 } }',
      'findings.no_next_step.critical_days: unknown key; known are enabled, days',
    ],
    [
      'pipelines: { default: { findings: { stalled: { days: 3 } } } }',
      'pipelines.default.findings.stalled.days: unknown key; known are enabled, critical_factor, step_within_days',
    ],
    ['pipelines: { default: { stage: [] } }', 'pipelines.default.stage: unknown key; did you mean stages?'],
    ['cycle: { lern: true }', 'cycle.lern: unknown key; did you mean learn?'],
  ])('of the unknown key in %j says what may have been meant', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it.each([
    ['5', ': expected a map, got 5'],
    ['- a', ': expected a map, got a list'],
    ['calendar:', 'calendar: expected a map, got null'],
    ['seller_domains: acme.example', 'seller_domains: expected a list of domains, got "acme.example"'],
    ['seller_domains: [5]', 'seller_domains[0]: expected a domain such as acme.example, got 5'],
    [
      'seller_domains: [acme.example, "ann@acme.example"]',
      'seller_domains[1]: expected a domain such as acme.example, got "ann@acme.example"',
    ],
    [
      'seller_domains: ["https://acme.example"]',
      'seller_domains[0]: expected a domain such as acme.example, got "https://acme.example"',
    ],
    [
      'calendar: { timezone: Mars/Olympus }',
      'calendar.timezone: expected an IANA time zone such as Europe/Berlin, got "Mars/Olympus"',
    ],
    [
      'calendar: { timezone: "+01:00" }',
      'calendar.timezone: expected an IANA time zone such as Europe/Berlin, got "+01:00"',
    ],
    [
      'calendar: { workdays: [mon, Tuesday] }',
      'calendar.workdays[1]: expected one of mon, tue, wed, thu, fri, sat, sun, got "Tuesday"',
    ],
    [
      'calendar: { holidays: [2026-02-30] }',
      'calendar.holidays[0]: expected a date YYYY-MM-DD, got "2026-02-30"',
    ],
    ['calendar: { holidays: [20261225] }', 'calendar.holidays[0]: expected a date YYYY-MM-DD, got 20261225'],
    ['rates: { USD: 0 }', 'rates.USD: expected a number above 0, got 0'],
    ['rates: { USD: "0.9" }', 'rates.USD: expected a number above 0, got "0.9"'],
    ['ready_to_buy: 8', 'ready_to_buy: expected a whole number from 0 to 7, got 8'],
    ['ready_to_buy: .nan', 'ready_to_buy: expected a whole number from 0 to 7, got NaN'],
    ['points: { critical: -1 }', 'points.critical: expected a number of at least 0, got -1'],
    ['points: { info: .inf }', 'points.info: expected a number of at least 0, got Infinity'],
    ['findings: { stalled: { enabled: 1 } }', 'findings.stalled.enabled: expected true or false, got 1'],
    [
      'findings: { idle_meeting: { days: -2 } }',
      'findings.idle_meeting.days: expected a number of at least 0, got -2',
    ],
    ['findings: { idle_meeting: off }', 'findings.idle_meeting: expected a map, got "off"'],
    [
      'tracks: [deal, meetings]',
      'tracks[1]: expected one of deal, buying, close, people, contact, meeting, next_step, value, delivery, outcome, use, voice, future, got "meetings"',
    ],
    ['cycle: { minimum: 0 }', 'cycle.minimum: expected a whole number from 1, got 0'],
    ['pipelines: { default: null }', 'pipelines.default: expected a map, got null'],
    [
      'pipelines: { default: { won: closed } }',
      'pipelines.default.won: expected a list of texts, got "closed"',
    ],
  ])('of the value in %j names its path and what was expected', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it.each([
    ['', 'stages: expected at least one stage'],
    ['{ order: 1 }', 'stages[0].id: missing'],
    ['{ id: a }', 'stages[0].order: missing'],
    ['{ id: a, order: 0 }', 'stages[0].order: expected a whole number from 1, got 0'],
    ['{ id: a, order: 1, requires: 8 }', 'stages[0].requires: expected a whole number from 0 to 7, got 8'],
    [
      '{ id: a, order: 1, called_for_at: -1 }',
      'stages[0].called_for_at: expected a whole number from 0 to 7, or null, got -1',
    ],
    [
      '{ id: a, order: 1, expected_days: never }',
      'stages[0].expected_days: expected a number of at least 0, or null, got "never"',
    ],
    ['{ id: a, order: 1 }, { id: b, order: 1 }', 'stages[1].order: already the order of a'],
    [
      '{ id: a, order: 1 }, { id: a, order: 2 }',
      'stages[1].id: "a" already means the stage at pipelines.default.stages[0]',
    ],
    [
      '{ id: a, order: 1 }, { id: A, order: 2 }',
      'stages[1].id: "A" already means the stage at pipelines.default.stages[0]',
    ],
    [
      '{ id: a, order: 1, aliases: [Demo] }, { id: b, order: 2, aliases: [x, DEMO] }',
      'stages[1].aliases[1]: "DEMO" already means the stage at pipelines.default.stages[0]',
    ],
    [
      '{ id: a, order: 1, aliases: [B] }, { id: b, order: 2 }',
      'stages[1].id: "b" already means the stage at pipelines.default.stages[0]',
    ],
    ['{ id: a, order: 1 }, 7', 'stages[1]: expected a map, got 7'],
  ])('of the stages [%s] is %s', (list, fault) => {
    expect(faultsOf(stages(list))).toEqual([`pipelines.default.${fault}`]);
  });

  it('lets two pipelines use the same ids', () => {
    const text = 'pipelines: { a: { stages: [{ id: x, order: 1 }] }, b: { stages: [{ id: x, order: 1 }] } }';
    expect(Object.keys(read(text).pipelines)).toEqual(['default', 'a', 'b']);
  });

  it('hides no other, of any file', () => {
    expect(
      faultsOf(
        'ready_to_buy: no\ncalendar: { timezone: X, workdays: [x] }',
        'points: [',
        'cycle: { learn: maybe }\nnonsense: 1',
      ).map((fault) => fault.replace(/: .*/, '')),
    ).toEqual(['', 'ready_to_buy', 'calendar.timezone', 'calendar.workdays[0]', 'cycle.learn', 'nonsense']);
  });
});

describe('a hostile file', () => {
  /** Each key is a list of nine times the one before. */
  const bomb = Array.from({ length: 8 }, (_, index) => {
    const entry = index === 0 ? 'x' : `*k${index - 1}`;
    return `k${index}: &k${index} [${Array.from({ length: 9 }, () => entry).join(',')}]`;
  });

  it.each([
    ['that grows by its anchors', [...bomb, 'seller_domains: *k7'].join('\n')],
    ['that holds itself', 'rates: &a { USD: *a }'],
    ['that opens two thousand lists', '['.repeat(2000)],
    ['that nests two thousand maps', `a: ${'{a: '.repeat(2000)}${'}'.repeat(2000)}`],
    ['that says a key twice', 'points: {}\npoints: {}'],
    ['of two documents', 'points: {}\n---\npoints: {}'],
    ['with a map for a key', '? { a: 1 }\n: 2'],
    ['with an unknown tag', 'rates: !!js/function "x"'],
    ['with an anchor that is not there', 'rates: *nowhere'],
    ['of control characters', '\u0000\u0001'],
    ['with names that every object has', '__proto__: { ready_to_buy: 1 }\nconstructor: { a: 1 }'],
  ])('%s is refused, in few words', (_name, text) => {
    const { faults } = parsePolicy(text);
    expect(faults?.length).toBeGreaterThan(0);
    for (const { message } of faults ?? []) expect(message.length).toBeLessThan(300);
  });

  it('can name a pipeline __proto__, and that is all it is', () => {
    const policy = read('pipelines: { __proto__: { won: [x] } }');
    expect(Object.keys(policy.pipelines)).toEqual(['default', '__proto__']);
    expect(({} as Record<string, unknown>)['won']).toBeUndefined();
  });
});

describe('a warning', () => {
  it('is given where nobody is the seller’s', () => {
    expect(policyWarnings(defaultPolicy)).toEqual([
      "seller_domains is empty: nobody counts as the seller's, so every meeting is a customer meeting",
    ]);
  });

  it('is given where no day is a working day', () => {
    const policy = read('seller_domains: [acme.example]\ncalendar: { workdays: [] }');
    expect(policyWarnings(policy)).toEqual([
      'calendar.workdays is empty: no business day ever passes, so nothing that waits for one is found',
    ]);
  });

  it('is given where expected days are to be learned, which nothing does yet', () => {
    expect(policyWarnings(read('{ seller_domains: [acme.example], cycle: { learn: true } }'))).toEqual([
      'cycle.learn has no effect yet: expected_days of the stages are used as they are written',
    ]);
  });

  it('is not given of a policy that means what it says', () => {
    expect(policyWarnings(read('seller_domains: [acme.example]'))).toEqual([]);
  });
});
