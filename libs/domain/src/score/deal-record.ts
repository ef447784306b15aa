import { lastContact } from '../deal/contact.js';
import type { OpenedDeal } from '../deal/deal.js';
import { pauseAt } from '../deal/lifecycle.js';
import { attainment } from '../deal/success.js';
import { overAt } from '../time/business-time.js';
import { formatDate, formatInstant, type Instant } from '../time/instant.js';
import type { Course } from './course.js';
import type { CloseTiming, DealRecord, FindingRecord } from './records.js';
import { instantOrNull, notJudged, verdictOf } from './score.js';
import { standingOf } from './standing.js';

/** Asked within so many business days after becoming ready, the customer was asked on time. */
const ON_TIME_BUSINESS_DAYS = 5;

/**
 * The deal as it stands.
 * @param findings all its episodes, in the order in which they opened
 */
export function dealRecord(
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
