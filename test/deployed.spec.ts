import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RuleBook } from '#domain/policy/rules.js';
import { IngestService } from '#ingest/ingest.service.js';
import { loadMappings, type Mappings } from '#ingest/mappings.js';
import { groups } from '#log/groups.js';
import { type KafkaLog, openKafkaLog } from '#log/kafka/kafka-log.js';
import type { Log } from '#log/log.js';
import type { Topics } from '#log/topics.js';
import { rebuild } from '#scorer/rebuild.js';
import { ScorerService } from '#scorer/scorer.service.js';
import { digested } from '#warehouse/record-changes.js';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.js';
import { deployedSystem } from '../apps/plumbline/src/system/deployed-system.js';
import { drained } from '../apps/plumbline/src/system/drained.js';
import type { System } from '../apps/plumbline/src/system/system.js';
import { linesOf, run } from './support/cli.js';
import { event, opened } from './support/events.js';
import { useKafka } from './support/kafka.js';
import { collect, recordsOf, ruleBook } from './support/system.js';
import { temporaryFolder } from './support/temporary.js';

// The broker and the engine are real, on machines that may be busy.
jest.setTimeout(120_000);

const kafka = await useKafka();
const POLICY = 'seller_domains: [seller.example]\n';
const book = ruleBook(POLICY);
const NOW = Date.UTC(2026, 5, 30, 12);
const now = (): number => NOW;

/** Both services, in this process: it has the engine open. */
interface Services {
  readonly ingest: IngestService;
  readonly scorer: ScorerService;
}

interface Surroundings {
  readonly log: KafkaLog;
  readonly warehouse: Warehouse;
  readonly topics: Topics;
  /** Behind the names of the groups: other tests have services on the same broker. */
  readonly suffix: string;
}

async function startServices(around: Surroundings, mappings: Mappings): Promise<Services> {
  const { warehouse, topics, suffix } = around;
  const log: Log = {
    ...around.log,
    open: ({ topics, group }) => around.log.open({ topics, group: `${group}${suffix}` }),
  };
  const shared = { log, warehouse, topics, now, maxRecords: 1_000 };
  const ingest = new IngestService({ ...shared, mappings, sellerDomains: new Set(['seller.example']) });
  const scorer = new ScorerService({ ...shared, book, cacheWeight: 10_000 });
  await Promise.all([ingest.onApplicationBootstrap(), scorer.onApplicationBootstrap()]);
  return { ingest, scorer };
}

async function stopServices({ ingest, scorer }: Services): Promise<void> {
  await Promise.all([ingest.beforeApplicationShutdown(), scorer.beforeApplicationShutdown()]);
}

function topicsOf(names: readonly string[]): Topics {
  const [salesforce, hubspot, pipedrive, google, microsoft, cloudevents, dealEvents, deadLetters, alerts] =
    names as readonly [string, string, string, string, string, string, string, string, string];
  return {
    bySource: {
      salesforce,
      hubspot,
      pipedrive,
      'google-calendar': google,
      'microsoft-graph': microsoft,
      cloudevents,
    },
    dealEvents,
    deadLetters,
    alerts,
  };
}

/** As an importer translated it: names no deal. */
function meetingWith(email: string) {
  return {
    origin: 'google-calendar',
    drafts: [
      {
        specversion: '1.0' as const,
        id: 'meeting-1',
        source: 'calendar/test',
        type: 'meeting.scheduled',
        time: '2026-03-05T09:00:00.000Z',
        data: {
          meeting_id: 'm1',
          starts_at: '2026-03-10T09:00:00.000Z',
          ends_at: '2026-03-10T10:00:00.000Z',
          attendees: [{ email, response: 'accepted' }],
        },
      },
    ],
    entries: [],
  };
}

const OPENED = '2026-03-02T09:00:00.000Z';
const events = [
  opened('d1', OPENED),
  event('stakeholder.identified', 'd1', '2026-03-03T09:00:00.000Z', {
    person: { email: 'ann@acme.example' },
    role: 'champion',
  }),
  opened('d2', OPENED),
  opened('d3', OPENED),
];

kafka.describe('A deployed system', () => {
  const folder = temporaryFolder();
  const store = join(folder, 'store');
  const suffix = `-${randomUUID()}`;
  let around: Surroundings;
  let topics: Topics;
  let warehouse: Warehouse;
  let system: System;
  let services: Services | undefined;
  const extra: System[] = [];

  /** The system with a connection of its own, as a command opens it. */
  function outside(rules: RuleBook): System {
    const made = deployedSystem({
      openLog: () => openKafkaLog({ brokers: [kafka.bootstrap], clientId: 'outside' }),
      warehouse: { ...warehouse, close: () => Promise.resolve() },
      book: rules,
      topics,
      groups: { ingest: `${groups.ingest}${suffix}`, scorer: `${groups.scorer}${suffix}` },
      now,
    });
    extra.push(made);
    return made;
  }

  const settled = (): Promise<void> => drained(system, { pause: (ms) => pause(ms) });

  async function expectAsRebuilt(): Promise<void> {
    expect(await rebuild(warehouse, book, NOW, {})).toMatchObject({ changed: 0 });
  }

  beforeAll(async () => {
    topics = topicsOf(await kafka.freshTopics(9, 2));
    warehouse = await openWarehouse({ kind: 'embedded', path: store });
    await warehouse.migrate();
    const log = await openKafkaLog({ brokers: [kafka.bootstrap], clientId: 'services' });
    around = { log, warehouse, topics, suffix };
    system = outside(book);
  });

  afterAll(async () => {
    if (services !== undefined) await stopServices(services);
    for (const one of extra) await one.close();
    await around.log.close();
  });

  it('has its lag counted from outside, and waits for nothing that others append later', async () => {
    expect(await system.lag()).toEqual({ ingest: 0, scorer: 0 });
    await system.append(events);
    await system.appendTranslated(meetingWith('ann@acme.example'));
    expect(await system.lag()).toEqual({ ingest: events.length + 1, scorer: 0 });
    await around.log.append(topics.bySource.cloudevents, [
      { key: null, value: Buffer.from(JSON.stringify(opened('d4', OPENED))), timestamp: NOW },
    ]);
    expect(await system.lag()).toEqual({ ingest: events.length + 1, scorer: 0 });
    expect(await outside(book).lag()).toEqual({ ingest: events.length + 2, scorer: 0 });
  });

  it('takes in and scores what a command appended', async () => {
    services = await startServices(around, loadMappings({}, book.policy));
    await settled();
    // d4 as well, as it came before the wait.
    await drained(outside(book), { pause: (ms) => pause(ms) });
    expect(await system.counts()).toEqual({ events: 6, deals: 4, dead_letters: 0, unlinked: 0 });
    const scores: string[] = [];
    for await (const { deal_id: id } of system.scores(NOW, [])) scores.push(id);
    expect(scores).toEqual(['d1', 'd2', 'd3', 'd4']);
    expect((await warehouse.read.dealsNow()).map(({ deal_id: id }) => id).sort()).toEqual(scores);
    await expectAsRebuilt();
  });

  it('puts dead letters back once their cause is mended', async () => {
    const custom = { ...opened('d5', OPENED), type: 'com.example.opened' };
    await system.append([custom]);
    await settled();
    const [letter] = await system.deadLetters(10);
    expect(letter).toMatchObject({
      topic: topics.bySource.cloudevents,
      source: 'cloudevents',
      replayed_at: null,
    });
    if (services !== undefined) await stopServices(services);
    services = await startServices(
      around,
      loadMappings(
        { cloudevents: { name: 'types.yaml', text: 'types: { com.example.opened: deal.opened }\n' } },
        book.policy,
      ),
    );
    expect(await system.replay({ topic: topics.bySource.hubspot, limit: 10 })).toMatchObject({ replayed: 0 });
    expect(await system.replay({ limit: 10 })).toEqual({ replayed: 1, left: 0 });
    await settled();
    expect((await system.deadLetters(10)).map(({ replayed_at: at }) => at)).toEqual([NOW]);
    expect(await system.counts()).toMatchObject({ deals: 5 });
    await expectAsRebuilt();
  });

  it('mends on a rebuild what is stored otherwise than the events say, beside a scorer that remembers it', async () => {
    await system.append([
      event('deal.amount_changed', 'd2', '2026-03-19T09:00:00.000Z', { amount: 2000, currency: 'EUR' }),
    ]);
    await settled();
    const live = await recordsOf(warehouse);
    const [stored] = await collect(warehouse.read.records(['d2']));
    if (stored?.record !== 'deal') throw new Error('expected the record of the deal first');
    const rows = (await warehouse.read.storedRecords(['d2'])).get('d2') ?? [];
    // Versions that the scorer knows nothing of: what it wrote by memory would be lost against them.
    await warehouse.write.records([
      {
        deal_id: 'd2',
        version: Math.max(...rows.map(({ version }) => version)) + 10,
        written: [{ ...digested({ ...stored, name: 'Somebody else' }), digest: 'another' }],
        deleted: [],
      },
    ]);
    expect(await system.rebuild(['d3', 'd2', 'd9'])).toEqual({ deals: 2, changed: 1, unknown: ['d9'] });
    expect(await recordsOf(warehouse)).toEqual(live);
    await system.append([
      event('deal.stage_changed', 'd2', '2026-03-20T09:00:00.000Z', { from: 'discovery', to: 'proposal' }),
    ]);
    await settled();
    const [{ stage } = { stage: '' }] = (await warehouse.read.dealsNow()).filter(
      ({ deal_id: id }) => id === 'd2',
    );
    expect(stage).toBe('proposal');
    await expectAsRebuilt();
  });

  it('links all events anew on a rebuild of all, tells truly how many deals that changed, and the scorers which', async () => {
    expect(await system.rebuild([])).toEqual({ deals: 5, changed: 0 });
    await settled();
    // By this policy Ann is on the seller's side: her meeting is of no deal.
    const other = outside(ruleBook('seller_domains: [acme.example]\n'));
    await services?.scorer.beforeApplicationShutdown();
    expect(await other.rebuild([])).toEqual({ deals: 5, changed: 1 });
    expect(await other.counts()).toMatchObject({ events: 8, unlinked: 1 });
    // Before its records were written and after it, and once more as the events of it were linked anew.
    expect(await other.lag()).toEqual({ ingest: 0, scorer: 3 });
    expect(await other.rebuild([])).toEqual({ deals: 5, changed: 0 });
  });

  it('is reached by the commands through the environment of its services', async () => {
    if (services !== undefined) await stopServices(services);
    services = undefined;
    for (const one of extra.splice(0)) await one.close();
    await warehouse.close();
    const policy = join(folder, 'policy.yaml');
    writeFileSync(policy, POLICY);
    const names = Object.entries({
      SALESFORCE: topics.bySource.salesforce,
      HUBSPOT: topics.bySource.hubspot,
      PIPEDRIVE: topics.bySource.pipedrive,
      GOOGLE: topics.bySource['google-calendar'],
      MICROSOFT: topics.bySource['microsoft-graph'],
      EVENTS: topics.bySource.cloudevents,
      DEAL_EVENTS: topics.dealEvents,
      DEAD_LETTERS: topics.deadLetters,
      ALERTS: topics.alerts,
    }).map(([name, topic]) => [`PLUMBLINE_TOPIC_${name}`, topic]);
    const env = {
      ...(Object.fromEntries(names) as Record<string, string>),
      PLUMBLINE_KAFKA_BROKERS: kafka.bootstrap,
      PLUMBLINE_CLICKHOUSE_PATH: store,
      PLUMBLINE_POLICY: policy,
    };
    const rebuilt = await run(['rebuild'], { env });
    // The meeting is linked to Ann's deal again.
    expect(rebuilt).toMatchObject({ stdout: '5 deals rebuilt, 1 of them changed\n', stderr: '', code: 0 });
    const one = await run(['rebuild', '--deal', 'd1', 'nobody', 'no one'], { env });
    expect(one).toMatchObject({
      stdout: '1 deals rebuilt, 0 of them changed\n',
      stderr: 'plumbline: no such deals: nobody, no one\n',
      code: 1,
    });
    const deals = await run(['deals', '--format', 'ndjson', '--deal', 'd2', 'd9'], { env });
    expect(linesOf(deals.stdout).map((line) => (JSON.parse(line) as { stage: string }).stage)).toEqual([
      'proposal',
    ]);
    expect(deals).toMatchObject({ stderr: 'plumbline: no such deal: d9\n', code: 1 });
    const early = await run(['deals', '--deal', 'd2', '--as-of', '2026-03-01T00:00:00Z'], { env });
    expect(early).toMatchObject({
      stderr: 'plumbline: no such deal as of 2026-03-01T00:00:00.000Z: d2\n',
      code: 1,
    });
    const letters = await run(['dead-letters', 'list'], { env });
    expect(letters.stdout).toContain('com.example.opened');
  });
});

describe('Commands with the environment of deployed services', () => {
  const nowhere = { PLUMBLINE_KAFKA_BROKERS: 'nowhere.invalid:9092' };

  it.each(['deals', 'import --source cloudevents package.json', 'migrate'])(
    'tell every fault of it at once, and never a value: %s',
    async (command) => {
      const env = {
        PLUMBLINE_KAFKA_BROKERS: 'hunter2',
        PLUMBLINE_KAFKA_BROKER: 'hunter3',
        PLUMBLINE_KAFKA_SASL_PASSWORD: 'hunter4',
      };
      const { code, stdout, stderr } = await run(command.split(' '), { env });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      const lines = linesOf(stderr);
      expect(lines[0]).toMatch(/^plumbline: the environment names Kafka and is not right/);
      expect(lines.slice(1).map((line) => line.split(':')[0])).toEqual([
        'PLUMBLINE_KAFKA_BROKER',
        'PLUMBLINE_KAFKA_BROKERS',
        'PLUMBLINE_CLICKHOUSE_URL',
        'PLUMBLINE_KAFKA_SASL_PASSWORD',
      ]);
      expect(stderr).not.toContain('hunter');
    },
  );

  it('say where the store is not up to date, and how it is brought there', async () => {
    const env = { ...nowhere, PLUMBLINE_CLICKHOUSE_PATH: join(temporaryFolder(), 'store') };
    const before = await run(['deals'], { env });
    expect(before.code).toBe(1);
    expect(before.stderr).toMatch(/^plumbline: the schema of the store is version 0.*plumbline migrate\n$/);
    expect(await run(['migrate'], { env })).toMatchObject({ code: 0, stderr: '' });
    // Reading the store takes no Kafka.
    expect(await run(['dead-letters', 'list'], { env })).toMatchObject({
      code: 0,
      stdout: 'nothing was refused\n',
    });
  });

  it('say that the store can not be reached', async () => {
    const { code, stderr } = await run(['deals'], {
      env: { ...nowhere, PLUMBLINE_CLICKHOUSE_URL: 'http://127.0.0.1:1' },
    });
    expect(code).toBe(1);
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/^plumbline: .*127\.0\.0\.1:1/)]);
  });

  it('take no policy for services that have their own: wrong usage', async () => {
    const env = { ...nowhere, PLUMBLINE_CLICKHOUSE_PATH: join(temporaryFolder(), 'store') };
    const { code, stderr } = await run(['rebuild', '--policy', 'package.json'], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^plumbline: --policy: .*PLUMBLINE_POLICY/);
  });

  it('work on a data directory that is given, and say so', async () => {
    const folder = temporaryFolder();
    const { code, stderr } = await run(['deals', '--data', folder], { env: nowhere });
    expect(code).toBe(1);
    expect(linesOf(stderr)).toEqual([
      `--data is given: using ${folder}, not the Kafka that PLUMBLINE_KAFKA_BROKERS names.`,
      expect.stringMatching(/^plumbline: there is no data in /),
    ]);
  });
});
