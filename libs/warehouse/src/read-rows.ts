import type { CloseTiming, DealRecord, DealStatus, HealthRecord } from '#domain/score/records.js';
import type { FindingKind, Severity } from '#domain/findings/kinds.js';

/** The deal's record with the finding that matters most drawn out: a row of the view `deal_health_now`. */
export interface DealNow extends Omit<DealRecord, 'record' | 'key'> {
  /** The gravest finding, the first of equals in the order of findings; null where there is none. */
  readonly worst_kind: FindingKind | null;
  readonly worst_severity: Severity | null;
  readonly worst_advice: string | null;
}

/** Which deals, and how many. What is left out does not narrow. */
export interface DealFilter {
  readonly deal_ids?: readonly string[];
  readonly statuses?: readonly DealStatus[];
  readonly owner_ids?: readonly string[];
  readonly teams?: readonly string[];
  /** `worst_first`: lowest health, then highest amount in the reporting currency. Default: by deal id. */
  readonly order?: 'deal_id' | 'worst_first';
  readonly limit?: number;
  /** For paging: how many to pass over. */
  readonly offset?: number;
}

/** A deal that must be scored again although nothing new came in. */
export interface DueDeal {
  readonly deal_id: string;
  readonly rescore_at: string;
}

/** Deals and amounts of one status. */
export interface StatusCount {
  readonly status: DealStatus;
  readonly deals: number;
  /** Sum of the amounts whose rate is known, in the policy's reporting currency. */
  readonly amount_reporting: number;
  /** Deals with an amount whose rate is unknown: in no sum. */
  readonly deals_without_rate: number;
}

/** By whom measures are grouped. */
export type Grouping = 'team' | 'owner_id' | 'segment';

/** How many held meetings ended with an agreed next step. */
export interface NextStepCoverage {
  /** Value of the grouping; null: the deals that have none. */
  readonly group: string | null;
  readonly customer: boolean;
  readonly held: number;
  readonly with_next_step: number;
}

/** How many deals were first asked for the order at which time, and how many of them were won or lost. */
export interface CloseTimingCount {
  readonly group: string | null;
  readonly close_timing: CloseTiming;
  readonly deals: number;
  readonly won: number;
  readonly lost: number;
}

/** How much the store holds. */
export interface Counts {
  readonly events: number;
  readonly deals: number;
  readonly dead_letters: number;
  readonly unlinked: number;
}

/** The deal's health as it was at an instant: a row of the view `deal_health_history`. */
export type HealthAsOf = Omit<HealthRecord, 'record' | 'key'>;
