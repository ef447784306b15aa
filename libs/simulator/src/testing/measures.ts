import { MILLISECONDS_PER_DAY, parseInstant, type Instant } from '#domain/time/instant.js';
import type { SimulatedEvent } from '../journal.js';
import { SELLER_DOMAIN } from '../policy.js';

/**
 * What the simulated world shows, read from its events alone and by rules as plain as they can be: it knows neither
 * the simulator's insides nor the scorer's rules, so that it can bear witness about both.
 */

/** What is read out of one deal. */
export interface DealFacts {
  readonly id: string;
  readonly owner: string | undefined;
  readonly outcome: 'open' | 'won' | 'lost' | 'walked_away' | 'removed' | 'merged';
  readonly lossReason: string | undefined;
  readonly openedAt: Instant;
  /** The last closing, or undefined while open. */
  readonly closedAt: Instant | undefined;
  readonly events: number;
  /** Whether a close date was known, and whether one was moved later before the deal closed. */
  readonly forecast: boolean;
  readonly slipped: boolean;
  /** Whether the first ask for the order came before the customer was ready; undefined: never asked. */
  readonly firstAskPremature: boolean | undefined;
  /** Ready to buy for over two weeks of the time before the closing, and never asked since. */
  readonly readyUnasked: boolean;
  readonly ready: boolean;
  /** Customer and internal meetings that took place, and those of them from which a next step came. */
  readonly held: number;
  readonly heldWithNextStep: number;
  readonly internalMeetings: number;
  readonly fit: number | undefined;
  /** Attainments (0 to 2) of the outcomes that are due; unmeasured ones are 0. */
  readonly attainments: readonly number[];
  /** Longest time without a word from the customer after the order, until it churned; days, undefined if not won. */
  readonly silenceAfterWin: number | undefined;
}

type Data = Readonly<Record<string, unknown>>;
interface Attendee {
  readonly email?: string;
  response: string;
}
interface Meeting {
  startsAt: Instant;
  endsAt: Instant;
  attendees: Attendee[];
  cancelled: boolean;
  heldExplicitly: boolean;
  confirmedAt: Instant | undefined;
}

const MILESTONES = [
  'need_recognised',
  'process_defined',
  'criteria_agreed',
  'solution_validated',
  'business_case_accepted',
  'decision_approved',
  'order_placed',
];
const READY = 5;

function instant(text: unknown): Instant {
  const at = typeof text === 'string' ? parseInstant(text) : undefined;
  if (at === undefined) throw new TypeError(`not an instant: ${String(text)}`);
  return at;
}

/** The events of each deal, each once, in the order in which they happened. */
export function byDeal(events: Iterable<SimulatedEvent>): Map<string, SimulatedEvent[]> {
  const deals = new Map<string, Map<string, SimulatedEvent>>();
  for (const event of events) {
    const known = deals.get(event.subject) ?? new Map<string, SimulatedEvent>();
    known.set(`${event.source}|${event.id}`, event);
    deals.set(event.subject, known);
  }
  return new Map(
    [...deals].map(([id, known]) => [
      id,
      [...known.values()].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)),
    ]),
  );
}

function isCustomers(email: string | undefined): boolean {
  return email !== undefined && !email.endsWith(`@${SELLER_DOMAIN}`);
}

function isConfirmed({ cancelled, attendees }: Meeting): boolean {
  const external = attendees.some((a) => isCustomers(a.email));
  return (
    !cancelled && attendees.some((a) => a.response === 'accepted' && (!external || isCustomers(a.email)))
  );
}

function attainment(value: number, baseline: number, target: number): number {
  return Math.min(2, Math.max(0, (value - baseline) / (target - baseline)));
}

/** Reads one deal's events, in the order in which they happened, as of an instant. */
export function factsOf(id: string, events: readonly SimulatedEvent[], until: Instant): DealFacts {
  const standing = new Set<number>();
  const position = (): number => Math.max(0, ...standing);
  const meetings = new Map<string, Meeting>();
  const agreed: { at: Instant; meetingId: unknown }[] = [];
  const outcomes = new Map<
    unknown,
    { baseline: number; target: number; dueAt: Instant; value: number | undefined }
  >();
  const contacts: Instant[] = [];
  let owner: string | undefined;
  let outcome: DealFacts['outcome'] = 'open';
  let before: DealFacts['outcome'] = 'open';
  let lossReason: string | undefined;
  let openedAt = Number.NaN;
  let closedAt: Instant | undefined;
  let wonAt: Instant | undefined;
  let churnedAt: Instant | undefined;
  let closeDate: string | undefined;
  let slipped = false;
  let firstAskPremature: boolean | undefined;
  let readyAt: Instant | undefined;
  let askedSinceReady = false;
  let fit: number | undefined;

  const stand = (milestone: number, at: Instant): void => {
    standing.add(milestone);
    if (milestone >= READY) readyAt ??= at;
  };
  const close = (as: DealFacts['outcome'], at: Instant): void => {
    outcome = as;
    closedAt = at;
  };
  const onMeeting = (type: string, data: Data, at: Instant): void => {
    const meetingId = String(data['meeting_id']);
    if (type === 'meeting.scheduled') {
      meetings.set(meetingId, {
        startsAt: instant(data['starts_at']),
        endsAt: instant(data['ends_at']),
        attendees: (data['attendees'] as Attendee[]).map((a) => ({ ...a })),
        cancelled: false,
        heldExplicitly: false,
        confirmedAt: undefined,
      });
    }
    const meeting = meetings.get(meetingId);
    if (meeting === undefined) return;
    if (type === 'meeting.cancelled') meeting.cancelled = true;
    if (type === 'meeting.held') meeting.heldExplicitly = true;
    if (type === 'meeting.rescheduled') {
      meeting.startsAt = instant(data['starts_at']);
      meeting.endsAt = instant(data['ends_at']);
    }
    if (type === 'meeting.responded') {
      const { email } = data['person'] as { email: string };
      for (const attendee of meeting.attendees)
        if (attendee.email === email) attendee.response = String(data['response']);
    }
    if (isConfirmed(meeting)) meeting.confirmedAt ??= at;
  };

  for (const { type, time, data: told } of events) {
    const at = instant(time);
    const data = told as Data;
    if (type.startsWith('meeting.')) onMeeting(type, data, at);
    switch (type) {
      case 'deal.opened':
        openedAt = at;
        owner = (data['owner'] as { id: string } | undefined)?.id;
        closeDate = data['close_date'] as string | undefined;
        break;
      case 'deal.owner_changed':
        owner = (data['owner'] as { id: string }).id;
        break;
      case 'deal.close_date_changed':
        if (closeDate !== undefined && outcome === 'open' && String(data['to']) > closeDate) slipped = true;
        closeDate = String(data['to']);
        break;
      case 'deal.won':
        close('won', at);
        wonAt = at;
        break;
      case 'customer.churned':
        churnedAt = at;
        break;
      case 'deal.lost':
        close('lost', at);
        lossReason = data['reason'] as string | undefined;
        break;
      case 'deal.walked_away':
        close('walked_away', at);
        break;
      case 'deal.reopened':
        outcome = 'open';
        closedAt = undefined;
        break;
      case 'deal.removed':
        before = outcome;
        outcome = 'removed';
        break;
      case 'deal.restored':
        outcome = before;
        break;
      case 'deal.merged':
        outcome = 'merged';
        break;
      case 'buying.milestone_reached':
        stand(MILESTONES.indexOf(String(data['milestone'])) + 1, at);
        break;
      case 'buying.process_defined':
        stand(2, at);
        break;
      case 'business_case.validated':
        stand(READY, at);
        break;
      case 'buying.milestone_withdrawn':
        standing.delete(MILESTONES.indexOf(String(data['milestone'])) + 1);
        break;
      case 'close.asked':
        if (data['for'] !== 'order') break;
        firstAskPremature ??= position() < READY;
        if (readyAt !== undefined) askedSinceReady = true;
        break;
      case 'next_step.agreed':
        agreed.push({ at, meetingId: data['meeting_id'] });
        break;
      case 'message.received':
        contacts.push(at);
        break;
      case 'fit.assessed':
        fit = data['score'] as number;
        break;
      case 'outcome.expected':
        outcomes.set(data['outcome_id'], {
          baseline: (data['baseline'] as number | undefined) ?? 0,
          target: data['target'] as number,
          dueAt: instant(data['due_at']),
          value: undefined,
        });
        break;
      case 'outcome.measured': {
        const expected = outcomes.get(data['outcome_id']);
        if (expected !== undefined) expected.value = data['value'] as number;
        break;
      }
      default:
        break;
    }
  }

  const took = [...meetings].filter(([, m]) => m.endsAt <= until && (m.heldExplicitly || isConfirmed(m)));
  const external = (m: Meeting): boolean => m.attendees.some((a) => isCustomers(a.email));
  const ledOn = ([meetingId, m]: [string, Meeting]): boolean => {
    const within = (at: Instant | undefined): boolean =>
      at !== undefined && at >= m.startsAt && at <= m.endsAt + MILLISECONDS_PER_DAY;
    return (
      agreed.some((step) => step.meetingId === meetingId || within(step.at)) ||
      [...meetings.values()].some((next) => next !== m && external(next) && within(next.confirmedAt))
    );
  };
  for (const [, m] of took) if (external(m)) contacts.push(m.endsAt);
  const since = wonAt;
  const silence =
    since === undefined
      ? undefined
      : [since, ...contacts.filter((at) => at > since).sort((a, b) => a - b), churnedAt ?? until].reduce(
          ({ last, longest }, at) => ({ last: at, longest: Math.max(longest, at - last) }),
          { last: since, longest: 0 },
        ).longest / MILLISECONDS_PER_DAY;

  return {
    id,
    owner,
    outcome,
    lossReason,
    openedAt,
    closedAt,
    events: events.length,
    forecast: closeDate !== undefined,
    slipped,
    firstAskPremature,
    ready: readyAt !== undefined,
    readyUnasked:
      readyAt !== undefined && !askedSinceReady && (closedAt ?? until) - readyAt > 14 * MILLISECONDS_PER_DAY,
    held: took.length,
    heldWithNextStep: took.filter(ledOn).length,
    internalMeetings: took.filter(([, m]) => !external(m)).length,
    fit,
    attainments: [...outcomes.values()]
      .filter(({ dueAt }) => dueAt <= until)
      .map(({ value, baseline, target }) => (value === undefined ? 0 : attainment(value, baseline, target))),
    silenceAfterWin: silence,
  };
}

/** Facts of every deal. */
export function factsOfAll(events: Iterable<SimulatedEvent>, until: Instant): DealFacts[] {
  return [...byDeal(events)].map(([id, dealEvents]) => factsOf(id, dealEvents, until));
}

/** The share (0 to 1) of the items for which it is so; NaN of none. */
export function share<T>(items: readonly T[], isSo: (item: T) => boolean): number {
  return items.filter(isSo).length / items.length;
}

export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
