import { IsOptional } from 'class-validator';
import { IsInstantOrDate, IsOneOf, Nested, NestedList } from './constraints.js';
import { Person } from './person.js';

/** The customer's milestones, in order. */
export const milestones = [
  'need_recognised',
  'process_defined',
  'criteria_agreed',
  'solution_validated',
  'business_case_accepted',
  'decision_approved',
  'order_placed',
] as const;

/** The position on the ladder of whoever has reached the last milestone. */
export const HIGHEST_POSITION = milestones.length;

export type Milestone = (typeof milestones)[number];

export class BuyingProcessDefinedData {
  @IsOptional()
  @IsInstantOrDate()
  decision_date?: string | null;

  @IsOptional()
  @NestedList(() => Person)
  approvers?: Person[] | null;
}

export class BuyingMilestoneReachedData {
  @IsOneOf(milestones)
  milestone!: Milestone;

  @IsOptional()
  @Nested(() => Person)
  by?: Person | null;
}

export class BuyingMilestoneWithdrawnData {
  @IsOneOf(milestones)
  milestone!: Milestone;
}

export class BuyingDecisionWindowSetData {
  @IsOptional()
  @IsInstantOrDate()
  opens?: string | null;

  @IsInstantOrDate()
  closes!: string;
}
