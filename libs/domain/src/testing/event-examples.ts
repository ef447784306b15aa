import type { DataOf, EventType } from '../events/catalogue.js';

/** Data of an event type with every field told, and the fields that can't be left out. */
export interface Example<T extends EventType> {
  readonly full: DataOf<T>;
  readonly required: readonly (keyof DataOf<T> & string)[];
  /** Of the required: null tells that the field was emptied. */
  readonly emptied?: readonly (keyof DataOf<T> & string)[];
}

const person = { email: 'ann@customer.example', name: 'Ann', ref: 'contact/7' };
const account = { id: 'a1', name: 'Customer', domain: 'customer.example' };
const owner = { id: 'o1', name: 'Rep', email: 'rep@seller.example', team: 'north' };
const attendees = [
  { email: 'ann@customer.example', name: 'Ann', response: 'accepted' as const },
  { ref: 'contact/8', response: 'needs_action' as const },
  { name: 'Room 4' },
];
const step = { next_step_id: 'n1' };
const meeting = { meeting_id: 'm1' };
const times = { starts_at: '2026-03-02T10:00:00Z', ends_at: '2026-03-02T11:00:00.000Z' };
const nothing = { full: {}, required: [] };

/** One of every event type. */
export const eventExamples: { readonly [T in EventType]: Example<T> } = {
  'deal.opened': {
    full: {
      name: 'Deal',
      account,
      owner,
      pipeline: 'default',
      stage: 'discovery',
      amount: 1000,
      currency: 'EUR',
      close_date: '2026-06-30',
      segment: 'enterprise',
    },
    required: ['name'],
  },
  'deal.described': { full: { name: 'Deal', account, pipeline: 'emea', segment: 'smb' }, required: [] },
  'deal.stage_changed': { full: { from: 'discovery', to: 'solution' }, required: ['to'] },
  'deal.amount_changed': {
    full: { amount: -12.5, currency: 'EUR' },
    required: ['amount'],
    emptied: ['amount'],
  },
  'deal.close_date_changed': {
    full: { from: '2026-06-30', to: '2026-07-31' },
    required: ['to'],
    emptied: ['to'],
  },
  'deal.owner_changed': { full: { owner }, required: ['owner'] },
  'deal.paused': { full: { until: '2026-04-01', reason: 'budget freeze' }, required: [] },
  'deal.resumed': nothing,
  'deal.won': { full: { amount: 1000, currency: 'EUR' }, required: [] },
  'deal.lost': { full: { reason: 'price' }, required: [] },
  'deal.walked_away': { full: { reason: 'no match', assisted_elsewhere: true }, required: [] },
  'deal.reopened': { full: { stage: 'discovery' }, required: ['stage'] },
  'deal.removed': nothing,
  'deal.restored': nothing,
  'deal.merged': { full: { into: 'd2' }, required: ['into'] },
  'deal.history_gap': nothing,
  'buying.process_defined': {
    full: { decision_date: '2026-05-01', approvers: [person, { ref: 'contact/9' }] },
    required: [],
  },
  'buying.milestone_reached': { full: { milestone: 'criteria_agreed', by: person }, required: ['milestone'] },
  'buying.milestone_withdrawn': { full: { milestone: 'criteria_agreed' }, required: ['milestone'] },
  'buying.decision_window_set': {
    full: { opens: '2026-05-01', closes: '2026-05-31T17:00:00+02:00' },
    required: ['closes'],
  },
  'close.asked': { full: { for: 'order', by: person }, required: ['for'] },
  'close.answered': { full: { answer: 'not_yet' }, required: ['answer'] },
  'stakeholder.identified': { full: { person, role: 'economic_buyer' }, required: ['person', 'role'] },
  'stakeholder.position_changed': { full: { person, position: 'opposed' }, required: ['person', 'position'] },
  'message.sent': { full: { channel: 'email', person }, required: ['channel'] },
  'message.received': { full: { channel: 'phone', person }, required: ['channel'] },
  'meeting.scheduled': {
    full: { ...meeting, ...times, title: 'Review', attendees },
    required: ['meeting_id', 'starts_at', 'ends_at', 'attendees'],
  },
  'meeting.rescheduled': {
    full: { ...meeting, ...times, title: 'Review', attendees },
    required: ['meeting_id', 'starts_at', 'ends_at'],
  },
  'meeting.cancelled': { full: meeting, required: ['meeting_id'] },
  'meeting.responded': {
    full: { ...meeting, person, response: 'tentative' },
    required: ['meeting_id', 'person', 'response'],
  },
  'meeting.held': { full: { ...meeting, ...times, attendees }, required: ['meeting_id'] },
  'next_step.agreed': {
    full: {
      ...step,
      description: 'Send the plan',
      due_at: '2026-03-09',
      owner_side: 'both',
      mutual: true,
      meeting_id: 'm1',
    },
    required: ['next_step_id', 'description', 'due_at', 'owner_side', 'mutual'],
  },
  'next_step.rescheduled': {
    full: { ...step, due_at: '2026-03-10T09:00:00Z' },
    required: ['next_step_id', 'due_at'],
  },
  'next_step.completed': { full: step, required: ['next_step_id'] },
  'next_step.dropped': { full: step, required: ['next_step_id'] },
  'fit.assessed': { full: { score: 0.7, criteria: ['size', 'need'] }, required: ['score'] },
  'business_case.validated': {
    full: { objectives: ['faster closing'], annual_value: 50_000, currency: 'EUR', validated_by: person },
    required: [],
  },
  'implementation.milestone_planned': {
    full: { milestone_id: 'i1', name: 'Go live', due_at: '2026-09-01' },
    required: ['milestone_id', 'due_at'],
  },
  'implementation.milestone_reached': { full: { milestone_id: 'i1' }, required: ['milestone_id'] },
  'outcome.expected': {
    full: {
      outcome_id: 'x1',
      name: 'Days to close',
      unit: 'days',
      baseline: 20,
      target: 10,
      due_at: '2026-12-31',
    },
    required: ['outcome_id', 'name', 'target', 'due_at'],
  },
  'outcome.measured': { full: { outcome_id: 'x1', value: 12 }, required: ['outcome_id', 'value'] },
  'adoption.measured': { full: { active: 40, licensed: 100 }, required: ['active', 'licensed'] },
  'satisfaction.surveyed': { full: { kind: 'nps', score: 9 }, required: ['kind', 'score'] },
  'escalation.raised': { full: { escalation_id: 'c1', severity: 'high' }, required: ['escalation_id'] },
  'escalation.resolved': { full: { escalation_id: 'c1' }, required: ['escalation_id'] },
  'reference.asked': nothing,
  'reference.given': nothing,
  'reference.declined': nothing,
  'renewal.scheduled': {
    full: { renews_at: '2027-03-01', amount: 1200, currency: 'EUR' },
    required: ['renews_at'],
  },
  'renewal.completed': nothing,
  'customer.churned': { full: { reason: 'moved on' }, required: [] },
  'expansion.opened': { full: { deal_id: 'd9' }, required: ['deal_id'] },
};

/** A canonical event as it comes in: sound, unless what is laid over it is not. */
export function cloudEvent(
  type: string,
  data: unknown,
  attributes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: 'e1',
    source: 'crm/acme',
    type,
    subject: 'd1',
    time: '2026-03-02T09:00:00.000Z',
    schemaversion: 1,
    data,
    ...attributes,
  };
}
