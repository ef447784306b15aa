/** Every kind of finding, by family; within a family in alphabetical order, the order in which findings are listed. */
export const findingKinds = {
  stall: [
    'close_date_passed',
    'close_date_slipping',
    'disconnected',
    'idle_meeting',
    'next_step_overdue',
    'no_next_step',
    'stage_regressed',
    'stalled',
  ],
  alignment: [
    'approval_gap',
    'fit_unassessed',
    'no_business_case',
    'no_economic_buyer',
    'poor_fit',
    'premature_close',
    'process_undefined',
    'ready_but_unasked',
    'seller_ahead',
    'seller_behind',
    'single_threaded',
    'stakeholder_opposed',
    'untied_business_case',
    'window_closing',
    'window_missed',
  ],
  success: [
    'adoption_low',
    'burned_customer',
    'customer_forgotten',
    'escalation_open',
    'expansion_ready',
    'implementation_late',
    'no_expected_outcome',
    'outcome_behind',
    'outcome_unmeasured',
    'reference_unasked',
    'renewal_at_risk',
    'satisfaction_low',
  ],
} as const;

export type FindingFamily = keyof typeof findingKinds;
export type FindingKind = (typeof findingKinds)[FindingFamily][number];
export type Severity = 'info' | 'warning' | 'critical';
