import { IsOptional } from 'class-validator';
import { IsId, IsInstantOrDate, IsText } from './constraints.js';

export class ImplementationMilestonePlannedData {
  @IsId()
  milestone_id!: string;

  @IsOptional()
  @IsText()
  name?: string | null;

  @IsInstantOrDate()
  due_at!: string;
}

export class ImplementationMilestoneReachedData {
  @IsId()
  milestone_id!: string;
}
