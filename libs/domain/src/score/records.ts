import type { FindingFamily, FindingKind, Severity } from '../findings/kinds.js';

/**
 * What the scorer keeps of a deal. Every record is a pure function of the deal's events up to an instant, so
 * that a rebuild writes the same bytes. Instants are RFC 3339 in UTC with milliseconds; days are business days.
 */

export type DealStatus =
  | 'stalled'
  | 'at_risk'
  | 'watch'
  | 'healthy'
  | 'won_at_risk'
  | 'won_watch'
  | 'won_healthy'
  | 'churned'
  | 'lost'
  | 'walked_away'
  | 'removed'
  | 'merged';

/** The statuses of an open deal, the gravest first. */
export const openStatuses = [
  'stalled',
  'at_risk',
  'watch',
  'healthy',
] as const satisfies readonly DealStatus[];

/** Whether the customer was asked for the order at the right time; null: neither ready nor asked. */
export type CloseTiming = 'premature' | 'on_time' | 'late' | 'unasked';

/** The deal as it stands; one a deal, key ''. */
export interface DealRecord {
  readonly record: 'deal';
  readonly key: '';
  readonly deal_id: string;
  readonly name: string;
  readonly account_id: string | null;
  readonly account_name: string | null;
  readonly account_domain: string | null;
  readonly owner_id: string | null;
  readonly owner_name: string | null;
  readonly team: string | null;
  readonly segment: string | null;
  readonly pipeline: string;
  readonly stage: string | null;
  readonly stage_order: number | null;
  /** The customer's position, 0 to 7. */
  readonly position: number;
  readonly amount: number | null;
  readonly currency: string | null;
  /** `amount` in the policy's reporting currency; null where its rate is unknown. */
  readonly amount_reporting: number | null;
  /** YYYY-MM-DD */
  readonly close_date: string | null;
  readonly opened_at: string;
  /** The opening or the latest reopening. */
  readonly run_started_at: string;
  /** When it was won, lost or walked away from; null while open. */
  readonly closed_at: string | null;
  readonly won_at: string | null;
  readonly churned_at: string | null;
  readonly status: DealStatus;
  readonly health: number | null;
  readonly stall: number | null;
  readonly alignment: number | null;
  readonly success: number | null;
  readonly paused: boolean;
  readonly paused_until: string | null;
  readonly pause_reason: string | null;
  /** The source lost changes: what is known may be stale. */
  readonly history_gap: boolean;
  readonly finding_kinds: readonly FindingKind[];
  readonly finding_severities: readonly Severity[];
  readonly finding_advice: readonly string[];
  readonly term_kinds: readonly FindingKind[];
  readonly term_points: readonly number[];
  readonly not_judged: readonly FindingKind[];
  /** The latest instant at which an event, a meeting's end or time itself changed something here. */
  readonly judged_at: string;
  /** When time alone will change the verdict; null: never. */
  readonly next_change_at: string | null;
  /** When this deal must be scored again even without a new event; null: never. */
  readonly rescore_at: string | null;
  readonly last_event_at: string;
  readonly events: number;
  readonly last_progress_at: string;
  readonly last_contact_at: string | null;
  readonly first_next_step_at: string | null;
  /** When the customer's position last rose to ready_to_buy. */
  readonly ready_at: string | null;
  readonly first_asked_at: string | null;
  readonly close_timing: CloseTiming | null;
  readonly outcomes_expected: number;
  readonly outcomes_due: number;
  /** Mean attainment (0 to 2) of the outcomes due; unmeasured ones count 0. Null where none is due. */
  readonly promise_kept: number | null;
  readonly adoption: number | null;
  readonly nps: number | null;
  readonly csat: number | null;
  readonly open_escalations: number;
  readonly reference: 'asked' | 'given' | 'declined' | null;
  readonly renews_at: string | null;
}

/** The deal's health between two changes; key: valid_from. */
export interface HealthRecord {
  readonly record: 'health';
  readonly key: string;
  readonly deal_id: string;
  readonly valid_from: string;
  /** Null: still so. */
  readonly valid_to: string | null;
  readonly status: DealStatus;
  readonly health: number | null;
  readonly stall: number | null;
  readonly alignment: number | null;
  readonly success: number | null;
  readonly pipeline: string;
  readonly stage: string | null;
  readonly stage_order: number | null;
  readonly position: number;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly amount_reporting: number | null;
  readonly owner_id: string | null;
  readonly owner_name: string | null;
  readonly team: string | null;
  readonly segment: string | null;
  readonly paused: boolean;
  readonly finding_kinds: readonly FindingKind[];
  readonly finding_severities: readonly Severity[];
}

/**
 * An episode of a finding; key: `kind|opened_at`. Numbers, evidence and advice are as of the deal's judged_at while
 * it is open, and afterwards as of its opening or latest change of severity.
 */
export interface FindingRecord {
  readonly record: 'finding';
  readonly key: string;
  readonly deal_id: string;
  readonly kind: FindingKind;
  readonly family: FindingFamily;
  readonly opened_at: string;
  readonly closed_at: string | null;
  /** Latest severity while open. */
  readonly severity: Severity;
  readonly worst_severity: Severity;
  /** `source|id` of an event at the closing instant, or 'time'; null while open. */
  readonly closed_by: string | null;
  readonly evidence: readonly string[];
  readonly numbers: Readonly<Record<string, number | string | null>>;
  readonly advice: string;
}

/** A meeting as last known; key: meeting_id. */
export interface MeetingRecord {
  readonly record: 'meeting';
  readonly key: string;
  readonly deal_id: string;
  readonly meeting_id: string;
  readonly title: string | null;
  readonly starts_at: string;
  readonly ends_at: string;
  /** At least one attendee is the customer's. */
  readonly customer: boolean;
  readonly state: 'ahead' | 'held' | 'unconfirmed' | 'cancelled';
  /** A next step was agreed for it, from its start to 1 business day after its end or by name; null unless held. */
  readonly next_step_agreed: boolean | null;
  readonly attendee_emails: readonly string[];
  readonly attendee_responses: readonly string[];
}

/** An explicit next step; key: next_step_id. */
export interface NextStepRecord {
  readonly record: 'next_step';
  readonly key: string;
  readonly deal_id: string;
  readonly next_step_id: string;
  readonly description: string;
  readonly owner_side: 'customer' | 'seller' | 'both';
  readonly mutual: boolean;
  readonly meeting_id: string | null;
  readonly agreed_at: string;
  readonly due_at: string;
  readonly state: 'open' | 'completed' | 'dropped' | 'lapsed';
  readonly closed_at: string | null;
}

/** A stay in a stage; key: entered_at. */
export interface StageRecord {
  readonly record: 'stage';
  readonly key: string;
  readonly deal_id: string;
  readonly stage: string;
  readonly stage_order: number;
  readonly segment: string | null;
  readonly entered_at: string;
  /** Null: still in it as of judged_at. */
  readonly left_at: string | null;
  /** Left for a higher stage or by winning; otherwise the stay is censored. */
  readonly moved_forward: boolean;
  /** Length of the stay so far. */
  readonly business_days: number;
}

export type ScorerRecord =
  DealRecord | HealthRecord | FindingRecord | MeetingRecord | NextStepRecord | StageRecord;
