import type { EventType } from '#domain/events/catalogue.js';
import { compareCodePoints } from '#domain/events/domain-event.js';
import { formatInstant } from '#domain/time/instant.js';
import type { LinkedBy } from '#warehouse/draft-row.js';
import type { Identity } from '#warehouse/event-row.js';
import { compareDrafts, type Draft, type DraftData, type DraftPerson, textExtension } from './draft.js';
import { addressesOf, findDeals, type Found, keyedOf } from './find-deals.js';
import { domainsOf, groupKeysOf, keys, mayReopenUnsaid, movesStage, scopeOf } from './keys.js';
import type { Knowledge, Move } from './knowledge.js';

/** An event made from a draft, for one deal. */
export interface Completed {
  readonly draft: Draft;
  readonly dealId: string;
  /** The draft's own id, but where one draft makes several events. */
  readonly id: string;
  readonly type: EventType;
  readonly data: DraftData;
  readonly linkedBy: LinkedBy;
  readonly shared: boolean;
}

/** A draft that can't be completed yet, and what may complete it. */
export interface Waiting {
  readonly draft: Draft;
  readonly addresses: readonly string[];
  readonly domains: readonly string[];
}

export interface Completion {
  readonly completed: readonly Completed[];
  readonly waiting: readonly Waiting[];
  /** All events that cancelled series could make, made now or not. */
  readonly possible: readonly Identity[];
}

/**
 * Completes drafts with what is known: their deals, people by reference, one id for the copies of a meeting, times
 * that a record leaves out, and what only the history of a deal or next step tells. Pure: the drafts and what is
 * known decide, never the order in which any of it came.
 * @param drafts whole groups: all drafts of each meeting, next step, series, and deal's stages
 */
export function completeDrafts(drafts: readonly Draft[], known: Knowledge): Completion {
  const completed: Completed[] = [];
  const waiting: Waiting[] = [];
  const meetings = new Map<string, MeetingGroup>();
  const groups = groupsOf(drafts);
  for (const group of groups) {
    const found = findDeals(group, known);
    const meetingId = meetingIdOf(group);
    for (const { source, row, data } of group) {
      if (data.meeting_id !== undefined && meetingId !== undefined)
        meetings.set(keys.meeting(scopeOf(source, row.origin), data.meeting_id), { group, found, meetingId });
    }
    const facts = { known, found, meetingId, reopened: reopenedIn(group, known), agreed: agreedIn(group) };
    let times: Times | undefined;
    for (const draft of group) {
      times = timesAfter(draft, times);
      const events = completedOf(draft, times, facts);
      if (events.length === 0) waiting.push(waitingOf(draft, known));
      completed.push(...events);
    }
  }
  const series = cancelledSeries(drafts, meetings);
  completed.push(...series.completed);
  const still = waiting.filter(({ draft }) => !series.masters.has(draft));
  return { completed, waiting: still, possible: series.possible };
}

/** Drafts that share a meeting, a next step or a deal's stages, each group in the order of the fold. */
function groupsOf(drafts: readonly Draft[]): readonly (readonly Draft[])[] {
  const groupOf = new Map<string, Draft[]>();
  const groups = new Set<Draft[]>();
  for (const draft of [...drafts].sort(compareDrafts)) {
    const shared = groupKeysOf(keyedOf(draft));
    let group: Draft[] = [draft];
    groups.add(group);
    for (const key of shared) {
      const other = groupOf.get(key);
      if (other === undefined || other === group) {
        groupOf.set(key, group);
        continue;
      }
      // The smaller joins the larger, with all its keys.
      const [small, large] = other.length < group.length ? [other, group] : [group, other];
      large.push(...small);
      groups.delete(small);
      for (const member of small) for (const of of groupKeysOf(keyedOf(member))) groupOf.set(of, large);
      groupOf.set(key, large);
      group = large;
    }
  }
  return [...groups].map((group) => group.sort(compareDrafts));
}

/** One meeting has one id, whatever its copies are called: that of the earliest that says it is a copy. */
function meetingIdOf(group: readonly Draft[]): string | undefined {
  const copy = group.find(
    ({ data, extensions }) =>
      data.meeting_id !== undefined && textExtension(extensions, 'meetinguid') !== undefined,
  );
  return (copy ?? group.find(({ data }) => data.meeting_id !== undefined))?.data.meeting_id;
}

interface Times {
  readonly starts: number;
  readonly ends: number;
}

/** When the meeting takes place once this draft is known; what it leaves out is as it was. */
function timesAfter({ type, data }: Draft, before: Times | undefined): Times | undefined {
  if (type !== 'meeting.scheduled' && type !== 'meeting.rescheduled') return before;
  const starts = instantIn(data.starts_at);
  const ends = instantIn(data.ends_at);
  if (starts !== undefined && ends !== undefined) return { starts, ends };
  if (before === undefined) return undefined;
  const length = before.ends - before.starts;
  if (starts !== undefined) return { starts, ends: starts + length };
  if (ends === undefined) return before;
  return { starts: before.starts <= ends ? before.starts : ends - length, ends };
}

function instantIn(text: string | null | undefined): number | undefined {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

interface GroupFacts {
  readonly known: Knowledge;
  readonly found: Found;
  readonly meetingId: string | undefined;
  /** Stage changes that reopen their deal. */
  readonly reopened: ReadonlySet<Draft>;
  /** The rescheduling that is all that is known of the agreeing of a next step. */
  readonly agreed: Draft | undefined;
}

function completedOf(draft: Draft, times: Times | undefined, facts: GroupFacts): readonly Completed[] {
  const { found, known, meetingId, reopened, agreed } = facts;
  const deals = draft.subject === undefined ? found.deals : [draft.subject];
  let { type, data } = draft;
  if (
    type === 'meeting.rescheduled' &&
    (typeof data.starts_at !== 'string' || typeof data.ends_at !== 'string')
  ) {
    if (times === undefined) return [];
    data = { ...data, starts_at: formatInstant(times.starts), ends_at: formatInstant(times.ends) };
  }
  if (data.meeting_id !== undefined && meetingId !== undefined && data.meeting_id !== meetingId)
    data = { ...data, meeting_id: meetingId };
  if (reopened.has(draft)) {
    type = 'deal.reopened';
    data = { stage: data.to };
  }
  if (draft === agreed) {
    type = 'next_step.agreed';
    data = { description: '', owner_side: 'seller', mutual: false, ...data };
  }
  data = withPeople(data, scopeOf(draft.source, draft.row.origin), known);
  return deals.map((dealId) => ({
    draft,
    dealId,
    id: draft.id,
    type,
    data,
    linkedBy: draft.subject === undefined ? found.by : 'deal',
    shared: draft.subject === undefined && deals.length > 1,
  }));
}

/** People by reference, by the address that their CRM gives now. */
function withPeople(data: DraftData, scope: string, known: Knowledge): DraftData {
  const resolved = (person: DraftPerson): DraftPerson => {
    const { ref, ...rest } = person;
    if (typeof ref !== 'string' || typeof rest.email === 'string') return person;
    const { email, name } = known.personOf({ scope, ref }) ?? {};
    if (email === undefined) return person;
    return { ...rest, email, ...(name === undefined ? {} : { name }) };
  };
  const { person, attendees } = data;
  return {
    ...data,
    ...(person === undefined || person === null ? {} : { person: resolved(person) }),
    ...(attendees === undefined || attendees === null ? {} : { attendees: attendees.map(resolved) }),
  };
}

/** The stage changes of a deal that stands closed at that time. */
function reopenedIn(group: readonly Draft[], known: Knowledge): ReadonlySet<Draft> {
  const reopened = new Set<Draft>();
  const drafts = group.filter(({ type }) => movesStage(type));
  const [first] = drafts;
  if (first?.subject === undefined) return reopened;
  const moves: (Move & { draft?: Draft })[] = [
    ...known.movesOf(first.subject),
    ...drafts.map((draft) => ({ ...draft, draft })),
  ];
  moves.sort(
    (a, b) => a.time - b.time || compareCodePoints(a.source, b.source) || compareCodePoints(a.id, b.id),
  );
  let isClosed = false;
  for (const { type, draft } of moves) {
    if (type === 'deal.won' || type === 'deal.lost' || type === 'deal.walked_away') isClosed = true;
    else if (type === 'deal.reopened') isClosed = false;
    else if (isClosed && draft !== undefined && type === 'deal.stage_changed') {
      if (!mayReopenUnsaid(draft.row.origin)) continue;
      reopened.add(draft);
      isClosed = false;
    }
  }
  return reopened;
}

/** A next step that was never agreed was agreed when it was first given another date. */
function agreedIn(group: readonly Draft[]): Draft | undefined {
  if (group.some(({ type }) => type === 'next_step.agreed')) return undefined;
  return group.find(({ type, row }) => type === 'next_step.rescheduled' && row.origin !== 'cloudevents');
}

interface MeetingGroup {
  readonly group: readonly Draft[];
  readonly found: Found;
  readonly meetingId: string;
}

/** A cancelled series cancels its meetings to come. */
function cancelledSeries(
  drafts: readonly Draft[],
  meetings: ReadonlyMap<string, MeetingGroup>,
): {
  completed: readonly Completed[];
  masters: ReadonlySet<Draft>;
  possible: readonly Identity[];
} {
  const completed: Completed[] = [];
  const possible: Identity[] = [];
  const masters = new Set<Draft>();
  const instances = new Map<string, Set<MeetingGroup>>();
  for (const { source, row, data, extensions } of drafts) {
    const series = textExtension(extensions, 'meetingseries');
    if (series === undefined || data.meeting_id === undefined) continue;
    const scope = scopeOf(source, row.origin);
    const meeting = meetings.get(keys.meeting(scope, data.meeting_id));
    if (meeting === undefined) continue;
    const key = keys.series(scope, series);
    instances.set(key, (instances.get(key) ?? new Set()).add(meeting));
  }
  for (const draft of drafts) {
    const { source, row, type, time, data } = draft;
    if (type !== 'meeting.cancelled' || data.meeting_id === undefined) continue;
    for (const meeting of instances.get(keys.series(scopeOf(source, row.origin), data.meeting_id)) ?? []) {
      masters.add(draft);
      const id = `${draft.id}/${meeting.meetingId}`;
      possible.push({ source, id });
      if (!isToCome(meeting.group, time)) continue;
      const { deals, by } = dealsOf(meeting);
      for (const dealId of deals) {
        completed.push({
          draft,
          dealId,
          id,
          type,
          data: { meeting_id: meeting.meetingId },
          linkedBy: by,
          shared: deals.length > 1,
        });
      }
    }
  }
  return { completed, masters, possible };
}

/** Whether the meeting, as it was known at the instant, was to start after it. */
function isToCome(group: readonly Draft[], at: number): boolean {
  let times: Times | undefined;
  for (const draft of group) if (draft.time <= at) times = timesAfter(draft, times);
  return times !== undefined && times.starts > at;
}

/** All deals that have any event of the meeting. */
function dealsOf({ group, found }: MeetingGroup): Found {
  const named = group.flatMap(({ subject }) => (subject === undefined ? [] : [subject]));
  if (named.length === 0) return found;
  return { deals: [...new Set([...named, ...found.deals])].sort(), by: 'meeting' };
}

function waitingOf(draft: Draft, known: Knowledge): Waiting {
  const addresses = addressesOf(draft, known);
  const domains = new Set(addresses.flatMap((address) => domainsOf(address).slice(0, 1)));
  return { draft, addresses, domains: [...domains].filter((domain) => !known.isFreeMail(domain)) };
}
