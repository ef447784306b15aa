import type { FindingKind } from '../findings/kinds.js';
import type { FindingNumbers } from '../findings/numbers.js';
import type { EventFamily } from '../events/catalogue.js';

/** A stage of the seller's ladder, and what it presumes of the customer's. */
export interface StagePolicy {
  readonly id: string;
  readonly name?: string;
  /** Place on the ladder, from 1. */
  readonly order: number;
  /** The position the customer must have reached for the seller to be here. */
  readonly requires: number;
  /** The position at which the customer's progress calls for this stage; null: never. */
  readonly called_for_at: number | null;
  /** Business days a deal may stay here without progress; null: no limit. */
  readonly expected_days: number | null;
  /** The ids by which the CRMs know this stage; compared without regard to case. */
  readonly aliases: readonly string[];
}

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Whether the kind is judged at all, and its numbers. */
export type FindingPolicies = {
  readonly [K in FindingKind]: Readonly<{ enabled: boolean } & FindingNumbers[K]>;
};

export interface PipelinePolicy {
  /** None: those of the pipeline `default`. */
  readonly stages?: readonly StagePolicy[];
  /** CRM stage ids that mean the deal is closed; for the sources, which turn them into `deal.won` and `deal.lost`. */
  readonly won?: readonly string[];
  readonly lost?: readonly string[];
  readonly findings?: { readonly [K in FindingKind]?: Partial<FindingPolicies[K]> };
}

/** A whole policy: the defaults with what a company's file sets differently. */
export interface Policy {
  readonly seller_domains: readonly string[];
  readonly calendar: {
    readonly timezone: string;
    readonly workdays: readonly Weekday[];
    readonly holidays: readonly string[];
  };
  readonly reporting_currency: string;
  /** Units of the reporting currency for one unit of another. */
  readonly rates: Readonly<Record<string, number>>;
  readonly pipelines: Readonly<Record<string, PipelinePolicy>>;
  /** The position from which the customer is ready to buy. */
  readonly ready_to_buy: number;
  readonly findings: FindingPolicies;
  readonly points: { readonly critical: number; readonly warning: number; readonly info: number };
  /** Event families that this company's sources record at all. */
  readonly tracks: readonly EventFamily[];
  /** Whether expected days are learned from the company's own deals, and from how many at least. */
  readonly cycle: { readonly learn: boolean; readonly minimum: number };
}
