import type { Instant } from '../time/instant.js';
import { isGraver } from './matching.js';
import type { Alert, AlertControl, AlertDeal } from './types.js';

/**
 * Until when nobody is told anything of the alert.
 * @returns -Infinity: it isn't held back; Infinity: until something happens to the deal, or someone lifts it
 */
export function heldUntil(alert: Alert, deal: AlertDeal, control: AlertControl | undefined): Instant {
  if (alert.family === 'stall' && deal.paused) return Number.POSITIVE_INFINITY;
  if (control === undefined) return Number.NEGATIVE_INFINITY;
  if (isAcknowledged(alert, control)) return Number.POSITIVE_INFINITY;
  return control.snoozed_until ?? Number.NEGATIVE_INFINITY;
}

/** Who acknowledged an alert knew of it, not of a graver one and not of the next one; and its end is news. */
function isAcknowledged(alert: Alert, control: AlertControl): boolean {
  const { acknowledged_at: at, acknowledged_severity: severity } = control;
  if (at === null || at < alert.raised_at || alert.status === 'resolved') return false;
  return severity === null || !isGraver(alert.severity, severity);
}
