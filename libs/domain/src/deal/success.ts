import type { SuccessEvent } from '../events/domain-event.js';
import type { Rules } from '../policy/rules.js';
import type { Instant } from '../time/instant.js';
import type { Deal, Outcome } from './deal.js';
import { instantOrEndOfDay } from './instants.js';

/** Folds what follows the order: delivery, outcomes, use, voice and what comes next. */
export function evolveSuccess(deal: Deal, event: SuccessEvent, rules: Rules): void {
  const instant = (text: string): Instant => instantOrEndOfDay(text, rules.calendar);
  switch (event.type) {
    case 'implementation.milestone_planned': {
      const { milestone_id: id, name, due_at } = event.data;
      deal.delivery.set(id, { by: event, name: name ?? id, due: instant(due_at) });
      break;
    }
    case 'implementation.milestone_reached':
      deal.delivered.add(event.data.milestone_id);
      break;
    case 'outcome.expected': {
      const { outcome_id: id, name, baseline, target, due_at } = event.data;
      deal.outcomes.set(id, { by: event, name, baseline: baseline ?? 0, target, due: instant(due_at) });
      break;
    }
    case 'outcome.measured':
      deal.measures.set(event.data.outcome_id, { by: event, value: event.data.value });
      break;
    case 'adoption.measured':
      deal.adoption = { active: event.data.active, licensed: event.data.licensed, by: event };
      break;
    case 'satisfaction.surveyed':
      deal[event.data.kind] = { score: event.data.score, by: event };
      break;
    case 'escalation.raised': {
      const id = event.data.escalation_id;
      const known = deal.escalations.get(id);
      // One that is open keeps its first time; resolved and raised again within an instant, it never was resolved.
      if (known !== undefined && (known.resolvedAt === undefined || known.resolvedAt === event.time)) {
        known.resolvedAt = undefined;
      } else deal.escalations.set(id, { at: event.time, by: event, resolvedAt: undefined });
      break;
    }
    case 'escalation.resolved': {
      const known = deal.escalations.get(event.data.escalation_id);
      if (known !== undefined) known.resolvedAt ??= event.time;
      break;
    }
    case 'reference.asked':
      deal.reference = { word: 'asked', by: event };
      break;
    case 'reference.given':
      deal.reference = { word: 'given', by: event };
      deal.referenceGiven = event;
      deal.expandedSinceReference = false;
      break;
    case 'reference.declined':
      deal.reference = { word: 'declined', by: event };
      deal.referenceDeclined = event;
      break;
    case 'renewal.scheduled':
      deal.renewal = { at: instant(event.data.renews_at), by: event };
      break;
    case 'renewal.completed':
      deal.renewal = undefined;
      break;
    case 'customer.churned':
      if (deal.lifecycle !== 'won') return;
      deal.lifecycle = 'churned';
      deal.lifecycleBy = event;
      deal.churnedAt = event.time;
      break;
    case 'expansion.opened':
      deal.expandedSinceReference = true;
      break;
  }
}

/** How much of what was expected has come: 0 to 2, 1 for all of it. Undefined where it was never measured. */
export function attainment(deal: Deal, id: string, outcome: Outcome): number | undefined {
  const measure = deal.measures.get(id);
  if (measure === undefined) return undefined;
  const share = (measure.value - outcome.baseline) / (outcome.target - outcome.baseline);
  return Math.min(2, Math.max(0, share));
}

/** Whether at least one outcome is due, and every one that is due has come in full. */
export function isEveryOutcomeDueAttained(deal: Deal, at: Instant): boolean {
  let due = 0;
  for (const [id, outcome] of deal.outcomes) {
    if (outcome.due >= at) continue;
    due += 1;
    if ((attainment(deal, id, outcome) ?? 0) < 1) return false;
  }
  return due > 0;
}

/** The next instant at which another outcome is due; Infinity where none is to come. */
export function nextOutcomeDue(deal: Deal, at: Instant): Instant {
  let next = Number.POSITIVE_INFINITY;
  for (const outcome of deal.outcomes.values()) {
    if (outcome.due >= at && outcome.due + 1 < next) next = outcome.due + 1;
  }
  return next;
}

/** Whether the latest survey of either kind is low, by the numbers of `satisfaction_low`; switched off or not. */
export function satisfaction(deal: Deal, rules: Rules): 'good' | 'low' | 'critical' {
  const limits = rules.findings.satisfaction_low;
  const nps = deal.nps?.score ?? Number.POSITIVE_INFINITY;
  const csat = deal.csat?.score ?? Number.POSITIVE_INFINITY;
  if (nps > limits.nps && csat > limits.csat) return 'good';
  return nps <= limits.critical_nps || csat <= limits.critical_csat ? 'critical' : 'low';
}

function isReferable(deal: Deal, at: Instant, rules: Rules): boolean {
  return (
    deal.reference === undefined &&
    satisfaction(deal, rules) === 'good' &&
    isEveryOutcomeDueAttained(deal, at)
  );
}

/**
 * Since when, without a break, every outcome due has been attained with satisfaction not low and no word of a
 * reference; undefined where that does not hold at the instant.
 */
export function referableSince(deal: Deal, at: Instant, rules: Rules): Instant | undefined {
  const since = deal.referableSince;
  if (deal.outcomes.size === 0) return since;
  // Time alone brings neither a word of a reference nor a better mood.
  if (deal.reference !== undefined || satisfaction(deal, rules) !== 'good') return undefined;
  // An outcome is due in the first millisecond after its date, and what follows from it is counted from the date.
  let earliest = Number.POSITIVE_INFINITY;
  for (const [id, outcome] of deal.outcomes) {
    if (outcome.due >= at) continue;
    // One that is due and not attained keeps all from being so, whatever becomes due besides.
    if ((attainment(deal, id, outcome) ?? 0) < 1) return undefined;
    earliest = Math.min(earliest, outcome.due);
  }
  return since ?? (earliest === Number.POSITIVE_INFINITY ? undefined : earliest);
}

/** Remembers since when a reference could have been asked for, as outcomes became due before the instant. */
export function passTimeForSuccess(deal: Deal, to: Instant, rules: Rules): void {
  if (deal.outcomes.size > 0) deal.referableSince = referableSince(deal, to - 1, rules);
}

export function settleSuccess(deal: Deal, at: Instant, rules: Rules): void {
  deal.referableSince = isReferable(deal, at, rules) ? (deal.referableSince ?? at) : undefined;
  const declined = deal.referenceDeclined;
  if (satisfaction(deal, rules) === 'good') deal.declinedWhileLow = undefined;
  else if (declined?.time === at) deal.declinedWhileLow = declined;
}
