import type { OpenedDeal } from '../deal/deal.js';
import { isAhead, type Meeting } from '../deal/meetings.js';
import type { NextStep } from '../deal/next-steps.js';
import type { Rules } from '../policy/rules.js';
import { businessDays, overAt, type Pause } from '../time/business-time.js';
import { formatInstant, type Instant } from '../time/instant.js';
import type { MeetingRecord, NextStepRecord, StageRecord } from './records.js';

/**
 * The records of what a deal is made of. Each keeps the records that it gave: what has not changed is the same object
 * the next time, so that nobody needs to look into it again.
 */

/** Stays in the stages that the policy knows; one that began and ended within one instant never was. */
export function keepStages() {
  /** By place among the deal's stays, of those that are over; null: not told. */
  let over: (StageRecord | null)[] = [];
  let segment: string | null = null;
  let judgedBy: Rules | undefined;
  return (deal: OpenedDeal, rules: Rules, judgedAt: Instant): StageRecord[] => {
    if (rules !== judgedBy || deal.segment !== segment) over = [];
    judgedBy = rules;
    segment = deal.segment;
    const records: StageRecord[] = [];
    for (const [place, stay] of deal.stays.entries()) {
      let record = over[place];
      if (record === undefined) {
        const { order, enteredAt, leftAt } = stay;
        record =
          order === null || leftAt === enteredAt
            ? null
            : stageRecord(deal, { ...stay, order }, rules, judgedAt);
        if (leftAt !== null) over[place] = record;
      }
      if (record !== null) records.push(record);
    }
    return records;
  };
}

function stageRecord(
  deal: OpenedDeal,
  stay: OpenedDeal['stays'][number] & { readonly order: number },
  rules: Rules,
  judgedAt: Instant,
): StageRecord {
  const enteredAt = formatInstant(stay.enteredAt);
  return {
    record: 'stage',
    key: enteredAt,
    deal_id: deal.id,
    stage: rules.stage(stay.stage)?.id ?? stay.stage,
    stage_order: stay.order,
    segment: deal.segment,
    entered_at: enteredAt,
    left_at: stay.leftAt === null ? null : formatInstant(stay.leftAt),
    moved_forward: stay.movedForward,
    business_days: businessDays(rules.calendar, stay.enteredAt, stay.leftAt ?? judgedAt, deal.pauses),
  };
}

export function keepNextSteps() {
  const kept = new Map<string, { readonly step: NextStep; readonly due: Instant; record: NextStepRecord }>();
  return (deal: OpenedDeal): NextStepRecord[] => {
    const records: NextStepRecord[] = [];
    for (const step of deal.steps.values()) {
      let known = kept.get(step.id);
      // Agreed again, it is another step under the same id.
      if (known?.step !== step || known.due !== step.due || known.record.state !== step.state) {
        known = { step, due: step.due, record: nextStepRecord(deal, step) };
        kept.set(step.id, known);
      }
      records.push(known.record);
    }
    return records;
  };
}

function nextStepRecord(deal: OpenedDeal, step: NextStep): NextStepRecord {
  return {
    record: 'next_step',
    key: step.id,
    deal_id: deal.id,
    next_step_id: step.id,
    description: step.description,
    owner_side: step.ownerSide,
    mutual: step.mutual,
    meeting_id: step.meetingId,
    agreed_at: formatInstant(step.agreedAt),
    due_at: formatInstant(step.due),
    state: step.state,
    closed_at: step.closedAt === null ? null : formatInstant(step.closedAt),
  };
}

interface KeptMeeting {
  /** Its times and people as they stood. */
  readonly standing: Meeting['schedule'];
  readonly record: MeetingRecord;
}

/** A next step is agreed for a meeting from its start until the end of this span. */
interface Span {
  readonly endsAt: Instant;
  readonly rules: Rules;
  readonly pause: Pause | undefined;
  readonly until: Instant;
}

export function keepMeetings() {
  const kept = new Map<string, KeptMeeting>();
  const spans = new Map<string, Span>();
  let agreements: readonly Instant[] = [];

  const spanEnd = (deal: OpenedDeal, { id, endsAt }: Meeting, rules: Rules): Instant => {
    // Pauses are only ever added and cut short at the end, each time as another object.
    const pause = deal.pauses.at(-1);
    let span = spans.get(id);
    if (span?.endsAt !== endsAt || span.rules !== rules || span.pause !== pause) {
      const until = overAt(rules.calendar, deal.pauses, endsAt, rules.findings.idle_meeting.days);
      span = { endsAt, rules, pause, until };
      spans.set(id, span);
    }
    return span.until;
  };

  return (deal: OpenedDeal, rules: Rules, asOf: Instant): MeetingRecord[] => {
    agreements = agreementsOf(deal, agreements);
    const records: MeetingRecord[] = [];
    for (const meeting of deal.meetings.values()) {
      const held = meeting.heldAt <= asOf;
      const agreed = held
        ? deal.meetingsWithNamedStep.has(meeting.id) ||
          firstFrom(agreements, meeting.startsAt) < spanEnd(deal, meeting, rules)
        : null;
      const state = stateOf(meeting, held, asOf);
      const standing = meeting.record ?? meeting.schedule;
      let known = kept.get(meeting.id);
      if (
        known?.standing !== standing ||
        known?.record.state !== state ||
        known.record.next_step_agreed !== agreed ||
        known.record.title !== meeting.title ||
        known.record.customer !== meeting.customer
      ) {
        known = { standing, record: meetingRecord(deal, meeting, state, agreed) };
        kept.set(meeting.id, known);
      }
      records.push(known.record);
    }
    return records;
  };
}

function stateOf(meeting: Meeting, held: boolean, asOf: Instant): MeetingRecord['state'] {
  if (held) return 'held';
  if (meeting.cancelled) return 'cancelled';
  return isAhead(meeting, asOf) || meeting.heldAt !== Number.POSITIVE_INFINITY ? 'ahead' : 'unconfirmed';
}

function meetingRecord(
  deal: OpenedDeal,
  meeting: Meeting,
  state: MeetingRecord['state'],
  agreed: boolean | null,
): MeetingRecord {
  const standing = meeting.record ?? meeting.schedule;
  const attendees = standing?.attendees.filter((attendee) => attendee.email !== null) ?? [];
  return {
    record: 'meeting',
    key: meeting.id,
    deal_id: deal.id,
    meeting_id: meeting.id,
    title: meeting.title,
    starts_at: formatInstant(meeting.startsAt),
    ends_at: formatInstant(meeting.endsAt),
    customer: meeting.customer,
    state,
    next_step_agreed: agreed,
    attendee_emails: attendees.map((attendee) => attendee.email ?? ''),
    attendee_responses: attendees.map((attendee) => attendee.response),
  };
}

/** When anything was agreed, in order. Agreements are never taken back: as many as before are the same ones. */
function agreementsOf(deal: OpenedDeal, before: readonly Instant[]): readonly Instant[] {
  let count = deal.agreements.length;
  for (const { agreedAt } of deal.meetings.values()) count += agreedAt.length;
  if (count === before.length) return before;
  const all = [...deal.agreements];
  for (const { agreedAt } of deal.meetings.values()) for (const at of agreedAt) all.push(at);
  return all.sort((a, b) => a - b);
}

/** The first of the instants that is not before the given one; Infinity where there is none. */
function firstFrom(instants: readonly Instant[], from: Instant): Instant {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instants[middle] ?? Number.POSITIVE_INFINITY) < from) low = middle + 1;
    else high = middle;
  }
  return instants[low] ?? Number.POSITIVE_INFINITY;
}
