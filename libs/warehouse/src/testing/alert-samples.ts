import type { Alert, AlertControl, Delivery, EndpointState } from '#domain/alerts/types.js';
import { untried } from '#domain/alerts/untried.js';
import { T0 } from './samples.js';

/** Quotes, a backslash at the end, NUL, line ends, a tab, what looks like a parameter, and characters of four bytes. */
export const HOSTILE = `it's "x" \`y\` {a:String} \0\n\r\t\u2028 ' OR 1=1; -- \\N 🦊\u{10ffff}\\`;
/** Half of a surrogate pair has no UTF-8 form. */
export const HALF_A_PAIR = 'a\ud83db';
export const HALF_A_PAIR_STORED = 'a\ufffdb';

export function sampleAlert(changes: Partial<Alert> = {}): Alert {
  return {
    alert_id: 'al_1',
    deal_id: 'd1',
    kind: 'stalled',
    family: 'stall',
    since: T0 + 1,
    severity: 'critical',
    status: 'firing',
    raised_at: T0 + 999,
    resolved_at: null,
    advice: 'Agree on a next step.',
    health: 41.5,
    told: [
      { endpoint: 'crm', status: 'firing', severity: 'warning', at: T0 + 3, count: 1 },
      { endpoint: 'slack', status: 'resolved', severity: 'critical', at: T0 + 4, count: 12 },
    ],
    next_look_at: T0 + 60_001,
    version: 1,
    ...changes,
  };
}

export function sampleControl(changes: Partial<AlertControl> = {}): AlertControl {
  return {
    deal_id: 'd1',
    kind: 'stalled',
    snoozed_until: T0 + 86_400_007,
    acknowledged_at: null,
    acknowledged_severity: null,
    by: 'Olga',
    reason: 'The buyer is on leave.',
    version: 1,
    ...changes,
  };
}

export function sampleDelivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    webhook_id: 'msg_1',
    endpoint: 'crm',
    alert_id: 'al_1',
    deal_id: 'd1',
    type: 'deal.stalled',
    state: 'pending',
    digest_id: null,
    body: '{"type":"deal.stalled"}',
    ...untried,
    created_at: T0,
    next_attempt_at: T0,
    ...changes,
  };
}

export function sampleEndpointState(changes: Partial<EndpointState> = {}): EndpointState {
  return {
    endpoint: 'crm',
    enabled_at: T0 + 1,
    baseline_at: null,
    disabled_at: null,
    version: 1,
    ...changes,
  };
}
