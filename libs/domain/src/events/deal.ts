import { IsOptional } from 'class-validator';
import {
  IsFiniteNumber,
  IsFiniteNumberOrNull,
  IsId,
  IsInstantOrDate,
  IsInstantOrDateOrNull,
  IsText,
  IsTrueOrFalse,
  Nested,
} from './constraints.js';
import { Account, Owner } from './person.js';

export class DealOpenedData {
  @IsText()
  name!: string;

  @IsOptional()
  @Nested(() => Account)
  account?: Account | null;

  @IsOptional()
  @Nested(() => Owner)
  owner?: Owner | null;

  @IsOptional()
  @IsId()
  pipeline?: string | null;

  @IsOptional()
  @IsText()
  stage?: string | null;

  @IsOptional()
  @IsFiniteNumber()
  amount?: number | null;

  @IsOptional()
  @IsText()
  currency?: string | null;

  @IsOptional()
  @IsInstantOrDate()
  close_date?: string | null;

  @IsOptional()
  @IsText()
  segment?: string | null;
}

export class DealDescribedData {
  @IsOptional()
  @IsText()
  name?: string | null;

  @IsOptional()
  @Nested(() => Account)
  account?: Account | null;

  @IsOptional()
  @IsId()
  pipeline?: string | null;

  @IsOptional()
  @IsText()
  segment?: string | null;
}

export class DealStageChangedData {
  @IsOptional()
  @IsText()
  from?: string | null;

  @IsId()
  to!: string;
}

export class DealAmountChangedData {
  @IsFiniteNumberOrNull()
  amount!: number | null;

  @IsOptional()
  @IsText()
  currency?: string | null;
}

export class DealCloseDateChangedData {
  @IsOptional()
  @IsInstantOrDate()
  from?: string | null;

  @IsInstantOrDateOrNull()
  to!: string | null;
}

export class DealOwnerChangedData {
  @Nested(() => Owner)
  owner!: Owner;
}

export class DealPausedData {
  @IsOptional()
  @IsInstantOrDate()
  until?: string | null;

  @IsOptional()
  @IsText()
  reason?: string | null;
}

export class DealWonData {
  @IsOptional()
  @IsFiniteNumber()
  amount?: number | null;

  @IsOptional()
  @IsText()
  currency?: string | null;
}

export class DealLostData {
  @IsOptional()
  @IsText()
  reason?: string | null;
}

export class DealWalkedAwayData {
  @IsOptional()
  @IsText()
  reason?: string | null;

  @IsOptional()
  @IsTrueOrFalse()
  assisted_elsewhere?: boolean | null;
}

export class DealReopenedData {
  @IsId()
  stage!: string;
}

export class DealMergedData {
  /** The id of the deal that survives. */
  @IsId()
  into!: string;
}
