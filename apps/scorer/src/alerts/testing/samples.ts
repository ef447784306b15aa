import type { AlertMessage, AlertSettings, DigestItem, Endpoint } from '#domain/alerts/types.js';
import { endpointOf } from '#domain/testing/alerts.js';

/** Alerts, endpoints and settings that tests are made of. */

export const sampleSettings: AlertSettings = {
  flapWithin: 3_600_000,
  historyAfter: 86_400_000,
  backlogDigestAfter: 300_000,
  dealLink: 'https://grafana.example/d/deal?var-deal={deal_id}',
  endpoints: [],
};

export const sampleEndpoint: Endpoint = endpointOf({
  name: 'sales-ops',
  url: 'https://hooks.example/deals',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
});

export const sampleMessage: AlertMessage = {
  alert_id: 'al_0123456789abcdef01234567',
  status: 'firing',
  at: Date.UTC(2026, 2, 2, 12),
  deal: {
    id: 'd1',
    name: 'Acme rollout',
    owner: { id: 'u7', name: 'Ana Ruiz' },
    team: 'emea',
    segment: 'enterprise',
    pipeline: 'default',
    stage: 'proposal',
    amount: 1000,
    currency: 'EUR',
    amount_reporting: 1000,
    health: 41.5,
    paused: false,
  },
  finding: {
    kind: 'stalled',
    family: 'stall',
    severity: 'critical',
    since: Date.UTC(2026, 1, 16, 8, 30),
    closed_at: null,
    advice: 'Nothing has moved since 2026-01-12: ask Kim what they need to go on.',
    numbers: { business_days_since_progress: 25.5, expected_business_days: 10 },
    evidence: ['crm/acme|e-17'],
  },
};

export const sampleItem: DigestItem = {
  alert_id: 'al_0123456789abcdef01234567',
  status: 'firing',
  deal_id: 'd1',
  deal_name: 'Acme rollout',
  owner: 'Ana Ruiz',
  amount: 1000,
  currency: 'EUR',
  amount_reporting: 1000,
  kind: 'stalled',
  severity: 'critical',
  since: '2026-02-16T08:30:00.000Z',
  advice: 'Ask Kim what they need to go on.',
};
