import { eventFamilies } from '../events/catalogue.js';
import type { FindingPolicies, Policy, StagePolicy } from './policy.js';

function stage(
  id: string,
  order: number,
  requires: number,
  calledForAt: number | null,
  expectedDays: number,
): StagePolicy {
  return {
    id,
    name: id,
    order,
    requires,
    called_for_at: calledForAt,
    expected_days: expectedDays,
    aliases: [],
  };
}

const findings: FindingPolicies = {
  stalled: { enabled: true, critical_factor: 2, step_within_days: 20 },
  disconnected: { enabled: true, days: 10, critical_messages: 3 },
  no_next_step: { enabled: true, days: 2 },
  next_step_overdue: { enabled: true, days: 1, critical_days: 5 },
  idle_meeting: { enabled: true, days: 1 },
  close_date_slipping: {
    enabled: true,
    window_days: 90,
    times: 2,
    days: 30,
    critical_times: 4,
    critical_days: 90,
  },
  close_date_passed: { enabled: true, critical_days: 30 },
  stage_regressed: { enabled: true },
  seller_ahead: { enabled: true, critical_gap: 3 },
  premature_close: { enabled: true },
  seller_behind: { enabled: true, days: 5 },
  ready_but_unasked: { enabled: true, days: 3, critical_days: 10 },
  window_closing: { enabled: true },
  window_missed: { enabled: true },
  single_threaded: { enabled: true, order: 3, people: 2, window_days: 30 },
  no_economic_buyer: { enabled: true, order: 4, critical_order: 6 },
  approval_gap: { enabled: true, order: 5 },
  stakeholder_opposed: { enabled: true },
  process_undefined: { enabled: true, order: 3 },
  no_business_case: { enabled: true, order: 4, critical_order: 6 },
  untied_business_case: { enabled: true },
  fit_unassessed: { enabled: true, order: 2 },
  poor_fit: { enabled: true, below: 0.5, critical_order: 4 },
  no_expected_outcome: { enabled: true, days: 10 },
  implementation_late: { enabled: true, critical_days: 20 },
  outcome_unmeasured: { enabled: true },
  outcome_behind: { enabled: true, below: 0.8, critical_below: 0.5 },
  adoption_low: { enabled: true, below: 0.5, after_days: 60 },
  satisfaction_low: { enabled: true, nps: 6, csat: 3, critical_nps: 3, critical_csat: 1 },
  escalation_open: { enabled: true, days: 5, critical_days: 15 },
  customer_forgotten: { enabled: true, days: 30 },
  burned_customer: { enabled: true },
  renewal_at_risk: { enabled: true, within_days: 90 },
  reference_unasked: { enabled: true, days: 20 },
  expansion_ready: { enabled: true },
};

/** What holds where a company's policy says nothing else. */
export const defaultPolicy: Policy = {
  seller_domains: [],
  calendar: { timezone: 'UTC', workdays: ['mon', 'tue', 'wed', 'thu', 'fri'], holidays: [] },
  reporting_currency: 'EUR',
  rates: {},
  pipelines: {
    default: {
      stages: [
        stage('qualification', 1, 0, null, 10),
        stage('discovery', 2, 0, 1, 15),
        stage('solution', 3, 1, 3, 20),
        stage('proposal', 4, 3, 4, 15),
        stage('negotiation', 5, 4, 5, 15),
        stage('closing', 6, 5, 6, 10),
      ],
    },
  },
  ready_to_buy: 5,
  findings,
  points: { critical: 40, warning: 15, info: 3 },
  tracks: [...eventFamilies],
  cycle: { learn: false, minimum: 20 },
};
