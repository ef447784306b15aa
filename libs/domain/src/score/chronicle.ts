import { isOpened, type OpenedDeal } from '../deal/deal.js';
import { lastContact } from '../deal/contact.js';
import { pauseAt } from '../deal/lifecycle.js';
import { hasNextStep, isAhead, type Meeting, nextHeld } from '../deal/meetings.js';
import { attainment } from '../deal/success.js';
import type { DomainEvent } from '../events/domain-event.js';
import type { Severity } from '../findings/kinds.js';
import type { FindingRule } from '../findings/rule.js';
import { sentence } from '../findings/wording.js';
import type { RuleBook } from '../policy/rules.js';
import { businessDays, overAt } from '../time/business-time.js';
import { formatDate, formatInstant, type Instant } from '../time/instant.js';
import { type Course, follow, graver, nextChange, startCourse } from './course.js';
import type {
  CloseTiming,
  DealRecord,
  FindingRecord,
  HealthRecord,
  MeetingRecord,
  NextStepRecord,
  ScorerRecord,
  StageRecord,
} from './records.js';
import { evidenceId, instantOrNull, notJudged, type Verdict, verdictOf } from './score.js';

/** Asked within so many business days after becoming ready, the customer was asked on time. */
const ON_TIME_BUSINESS_DAYS = 5;

/**
 * Everything that is kept of a deal as of an instant: the deal as it stands, its health through time, the
 * episodes of its findings, its meetings, next steps and stages.
 * @param events the deal's events in the order of `compareEvents`, each identity once; later ones only tell when
 * to look again
 * @returns no records where the deal is not opened by then, and in `rescoreAt` when to look again
 */
export function chronicle(
  dealId: string,
  events: readonly DomainEvent[],
  asOf: Instant,
  book: RuleBook,
): { readonly records: ScorerRecord[]; readonly rescoreAt: Instant } {
  const course = startCourse(dealId, book);
  const history = createHistory(course);
  const next = follow(course, events, asOf, history);
  const nextChangeAt = nextChange(course);
  const rescoreAt = Math.min(
    nextChangeAt,
    nextHeld(course.deal, asOf),
    events[next]?.time ?? Number.POSITIVE_INFINITY,
  );
  const { deal } = course;
  if (!isOpened(deal)) return { records: [], rescoreAt };
  const judgedAt = history.judgedAt(deal, asOf);
  const findings = history.findings(deal, judgedAt);
  const records: ScorerRecord[] = [
    dealRecord(course, deal, findings, { judgedAt, nextChangeAt, rescoreAt }),
    ...history.health(),
    ...findings,
    ...[...deal.meetings.values()].map((meeting) => meetingRecord(course, meeting, asOf)),
    ...nextStepRecords(deal),
    ...stageRecords(course, deal, judgedAt),
  ];
  return { records, rescoreAt };
}

interface Episode {
  readonly rule: FindingRule;
  readonly openedAt: Instant;
  closedAt: Instant | null;
  closedBy: string | null;
  severity: Severity;
  worst: Severity;
  explanation: ReturnType<FindingRule['explain']>;
}

/** Watches a course and remembers how its findings came and went, and how its health changed. */
function createHistory(course: Course) {
  const episodes: Episode[] = [];
  const open = new Map<FindingRule, Episode>();
  const changes: Omit<HealthRecord, 'valid_to'>[] = [];
  let lastTurnAt = Number.NEGATIVE_INFINITY;
  let turnedNow = false;
  let told: readonly unknown[] = [];

  const explain = (rule: FindingRule, at: Instant): Episode['explanation'] =>
    isOpened(course.deal)
      ? rule.explain(course.deal, at, course.rules)
      : { evidence: [], numbers: {}, advice: '' };

  return {
    transition(
      { rule }: { rule: FindingRule },
      change: { at: Instant; before: Severity | null; after: Severity | null },
    ) {
      turnedNow = true;
      const { at, after } = change;
      const episode = open.get(rule);
      if (after === null) {
        if (episode === undefined) return;
        episode.closedAt = at;
        episode.closedBy =
          course.deal.settledAt === at && course.deal.lastEvent !== undefined
            ? evidenceId(course.deal.lastEvent)
            : 'time';
        open.delete(rule);
      } else if (episode === undefined) {
        const opened: Episode = {
          rule,
          openedAt: at,
          closedAt: null,
          closedBy: null,
          severity: after,
          worst: after,
          explanation: explain(rule, at),
        };
        episodes.push(opened);
        open.set(rule, opened);
      } else {
        episode.severity = after;
        episode.worst = graver(episode.worst, after);
        episode.explanation = explain(rule, at);
      }
    },
    turned(at: Instant) {
      const transitioned = turnedNow;
      turnedNow = false;
      if (transitioned) lastTurnAt = at;
      if (!isOpened(course.deal)) return;
      const facts = factsOf(course, course.deal, at);
      if (!transitioned && facts.every((fact, index) => fact === told[index])) return;
      told = facts;
      const change = healthRecord(course, course.deal, at);
      const last = changes.at(-1);
      if (last === undefined || !sameHealth(last, change)) changes.push(change);
    },
    /** The latest instant up to `asOf` at which an event, time, a meeting's end or a pause's changed something. */
    judgedAt(deal: OpenedDeal, asOf: Instant): Instant {
      let judged = Math.max(deal.settledAt, lastTurnAt);
      for (const { heldAt } of deal.meetings.values()) if (heldAt <= asOf && heldAt > judged) judged = heldAt;
      // The pause of a closed deal is not looked at, and so is not due to be looked at again when it lifts.
      const lifted = course.phase === 'none' ? undefined : deal.pauses.at(-1)?.to;
      return lifted !== undefined && lifted <= asOf && lifted > judged ? lifted : judged;
    },
    health(): HealthRecord[] {
      return changes.map((change, index) => ({
        ...change,
        valid_to: changes[index + 1]?.valid_from ?? null,
      }));
    },
    findings(deal: OpenedDeal, judgedAt: Instant): FindingRecord[] {
      for (const [rule, episode] of open) episode.explanation = explain(rule, judgedAt);
      return episodes.map((episode) => findingRecord(deal, episode));
    },
  };
}

function findingRecord(deal: OpenedDeal, episode: Episode): FindingRecord {
  const { rule, explanation } = episode;
  const openedAt = formatInstant(episode.openedAt);
  return {
    record: 'finding',
    key: `${rule.kind}|${openedAt}`,
    deal_id: deal.id,
    kind: rule.kind,
    family: rule.family,
    opened_at: openedAt,
    closed_at: episode.closedAt === null ? null : formatInstant(episode.closedAt),
    severity: episode.severity,
    worst_severity: episode.worst,
    closed_by: episode.closedBy,
    evidence: explanation.evidence.map(evidenceId),
    numbers: explanation.numbers,
    advice: sentence(explanation.advice),
  };
}

/** What a deal's health and its place in the pipeline have in common at an instant. */
function standingOf(course: Course, deal: OpenedDeal, verdict: Verdict, at: Instant) {
  const held = course.standings.filter((standing) => standing.severity !== null);
  return {
    status: verdict.status,
    health: verdict.health,
    stall: verdict.families.stall ?? null,
    alignment: verdict.families.alignment ?? null,
    success: verdict.families.success ?? null,
    pipeline: deal.pipeline,
    stage: deal.stagePolicy?.id ?? deal.stage,
    stage_order: deal.stagePolicy?.order ?? null,
    position: deal.position,
    amount: deal.amount,
    currency: deal.currency,
    amount_reporting: inReportingCurrency(course, deal),
    owner_id: deal.owner?.id ?? null,
    owner_name: deal.owner?.name ?? null,
    team: deal.owner?.team ?? null,
    segment: deal.segment,
    paused: course.phase !== 'none' && pauseAt(deal, at) !== undefined,
    finding_kinds: held.map((standing) => standing.rule.kind),
    finding_severities: held.map((standing) => standing.severity ?? 'info'),
  };
}

/** An amount without a currency is taken to be in the reporting one; one without a rate can't be added up. */
function inReportingCurrency(course: Course, deal: OpenedDeal): number | null {
  const { reporting_currency: reporting, rates } = course.book.policy;
  if (deal.amount === null) return null;
  if (deal.currency === null || deal.currency === reporting) return deal.amount;
  const rate = Object.hasOwn(rates, deal.currency) ? rates[deal.currency] : undefined;
  return rate === undefined ? null : Math.round(deal.amount * rate * 100) / 100;
}

function healthRecord(course: Course, deal: OpenedDeal, at: Instant): Omit<HealthRecord, 'valid_to'> {
  const validFrom = formatInstant(at);
  const verdict = verdictOf(deal, course.phase, course.standings, course.rules);
  return {
    record: 'health',
    key: validFrom,
    deal_id: deal.id,
    valid_from: validFrom,
    ...standingOf(course, deal, verdict, at),
  };
}

/** What of a deal, beside its findings, a health record tells: most events change none of it. */
function factsOf(course: Course, deal: OpenedDeal, at: Instant): readonly unknown[] {
  return [
    course.phase,
    // Pipelines that the policy does not know share their rules.
    deal.pipeline,
    deal.stage,
    deal.position,
    deal.amount,
    deal.currency,
    deal.owner,
    deal.segment,
    deal.lifecycle,
    deal.removed,
    deal.mergedInto,
    pauseAt(deal, at) !== undefined,
  ];
}

function sameHealth(a: Omit<HealthRecord, 'valid_to'>, b: Omit<HealthRecord, 'valid_to'>): boolean {
  return (
    JSON.stringify({ ...a, key: '', valid_from: '' }) === JSON.stringify({ ...b, key: '', valid_from: '' })
  );
}

function dealRecord(
  course: Course,
  deal: OpenedDeal,
  findings: readonly FindingRecord[],
  { judgedAt, nextChangeAt, rescoreAt }: { judgedAt: Instant; nextChangeAt: Instant; rescoreAt: Instant },
): DealRecord {
  const pause = course.phase === 'none' ? undefined : pauseAt(deal, judgedAt);
  // A win that was taken back is none: a lost deal was closed when it was lost.
  const won = deal.lifecycle === 'won' || deal.lifecycle === 'churned' ? deal.won?.at : undefined;
  const closed = deal.lifecycle === 'open' ? undefined : (won ?? deal.lifecycleBy?.time);
  const due = [...deal.outcomes].filter(([, outcome]) => outcome.due < judgedAt);
  const adoption = deal.adoption;
  const verdict = verdictOf(deal, course.phase, course.standings, course.rules);
  const { finding_kinds: kinds, ...standing } = standingOf(course, deal, verdict, judgedAt);
  return {
    record: 'deal',
    key: '',
    deal_id: deal.id,
    name: deal.name,
    account_id: deal.account?.id ?? null,
    account_name: deal.account?.name ?? null,
    account_domain: deal.account?.domain ?? null,
    close_date: deal.closeDate === undefined ? null : formatDate(deal.closeDate.day),
    opened_at: formatInstant(deal.opening.time),
    run_started_at: formatInstant(deal.run.at),
    closed_at: closed === undefined ? null : formatInstant(closed),
    won_at: won === undefined ? null : formatInstant(won),
    churned_at: deal.churnedAt === undefined ? null : formatInstant(deal.churnedAt),
    ...standing,
    paused_until: pause === undefined ? null : instantOrNull(pause.to),
    pause_reason: pause === undefined ? null : (deal.pausedBy?.data.reason ?? null),
    history_gap: deal.historyGap,
    finding_kinds: kinds,
    finding_advice: kinds.map(
      (kind) =>
        findings.findLast((finding) => finding.kind === kind && finding.closed_at === null)?.advice ?? '',
    ),
    term_kinds: verdict.terms.map((term) => term.kind),
    term_points: verdict.terms.map((term) => term.points),
    not_judged: notJudged(deal, course.phase, course.rules),
    judged_at: formatInstant(judgedAt),
    next_change_at: instantOrNull(nextChangeAt),
    rescore_at: instantOrNull(rescoreAt),
    last_event_at: formatInstant(deal.settledAt),
    events: deal.events,
    last_progress_at: formatInstant(deal.progress.at),
    last_contact_at: instantOrNull(lastContact(deal, judgedAt)?.at ?? Number.POSITIVE_INFINITY),
    first_next_step_at: instantOrNull(deal.firstAgreement ?? Number.POSITIVE_INFINITY),
    ready_at: instantOrNull(deal.ready?.at ?? Number.POSITIVE_INFINITY),
    first_asked_at: instantOrNull(deal.firstOrderAsk?.at ?? Number.POSITIVE_INFINITY),
    close_timing: closeTiming(course, deal),
    outcomes_expected: deal.outcomes.size,
    outcomes_due: due.length,
    promise_kept:
      due.length === 0
        ? null
        : due.reduce((sum, [id, outcome]) => sum + (attainment(deal, id, outcome) ?? 0), 0) / due.length,
    adoption: adoption === undefined || adoption.licensed <= 0 ? null : adoption.active / adoption.licensed,
    nps: deal.nps?.score ?? null,
    csat: deal.csat?.score ?? null,
    open_escalations: [...deal.escalations.values()].filter(
      (escalation) => escalation.resolvedAt === undefined,
    ).length,
    reference: deal.reference?.word ?? null,
    renews_at: deal.renewal === undefined ? null : instantOrNull(deal.renewal.at),
  };
}

function closeTiming(course: Course, deal: OpenedDeal): CloseTiming | null {
  const { rules } = course;
  const ask = deal.firstOrderAsk;
  if (ask === undefined) return deal.ready === undefined ? null : 'unasked';
  if (ask.readyAt === undefined) return 'premature';
  const waited = overAt(rules.calendar, deal.pauses, ask.readyAt, ON_TIME_BUSINESS_DAYS);
  return ask.at < waited ? 'on_time' : 'late';
}

function meetingRecord(course: Course, meeting: Meeting, asOf: Instant): MeetingRecord {
  const { deal, rules } = course;
  const held = meeting.heldAt <= asOf;
  const standing = meeting.record ?? meeting.schedule;
  const attendees = standing?.attendees.filter((attendee) => attendee.email !== null) ?? [];
  const spanEnd = held
    ? overAt(rules.calendar, deal.pauses, meeting.endsAt, rules.findings.idle_meeting.days)
    : asOf;
  return {
    record: 'meeting',
    key: meeting.id,
    deal_id: deal.id,
    meeting_id: meeting.id,
    title: meeting.title,
    starts_at: formatInstant(meeting.startsAt),
    ends_at: formatInstant(meeting.endsAt),
    customer: meeting.customer,
    state: held
      ? 'held'
      : meeting.cancelled
        ? 'cancelled'
        : isAhead(meeting, asOf) || (meeting.heldAt > asOf && meeting.heldAt !== Number.POSITIVE_INFINITY)
          ? 'ahead'
          : 'unconfirmed',
    next_step_agreed: held ? hasNextStep(deal, meeting, spanEnd) : null,
    attendee_emails: attendees.map((attendee) => attendee.email ?? ''),
    attendee_responses: attendees.map((attendee) => attendee.response),
  };
}

function nextStepRecords(deal: OpenedDeal): NextStepRecord[] {
  return [...deal.steps.values()].map((step) => ({
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
  }));
}

/** Stays in the stages that the policy knows; one that began and ended within one instant never was. */
function stageRecords(course: Course, deal: OpenedDeal, judgedAt: Instant): StageRecord[] {
  const records: StageRecord[] = [];
  for (const stay of deal.stays) {
    if (stay.order === null || stay.leftAt === stay.enteredAt) continue;
    const enteredAt = formatInstant(stay.enteredAt);
    records.push({
      record: 'stage',
      key: enteredAt,
      deal_id: deal.id,
      stage: course.rules.stage(stay.stage)?.id ?? stay.stage,
      stage_order: stay.order,
      segment: deal.segment,
      entered_at: enteredAt,
      left_at: stay.leftAt === null ? null : formatInstant(stay.leftAt),
      moved_forward: stay.movedForward,
      business_days: businessDays(
        course.rules.calendar,
        stay.enteredAt,
        stay.leftAt ?? judgedAt,
        deal.pauses,
      ),
    });
  }
  return records;
}
