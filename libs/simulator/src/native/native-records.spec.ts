import { describe, expect, it } from '@jest/globals';
import { evolveMeeting } from '#domain/deal/meeting-events.js';
import { unknownDeal } from '#domain/deal/deal.js';
import type { EventType } from '#domain/events/catalogue.js';
import type { MeetingEvent } from '#domain/events/domain-event.js';
import { validateEvent } from '#domain/events/validate.js';
import { parsePolicy } from '#domain/policy/parse-policy.js';
import { createRuleBook } from '#domain/policy/rules.js';
import { loadSourceMapping } from '#sources/native/load-mapping.js';
import { defaultMapping, type SourceMapping } from '#sources/native/mapping.js';
import type { EventDraft } from '#sources/native/draft.js';
import type { DirectoryEntry } from '#sources/native/record.js';
import { translateRecord } from '#sources/sources.js';
import type { SimulatedEvent } from '../journal.js';
import { SELLER_DOMAIN } from '../policy.js';
import { simulate, type SimulationOptions } from '../simulate.js';
import { calendarEventId, opportunityId, salesforceId } from './ids.js';
import { simulatedSalesforceMapping } from './mapping.js';
import { nativeRecords } from './native-records.js';
import { identityOf, type SentRecord } from './sent.js';

const until = Date.UTC(2026, 2, 2, 12);

function simulated(options: Partial<SimulationOptions>): SimulatedEvent[] {
  return [...simulate({ seed: 1, deals: 150, until, ...options })];
}

/** Each event once, in the order in which they happened. */
function happened(events: readonly SimulatedEvent[]): SimulatedEvent[] {
  const distinct = new Map(events.map((event) => [identityOf(event), event]));
  return [...distinct.values()].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

function mappingOf(written: object): SourceMapping {
  const loaded = loadSourceMapping('salesforce', JSON.stringify(written));
  if ('faults' in loaded) throw new Error(loaded.faults.map(({ message }) => message).join('\n'));
  return loaded.mapping;
}

interface Translated {
  readonly drafts: readonly EventDraft[];
  readonly people: ReadonlyMap<string, Extract<DirectoryEntry, { kind: 'person' }>>;
  readonly accounts: ReadonlyMap<string, Extract<DirectoryEntry, { kind: 'account' }>>;
  readonly refused: readonly string[];
}

/** What the translators make of the records of one topic. */
function translated(
  records: Iterable<SentRecord>,
  topic: SentRecord['topic'],
  mapping = defaultMapping,
): Translated {
  const drafts = new Map<string, EventDraft>();
  const people = new Map<string, Extract<DirectoryEntry, { kind: 'person' }>>();
  const accounts = new Map<string, Extract<DirectoryEntry, { kind: 'account' }>>();
  const refused: string[] = [];
  for (const record of records) {
    if (record.topic !== topic) continue;
    const result = translateRecord(topic, { value: JSON.parse(record.value) }, mapping);
    if ('reasons' in result) {
      refused.push(...result.reasons);
      continue;
    }
    for (const draft of result.events) drafts.set(`${draft.source}|${draft.id}`, draft);
    for (const entry of result.directory ?? []) {
      if (entry.kind === 'person') people.set(entry.ref, entry);
      else accounts.set(entry.id, entry);
    }
  }
  return { drafts: [...drafts.values()], people, accounts, refused };
}

/** What an event says, as text: two that say the same are equal, whatever their ids. */
function saying(
  type: string,
  deal: string | undefined,
  time: string | undefined,
  data: object | null | undefined,
): string {
  const told = Object.entries(data ?? {}).filter(([, value]) => value !== undefined);
  return JSON.stringify([deal, time, type, Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)))]);
}

type Data = Readonly<Record<string, unknown>>;

const calendarTypes: ReadonlySet<EventType> = new Set<EventType>([
  'meeting.scheduled',
  'meeting.rescheduled',
  'meeting.responded',
  'meeting.cancelled',
]);

/** What the CRM can tell of each type of events that it knows, of what the canonical data says. */
const crmKnows: Readonly<Partial<Record<EventType, (data: Data) => object>>> = {
  'deal.opened': ({ name, account, owner, stage, amount, currency, close_date }) => ({
    name,
    account: accountIn(account),
    owner: ownerIn(owner),
    stage,
    amount,
    currency,
    close_date,
  }),
  'deal.described': ({ name, account }) => ({ name, account: accountIn(account) }),
  'deal.stage_changed': ({ to }) => ({ to }),
  'deal.amount_changed': (data) => data,
  'deal.close_date_changed': ({ to }) => ({ to }),
  'deal.owner_changed': ({ owner }) => ({ owner: ownerIn(owner) }),
  'deal.won': (data) => data,
  'deal.lost': () => ({}),
  'deal.walked_away': () => ({}),
  'deal.reopened': (data) => data,
  'deal.removed': (data) => data,
  'deal.restored': (data) => data,
  'deal.history_gap': (data) => data,
  'next_step.agreed': ({ next_step_id: id, description, due_at: due, owner_side, mutual }) => ({
    next_step_id: taskId(id),
    description,
    due_at: dateOf(due),
    owner_side,
    mutual,
  }),
  'next_step.rescheduled': ({ next_step_id: id, due_at: due }) => ({
    next_step_id: taskId(id),
    due_at: dateOf(due),
  }),
  'next_step.completed': ({ next_step_id: id }) => ({ next_step_id: taskId(id) }),
  'next_step.dropped': ({ next_step_id: id }) => ({ next_step_id: taskId(id) }),
  'stakeholder.identified': (data) => data,
};

function accountIn(account: unknown): object | undefined {
  const { id } = (account ?? {}) as { id?: string };
  return id === undefined ? undefined : { id: salesforceId('Account', id) };
}

function ownerIn(owner: unknown): object | undefined {
  const { id } = (owner ?? {}) as { id?: string };
  return id === undefined ? undefined : { id: salesforceId('User', id) };
}

function taskId(id: unknown): string {
  return salesforceId('Task', id as string);
}

function dateOf(due: unknown): string {
  return (due as string).slice(0, 10);
}

/** What the CRM should have told of these events. */
function expectedOfCrm(events: readonly SimulatedEvent[]): string[] {
  const amounts = new Map<string, unknown>();
  return happened(events).flatMap((event) => {
    const { type, subject, time } = event;
    const data = event.data as Data;
    const told = crmKnows[type]?.(data);
    if (told === undefined) return [];
    const sayings = [saying(type, opportunityId(subject), time, told)];
    // The segment is a field of the organisation's own, and its rule tells it apart.
    if (type === 'deal.opened' && data['segment'] !== undefined)
      sayings.push(saying('deal.described', opportunityId(subject), time, { segment: data['segment'] }));
    // A price that was given away at the end is a change of the amount, too.
    if (type === 'deal.won' && amounts.get(subject) !== data['amount'])
      sayings.push(saying('deal.amount_changed', opportunityId(subject), time, data));
    if (data['amount'] !== undefined) amounts.set(subject, data['amount']);
    return sayings;
  });
}

describe.each([1, 2, 3])('what the systems send of the organisation of seed %i', (seed) => {
  const events = simulated({ seed });
  const records = [...nativeRecords(events)];
  const mapping = mappingOf(simulatedSalesforceMapping);

  it('is refused by nobody, with a mapping and without', () => {
    expect(translated(records, 'salesforce', mapping).refused).toEqual([]);
    expect(translated(records, 'salesforce').refused).toEqual([]);
    expect(translated(records, 'google-calendar').refused).toEqual([]);
    expect(translated(records, 'cloudevents').refused).toEqual([]);
  });

  it('tells the deals, next steps and stakeholders as they are, out of the CRM', () => {
    const { drafts, people } = translated(records, 'salesforce', mapping);
    const tasks = new Map(
      drafts.flatMap(({ type, subject, data }) =>
        type === 'next_step.agreed' ? [[(data as { next_step_id: string }).next_step_id, subject]] : [],
      ),
    );
    const told = drafts.map(({ type, subject, time, data }) => {
      const { person, next_step_id: step } = data as { person?: { ref: string }; next_step_id?: string };
      const known = person === undefined ? undefined : people.get(person.ref);
      const resolved =
        person === undefined ? data : { ...data, person: { email: known?.email, name: known?.name } };
      return saying(type, subject ?? tasks.get(step ?? ''), time, resolved);
    });
    const expected = expectedOfCrm(events);
    expect(expected.length).toBeGreaterThan(1_000);
    expect(told.sort()).toEqual(expected.sort());
  });

  it('leaves the deal out of some changes of tasks, as partial updates do, and of others not', () => {
    const { drafts } = translated(records, 'salesforce');
    const subjects = drafts.flatMap(({ type, subject }) =>
      type === 'next_step.completed' ? [subject === undefined] : [],
    );
    expect(new Set(subjects)).toEqual(new Set([true, false]));
  });

  it('knows the websites of all accounts, the addresses of all owners, and the account of every contact', () => {
    const { drafts, people, accounts } = translated(records, 'salesforce');
    for (const { type, data } of drafts) {
      const { account, owner, person } = (data ?? {}) as {
        account?: { id: string };
        owner?: { id: string };
        person?: { ref: string };
      };
      if (account !== undefined) expect(accounts.get(account.id)?.domain).toMatch(/\.example$/);
      if (owner !== undefined) expect(people.get(`user/${owner.id}`)?.email).toMatch(`@${SELLER_DOMAIN}`);
      if (type !== 'stakeholder.identified') continue;
      expect(accounts.has(people.get(person?.ref ?? '')?.account ?? '')).toBe(true);
    }
    expect(people.size).toBeGreaterThan(100);
  });

  it('shows in the calendar what becomes of each meeting, when it does, and of no deal', () => {
    const { drafts } = translated(records, 'google-calendar');
    expect(drafts.filter(({ subject }) => subject !== undefined)).toEqual([]);
    expect(coursesOf(drafts)).toEqual(coursesOf(canonicalMeetings(events)));
  });

  it('passes on what neither of them knows, for the deal by its id in the CRM', () => {
    const { drafts } = translated(records, 'cloudevents');
    const others = happened(events).filter(
      ({ type }) => crmKnows[type] === undefined && !calendarTypes.has(type),
    );
    const told = (event: EventDraft | SimulatedEvent): string =>
      JSON.stringify([event.source, event.id, event.type, event.time, event.recordedtime]);
    expect(others.length).toBeGreaterThan(1_000);
    expect(drafts.map(told).sort()).toEqual(others.map(told).sort());
    const given = new Map(others.map((event) => [identityOf(event), event]));
    for (const { source, id, subject, data } of drafts) {
      const event = given.get(`${source}|${id}`);
      expect(subject).toBe(opportunityId(event?.subject ?? ''));
      expect(data).toEqual(withIdsElsewhere((event?.data ?? {}) as Data));
    }
  });
});

function withIdsElsewhere(data: Data): Data {
  const { into, deal_id: deal, meeting_id: meeting } = data as Readonly<Record<string, string | undefined>>;
  return {
    ...data,
    ...(into === undefined ? {} : { into: opportunityId(into) }),
    ...(deal === undefined ? {} : { deal_id: opportunityId(deal) }),
    ...(meeting === undefined ? {} : { meeting_id: calendarEventId(meeting) }),
  };
}

/** The events that the calendar shows, under its ids; none of a meeting that only they know of. */
function canonicalMeetings(events: readonly SimulatedEvent[]): EventDraft[] {
  const idOf = ({ data }: SimulatedEvent): string => (data as { meeting_id: string }).meeting_id;
  const scheduled = new Set(events.filter(({ type }) => type === 'meeting.scheduled').map(idOf));
  return happened(events)
    .filter((event) => calendarTypes.has(event.type) && scheduled.has(idOf(event)))
    .map((event) => ({ ...event, data: { ...event.data, meeting_id: calendarEventId(idOf(event)) } }));
}

/** Each meeting as the domain has it after each event about it. */
function coursesOf(drafts: readonly EventDraft[]): ReadonlyMap<string, readonly unknown[]> {
  const { policy } = parsePolicy(JSON.stringify({ seller_domains: [SELLER_DOMAIN] }));
  if (policy === undefined) throw new Error('the policy of this test is none');
  const rules = createRuleBook(policy).forPipeline('default');
  const deal = unknownDeal('any');
  const courses = new Map<string, unknown[]>();
  for (const draft of [...drafts].sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? -1 : 1))) {
    const verdict = validateEvent({ ...draft, subject: 'any' });
    if (verdict.outcome !== 'valid') throw new Error(`not valid: ${JSON.stringify(draft)}`);
    const event = verdict.domain as MeetingEvent;
    evolveMeeting(deal, event, rules);
    const id = event.data.meeting_id;
    const meeting = deal.meetings.get(id);
    const guests = meeting?.schedule?.attendees.filter(({ email }) => email !== null) ?? [];
    courses.set(id, [
      ...(courses.get(id) ?? []),
      {
        at: event.time,
        startsAt: meeting?.startsAt,
        endsAt: meeting?.endsAt,
        title: meeting?.title,
        isCancelled: meeting?.cancelled,
        isCustomers: meeting?.customer,
        isConfirmed: meeting?.confirmed,
        guests: guests.map(({ email, name, response }) => [email, name, response].join()).sort(),
      },
    ]);
  }
  return courses;
}

describe('the records of the systems', () => {
  it('are the same for the same events', () => {
    const events = simulated({ deals: 20 });
    expect([...nativeRecords(events)]).toEqual([...nativeRecords(events)]);
  });

  it('are sent again where an event is, and late where it became known late', () => {
    const events = simulated({ deals: 60, duplicates: 0.1, late: 0.1 });
    const records = [...nativeRecords(events)];
    const texts = records.map(({ value }) => value);
    expect(new Set(texts).size).toBeLessThan(texts.length);
    const calm = simulated({ deals: 60, duplicates: 0, late: 0 });
    const known = new Set([...nativeRecords(calm)].map(({ value }) => withoutRecordedTime(value)));
    expect(texts.filter((text) => !known.has(withoutRecordedTime(text)))).toEqual([]);
    const late = records.filter(({ topic, value, timestamp }) => {
      const { updated } = JSON.parse(value) as { updated?: string };
      return topic === 'google-calendar' && updated !== undefined && Date.parse(updated) < timestamp;
    });
    expect(late.length).toBeGreaterThan(10);
  });

  it('tell the same by deal as by time', () => {
    const facts = (order: 'time' | 'deal'): string[] =>
      [...nativeRecords(simulated({ deals: 60, order }), order)]
        .map(({ value }) => value)
        // Who refers first to a person or an account, enters the record; which deal comes first is the order's.
        .filter((value) => !/"entityName":"(Account|User|Contact)"/.test(value))
        .sort();
    expect(facts('deal')).toEqual(facts('time'));
  });

  it('enter people and accounts once, before what refers to them', () => {
    const entered = new Set<string>();
    const twice: string[] = [];
    const unknown: string[] = [];
    for (const { topic, value } of nativeRecords(simulated({ deals: 60, duplicates: 0 }))) {
      if (topic !== 'salesforce') continue;
      const { data } = JSON.parse(value) as { data: { payload: Data } };
      const { entityName, recordIds } = data.payload['ChangeEventHeader'] as {
        entityName: string;
        recordIds: [string];
      };
      if (['Account', 'User', 'Contact'].includes(entityName)) {
        if (entered.has(recordIds[0])) twice.push(recordIds[0]);
        entered.add(recordIds[0]);
      }
      for (const field of ['AccountId', 'OwnerId', 'ContactId']) {
        const id = data.payload[field];
        if (typeof id === 'string' && !entered.has(id)) unknown.push(id);
      }
    }
    expect({ twice, unknown }).toEqual({ twice: [], unknown: [] });
    expect(entered.size).toBeGreaterThan(100);
  });

  it('say without a mapping that a deal which was walked away from is lost', () => {
    const events = simulated({}).filter(({ type }) => type === 'deal.opened' || type === 'deal.walked_away');
    const { drafts } = translated(nativeRecords(events), 'salesforce');
    expect(new Set(drafts.map(({ type }) => type))).toEqual(new Set(['deal.opened', 'deal.lost']));
  });
});

function withoutRecordedTime(value: string): string {
  return value.replace(/"recordedtime":"[^"]*",?/, '');
}
