import type { Instant } from '../time/instant.js';
import { overAt } from './alert-life.js';
import { heldUntil } from './control.js';
import { digestItem } from './digest-item.js';
import { messageId, type Sha256 } from './ids.js';
import { isGraver, wants } from './matching.js';
import { messageType } from './message-type.js';
import { nextBusinessHour, nextDigestAt, windowEnd } from './schedule.js';
import type {
  Alert,
  AlertControl,
  AlertDeal,
  AlertFinding,
  AlertMessage,
  AlertSettings,
  Delivery,
  Endpoint,
  EndpointState,
  Told,
} from './types.js';
import { untried } from './untried.js';

/** What telling of a deal's alerts depends on beside the alerts. */
export interface Circumstances {
  readonly deal: AlertDeal;
  readonly controls: readonly AlertControl[];
  /** Those in use, by name. */
  readonly endpoints: ReadonlyMap<string, EndpointState>;
  readonly settings: AlertSettings;
  readonly now: Instant;
  readonly render: (endpoint: Endpoint, message: AlertMessage) => string;
  readonly sha256: Sha256;
}

/**
 * Tells whoever is to be told something of the alert now.
 * @param episode the alert's latest; undefined where nothing is known of it but what the alert says
 * @returns the alert as it stands then: whom it was told, and when to look at it again
 */
export function tell(
  alert: Alert,
  episode: AlertFinding | undefined,
  given: Circumstances,
): { readonly alert: Alert; readonly deliveries: Delivery[] } {
  const { deal, controls, endpoints, settings, now } = given;
  const held = heldUntil(
    alert,
    deal,
    controls.find(({ kind }) => kind === alert.kind),
  );
  const message: AlertMessage = {
    alert_id: alert.alert_id,
    status: alert.status,
    at: now,
    deal,
    finding: findingOf(alert, episode),
  };
  const told = new Map(alert.told.map((one) => [one.endpoint, one]));
  const deliveries: Delivery[] = [];
  let lookAt = Number.POSITIVE_INFINITY;
  for (const endpoint of settings.endpoints) {
    const state = endpoints.get(endpoint.name);
    if (state?.disabled_at !== null) continue;
    const last = told.get(endpoint.name);
    let due = Math.max(held, tellAt(alert, deal, endpoint, last, settings));
    if (due <= now) {
      const old = isOld(message, alert, state, last, settings);
      const delivery = deliveryOf(endpoint, message, old, last?.count ?? 0, given);
      const latest = toldOf(message, delivery, last);
      deliveries.push(delivery);
      told.set(endpoint.name, latest);
      due = Math.max(held, tellAt(alert, deal, endpoint, latest, settings));
    }
    lookAt = Math.min(lookAt, due);
  }
  return {
    alert: { ...alert, told: [...told.values()], next_look_at: Number.isFinite(lookAt) ? lookAt : null },
    deliveries,
  };
}

/** From when on the endpoint is to be told something, were the alert not held back; Infinity: nothing, as things are. */
function tellAt(
  alert: Alert,
  deal: AlertDeal,
  endpoint: Endpoint,
  told: Told | undefined,
  settings: AlertSettings,
): Instant {
  const never = Number.POSITIVE_INFINITY;
  if (alert.status === 'resolved')
    return endpoint.resolved && told?.status === 'firing' ? overAt(alert, settings.flapWithin) : never;
  if (!wants(endpoint, deal, alert)) return never;
  if (told === undefined || isGraver(alert.severity, told.severity)) return Number.NEGATIVE_INFINITY;
  return endpoint.repeatAfter === null ? never : told.at + endpoint.repeatAfter;
}

/** Whether it is from before the endpoint was enabled, or history: many of these come at once. */
function isOld(
  { at: now, status, finding }: AlertMessage,
  alert: Alert,
  endpoint: EndpointState,
  told: Told | undefined,
  { flapWithin, historyAfter }: AlertSettings,
): boolean {
  const happenedBefore = (happened: Instant, known: Instant): boolean =>
    happened < endpoint.enabled_at || known - happened > historyAfter;
  if (status === 'resolved') return happenedBefore(overAt(alert, flapWithin), now);
  if (told === undefined) return happenedBefore(finding.severity_since ?? finding.since, now);
  // What came in a digest is repeated in one; that it became graver is news.
  return !isGraver(finding.severity, told.severity) && happenedBefore(alert.since, alert.raised_at);
}

function findingOf(alert: Alert, episode: AlertFinding | undefined): AlertFinding {
  const { kind, family, severity, since, advice, resolved_at: closedAt } = alert;
  if (episode !== undefined) return { ...episode, closed_at: closedAt };
  return { kind, family, severity, since, closed_at: closedAt, advice, numbers: {}, evidence: [] };
}

function toldOf({ status, finding }: AlertMessage, delivery: Delivery, last: Told | undefined): Told {
  const { endpoint, next_attempt_at: due, created_at: created } = delivery;
  const graver = last === undefined || isGraver(finding.severity, last.severity);
  return {
    endpoint,
    status,
    severity: graver ? finding.severity : last.severity,
    at: due ?? created,
    count: (last?.count ?? 0) + 1,
  };
}

/** @param before how many messages of the alert the endpoint was told before */
function deliveryOf(
  endpoint: Endpoint,
  message: AlertMessage,
  old: boolean,
  before: number,
  { settings, render, sha256 }: Circumstances,
): Delivery {
  const { alert_id: alertId, deal, finding, at: now } = message;
  const gathered = old || endpoint.digest !== null;
  const type = messageType(message);
  return {
    webhook_id: messageId(sha256, {
      alertId,
      endpoint: endpoint.name,
      type,
      severity: finding.severity,
      before,
    }),
    endpoint: endpoint.name,
    alert_id: alertId,
    deal_id: deal.id,
    type,
    state: gathered ? 'gathered' : 'pending',
    digest_id: null,
    body: gathered ? JSON.stringify(digestItem(message)) : render(endpoint, message),
    ...untried,
    created_at: now,
    next_attempt_at: goesOutAt(endpoint, gathered ? windowEnd(now, settings.backlogDigestAfter) : now, now),
  };
}

/** @param earliest when it would go out at any hour */
function goesOutAt({ digest, businessHours }: Endpoint, earliest: Instant, now: Instant): Instant {
  if (digest !== null) return nextDigestAt(digest, now);
  return businessHours === null ? earliest : nextBusinessHour(businessHours, earliest);
}
