import { createHash } from 'node:crypto';
import { type PlanInput, planDeal } from '../alerts/plan.js';
import type {
  Alert,
  AlertControl,
  AlertDeal,
  AlertFinding,
  AlertSettings,
  Delivery,
  Endpoint,
  EndpointState,
} from '../alerts/types.js';
import { type Instant, parseInstant } from '../time/instant.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const at = (text: string): Instant => parseInstant(`${text}Z`) ?? Number.NaN;

/** An endpoint that wants all that is a warning or graver, at once. */
export function endpointOf(own: Partial<Endpoint> = {}): Endpoint {
  return {
    name: 'ops',
    url: 'https://ops.example/hook',
    secret: null,
    format: 'standard',
    kinds: null,
    families: null,
    minimumSeverity: 'warning',
    minimumAmount: null,
    owners: null,
    teams: null,
    segments: null,
    pipelines: null,
    digest: null,
    businessHours: null,
    repeatAfter: null,
    resolved: true,
    maxPerHour: 60,
    concurrency: 4,
    allowPrivate: false,
    allowHttp: false,
    ...own,
  };
}

export function dealOf(own: Partial<AlertDeal> = {}): AlertDeal {
  return {
    id: 'd1',
    name: 'Roof',
    owner: { id: 'o1', name: 'Kim' },
    team: 'North',
    segment: 'smb',
    pipeline: 'default',
    stage: 'proposal',
    amount: 1000,
    currency: 'USD',
    amount_reporting: 900,
    health: 41.5,
    paused: false,
    ...own,
  };
}

export function episodeOf(own: Partial<AlertFinding> = {}): AlertFinding {
  return {
    kind: 'stalled',
    family: 'stall',
    severity: 'warning',
    since: at('2026-03-02T12:00:00'),
    closed_at: null,
    advice: 'Agree on a next step.',
    numbers: { business_days: 12 },
    evidence: ['crm|e1'],
    ...own,
  };
}

/** A deal with what is stored of its alerts, planned for again and again. */
export interface Desk {
  deal: AlertDeal;
  episodes: AlertFinding[];
  controls: AlertControl[];
  readonly endpoints: Map<string, EndpointState>;
  settings: AlertSettings;
  readonly alerts: Map<string, Alert>;
  /** All that was planned. */
  readonly outbox: Delivery[];
  /** What is planned at the instant, as things are, without storing it. */
  foresee(now: Instant): ReturnType<typeof planDeal>;
  /** Plans and stores. @returns what there is to tell */
  plan(now: Instant): Delivery[];
}

/** All endpoints are in use since the instant. */
export function deskOf(
  endpoints: readonly Endpoint[] = [endpointOf()],
  enabledAt: Instant = at('2026-01-01T00:00:00'),
): Desk {
  const desk: Desk = {
    deal: dealOf(),
    episodes: [],
    controls: [],
    endpoints: new Map(endpoints.map(({ name }) => [name, stateOf(name, enabledAt)])),
    settings: {
      flapWithin: HOUR,
      historyAfter: DAY,
      backlogDigestAfter: 5 * MINUTE,
      dealLink: null,
      endpoints,
    },
    alerts: new Map(),
    outbox: [],
    foresee(now) {
      const { deal, episodes, controls, endpoints: states, settings, alerts } = desk;
      const input: PlanInput = {
        ...{ deal, episodes, controls, endpoints: states, settings, now, sha256 },
        alerts: [...alerts.values()],
        render: ({ format }, message) => JSON.stringify({ format, ...message }),
      };
      return planDeal(input);
    },
    plan(now) {
      const { alerts, deliveries } = desk.foresee(now);
      for (const alert of alerts) desk.alerts.set(alert.alert_id, alert);
      desk.outbox.push(...deliveries);
      return deliveries;
    },
  };
  return desk;
}

export function stateOf(endpoint: string, enabledAt: Instant): EndpointState {
  return { endpoint, enabled_at: enabledAt, baseline_at: enabledAt, disabled_at: null, version: 1 };
}
