import { type Findings, nothingFound } from '../native/conclude.js';
import { linkHints, type LinkHint } from '../native/draft.js';
import { personByRef } from '../native/mapping.js';
import { factsOfRules } from '../native/rule-facts.js';
import { applyRules } from '../native/rules.js';
import { fieldOf, type JsonObject, Reasons } from '../native/values.js';
import type { Json } from '../translation.js';
import { hasChanged, ruleSubject } from './fields.js';
import type { Notice, Reading } from './notice.js';
import { type Plan, readPlan } from './plan.js';
import type { Data, Told } from './told.js';

/** What a notice says of an activity: a meeting, or a next step of the seller's. */
export function readActivity(notice: Notice, reading: Reading): Findings {
  const { reasons } = reading;
  const { action, data, previous } = notice;
  switch (action) {
    case 'create':
    case 'change': {
      if (data === undefined) {
        reasons.add('data', 'the activity', undefined);
        return nothingFound;
      }
      if (action === 'change' && previous === undefined) return nothingFound;
      const own =
        action === 'create' ? tellCreated(notice, data, reading) : tellChanged(notice, data, reading);
      return found(notice, 'data', data, own, reading);
    }
    case 'delete': {
      const activity = previous ?? data;
      if (activity === undefined) return nothingFound;
      const plan = readPlan(activity, previous === undefined ? 'data' : 'previous', reasons);
      return found(notice, 'previous', activity, tellGone(notice.id, plan), reading);
    }
    default:
      return nothingFound;
  }
}

function found(
  notice: Notice,
  path: 'data' | 'previous',
  activity: JsonObject,
  own: readonly Told[],
  { source, mapping, reasons }: Reading,
): Findings {
  const { id, time, action } = notice;
  const { events, set } =
    action === 'delete'
      ? { events: [], set: {} }
      : applyRules(ruleSubject('activity', notice), mapping, reasons);
  const all = [...own.map(({ type, data }) => ({ type, data: { ...data, ...set } })), ...events];
  if (all.length === 0) return nothingFound;
  const deal = reasons.id(`${path}.deal_id`, fieldOf(activity, 'deal_id'));
  const deals = deal === undefined ? [] : [mapping.dealIdPrefix + deal];
  const extensions = deal === undefined ? { linkhints: hintsOf(activity, path, reasons) } : {};
  const facts = factsOfRules(all, { source, object: id, time, deals }, mapping);
  return { facts: facts.map((fact) => ({ ...fact, extensions })), time };
}

/** Who may tell the deal of an activity that names none. */
function hintsOf(activity: JsonObject, path: string, reasons: Reasons): string | undefined {
  const fields = [
    ['person', 'person_id'],
    ['org', 'org_id'],
  ] as const;
  const hints = fields.flatMap(([kind, name]): (readonly [LinkHint, string])[] => {
    const id = reasons.id(`${path}.${name}`, fieldOf(activity, name));
    return id === undefined ? [] : [[kind, id]];
  });
  return linkHints(hints);
}

function tellCreated({ id }: Notice, data: JsonObject, reading: Reading): readonly Told[] {
  const plan = readPlan(data, 'data', reading.reasons);
  if (!isDone(data, reading)) return tellPlanned(id, plan, data, reading);
  // A step that is done when it is written down was never agreed.
  return plan.kind === 'meeting' ? tellDone(id, plan, data, reading) : [];
}

function tellChanged(notice: Notice, data: JsonObject, reading: Reading): readonly Told[] {
  const planned = ['type', 'due_date', 'due_time', 'duration'].some((name) => hasChanged(notice, name));
  const done = hasChanged(notice, 'done') && isDone(data, reading);
  if (!planned && !done) return [];
  const { id } = notice;
  const plan = readPlan(data, 'data', reading.reasons);
  // What the old values say matters only where it differs: they refuse nothing.
  const before = planned ? readPlan({ ...data, ...notice.previous }, 'previous', new Reasons()) : plan;
  const turned = before.kind !== 'none' && before.kind !== plan.kind;
  const gone = turned ? tellGone(id, before) : [];
  if (done) return [...gone, ...tellDone(id, plan, data, reading)];
  if (turned) return [...gone, ...tellPlanned(id, plan, data, reading)];
  return isSame(before, plan) ? [] : tellMoved(id, plan, before.kind === 'none', data, reading);
}

function isDone(data: JsonObject, { reasons }: Reading): boolean {
  return reasons.boolean('data.done', fieldOf(data, 'done')) === true;
}

function isSame(before: Plan, now: Plan): boolean {
  if (before.kind === 'meeting' && now.kind === 'meeting') {
    return before.startsAt === now.startsAt && before.endsAt === now.endsAt;
  }
  if (before.kind === 'next_step' && now.kind === 'next_step') return before.dueAt === now.dueAt;
  return before.kind === now.kind;
}

function tellPlanned(id: string, plan: Plan, data: JsonObject, reading: Reading): readonly Told[] {
  switch (plan.kind) {
    case 'meeting':
      return [{ type: 'meeting.scheduled', data: { ...whole(id, plan, data, reading) } }];
    case 'next_step': {
      const description = reading.reasons.text('data.subject', fieldOf(data, 'subject')) ?? '';
      const step = { next_step_id: id, description, due_at: plan.dueAt, owner_side: 'seller', mutual: false };
      return [{ type: 'next_step.agreed', data: step }];
    }
    case 'none':
      return [];
  }
}

/** @param isFirst nothing was planned before: then nobody knows yet who comes to the meeting */
function tellMoved(
  id: string,
  plan: Plan,
  isFirst: boolean,
  data: JsonObject,
  reading: Reading,
): readonly Told[] {
  switch (plan.kind) {
    case 'meeting':
      return [
        { type: 'meeting.rescheduled', data: isFirst ? whole(id, plan, data, reading) : times(id, plan) },
      ];
    case 'next_step':
      return [{ type: 'next_step.rescheduled', data: { next_step_id: id, due_at: plan.dueAt } }];
    case 'none':
      return [];
  }
}

function tellDone(id: string, plan: Plan, data: JsonObject, reading: Reading): readonly Told[] {
  switch (plan.kind) {
    case 'meeting':
      return [{ type: 'meeting.held', data: whole(id, plan, data, reading) }];
    case 'next_step':
      return [{ type: 'next_step.completed', data: { next_step_id: id } }];
    case 'none':
      return [];
  }
}

function tellGone(id: string, plan: Plan): readonly Told[] {
  switch (plan.kind) {
    case 'meeting':
      return [{ type: 'meeting.cancelled', data: { meeting_id: id } }];
    case 'next_step':
      return [{ type: 'next_step.dropped', data: { next_step_id: id } }];
    case 'none':
      return [];
  }
}

type MeetingPlan = Extract<Plan, { kind: 'meeting' }>;

function times(id: string, plan: MeetingPlan): Data {
  return { meeting_id: id, starts_at: plan.startsAt, ends_at: plan.endsAt };
}

function whole(id: string, plan: MeetingPlan, data: JsonObject, { mapping, reasons }: Reading): Data {
  const title = reasons.text('data.subject', fieldOf(data, 'subject'));
  const owner = reasons.id('data.owner_id', fieldOf(data, 'owner_id'));
  const person = reasons.id('data.person_id', fieldOf(data, 'person_id'));
  const answer = mapping.assumeAccepted ? { response: 'accepted' } : {};
  const attendees: readonly Json[] = [
    ...(owner === undefined ? [] : [{ ...personByRef(`user/${owner}`, mapping), response: 'accepted' }]),
    ...(person === undefined ? [] : [{ ...personByRef(`person/${person}`, mapping), ...answer }]),
  ];
  return { ...times(id, plan), ...(title === undefined ? {} : { title }), attendees };
}
