import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { type Score, scoreDeal } from '#domain/score/score.js';
import { formatInstant, type Instant, MILLISECONDS_PER_DAY } from '#domain/time/instant.js';
import type { IngestService } from '#ingest/ingest.service.js';
import type { ScorerService } from '#scorer/scorer.service.js';
import { simulatedPolicy } from '#simulator/policy.js';
import { randomFor } from '#simulator/random.js';
import { simulate } from '#simulator/simulate.js';
import type { StoredDeadLetter } from '#warehouse/kept-aside.js';
import { digested } from '#warehouse/record-changes.js';
import type { HealthAsOf } from '#warehouse/read-rows.js';
import { dataDirectory } from '../apps/plumbline/src/system/data-directory.js';
import { type EmbeddedSystem, openEmbeddedSystem } from '../apps/plumbline/src/system/embedded-system.js';
import { event, opened } from './support/events.js';
import {
  appendRaw,
  collect,
  feed,
  foldable,
  recordsOf,
  ruleBook,
  settled,
  withSystem,
} from './support/system.js';
import { inProcessSystem, type SystemParts } from '../apps/plumbline/src/system/in-process-system.js';
import { temporaryFolder } from './support/temporary.js';
import { until } from './support/until.js';

// The engine is real, on machines that may be busy.
jest.setTimeout(120_000);

const NOW = Date.UTC(2026, 5, 30, 12);
const SEED = 11;
const POLICY = stringify(simulatedPolicy);

const events: readonly CloudEvent[] = [
  ...simulate({ seed: SEED, deals: 80, until: NOW, duplicates: 0.02, late: 0.05 }),
];
const deals = foldable(events);
const book = ruleBook(POLICY);

function policyFile(text: string): string {
  const path = join(temporaryFolder(), 'policy.yaml');
  writeFileSync(path, text);
  return path;
}

const policy = policyFile(POLICY);

/** What the rules say of all deals as of an instant, by the events alone. */
function expectedScores(at: Instant, rules = book): Score[] {
  return [...deals.keys()].sort().flatMap((id) => scoreDeal(id, deals.get(id) ?? [], at, rules) ?? []);
}

function verdictOf(score: Score): unknown {
  return {
    deal_id: score.deal_id,
    status: score.status,
    health: score.health,
    families: {
      stall: score.families.stall ?? null,
      alignment: score.families.alignment ?? null,
      success: score.families.success ?? null,
    },
    stage: score.stage,
    position: score.position,
    amount: score.amount,
    currency: score.currency,
    paused: score.paused,
    kinds: score.findings.map(({ kind }) => kind),
    severities: score.findings.map(({ severity }) => severity),
  };
}

/** A row of the views on health, said as `verdictOf` says a score. */
function verdictOfRow(row: Omit<HealthAsOf, 'valid_from' | 'valid_to'>): unknown {
  const { stall, alignment, success } = row;
  return {
    deal_id: row.deal_id,
    status: row.status,
    health: row.health,
    families: { stall, alignment, success },
    stage: row.stage,
    position: row.position,
    amount: row.amount,
    currency: row.currency,
    paused: row.paused,
    kinds: row.finding_kinds,
    severities: row.finding_severities,
  };
}

async function scoresOf(
  system: EmbeddedSystem,
  at: Instant,
  dealIds: readonly string[] = [],
): Promise<Score[]> {
  const scores: Score[] = [];
  for await (const score of system.scores(at, dealIds)) scores.push(score);
  return scores;
}

describe('A sales organisation in the embedded system', () => {
  const folder = temporaryFolder();
  let now = NOW;
  let system: EmbeddedSystem;
  let live: string[];

  beforeAll(async () => {
    system = await openEmbeddedSystem(dataDirectory(folder), { policyFile: policy, now: () => now });
    // As a feed brings them: little by little, in the order of their arrival.
    for (let from = 0; from < events.length; from += 1_000)
      await system.append(events.slice(from, from + 1_000));
    await settled(system);
    live = await recordsOf(system.warehouse);
  });

  afterAll(() => system.close());

  it('has every event once, and refuses none', async () => {
    expect(await system.counts()).toEqual({
      events: [...deals.values()].reduce((sum, own) => sum + own.length, 0),
      deals: deals.size,
      dead_letters: 0,
      unlinked: 0,
    });
    const stored: string[] = [];
    for await (const { deal_id: dealId, events: rows } of system.warehouse.read.events([...deals.keys()]))
      stored.push(...rows.map(({ source, id, time }) => `${dealId} ${source} ${id} ${time}`));
    expect(stored).toEqual(
      [...deals.keys()]
        .sort()
        .flatMap((dealId) =>
          (deals.get(dealId) ?? []).map(({ source, id, time }) => `${dealId} ${source} ${id} ${time}`),
        ),
    );
  });

  it('shows in deal_health_now what the rules say of each deal now', async () => {
    const rows = await system.warehouse.read.dealsNow();
    const expected = expectedScores(NOW);
    expect(rows.map(verdictOfRow)).toEqual(expected.map(verdictOf));
    expect(
      rows.map((row) => [
        row.next_change_at,
        row.paused_until,
        row.not_judged,
        row.term_kinds,
        row.term_points,
      ]),
    ).toEqual(
      expected.map((score) => [
        score.next_change_at,
        score.paused_until,
        score.not_judged,
        score.terms.map(({ kind }) => kind),
        score.terms.map(({ points }) => points),
      ]),
    );
    expect(new Set(rows.map(({ status }) => status)).size).toBeGreaterThanOrEqual(6);
  });

  it('tells scores as of any instant, as the rules do', async () => {
    for (const at of [NOW, NOW - 100 * MILLISECONDS_PER_DAY]) {
      expect(await scoresOf(system, at)).toEqual(expectedScores(at));
    }
    const [, one = '', other = ''] = [...deals.keys()].sort();
    expect(await scoresOf(system, NOW, [other, one])).toEqual(
      expectedScores(NOW).filter(({ deal_id: id }) => id === one || id === other),
    );
  });

  it('shows in deal_health_history what the rules said at past instants', async () => {
    const random = randomFor(SEED, 'instants');
    const changes = [...deals.values()].flat();
    const instants = [
      NOW,
      ...Array.from(
        { length: 6 },
        () => NOW - random.whole(0, 400) * MILLISECONDS_PER_DAY - random.whole(0, 86_400_000),
      ),
      // The very instants of events, and the milliseconds before them.
      ...Array.from({ length: 4 }, () => random.pick(changes).time - random.whole(0, 1)).filter(
        (at) => at <= NOW,
      ),
    ];
    let compared = 0;
    for (const at of instants) {
      const expected = expectedScores(at);
      const rows = await system.warehouse.read.healthAsOf(at);
      expect(rows.map(verdictOfRow)).toEqual(expected.map(verdictOf));
      compared += rows.length;
    }
    expect(compared).toBeGreaterThan(200);
  });

  it('shows the findings that hold as open episodes, since when the rules say', async () => {
    const rows = await system.warehouse.read.select(
      `SELECT deal_id, kind, severity, toUnixTimestamp64Milli(opened_at) AS since, evidence, advice FROM findings
       WHERE closed_at IS NULL ORDER BY deal_id, kind`,
    );
    const expected = expectedScores(NOW)
      .flatMap((score) => score.findings.map((finding) => ({ deal_id: score.deal_id, ...finding })))
      .map(({ deal_id, kind, severity, since, evidence, advice }) => {
        return { deal_id, kind, severity, since: Date.parse(since), evidence, advice };
      })
      .sort((a, b) => (`${a.deal_id} ${a.kind}` < `${b.deal_id} ${b.kind}` ? -1 : 1));
    // Evidence and advice are as of the latest change of the deal, and both may speak of the instant asked about.
    const standing = (row: object): unknown => ({ ...row, advice: '', evidence: [] });
    expect(rows.map((row) => ({ ...(standing(row) as object), since: Number(row['since']) }))).toEqual(
      expected.map(standing),
    );
    expect(
      rows.filter(({ evidence, advice }) => (evidence as string[]).length === 0 || advice === ''),
    ).toEqual([]);
  });

  it('never shows a row twice in any view', async () => {
    const keys: Readonly<Record<string, string>> = {
      events: 'source, id',
      deal_health_now: 'deal_id',
      deal_health_history: 'deal_id, valid_from',
      findings: 'deal_id, kind, opened_at',
      meetings: 'deal_id, meeting_id',
      next_steps: 'deal_id, next_step_id',
      close_timing: 'deal_id',
      customer_success: 'deal_id',
      stage_cycles: 'deal_id, entered_at',
    };
    for (const [view, key] of Object.entries(keys)) {
      const [row] = await system.warehouse.read.select(
        `SELECT count() AS rows, uniqExact(${key}) AS keys FROM ${view}`,
      );
      expect([view, Number(row?.['rows'])]).toEqual([view, Number(row?.['keys'])]);
      expect([view, Number(row?.['rows']) > 0]).toEqual([view, true]);
    }
    const [overlapping] = await system.warehouse.read.select(
      `SELECT count() AS rows FROM (
         SELECT valid_to, leadInFrame(valid_from) OVER (PARTITION BY deal_id ORDER BY valid_from
           ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next_from,
           row_number() OVER (PARTITION BY deal_id ORDER BY valid_from DESC) AS from_the_end
         FROM deal_health_history)
       WHERE if(from_the_end = 1, valid_to IS NOT NULL, valid_to IS NULL OR valid_to != next_from)`,
    );
    expect(Number(overlapping?.['rows'])).toBe(0);
  });

  it('is rebuilt from its events byte for byte', async () => {
    expect(await system.rebuild([])).toEqual({ deals: deals.size, changed: 0 });
    expect(await recordsOf(system.warehouse)).toEqual(live);
  });

  it('mends on a rebuild what is stored otherwise than the events say, and that alone', async () => {
    const [stored] = await collect(system.warehouse.read.records(['deal-000007']));
    const before = await system.warehouse.read.storedRecords(['deal-000007']);
    const version = Math.max(...(before.get('deal-000007') ?? []).map((row) => row.version)) + 1;
    if (stored?.record !== 'deal') throw new Error('expected the record of the deal first');
    await system.warehouse.write.records([
      {
        deal_id: 'deal-000007',
        version,
        written: [{ ...digested({ ...stored, name: 'Somebody else' }), digest: 'another' }],
        deleted: (before.get('deal-000007') ?? []).filter((row) => row.record === 'finding'),
      },
    ]);
    expect(await recordsOf(system.warehouse)).not.toEqual(live);
    expect(await system.rebuild(['deal-000008'])).toEqual({ deals: 1, changed: 0 });
    expect(await system.rebuild(['deal-000007'])).toEqual({ deals: 1, changed: 1 });
    expect(await recordsOf(system.warehouse)).toEqual(live);
  });

  it.each(['shuffled', 'backwards'])(
    'is the same when its events arrive five times over, %s, with a restart in between',
    async (order) => {
      // One engine a process: this one makes room for the other, and is opened again.
      await system.close();
      const other = temporaryFolder();
      const again = Array.from({ length: 5 }, () => events).flat();
      const arriving =
        order === 'shuffled' ? randomFor(SEED, 'arrival').shuffled(again) : [...again].reverse();
      const half = Math.floor(arriving.length / 2);
      await withSystem(other, { policyFile: policy, now: () => NOW }, async (first) => {
        await first.append(arriving.slice(0, half));
        // No waiting: the restart comes in the middle of the work.
      });
      await withSystem(other, { now: () => NOW }, async (second) => {
        await feed(second, arriving.slice(half));
        expect(await recordsOf(second.warehouse)).toEqual(live);
        expect(await second.rebuild([])).toEqual({ deals: deals.size, changed: 0 });
        expect((await second.counts()).dead_letters).toBe(0);
      });
      system = await openEmbeddedSystem(dataDirectory(folder), { now: () => now });
      expect(await recordsOf(system.warehouse)).toEqual(live);
    },
  );

  it('is scored again as time passes, without a new event', async () => {
    now = NOW + 45 * MILLISECONDS_PER_DAY;
    const due = async (): Promise<boolean> =>
      (await system.warehouse.read.dealsDue(now, { limit: 1 })).length === 0;
    await until('nothing is due any more', due);
    const later = await recordsOf(system.warehouse);
    expect(later).not.toEqual(live);
    expect((await system.warehouse.read.dealsNow()).map(verdictOfRow)).toEqual(
      expectedScores(now).map(verdictOf),
    );
    expect(await system.rebuild([])).toEqual({ deals: deals.size, changed: 0 });
    expect(await recordsOf(system.warehouse)).toEqual(later);
  });

  it('is scored again as a whole when it starts with another policy, and only then', async () => {
    await system.close();
    const said: string[] = [];
    const say = (message: string): void => void said.push(message);
    const stricter = POLICY.replace('reporting_currency: EUR', 'reporting_currency: USD').concat(
      'findings: { disconnected: { days: 3 }, idle_meeting: { enabled: false } }\n',
    );
    const changed = policyFile(stricter);
    await withSystem(folder, { policyFile: changed, now: () => now, say }, async (strict) => {
      await strict.upToDate();
      expect(said).toHaveLength(2);
      expect(said[1]).toMatch(new RegExp(`^[1-9]\\d* of ${deals.size} deals have another verdict now`));
      const rules = ruleBook(stricter);
      const rows = await strict.warehouse.read.dealsNow();
      expect(rows.map(verdictOfRow)).toEqual(expectedScores(now, rules).map(verdictOf));
      expect(rows.map(verdictOfRow)).not.toEqual(expectedScores(now).map(verdictOf));
      expect(rows.flatMap((row) => row.finding_kinds).filter((kind) => kind === 'idle_meeting')).toEqual([]);
      expect(await strict.rebuild([])).toEqual({ deals: deals.size, changed: 0 });
    });
    said.length = 0;
    system = await openEmbeddedSystem(dataDirectory(folder), { now: () => now, say });
    await system.upToDate();
    expect(said).toEqual([]);
    expect(await system.rebuild([])).toEqual({ deals: deals.size, changed: 0 });
  });
});

describe('What the embedded system can not take in', () => {
  const folder = temporaryFolder();
  const OPENED = '2026-03-02T09:00:00Z';
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const text = (one: CloudEvent): string => JSON.stringify(one);
  const poison: readonly (readonly [what: string, raw: string | Buffer, reason: RegExp])[] = [
    ['not JSON', 'nonsense', /^not JSON$/],
    ['nothing', '', /^not JSON$/],
    ['half a record', text(opened('d', OPENED)).slice(0, 60), /^not JSON$/],
    ['bytes', Buffer.from([0, 255, 254, 10]), /^not UTF-8$/],
    ['no object', 'null', /^record: expected a CloudEvent/],
    ['a list of nothing sound', '[{"specversion":"1.0"}]', /^id: expected/],
    ['the wrong shape', text(event('deal.stage_changed', 'd', OPENED, { to: 5 })), /^data\.to: expected/],
    [
      'an unknown type',
      text(event('invoice.paid', 'd', OPENED, {})),
      /^type: unknown event type "invoice.paid"$/,
    ],
    [
      'an unknown version',
      text(opened('d', OPENED, {}, { schemaversion: 99 })),
      /^schemaversion: expected 1 to 1/,
    ],
    ['a lone surrogate', text(opened('d\uD800', OPENED)), /^id: expected a non-empty text/],
    [
      'a lone surrogate in the data',
      text(opened('d', OPENED, { name: '\uDC00' })),
      /^data\.name: expected a text/,
    ],
    ['deep nesting', deep, /^record: expected a CloudEvent/],
    [
      'deep nesting in an extension',
      `${text(opened('d', OPENED, {}, { id: 'deep' })).slice(0, -1)},"x":${deep}}`,
      /^x: expected at most/,
    ],
    ['__proto__', '{"__proto__":{"specversion":"1.0","id":"p","source":"s"}}', /^specversion: expected/],
    ['megabytes', text(opened('d', OPENED, { name: 'x'.repeat(5_000_000) })), /^data\.name: expected a text/],
    [
      'no deal where one is needed',
      text(event('deal.won', undefined, OPENED, {})),
      /^subject: expected the deal's id/,
    ],
    ['a time that is none', text(opened('d', 'yesterday')), /^time: expected/],
  ];
  const good = poison.map((_, index) => opened(`good-${String(index).padStart(2, '0')}`, OPENED));
  let letters: readonly StoredDeadLetter[];

  beforeAll(async () => {
    await appendRaw(
      folder,
      poison.flatMap(([, raw], index) => [raw, JSON.stringify(good[index])]),
    );
    await withSystem(folder, { now: () => NOW }, async (system) => {
      await settled(system);
      letters = await system.deadLetters(1_000);
      expect((await system.warehouse.read.dealsNow()).map(({ deal_id: id }) => id)).toEqual(
        good.map(({ subject }) => subject),
      );
    });
  });

  it.each(poison.map(([what], index) => ({ what, index })))(
    'costs one dead letter, with its reasons: $what',
    ({ index }) => {
      const [, raw = '', reason = /./] = poison[index] ?? [];
      const own = letters.filter(({ offset }) => offset === 2 * index);
      expect(own).toHaveLength(1);
      const [letter] = own;
      expect(letter).toMatchObject({
        topic: 'deals.events',
        partition: 0,
        position: 0,
        replayed_at: null,
        received_at: NOW,
      });
      expect(letter?.reasons[0]).toMatch(reason);
      // Of a list each item is a record.
      expect(raw.toString()).toContain(letter?.raw ?? 'nothing');
      expect(letter?.raw_cut).toBe(Buffer.byteLength(raw.toString()) > 65_536);
      expect(letter?.reasons.join('').length).toBeLessThan(10_000);
    },
  );

  it('costs nothing else, and no dead letter more when it is read again', async () => {
    expect(letters).toHaveLength(poison.length);
    await withSystem(folder, { now: () => NOW + 1 }, async (system) => {
      await feed(system, [opened('one more', OPENED)]);
      expect(await system.deadLetters(1_000)).toEqual(letters);
      expect(await system.counts()).toMatchObject({ deals: good.length + 1, events: good.length + 1 });
    });
  });
});

describe('Events that claim one identity', () => {
  const early = '2026-03-02T09:00:00.000Z';
  const late = '2026-03-02T09:00:00.001Z';
  const lost = /^another event with source "crm\/test" and id "same" counts/;

  /** A deal on a stage to which an event brought it whose identity is claimed in another deal too. */
  const claim = (dealId: string, time: string, to: string): CloudEvent =>
    event('deal.stage_changed', dealId, time, { to }, { id: 'same', schemaversion: 1 });
  const cases = [
    { what: 'of two deals', winner: claim('a', early, 'solution'), loser: claim('b', late, 'proposal') },
    {
      what: 'of two deals, at one time',
      winner: claim('a', early, 'proposal'),
      loser: claim('b', early, 'solution'),
    },
    { what: 'of one deal', winner: claim('a', early, 'solution'), loser: claim('a', late, 'proposal') },
    {
      what: 'of one deal, at one time',
      winner: claim('a', early, 'proposal'),
      loser: claim('a', early, 'solution'),
    },
  ];
  const orders = ['the winner first', 'the loser first', 'both at once', 'the loser first, after a restart'];

  it.each(cases.flatMap((one) => orders.map((order) => ({ ...one, order }))))(
    '$what count by one of them, and the other is one dead letter: $order',
    async ({ winner, loser, order }) => {
      const folder = temporaryFolder();
      const options = { now: () => NOW };
      const [first, second] = order === 'the winner first' ? [winner, loser] : [loser, winner];
      const openings = [opened('a', '2026-03-01T09:00:00Z'), opened('b', '2026-03-01T09:00:00Z')];
      const check = async (system: EmbeddedSystem): Promise<void> => {
        const rows = await system.warehouse.read.dealsNow();
        const stages = Object.fromEntries(rows.map((row) => [row.deal_id, row.stage]));
        expect(stages).toEqual({ a: (winner.data as { to: string }).to, b: 'discovery' });
        expect(await system.counts()).toEqual({ events: 3, deals: 2, dead_letters: 1, unlinked: 0 });
        const [letter] = await system.deadLetters(10);
        expect(letter?.reasons).toEqual([expect.stringMatching(lost)]);
        expect(JSON.parse(letter?.raw ?? '')).toEqual(loser);
        const records = await recordsOf(system.warehouse);
        expect(await system.rebuild([])).toEqual({ deals: 2, changed: 0 });
        expect(await recordsOf(system.warehouse)).toEqual(records);
      };
      if (order.endsWith('restart')) {
        await withSystem(folder, options, (system) => feed(system, [...openings, first]));
        await withSystem(folder, options, async (system) => {
          await feed(system, [second]);
          await check(system);
        });
      } else {
        await withSystem(folder, options, async (system) => {
          await feed(system, openings);
          if (order === 'both at once') await feed(system, [first, second]);
          else for (const one of [first, second]) await feed(system, [one]);
          await check(system);
        });
      }
    },
  );

  it('are one event where only what passes by differs: the time of recording, how its time is written, a trace', async () => {
    const one = claim('a', early, 'solution');
    const deliveries = [
      one,
      { ...one, recordedtime: late },
      { ...one, time: '2026-03-02T10:00:00+01:00' },
      { ...one, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    ];
    await withSystem(temporaryFolder(), { now: () => NOW }, async (system) => {
      await feed(system, [opened('a', '2026-03-01T09:00:00Z')]);
      for (const delivery of deliveries) await feed(system, [delivery]);
      await feed(system, deliveries);
      expect(await system.counts()).toMatchObject({ events: 2, dead_letters: 0 });
    });
  });
});

describe('Events that name no deal', () => {
  it('stand aside with the addresses that may tie them to one, each once', async () => {
    const meeting = event(
      'meeting.scheduled',
      undefined,
      '2026-03-02T09:00:00.000Z',
      {
        meeting_id: 'm1',
        starts_at: '2026-03-04T09:00:00Z',
        ends_at: '2026-03-04T10:00:00Z',
        attendees: [
          { email: 'Ann@Acme.example', response: 'accepted' },
          { email: 'bob@us.example', response: 'needs_action' },
        ],
      },
      { source: 'calendar' },
    );
    const message = event(
      'message.received',
      undefined,
      '2026-03-02T10:00:00.000Z',
      { channel: 'email', person: { email: 'carl@acme.example' } },
      { source: 'mail' },
    );
    await withSystem(temporaryFolder(), { now: () => NOW }, async (system) => {
      await feed(system, [opened('a', '2026-03-01T09:00:00Z'), meeting, message]);
      await feed(system, [message, meeting]);
      expect(await system.counts()).toEqual({ events: 1, deals: 1, dead_letters: 0, unlinked: 2 });
      const aside = await system.warehouse.read.select(
        'SELECT source, addresses FROM unlinked ORDER BY source',
      );
      expect(aside).toEqual([
        { source: 'calendar', addresses: ['ann@acme.example', 'bob@us.example'] },
        { source: 'mail', addresses: ['carl@acme.example'] },
      ]);
      const rows = await system.warehouse.read.select(
        'SELECT source, id, type FROM unlinked ORDER BY source',
      );
      expect(rows).toEqual([
        { source: 'calendar', id: meeting.id, type: meeting.type },
        { source: 'mail', id: message.id, type: message.type },
      ]);
    });
  });
});

describe('Waiting for an embedded system', () => {
  it('ends with the reason where ingest or scorer has given up', async () => {
    const works = { ended: new Promise<void>(() => undefined), lag: () => Promise.resolve(7) };
    const gaveUp = { ended: Promise.reject(new Error('the disk is full')), lag: () => Promise.resolve(7) };
    const systemOf = (ingest: object, scorer: object): EmbeddedSystem =>
      inProcessSystem(
        { warehouse: {} } as SystemParts,
        ingest as IngestService,
        scorer as ScorerService,
      ) as unknown as EmbeddedSystem;
    await expect(settled(systemOf(gaveUp, works))).rejects.toThrow('the disk is full');
    await expect(settled(systemOf(works, gaveUp))).rejects.toThrow('the disk is full');
    expect(await systemOf(works, works).lag()).toEqual({ ingest: 7, scorer: 7 });
  });
});

describe('The local API of the embedded system', () => {
  it('takes events in by the token alone, and poison costs a dead letter each', async () => {
    const token = 'a token of the test';
    await withSystem(temporaryFolder(), { now: () => NOW, apiToken: token }, async (system) => {
      const url = await system.listen(0);
      const post = (body: string, authorization: string): Promise<Response> =>
        fetch(new URL('/api/events', url), { method: 'POST', body, headers: { authorization } });
      const good = opened('a', '2026-03-01T09:00:00Z');

      for (const wrong of ['', 'Bearer', `Bearer ${token}x`, token]) {
        expect((await post(JSON.stringify(good), wrong)).status).toBe(401);
      }
      const poison = [
        'null',
        '[[7]]',
        '5',
        '"text"',
        '{}',
        '{"subject":5,"time":{}}',
        '{"subject":"\\ud800"}',
      ];
      const lines = [...poison, JSON.stringify(good)].map((line) => `${line}\n`).join('');
      const taken = await post(lines, `Bearer ${token}`);
      expect([taken.status, await taken.json()]).toEqual([202, { appended: poison.length + 1 }]);
      for (const wrong of ['nonsense', JSON.stringify({ name: 'x'.repeat(11_000_000) })]) {
        expect((await post(wrong, `Bearer ${token}`)).status).toBe(400);
      }
      await settled(system);
      expect(await system.counts()).toEqual({
        events: 1,
        deals: 1,
        dead_letters: poison.length,
        unlinked: 0,
      });
      const asOf = encodeURIComponent(formatInstant(NOW));
      const scores = await fetch(new URL(`/api/scores?as_of=${asOf}`, url), {
        headers: { authorization: `Bearer ${token}` },
      });
      expect((JSON.parse(await scores.text()) as Score).deal_id).toBe('a');
    });
  });
});
