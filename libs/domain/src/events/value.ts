import { IsOptional } from 'class-validator';
import { IsFiniteNumber, IsNumberFrom, IsText, IsTextList, Nested } from './constraints.js';
import { Person } from './person.js';

export class FitAssessedData {
  /** 0: no match, 1: a perfect one. */
  @IsNumberFrom(0, 1)
  score!: number;

  /** By what it was assessed; free. */
  @IsOptional()
  criteria?: unknown;
}

export class BusinessCaseValidatedData {
  /** The customer's objectives that it serves. */
  @IsOptional()
  @IsTextList()
  objectives?: string[] | null;

  @IsOptional()
  @IsFiniteNumber()
  annual_value?: number | null;

  @IsOptional()
  @IsText()
  currency?: string | null;

  @IsOptional()
  @Nested(() => Person)
  validated_by?: Person | null;
}
