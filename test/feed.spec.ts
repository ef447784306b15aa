import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { instantOrEndOfDay } from '#domain/deal/instants.js';
import { chronicle } from '#domain/score/chronicle.js';
import type { DealRecord, MeetingRecord, NextStepRecord, ScorerRecord } from '#domain/score/records.js';
import { ingestBatches, type IngestDependencies } from '#ingest/ingest-batch.js';
import { loadMappings } from '#ingest/mappings.js';
import { createRemembered } from '#ingest/triggers.js';
import { openEmbeddedLog } from '#log/embedded-log.js';
import type { Log } from '#log/log.js';
import { defaultTopics, rawTopics } from '#log/topics.js';
import { scoreBatch } from '#scorer/score-batch.js';
import { createScoring } from '#scorer/scoring.js';
import { calendarEventId, opportunityId, salesforceId } from '#simulator/native/ids.js';
import { simulatedSalesforceMapping } from '#simulator/native/mapping.js';
import { nativeRecords } from '#simulator/native/native-records.js';
import type { SentRecord } from '#simulator/native/sent.js';
import { simulatedPolicy } from '#simulator/policy.js';
import { simulate } from '#simulator/simulate.js';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.js';
import { appendRecords } from '../apps/plumbline/src/commands/feed.js';
import { run } from './support/cli.js';
import { collect, foldable, ruleBook } from './support/system.js';
import { temporaryFolder } from './support/temporary.js';

const until = Date.UTC(2026, 2, 2, 12);
const book = ruleBook(stringify(simulatedPolicy));
const events = [...simulate({ seed: 5, deals: 50, until })];

/** Takes in what is in the raw topics, and scores it, as both services do. */
async function work(log: Log, warehouse: Warehouse): Promise<void> {
  const dependencies = {
    log,
    warehouse,
    topics: defaultTopics,
    mappings: loadMappings(
      { salesforce: { name: 'salesforce.yaml', text: stringify(simulatedSalesforceMapping) } },
      book.policy,
    ),
    sellerDomains: new Set(simulatedPolicy.seller_domains),
    now: () => until,
    remembered: createRemembered(10_000),
  } satisfies IngestDependencies;
  const raw = await log.open({ topics: rawTopics(defaultTopics), group: 'ingest' });
  for (let batch = await raw.read({ maxRecords: 2_000, waitMs: 0 }); batch !== null;) {
    await ingestBatches([batch], dependencies);
    await raw.commit(batch);
    batch = await raw.read({ maxRecords: 2_000, waitMs: 0 });
  }
  const scoring = createScoring(warehouse, book, { cacheWeight: 100_000 });
  const told = await log.open({ topics: [defaultTopics.dealEvents], group: 'scorer' });
  for (let batch = await told.read({ maxRecords: 20_000, waitMs: 0 }); batch !== null;) {
    await scoreBatch(batch.records, scoring, until);
    await told.commit(batch);
    batch = await told.read({ maxRecords: 20_000, waitMs: 0 });
  }
}

let warehouse: Warehouse;
let log: Log;
beforeAll(async () => {
  log = await openEmbeddedLog({ path: temporaryFolder() });
  warehouse = await openWarehouse({ kind: 'embedded', path: temporaryFolder() });
  await warehouse.migrate();
  await appendRecords(nativeRecords(events), log, {
    topics: defaultTopics.bySource,
    rate: undefined,
    now: () => 0,
    pause: () => Promise.resolve(),
    signal: new AbortController().signal,
  });
  await work(log, warehouse);
}, 180_000);
afterAll(async () => {
  await warehouse.close();
  await log.close();
});

interface Compared {
  readonly dealId: string;
  /** Of the canonical events; and of what the systems sent, under the ids of the CRM and the calendar. */
  readonly canonical: Recorded;
  readonly native: Recorded;
}

interface Recorded {
  readonly deal: DealRecord;
  readonly steps: ReadonlyMap<string, NextStepRecord>;
  readonly meetings: ReadonlyMap<string, MeetingRecord>;
}

function recorded(records: readonly ScorerRecord[]): Recorded {
  const deal = records.find((record) => record.record === 'deal');
  if (deal === undefined) throw new Error('a deal has no record');
  return {
    deal,
    steps: new Map(records.flatMap((one) => (one.record === 'next_step' ? [[one.key, one]] : []))),
    meetings: new Map(records.flatMap((one) => (one.record === 'meeting' ? [[one.key, one]] : []))),
  };
}

async function compared(): Promise<readonly Compared[]> {
  const stored = (await collect(warehouse.read.records())) as unknown as readonly ScorerRecord[];
  return [...foldable(events)].map(([dealId, own]) => ({
    dealId,
    canonical: recorded(chronicle(dealId, own, until, book).records),
    native: recorded(stored.filter(({ deal_id: id }) => id === opportunityId(dealId))),
  }));
}

const DAY = 86_400_000;
const calendar = book.forPipeline('default').calendar;

/** The same fields of both, for a message that shows both. */
function pick<T extends object>(record: T | undefined, fields: readonly (keyof T)[]): Partial<T> {
  return Object.fromEntries(fields.map((field) => [field, record?.[field]])) as Partial<T>;
}

/** The customer meetings of a deal, by their ids in the calendar. */
function customerMeetings({ meetings }: Recorded): ReadonlyMap<string, MeetingRecord> {
  return new Map(
    [...meetings.values()].flatMap((one) => (one.customer ? [[calendarEventId(one.meeting_id), one]] : [])),
  );
}

/** When a meeting was first told of. */
const toldAt = new Map<string, number>();
for (const { type, time, data } of events) {
  if (type !== 'meeting.scheduled') continue;
  const id = calendarEventId((data as { meeting_id: string }).meeting_id);
  toldAt.set(id, Math.min(toldAt.get(id) ?? Number.POSITIVE_INFINITY, Date.parse(time)));
}

/** Whether a meeting was told of, and took place, when its deal had been closed for more than 30 days. */
function isLongAfterClosing({ deal }: Recorded, id: string, meeting: MeetingRecord): boolean {
  const closedAt = Date.parse(deal.closed_at ?? '9999-01-01T00:00:00Z');
  return Math.min(toldAt.get(id) ?? 0, Date.parse(meeting.starts_at)) > closedAt + 30 * DAY;
}

/*
 * What the systems can't tell, and no more than that is left out below:
 * - a task has a day but no hour: it is due at the end of its day, and time changes something at another hour then;
 * - a task names no meeting that it was agreed in;
 * - a meeting among colleagues names nothing of a deal, and waits;
 * - a meeting with the customer's people is of all deals of theirs that are open then, or were within 30 days;
 * - the CRM's change events of deals have no names of owners, teams and accounts, and no reasons of a loss.
 */
describe('what the systems of an organisation send, once it is taken in', () => {
  let deals: readonly Compared[];
  beforeAll(async () => {
    deals = await compared();
  });

  it('is refused by nobody, and makes no deal that is none', async () => {
    const letters = await warehouse.read.select('SELECT count() AS letters FROM dead_letters', {});
    expect(letters).toEqual([{ letters: 0 }]);
    const { deals: count } = await warehouse.read.counts();
    expect(count).toBe(deals.length);
  });

  it('makes the same deals: their stages, amounts, dates and closings', () => {
    const fields = [
      'name',
      'stage',
      'position',
      'amount',
      'currency',
      'close_date',
      'segment',
      'pipeline',
      'opened_at',
      'run_started_at',
      'closed_at',
      'won_at',
      'churned_at',
      'paused',
      'history_gap',
      'first_asked_at',
      'ready_at',
      'close_timing',
      'promise_kept',
      'adoption',
      'renews_at',
    ] as const;
    for (const { canonical, native } of deals)
      expect(pick(native.deal, fields)).toEqual(pick(canonical.deal, fields));
  });

  it('makes the same next steps, due at the end of their day', () => {
    const fields = ['description', 'owner_side', 'mutual', 'agreed_at', 'state'] as const;
    let steps = 0;
    for (const { canonical, native } of deals) {
      expect(native.steps.size).toBe(canonical.steps.size);
      for (const [id, step] of canonical.steps) {
        const task = native.steps.get(salesforceId('Task', id));
        expect(pick(task, fields)).toEqual(pick(step, fields));
        const day = instantOrEndOfDay(step.due_at.slice(0, 10), calendar);
        expect(Date.parse(task?.due_at ?? '')).toBe(day);
        steps += 1;
      }
    }
    expect(steps).toBeGreaterThan(200);
  });

  it('ties the meetings with the customer to their deals, with the same people, answers and times', () => {
    const fields = ['title', 'starts_at', 'ends_at', 'customer', 'state', 'next_step_agreed'] as const;
    let tied = 0;
    let late = 0;
    for (const { canonical, native } of deals) {
      for (const [id, meeting] of customerMeetings(canonical)) {
        const found = native.meetings.get(id);
        if (found === undefined) {
          // Long after the order nothing says that a meeting is about what was ordered.
          expect(isLongAfterClosing(canonical, id, meeting)).toBe(true);
          late += 1;
          continue;
        }
        expect(pick(found, fields)).toEqual(pick(meeting, fields));
        expect(guestsOf(found)).toEqual(guestsOf(meeting));
        tied += 1;
      }
    }
    expect(tied).toBeGreaterThan(250);
    expect(late).toBeLessThan(tied / 10);
  });

  it('ties no meeting to a deal that is not one of its people’s', () => {
    const accounts = new Map(
      deals.flatMap(({ canonical }) =>
        [...customerMeetings(canonical).keys()].map((id) => [id, canonical.deal.account_id] as const),
      ),
    );
    for (const { canonical, native } of deals)
      for (const id of native.meetings.keys()) expect(accounts.get(id)).toBe(canonical.deal.account_id);
  });

  it('leaves to wait only the meetings among colleagues and those long after an order', async () => {
    const waiting = await warehouse.read.select('SELECT data FROM unlinked', {});
    const ids = new Set(
      waiting.map(({ data }) => (JSON.parse(data as string) as { meeting_id: string }).meeting_id),
    );
    const left = deals.flatMap(({ canonical }) =>
      [...canonical.meetings.values()].flatMap((meeting) => {
        const id = calendarEventId(meeting.meeting_id);
        return !meeting.customer || isLongAfterClosing(canonical, id, meeting) ? [id] : [];
      }),
    );
    const leftWaiting = left.filter((id) => ids.has(id));
    expect(leftWaiting.sort()).toEqual([...ids].sort());
    expect(ids.size).toBeGreaterThan(50);
  });

  it('comes to the same verdict on every deal that has its own meetings with the customer and no others', () => {
    const fields = [
      'status',
      'health',
      'stall',
      'alignment',
      'success',
      'finding_kinds',
      'finding_severities',
      'term_kinds',
      'term_points',
      'not_judged',
      'last_progress_at',
      'last_contact_at',
      'first_next_step_at',
    ] as const;
    const own = deals.filter(({ canonical, native }) => {
      const ids = [...customerMeetings(canonical).keys()].sort();
      return JSON.stringify(ids) === JSON.stringify([...native.meetings.keys()].sort());
    });
    expect(own.length).toBeGreaterThan(deals.length / 2);
    for (const { canonical, native } of own)
      expect(pick(native.deal, fields)).toEqual(pick(canonical.deal, fields));
    const kinds = new Set(own.flatMap(({ canonical }) => canonical.deal.finding_kinds));
    expect(kinds.size).toBeGreaterThan(8);
  });
});

/** The people of a meeting who have an address, each with the answer; rooms are on neither side. */
function guestsOf({ attendee_emails: emails, attendee_responses: responses }: MeetingRecord): string[] {
  return emails.flatMap((email, n) => (email === '' ? [] : [`${email} ${responses[n] ?? ''}`])).sort();
}

describe('feeding', () => {
  const record = (n: number, topic: SentRecord['topic'] = 'cloudevents'): SentRecord => ({
    topic,
    key: 'k',
    value: String(n),
    timestamp: n,
  });
  const topics = defaultTopics.bySource;

  it('appends each record to the topic of its source, in order, the next batch once the log has the last', async () => {
    const appended: [topic: string, values: string[]][] = [];
    let under = 0;
    const counts = await appendRecords(
      Array.from({ length: 7_000 }, (_, n) => record(n, n % 2 === 0 ? 'salesforce' : 'google-calendar')),
      {
        append: async (topic, records) => {
          under += 1;
          expect(under).toBe(1);
          await Promise.resolve();
          appended.push([topic, records.map(({ value }) => value.toString())]);
          under -= 1;
        },
      },
      {
        topics,
        rate: undefined,
        now: () => 0,
        pause: () => Promise.resolve(),
        signal: new AbortController().signal,
      },
    );
    expect(counts).toEqual(
      new Map([
        [topics.salesforce, 3_500],
        [topics['google-calendar'], 3_500],
      ]),
    );
    const even = appended.filter(([topic]) => topic === topics.salesforce).flatMap(([, values]) => values);
    expect(even).toEqual(Array.from({ length: 3_500 }, (_, n) => String(2 * n)));
    expect(appended.length).toBeGreaterThan(2);
  });

  it('comes no faster than it is told to', async () => {
    let clock = 0;
    const at: number[] = [];
    await appendRecords(
      Array.from({ length: 20 }, (_, n) => record(n)),
      {
        append: (_topic, records) => {
          at.push(...records.map(() => clock));
          clock += 300;
          return Promise.resolve();
        },
      },
      {
        topics,
        rate: 5,
        now: () => clock,
        pause: (ms) => {
          clock += ms;
          return Promise.resolve();
        },
        signal: new AbortController().signal,
      },
    );
    expect(at).toEqual(Array.from({ length: 20 }, (_, n) => Math.floor(n / 5) * 1_000));
  });

  it('stops between two batches where it is asked to, and says what it has appended', async () => {
    const asked = new AbortController();
    const counts = await appendRecords(
      Array.from({ length: 20 }, (_, n) => record(n)),
      { append: () => Promise.resolve() },
      {
        topics,
        rate: 5,
        now: () => 0,
        pause: () => Promise.resolve(),
        signal: asked.signal,
        appended: (count) => {
          if (count === 10) asked.abort();
        },
      },
    );
    expect(counts).toEqual(new Map([[topics.cloudevents, 10]]));
  });

  it('says which variable is missing where no log is configured, and which option is wrong', async () => {
    const nowhere = await run(['feed']);
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
    expect(nowhere.stderr).toContain('PLUMBLINE_KAFKA_BROKERS: expected the brokers');
    const wrong = await run(['feed', '--deals', 'many']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('--deals: expected a whole number from 1, got "many"');
  });
});
