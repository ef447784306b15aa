import fc from 'fast-check';
import type { EventType } from '../events/catalogue.js';
import type { Told } from './facts.js';
import { STAGES } from './policies.js';

/** Instants from so many to so many days after the event's own, as texts. */
export type Moment = (from: number, to: number) => fc.Arbitrary<string>;

type DataArbitrary<T extends EventType> = fc.Arbitrary<Told<T>> | ((at: Moment) => fc.Arbitrary<Told<T>>);

const some = { requiredKeys: [] };
const from = fc.constantFrom;

const emails = from(
  ...['ann@customer.example', 'bob@customer.example', 'CFO@Customer.Example', 'cfo@customer.example'],
  ...['eve@other.example', 'x@sub.seller.example', 'rep@seller.example', 'Boss@SELLER.example', 'no-at', ''],
);

/** People as sources name them: by address, by a reference only, or by neither (rooms). */
const person = fc.oneof(
  { weight: 9, arbitrary: emails.map((email) => ({ email })) },
  { weight: 1, arbitrary: from({ ref: 'u1' }, { ref: 'u2', name: 'Uwe' }, { name: 'Room 5' }, {}) },
);
const response = from<'accepted' | 'tentative' | 'declined' | 'needs_action'>(
  ...(['accepted', 'accepted', 'tentative', 'declined', 'needs_action'] as const),
);
const attendee = fc
  .tuple(person, fc.option(response, { nil: undefined }))
  .map(([who, answer]) => (answer === undefined ? who : { ...who, response: answer }));
const attendees = fc.array(attendee, { maxLength: 4 });

const stageName = fc.oneof(
  { weight: 8, arbitrary: from(...STAGES) },
  { weight: 1, arbitrary: from('no-such-stage', 'DISCO-1', 'Proposal') },
);
const pipeline = from('default', 'enterprise', 'nowhere', '__proto__', 'constructor');
const account = from({ id: 'a1', name: 'Acme' }, { id: 'a2' });
const owner = from({ id: 'o1', name: 'Olga' }, { id: 'o2', team: 'north' });
const currency = from('EUR', 'USD', 'ZZZ');
const amount = from(0, 99, 2500.5, -1);

const milestone = from(
  ...([
    'need_recognised',
    'process_defined',
    'criteria_agreed',
    'solution_validated',
    'business_case_accepted',
    'business_case_accepted',
    'decision_approved',
    'order_placed',
  ] as const),
);

const meetingId = from('m1', 'm2', 'm3');
const stepId = from('s1', 's2', 's3');
const deliveryId = from('i1', 'i2');
const outcomeId = from('x1', 'x2');
const escalationId = from('q1', 'q2');

/** From an hour to three days long, and now and then of no length. */
const meetingTimes = (at: Moment) =>
  fc
    .tuple(at(-4, 20), from(1, 1, 1, 2, 24, 72, 0))
    .map(([starts, hours]) =>
      starts.length === 10
        ? { starts_at: starts, ends_at: starts }
        : { starts_at: starts, ends_at: new Date(Date.parse(starts) + hours * 3_600_000).toISOString() },
    );

const empty = fc.constant({});

/** Data of every type of event, sound but in all the shapes that validation lets through. */
export const dataOf: { readonly [T in EventType]: DataArbitrary<T> } = {
  'deal.opened': (at) =>
    fc.record(
      {
        name: fc.constant('Deal'),
        stage: stageName,
        account,
        owner,
        pipeline,
        amount,
        currency,
        close_date: at(-3, 60),
      },
      { requiredKeys: ['name'] },
    ),
  'deal.described': fc.record({ name: from('New name'), account, pipeline, segment: from('mid') }, some),
  'deal.stage_changed': fc.record({ to: stageName }),
  'deal.amount_changed': fc.record({ amount: fc.option(amount), currency }, { requiredKeys: ['amount'] }),
  'deal.close_date_changed': (at) =>
    fc.record({ to: fc.option(at(-10, 80), { freq: 9 }), from: at(-20, 60) }, { requiredKeys: ['to'] }),
  'deal.owner_changed': fc.record({ owner }),
  'deal.paused': (at) => fc.record({ until: at(-1, 15), reason: from('a holiday') }, some),
  'deal.resumed': empty,
  'deal.won': fc.record({ amount, currency }, some),
  'deal.lost': fc.record({ reason: from('price') }, some),
  'deal.walked_away': fc.record({ assisted_elsewhere: fc.boolean() }, some),
  'deal.reopened': fc.record({ stage: stageName }),
  'deal.removed': empty,
  'deal.restored': empty,
  'deal.merged': fc.record({ into: from('d2') }),
  'deal.history_gap': empty,
  'buying.process_defined': (at) =>
    fc.record({ decision_date: at(5, 30), approvers: fc.array(person, { maxLength: 3 }) }, some),
  'buying.milestone_reached': fc.record({ milestone }),
  'buying.milestone_withdrawn': fc.record({ milestone }),
  'buying.decision_window_set': (at) =>
    fc.record({ opens: at(-5, 0), closes: at(-3, 60) }, { requiredKeys: ['closes'] }),
  'close.asked': fc.record({ for: from('order' as const, 'order' as const, 'next_step' as const) }),
  'close.answered': fc.record({ answer: from('yes' as const, 'no' as const, 'not_yet' as const) }),
  'stakeholder.identified': fc.record({
    person,
    role: from('champion' as const, 'economic_buyer' as const, 'approver' as const, 'user' as const),
  }),
  'stakeholder.position_changed': fc.record({
    person,
    position: from('supportive' as const, 'neutral' as const, 'opposed' as const, 'opposed' as const),
  }),
  'message.sent': fc.record({ channel: from('email'), person }, { requiredKeys: ['channel'] }),
  'message.received': fc.record({ channel: from('email'), person }, { requiredKeys: ['channel'] }),
  'meeting.scheduled': (at) =>
    fc
      .tuple(meetingId, meetingTimes(at), attendees)
      .map(([id, times, list]) => ({ meeting_id: id, ...times, attendees: list })),
  'meeting.rescheduled': (at) =>
    fc
      .tuple(meetingId, meetingTimes(at), fc.option(attendees, { nil: undefined }))
      .map(([id, times, list]) => ({
        meeting_id: id,
        ...times,
        ...(list === undefined ? {} : { attendees: list }),
      })),
  'meeting.cancelled': fc.record({ meeting_id: meetingId }),
  'meeting.responded': fc.record({ meeting_id: meetingId, person, response }),
  'meeting.held': (at) =>
    fc.record(
      { meeting_id: meetingId, starts_at: at(-5, -2), ends_at: at(-1, 1), attendees },
      { requiredKeys: ['meeting_id'] },
    ),
  'next_step.agreed': (at) =>
    fc.record(
      {
        next_step_id: stepId,
        description: from('send the numbers'),
        due_at: at(-3, 40),
        owner_side: from('customer' as const, 'seller' as const, 'both' as const),
        mutual: fc.boolean(),
        meeting_id: meetingId,
      },
      { requiredKeys: ['next_step_id', 'description', 'due_at', 'owner_side', 'mutual'] },
    ),
  'next_step.rescheduled': (at) => fc.record({ next_step_id: stepId, due_at: at(-3, 25) }),
  'next_step.completed': fc.record({ next_step_id: stepId }),
  'next_step.dropped': fc.record({ next_step_id: stepId }),
  'fit.assessed': fc.record({ score: from(0, 0.2, 0.49, 0.5, 1) }),
  'business_case.validated': fc.record({ objectives: from([], ['cut cost'], [' '], ['', 'x']) }, some),
  'implementation.milestone_planned': (at) => fc.record({ milestone_id: deliveryId, due_at: at(-5, 30) }),
  'implementation.milestone_reached': fc.record({ milestone_id: deliveryId }),
  'outcome.expected': (at) =>
    fc.record(
      {
        outcome_id: outcomeId,
        name: from('hours'),
        target: from(100, 10, 30),
        baseline: from(0, 50, 20),
        due_at: at(-5, 30),
      },
      { requiredKeys: ['outcome_id', 'name', 'target', 'due_at'] },
    ),
  'outcome.measured': fc.record({ outcome_id: outcomeId, value: from(0, 20, 30, 40, 66, 80, 100, 120, -5) }),
  'adoption.measured': fc.record({ active: from(0, 4, 5, 10), licensed: from(0, 10) }),
  'satisfaction.surveyed': fc.oneof(
    fc.record({ kind: fc.constant('nps' as const), score: fc.integer({ min: 0, max: 10 }) }),
    fc.record({ kind: fc.constant('csat' as const), score: fc.integer({ min: 1, max: 5 }) }),
  ),
  'escalation.raised': fc.record({ escalation_id: escalationId }),
  'escalation.resolved': fc.record({ escalation_id: escalationId }),
  'reference.asked': empty,
  'reference.given': empty,
  'reference.declined': empty,
  'renewal.scheduled': (at) => fc.record({ renews_at: at(-5, 120) }),
  'renewal.completed': empty,
  'customer.churned': empty,
  'expansion.opened': fc.record({ deal_id: from('d7') }),
};
