import type { OpenedDeal } from '../deal/deal.js';
import { pauseAt } from '../deal/lifecycle.js';
import type { Instant } from '../time/instant.js';
import type { Course } from './course.js';
import type { Verdict } from './score.js';

/** What a deal's health and its place in the pipeline have in common at an instant. */
export function standingOf(course: Course, deal: OpenedDeal, verdict: Verdict, at: Instant) {
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
