import { IsOptional } from 'class-validator';
import { Holds, IsFiniteNumber, IsId, IsInstantOrDate, IsText } from './constraints.js';

export class OutcomeExpectedData {
  @IsId()
  outcome_id!: string;

  @IsText()
  name!: string;

  @IsOptional()
  @IsText()
  unit?: string | null;

  /** 0 where not given. */
  @IsOptional()
  @IsFiniteNumber()
  baseline?: number | null;

  /** May lie below the baseline: a cost to bring down. */
  @IsFiniteNumber()
  @Holds(
    'a target that differs from the baseline (0 where none is given)',
    ({ target, baseline }) => target !== (baseline ?? 0),
  )
  target!: number;

  @IsInstantOrDate()
  due_at!: string;
}

export class OutcomeMeasuredData {
  @IsId()
  outcome_id!: string;

  @IsFiniteNumber()
  value!: number;
}
