import fc from 'fast-check';
import type { EventType } from '../events/catalogue.js';
import type { CloudEvent } from '../events/cloud-event.js';
import { compareEvents, type DomainEvent } from '../events/domain-event.js';
import { validateEvent } from '../events/validate.js';
import { formatInstant, type Instant, MILLISECONDS_PER_DAY } from '../time/instant.js';
import { dataOf, type Moment } from './event-data.js';

const HOUR = 3_600_000;

/** A Thursday before the spring's clock changes, which the streams run through. */
export const FIRST_DAY = Date.UTC(2026, 1, 26);
const DAYS = 90;

/** Instants where limits fall: full and half hours, the same hour of other days, midnights and a millisecond beside. */
const instants: fc.Arbitrary<Instant> = fc
  .tuple(
    fc.nat(DAYS),
    fc.constantFrom(9, 9, 9, 12, 0, 4, 13.5, 22, 23),
    fc.constantFrom(0, 0, 0, 0, 0, 0, -1, 1, 17 * 60_000),
  )
  .map(([day, hour, beside]) => FIRST_DAY + day * MILLISECONDS_PER_DAY + hour * HOUR + beside);

interface Draft {
  readonly type: EventType;
  readonly time: Instant;
  readonly data: object;
}

function drafts(
  type: EventType,
  data: fc.Arbitrary<object> | ((at: Moment) => fc.Arbitrary<object>),
): fc.Arbitrary<Draft> {
  if (typeof data !== 'function') return fc.record({ type: fc.constant(type), time: instants, data });
  return instants.chain((time) =>
    fc.record({ type: fc.constant(type), time: fc.constant(time), data: data(near(time)) }),
  );
}

/** Instants around one, as events write them: often whole days away, now and then a bare date. */
function near(time: Instant): Moment {
  return (from, to) =>
    fc
      .tuple(fc.integer({ min: from, max: to }), fc.constantFrom(0, 0, 0, 0, HOUR, 6 * HOUR), fc.nat(15))
      .map(([days, more, form]) => {
        const instant = formatInstant(time + days * MILLISECONDS_PER_DAY + more);
        return form === 0 ? instant.slice(0, 10) : instant;
      });
}

const weights: Readonly<Partial<Record<EventType, number>>> = {
  'deal.opened': 1,
  'deal.stage_changed': 7,
  'deal.close_date_changed': 4,
  'deal.paused': 4,
  'deal.won': 3,
  'deal.reopened': 2,
  'buying.milestone_reached': 7,
  'buying.milestone_withdrawn': 4,
  'close.asked': 4,
  'close.answered': 3,
  'message.sent': 5,
  'message.received': 5,
  'meeting.scheduled': 6,
  'meeting.rescheduled': 4,
  'meeting.responded': 4,
  'next_step.agreed': 6,
  'outcome.expected': 5,
  'outcome.measured': 5,
  'stakeholder.identified': 4,
  'stakeholder.position_changed': 4,
  'customer.churned': 0.5,
  'deal.lost': 0.7,
  'deal.walked_away': 0.5,
  'deal.removed': 0.8,
  'deal.merged': 0.1,
};

/** What befalls open deals, and what follows the order: long streams of all types would seldom get to the latter. */
function typesFor(phase: 'open' | 'won'): fc.Arbitrary<Draft> {
  const success =
    /^(implementation|outcome|adoption|satisfaction|escalation|reference|renewal|customer|expansion)\./;
  return fc.oneof(
    ...Object.entries(dataOf).map(([type, data]) => {
      const own = weights[type as EventType] ?? 2;
      const inPlace = success.test(type) === (phase === 'won');
      return {
        weight: Math.ceil((inPlace ? own * 4 : own) * 10),
        arbitrary: drafts(type as EventType, data),
      };
    }),
  );
}

const identity = fc.record({
  source: fc.constantFrom('crm', 'mail', 'Crm', '\u{1F4C5}', '\uFF5E'),
  serial: fc.nat(9),
});

/** How a stream begins: a deal is opened and, in some, won with a result that came as expected. */
function startOf(phase: 'open' | 'won'): fc.Arbitrary<Draft[]> {
  const opening = drafts('deal.opened', dataOf['deal.opened']);
  const win = drafts('deal.won', dataOf['deal.won']);
  const promise = drafts('outcome.expected', dataOf['outcome.expected']);
  return fc.tuple(opening, win, promise, fc.nat(9), fc.boolean()).map(([open, won, expects, day, kept]) => {
    const openedAt = FIRST_DAY + day * MILLISECONDS_PER_DAY + 9 * HOUR;
    const start = [{ ...open, time: openedAt }];
    if (phase === 'won') start.push({ ...won, time: openedAt + 3 * MILLISECONDS_PER_DAY });
    if (phase === 'won' && kept) {
      const met = { outcome_id: 'x1', value: 30 };
      start.push(
        { ...expects, data: { ...expects.data, outcome_id: 'x1', target: 30 } },
        { type: 'outcome.measured', time: expects.time, data: met },
      );
    }
    return start;
  });
}

/** A deal's events with their envelopes, in no order, each identity once. */
function streamsOf(phase: 'open' | 'won', maxLength: number): fc.Arbitrary<CloudEvent[]> {
  return fc
    .tuple(startOf(phase), fc.array(fc.tuple(typesFor(phase), identity), { maxLength, size: 'max' }))
    .map(([first, rest]) => [
      ...first.map((draft, index) => toCloudEvent(draft, 'crm', `start-${index}`)),
      // The place makes the id unique, the serial before it keeps ids from following the order of time.
      ...rest.map(([draft, { source, serial }], index) => toCloudEvent(draft, source, `${serial}-${index}`)),
    ]);
}

function toCloudEvent({ type, time, data }: Draft, source: string, id: string): CloudEvent {
  return { specversion: '1.0', id, source, type, subject: 'd1', time: formatInstant(time), data };
}

/** Every event of all types for one deal: open ones, won ones, and those that never were opened or were so late. */
export const cloudEvents: fc.Arbitrary<CloudEvent[]> = fc.oneof(
  { weight: 5, arbitrary: streamsOf('open', 30) },
  { weight: 4, arbitrary: streamsOf('won', 24) },
  { weight: 1, arbitrary: streamsOf('open', 12).map((events) => events.slice(1)) },
);

/** @throws Error for an event that validation refuses: the streams hold sound events only */
export function toDomain(events: readonly CloudEvent[]): DomainEvent[] {
  return events
    .map((event) => {
      const verdict = validateEvent(event);
      if (verdict.outcome !== 'valid') throw new Error(JSON.stringify([event, verdict]));
      return verdict.domain;
    })
    .sort(compareEvents);
}

export const streams: fc.Arbitrary<DomainEvent[]> = cloudEvents.map(toDomain);

/** An instant to ask about: at, just beside or some days after one of the events. */
export const moments: fc.Arbitrary<(events: readonly DomainEvent[]) => Instant> = fc
  .tuple(
    fc.nat(60),
    fc.constantFrom(0, 0, -1, 1, HOUR),
    fc.constantFrom(0, 0, 1, 2, 3, 5, 7, 10, 14, 20, 30, 45, 70),
  )
  .map(([place, beside, days]) =>
    Object.assign(
      (events: readonly DomainEvent[]) =>
        (events[place % Math.max(1, events.length)]?.time ?? FIRST_DAY) +
        beside +
        days * MILLISECONDS_PER_DAY,
      { [fc.toStringMethod]: () => `event ${place}, ${days} days and ${beside} ms later` },
    ),
  );
