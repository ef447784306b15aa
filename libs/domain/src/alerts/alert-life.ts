import type { Instant } from '../time/instant.js';
import type { Alert, AlertDeal, AlertFinding } from './types.js';

/** When an alert whose finding has gone is over; Infinity while it fires. */
export function overAt(alert: Alert, flapWithin: number): Instant {
  return alert.resolved_at === null ? Number.POSITIVE_INFINITY : alert.resolved_at + flapWithin;
}

/**
 * Whether the episode belongs to the alert: it is the one that raised it, whatever its start has become, or one that
 * came so soon after the last that the finding only flaps. Once an end was told, whatever comes is another alert's.
 */
export function belongsTo(alert: Alert, episode: AlertFinding, flapWithin: number): boolean {
  if (alert.status === 'firing') return true;
  return episode.since < overAt(alert, flapWithin) && alert.told.every((told) => told.status !== 'resolved');
}

/** @param id of the new alert */
export function begun(id: string, deal: AlertDeal, episode: AlertFinding, now: Instant): Alert {
  return {
    alert_id: id,
    deal_id: deal.id,
    kind: episode.kind,
    family: episode.family,
    since: episode.since,
    severity: episode.severity,
    status: 'firing',
    raised_at: now,
    resolved_at: null,
    advice: episode.advice,
    health: deal.health,
    told: [],
    next_look_at: null,
    version: 0,
  };
}

/**
 * The alert as its latest episode has become.
 * @param episode undefined where a late event has shown that it never was
 */
export function carriedOn(
  alert: Alert,
  deal: AlertDeal,
  episode: AlertFinding | undefined,
  now: Instant,
): Alert {
  if (episode === undefined) return { ...alert, status: 'resolved', resolved_at: alert.resolved_at ?? now };
  return {
    ...alert,
    since: episode.since,
    severity: episode.severity,
    status: episode.closed_at === null ? 'firing' : 'resolved',
    resolved_at: episode.closed_at,
    advice: episode.advice,
    health: deal.health,
  };
}
