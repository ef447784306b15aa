import type { DataOf, EventType } from '../events/catalogue.js';
import { compareEvents, type DomainEvent } from '../events/domain-event.js';
import { validateEvent } from '../events/validate.js';
import { formatInstant, type Instant, parseInstant } from '../time/instant.js';

/** What events tell, as plain objects: the classes of the catalogue without being their instances. */
export type Told<T extends EventType> = Plain<DataOf<T>>;
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { [K in keyof T]: Plain<T[K]> }
    : T;

/** An event in short: what happened, when, and what was told of it. */
export interface Fact<T extends EventType = EventType> {
  readonly type: T;
  readonly at: Instant;
  readonly data: Told<T>;
  /** e1, e2, … by place in the list where none is given. */
  readonly id?: string;
  readonly source?: string;
}

/** `03-02 09:00` (of 2026, UTC; seconds and milliseconds as in `03-02 09:00:00.001`), or any RFC 3339 instant. */
export function at(text: string): Instant {
  const short = /^(\d\d-\d\d) (\d\d:\d\d)(:\d\d(?:\.\d+)?)?$/.exec(text);
  const instant = parseInstant(
    short === null ? text : `2026-${short[1] ?? ''}T${short[2] ?? ''}${short[3] ?? ':00'}Z`,
  );
  if (instant === undefined) throw new Error(`not an instant: ${text}`);
  return instant;
}

/** As events write instants: for `due_at` and the like. */
export function text(short: string): string {
  return formatInstant(at(short));
}

/** Any event; the builders below are short for those that many specs need. */
export function fact<T extends EventType>(type: T, when: string, data: Told<T>): Fact<T> {
  return { type, at: at(when), data };
}

/** The fact under an id that evidence can name. */
export function as<T extends EventType>(id: string, named: Fact<T>): Fact<T> {
  return { ...named, id };
}

export const ANN = 'ann@customer.example';
export const BOB = 'bob@customer.example';
export const CFO = 'cfo@customer.example';
export const REP = 'rep@seller.example';

export function opened(when: string, data: Partial<Told<'deal.opened'>> = {}): Fact<'deal.opened'> {
  return fact('deal.opened', when, { name: 'Deal', stage: 'qualification', ...data });
}

export function stage(when: string, to: string): Fact<'deal.stage_changed'> {
  return fact('deal.stage_changed', when, { to });
}

export function won(when: string, data: Told<'deal.won'> = {}): Fact<'deal.won'> {
  return fact('deal.won', when, data);
}

export function reopened(when: string, to = 'qualification'): Fact<'deal.reopened'> {
  return fact('deal.reopened', when, { stage: to });
}

export function paused(when: string, until?: string): Fact<'deal.paused'> {
  return fact('deal.paused', when, {
    reason: 'a known wait',
    ...(until === undefined ? {} : { until: text(until) }),
  });
}

type Milestone = Told<'buying.milestone_reached'>['milestone'];

export function reached(when: string, milestone: Milestone): Fact<'buying.milestone_reached'> {
  return fact('buying.milestone_reached', when, { milestone });
}

export function withdrawn(when: string, milestone: Milestone): Fact<'buying.milestone_withdrawn'> {
  return fact('buying.milestone_withdrawn', when, { milestone });
}

export function window(when: string, closes: string): Fact<'buying.decision_window_set'> {
  return fact('buying.decision_window_set', when, { closes: text(closes) });
}

export function asked(when: string, what: 'order' | 'next_step' = 'order'): Fact<'close.asked'> {
  return fact('close.asked', when, { for: what });
}

export function answered(when: string, answer: 'yes' | 'no' | 'not_yet'): Fact<'close.answered'> {
  return fact('close.answered', when, { answer });
}

export function identified(
  when: string,
  email: string,
  role: Told<'stakeholder.identified'>['role'],
): Fact<'stakeholder.identified'> {
  return fact('stakeholder.identified', when, { person: { email }, role });
}

export function received(when: string, email: string | null = ANN): Fact<'message.received'> {
  return fact('message.received', when, {
    channel: 'email',
    ...(email === null ? {} : { person: { email } }),
  });
}

export function sent(when: string, email: string = ANN): Fact<'message.sent'> {
  return fact('message.sent', when, { channel: 'email', person: { email } });
}

type Attendees = NonNullable<Told<'meeting.scheduled'>['attendees']>;

/** Addresses and their responses, as in `{ 'ann@customer.example': 'accepted' }`. */
export type Guests = Readonly<Record<string, 'accepted' | 'tentative' | 'declined' | 'needs_action'>>;

export function guests(list: Guests): Attendees {
  return Object.entries(list).map(([email, response]) => ({ email, response }));
}

/** A meeting by its id, entered at `when`; one that Ann has accepted, unless other guests are given. */
export function meeting(
  when: string,
  id: string,
  [starts, ends]: readonly [string, string],
  list: Guests = { [ANN]: 'accepted' },
): Fact<'meeting.scheduled'> {
  return fact('meeting.scheduled', when, {
    meeting_id: id,
    starts_at: text(starts),
    ends_at: text(ends),
    attendees: guests(list),
  });
}

export function moved(
  when: string,
  id: string,
  [starts, ends]: readonly [string, string],
  list?: Guests,
): Fact<'meeting.rescheduled'> {
  return fact('meeting.rescheduled', when, {
    meeting_id: id,
    starts_at: text(starts),
    ends_at: text(ends),
    ...(list === undefined ? {} : { attendees: guests(list) }),
  });
}

export function cancelled(when: string, id: string): Fact<'meeting.cancelled'> {
  return fact('meeting.cancelled', when, { meeting_id: id });
}

export function responded(
  when: string,
  id: string,
  email: string,
  response: Told<'meeting.responded'>['response'],
): Fact<'meeting.responded'> {
  return fact('meeting.responded', when, { meeting_id: id, person: { email }, response });
}

export function held(
  when: string,
  id: string,
  data: Omit<Told<'meeting.held'>, 'meeting_id'> = {},
): Fact<'meeting.held'> {
  return fact('meeting.held', when, { meeting_id: id, ...data });
}

/** A mutual step of the customer's, unless said otherwise. */
export function agreed(
  when: string,
  id: string,
  due: string,
  data: Partial<Told<'next_step.agreed'>> = {},
): Fact<'next_step.agreed'> {
  return fact('next_step.agreed', when, {
    next_step_id: id,
    description: 'send the numbers',
    due_at: text(due),
    owner_side: 'customer',
    mutual: true,
    ...data,
  });
}

export function completed(when: string, id: string): Fact<'next_step.completed'> {
  return fact('next_step.completed', when, { next_step_id: id });
}

export function dropped(when: string, id: string): Fact<'next_step.dropped'> {
  return fact('next_step.dropped', when, { next_step_id: id });
}

export function expected(
  when: string,
  id: string,
  due: string,
  target = 100,
  baseline?: number,
): Fact<'outcome.expected'> {
  return fact('outcome.expected', when, {
    outcome_id: id,
    name: 'hours saved',
    target,
    due_at: text(due),
    ...(baseline === undefined ? {} : { baseline }),
  });
}

export function measured(when: string, id: string, value: number): Fact<'outcome.measured'> {
  return fact('outcome.measured', when, { outcome_id: id, value });
}

export function surveyed(when: string, kind: 'nps' | 'csat', score: number): Fact<'satisfaction.surveyed'> {
  return fact('satisfaction.surveyed', when, { kind, score });
}

/** The facts as events ready to be folded, in order. */
export function toEvents(facts: readonly Fact[]): DomainEvent[] {
  return facts.map(toEvent).sort(compareEvents);
}

/** @throws Error for a fact that validation refuses: a spec must not rest on what can't come in */
function toEvent({ type, at: time, data, id, source }: Fact, index: number): DomainEvent {
  const verdict = validateEvent({
    specversion: '1.0',
    id: id ?? `e${index + 1}`,
    source: source ?? 'crm',
    type,
    subject: 'd1',
    time: formatInstant(time),
    data,
  });
  if (verdict.outcome !== 'valid') throw new Error(`${type}: ${JSON.stringify(verdict)}`);
  return verdict.domain;
}
