/** The numbers of each finding that a policy may set; those that are missing here have none. Days are business days unless said. */
export interface FindingNumbers {
  stalled: { critical_factor: number; step_within_days: number };
  disconnected: { days: number; critical_messages: number };
  no_next_step: { days: number };
  next_step_overdue: { days: number; critical_days: number };
  idle_meeting: { days: number };
  /** All plain days. */
  close_date_slipping: {
    window_days: number;
    times: number;
    days: number;
    critical_times: number;
    critical_days: number;
  };
  /** Plain days. */
  close_date_passed: { critical_days: number };
  stage_regressed: object;
  seller_ahead: { critical_gap: number };
  premature_close: object;
  seller_behind: { days: number };
  ready_but_unasked: { days: number; critical_days: number };
  window_closing: object;
  window_missed: object;
  /** `window_days` are plain days. */
  single_threaded: { order: number; people: number; window_days: number };
  no_economic_buyer: { order: number; critical_order: number };
  approval_gap: { order: number };
  stakeholder_opposed: object;
  process_undefined: { order: number };
  no_business_case: { order: number; critical_order: number };
  untied_business_case: object;
  fit_unassessed: { order: number };
  poor_fit: { below: number; critical_order: number };
  no_expected_outcome: { days: number };
  implementation_late: { critical_days: number };
  outcome_unmeasured: object;
  outcome_behind: { below: number; critical_below: number };
  /** `after_days` are plain days. */
  adoption_low: { below: number; after_days: number };
  satisfaction_low: { nps: number; csat: number; critical_nps: number; critical_csat: number };
  escalation_open: { days: number; critical_days: number };
  customer_forgotten: { days: number };
  burned_customer: object;
  /** Plain days. */
  renewal_at_risk: { within_days: number };
  reference_unasked: { days: number };
  expansion_ready: object;
}
