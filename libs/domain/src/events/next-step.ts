import { IsOptional } from 'class-validator';
import { IsId, IsInstantOrDate, IsOneOf, IsText, IsTrueOrFalse } from './constraints.js';

const sides = ['customer', 'seller', 'both'] as const;

export class NextStepAgreedData {
  @IsId()
  next_step_id!: string;

  @IsText()
  description!: string;

  @IsInstantOrDate()
  due_at!: string;

  /** Whose move it is. */
  @IsOneOf(sides)
  owner_side!: (typeof sides)[number];

  @IsTrueOrFalse()
  mutual!: boolean;

  /** The meeting that it was agreed in. */
  @IsOptional()
  @IsId()
  meeting_id?: string | null;
}

export class NextStepRescheduledData {
  @IsId()
  next_step_id!: string;

  @IsInstantOrDate()
  due_at!: string;
}

/** The data of `next_step.completed` and `next_step.dropped`. */
export class NextStepClosedData {
  @IsId()
  next_step_id!: string;
}
