import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parsePolicy } from '#domain/policy/parse-policy.js';
import { createRuleBook } from '#domain/policy/rules.js';
import { DRAFTS_HEADER, draftsRecords } from '#ingest/drafts-record.js';
import { ingestBatches, type IngestDependencies } from '#ingest/ingest-batch.js';
import { loadMappings } from '#ingest/mappings.js';
import { createRemembered } from '#ingest/triggers.js';
import type { Batch, Log, LoggedRecord, NewRecord } from '#log/log.js';
import { defaultTopics } from '#log/topics.js';
import { rebuild } from '#scorer/rebuild.js';
import { scoreBatch } from '#scorer/score-batch.js';
import { createScoring } from '#scorer/scoring.js';
import type { EventDraft } from '#sources/native/draft.js';
import type { DirectoryEntry } from '#sources/native/record.js';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.js';
import { temporaryFolder } from './support/temporary.js';

const NOW = Date.UTC(2026, 5, 1);
const T0 = Date.UTC(2026, 2, 2, 9);
const DAY = 86_400_000;
const policy = parsePolicy('seller_domains: [seller.example]').policy;
if (policy === undefined) throw new Error('the policy of this test is none');
const book = createRuleBook(policy);

let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await openWarehouse({ kind: 'embedded', path: temporaryFolder() });
  await warehouse.migrate();
});
afterAll(() => warehouse.close());

/** One record of a raw topic. */
interface Raw {
  readonly value: Buffer;
  readonly isTranslated?: boolean;
}

interface GivenDraft {
  readonly id: string;
  readonly type: string;
  readonly time?: string;
  readonly subject?: string;
  readonly data: object;
  readonly [attribute: string]: unknown;
}

/**
 * A company of its own in the shared store: everything that could clash has its prefix, and is told without it.
 */
function createCompany(prefix: string) {
  const event = (id: string, type: string, at: number, data: object, subject?: string): Raw => ({
    value: Buffer.from(
      JSON.stringify({
        specversion: '1.0',
        id,
        source: `${prefix}crm`,
        type,
        time: new Date(at).toISOString(),
        ...(subject === undefined ? {} : { subject: `${prefix}${subject}` }),
        data,
      }),
    ),
  });
  const translated = (
    origin: string,
    drafts: readonly GivenDraft[],
    entries: readonly DirectoryEntry[] = [],
    at = T0,
  ): Raw => {
    const [value = Buffer.alloc(0)] = draftsRecords({
      origin,
      drafts: drafts.map((draft): EventDraft => ({
        ...draft,
        specversion: '1.0',
        source: `${prefix}${origin}`,
      })),
      entries: entries.map((entry) => ({ source: `${prefix}${origin}`, time: at, entry })),
    });
    return { value, isTranslated: true };
  };
  const domain = (name: string): string => `${name}.${prefix}.example`;
  return { prefix, event, translated, domain };
}

type Company = ReturnType<typeof createCompany>;

/** Records of which each bears on what another becomes. */
function recordsOf({ prefix, event, translated, domain }: Company): readonly Raw[] {
  const ann = `ann@${domain('acme')}`;
  const bob = `bob@${domain('acme')}`;
  const eve = `eve@${domain('beta')}`;
  const meeting = (id: string, at: number, starts: number, people: readonly string[], more: object = {}) => ({
    id,
    type: 'meeting.scheduled',
    time: new Date(at).toISOString(),
    data: {
      meeting_id: `${prefix}m-${id.slice(0, 2)}`,
      starts_at: new Date(starts).toISOString(),
      ends_at: new Date(starts + 3_600_000).toISOString(),
      attendees: people.map((email) => ({ email, response: 'accepted' })),
    },
    ...more,
  });
  const opened = (deal: string, at: number, account: object): Raw =>
    event(`o-${deal}`, 'deal.opened', at, { name: deal, account, stage: 'discovery' }, deal);
  return [
    opened('d1', T0, { id: `${prefix}A`, domain: domain('acme') }),
    opened('d2', T0 + 5 * DAY, { id: `${prefix}A` }),
    opened('d3', T0 + 8 * DAY, { id: `${prefix}B`, domain: domain('beta') }),
    event('l-d1', 'deal.lost', T0 + 20 * DAY, {}, 'd1'),
    event('s-1', 'stakeholder.identified', T0 + DAY, { person: { email: ann }, role: 'champion' }, 'd1'),
    // Two events of one identity: the earlier counts, and what the other said of its deal does not.
    event('s-2', 'stakeholder.identified', T0 + 2 * DAY, { person: { email: eve }, role: 'user' }, 'd2'),
    event('s-2', 'stakeholder.identified', T0 + 1 * DAY, { person: { email: bob }, role: 'user' }, 'd2'),
    translated('salesforce', [
      {
        id: 'r-1',
        type: 'stakeholder.identified',
        subject: `${prefix}d3`,
        time: new Date(T0 + 9 * DAY).toISOString(),
        data: { person: { ref: 'contact/1' }, role: 'approver' },
      },
    ]),
    translated(
      'salesforce',
      [],
      [{ kind: 'person', ref: 'contact/1', email: eve, name: 'Eve', account: `${prefix}B` }],
    ),
    translated('salesforce', [], [{ kind: 'person', ref: 'contact/1', email: bob }], T0 - DAY),
    translated('google-calendar', [meeting('m1a', T0 + 3 * DAY, T0 + 10 * DAY, [ann, 'rep@seller.example'])]),
    translated('google-calendar', [meeting('m1b', T0 + 4 * DAY, T0 + 11 * DAY, [ann, bob])]),
    translated('google-calendar', [
      {
        id: 'm1c',
        type: 'meeting.cancelled',
        time: new Date(T0 + 6 * DAY).toISOString(),
        data: { meeting_id: `${prefix}m-m1` },
      },
    ]),
    translated('google-calendar', [
      meeting('m2a', T0 + 9 * DAY, T0 + 12 * DAY, [eve], { meetinguid: `${prefix}u` }),
    ]),
    translated('microsoft-graph', [
      meeting('m3a', T0 + 9 * DAY + 1, T0 + 12 * DAY, [eve, ann], { meetinguid: `${prefix}u` }),
    ]),
    translated('microsoft-graph', [
      {
        id: 'm3b',
        type: 'meeting.cancelled',
        time: new Date(T0 + 30 * DAY).toISOString(),
        data: { meeting_id: `${prefix}m-m3` },
      },
    ]),
    event('e-1', 'message.received', T0 + 14 * DAY, {
      channel: 'email',
      person: { email: `new@${domain('acme')}` },
    }),
    event('e-2', 'message.received', T0 + 300 * DAY, { channel: 'email', person: { email: ann } }),
    event('e-3', 'message.received', T0 + 14 * DAY, {
      channel: 'email',
      person: { email: 'someone@gmail.com' },
    }),
    translated('hubspot', [
      {
        id: 'h-1',
        type: 'deal.won',
        subject: `${prefix}d2`,
        time: new Date(T0 + 15 * DAY).toISOString(),
        data: {},
      },
    ]),
    translated('hubspot', [
      {
        id: 'h-2',
        type: 'deal.stage_changed',
        subject: `${prefix}d2`,
        time: new Date(T0 + 16 * DAY).toISOString(),
        data: { to: 'proposal' },
      },
    ]),
    translated('hubspot', [
      {
        id: 'n-1',
        type: 'next_step.rescheduled',
        time: new Date(T0 + 17 * DAY).toISOString(),
        data: { next_step_id: `${prefix}t1`, due_at: '2026-04-01' },
      },
    ]),
    translated('hubspot', [
      {
        id: 'n-2',
        type: 'next_step.completed',
        subject: `${prefix}d2`,
        time: new Date(T0 + 18 * DAY).toISOString(),
        data: { next_step_id: `${prefix}t1` },
      },
    ]),
  ];
}

/** Takes records in and scores them, batch by batch, as both services do. */
function createServices(options: { failAt?: (write: number) => boolean } = {}) {
  let writes = 0;
  const told: LoggedRecord[] = [];
  const log = {
    append(topic: string, records: readonly NewRecord[]) {
      if (topic === defaultTopics.dealEvents)
        told.push(...records.map((record, offset) => ({ ...record, headers: record.headers ?? {}, offset })));
      return Promise.resolve();
    },
  };
  const breaking = new Proxy(warehouse.write, {
    get:
      (target, name) =>
      (...args: unknown[]) => {
        writes += 1;
        if (options.failAt?.(writes) === true)
          return Promise.reject(new Error('the process was killed here'));
        return (Reflect.get(target, name) as (...given: unknown[]) => Promise<void>)(...args);
      },
  });
  const dependencies = {
    log: log as unknown as Log,
    warehouse: { ...warehouse, write: breaking },
    topics: defaultTopics,
    mappings: loadMappings({}, book.policy),
    sellerDomains: new Set(['seller.example']),
    now: () => NOW,
    remembered: createRemembered(1_000),
  } satisfies IngestDependencies;
  const scoring = createScoring(warehouse, book, { cacheWeight: 10_000 });
  return {
    async take(records: readonly Raw[]): Promise<void> {
      const batch: Batch = {
        topic: defaultTopics.bySource.cloudevents,
        partition: 0,
        records: records.map(({ value, isTranslated }, offset) => ({
          key: null,
          value,
          headers: isTranslated === true ? { [DRAFTS_HEADER]: '1' } : {},
          timestamp: NOW,
          offset,
        })),
      };
      for (let attempt = 1; ; attempt += 1) {
        try {
          await ingestBatches([batch], dependencies);
          break;
        } catch (error) {
          if (attempt > 20) throw error;
        }
      }
      const news = told.splice(0);
      if (news.length > 0) await scoreBatch(news, scoring, NOW);
    },
  };
}

/** What the views show of the company, without its prefix. */
async function shown({ prefix }: Company): Promise<unknown> {
  const params = { prefix };
  const events = await warehouse.read.select(
    `SELECT deal_id, time, source, id, type, data, linked_by, shared FROM events
     WHERE startsWith(source, {prefix:String}) ORDER BY deal_id, time, source, id`,
    params,
  );
  const unlinked = await warehouse.read.select(
    'SELECT source, id, type FROM unlinked WHERE startsWith(source, {prefix:String}) ORDER BY source, id',
    params,
  );
  const health = await warehouse.read.select(
    `SELECT deal_id, status, events, last_contact_at, rescore_at FROM deal_health_now
     WHERE startsWith(deal_id, {prefix:String}) ORDER BY deal_id`,
    params,
  );
  return JSON.parse(JSON.stringify({ events, unlinked, health }).replaceAll(prefix, '')) as unknown;
}

async function expectScoredAsRebuilt({ prefix }: Company): Promise<void> {
  const { changed } = await rebuild(warehouse, book, NOW, {
    dealIds: ['d1', 'd2', 'd3'].map((id) => `${prefix}${id}`),
  });
  expect(changed).toBe(0);
}

/** All at once, in the order in which they are written. */
let expected: unknown;
let companies = 0;
function nextCompany(): Company {
  companies += 1;
  return createCompany(`c${String(companies).padStart(3, '0')}x`);
}

describe('linking', () => {
  it('ties what names no deal to the deals that it belongs to, and keeps aside what fits none', async () => {
    const company = nextCompany();
    await createServices().take(recordsOf(company));
    expected = await shown(company);
    await expectScoredAsRebuilt(company);
    const { events, unlinked } = expected as {
      events: {
        deal_id: string;
        id: string;
        type: string;
        linked_by: string;
        shared: boolean;
        data: string;
      }[];
      unlinked: { id: string }[];
    };
    const linksOf = (id: string): string[] =>
      events.filter((event) => event.id === id).map((event) => `${event.deal_id} by ${event.linked_by}`);
    // Ann is a contact of d1, Bob of d2; both came to one of the versions of the meeting.
    expect(linksOf('m1a')).toEqual(['d1 by contact', 'd2 by contact']);
    expect(linksOf('m1c')).toEqual(['d1 by contact', 'd2 by contact']);
    // Eve is a contact of d3 by reference, and Ann of d1: the copies of one meeting are told by one id.
    expect(linksOf('m2a')).toEqual(['d1 by contact', 'd3 by contact']);
    expect(linksOf('m3b')).toEqual(['d1 by contact', 'd3 by contact']);
    expect(
      new Set(
        events
          .filter(({ id }) => /^m[23]/.test(id))
          .map(({ data }) => (JSON.parse(data) as { meeting_id: string }).meeting_id),
      ),
    ).toEqual(new Set(['m-m2']));
    // Someone new of the account: only d1 names its domain.
    expect(linksOf('e-1')).toEqual(['d1 by account']);
    expect(events.find(({ id }) => id === 'h-2')?.type).toBe('deal.reopened');
    expect(events.find(({ id }) => id === 'n-1')).toMatchObject({
      deal_id: 'd2',
      type: 'next_step.agreed',
      linked_by: 'next_step',
    });
    expect(events.filter(({ id }) => id === 's-2')).toHaveLength(1);
    expect(unlinked.map(({ id }) => id)).toEqual(['e-2', 'e-3']);
  });

  it('comes to the same whatever the order, the batches, the repetitions and the crashes between two writes', async () => {
    const count = recordsOf(createCompany('count')).length;
    const arrival = fc.record({
      order: fc.shuffledSubarray(
        [...Array(count).keys(), ...Array(count).keys()].map((n, i) => `${n}.${i}`),
        {
          minLength: 2 * count,
        },
      ),
      sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2 * count, maxLength: 2 * count }),
      crashes: fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(arrival, async ({ order, sizes, crashes }) => {
        const company = nextCompany();
        const records = recordsOf(company);
        const services = createServices({ failAt: (write) => crashes.includes(write) });
        const arriving = order.flatMap((text) => {
          const record = records[Number.parseInt(text, 10)];
          return record === undefined ? [] : [record];
        });
        for (const size of sizes) {
          const batch = arriving.splice(0, size);
          if (batch.length > 0) await services.take(batch);
        }
        expect(arriving).toEqual([]);
        expect(await shown(company)).toEqual(expected);
        await expectScoredAsRebuilt(company);
      }),
      { numRuns: 8 },
    );
  });
});
