import { IsOptional } from 'class-validator';
import { IsFiniteNumber, IsId, IsInstantOrDate, IsText } from './constraints.js';

export class RenewalScheduledData {
  @IsInstantOrDate()
  renews_at!: string;

  @IsOptional()
  @IsFiniteNumber()
  amount?: number | null;

  @IsOptional()
  @IsText()
  currency?: string | null;
}

export class CustomerChurnedData {
  @IsOptional()
  @IsText()
  reason?: string | null;
}

export class ExpansionOpenedData {
  /** The new deal: it starts again. */
  @IsId()
  deal_id!: string;
}
