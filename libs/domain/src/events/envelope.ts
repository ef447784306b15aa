import { IsOptional } from 'class-validator';
import { IsId, IsInstant, IsOneOf, IsPlainObject, IsPositiveInteger } from './constraints.js';

/** The CloudEvents attributes that mean something here. Others pass unchanged. */
export class Envelope {
  @IsOneOf(['1.0'])
  specversion!: '1.0';

  @IsId()
  id!: string;

  @IsId()
  source!: string;

  @IsId()
  type!: string;

  @IsOptional()
  @IsId()
  subject?: string | null;

  @IsInstant()
  time!: string;

  @IsOptional()
  @IsPositiveInteger()
  schemaversion?: number | null;

  @IsOptional()
  @IsInstant()
  recordedtime?: string | null;

  @IsOptional()
  @IsPlainObject()
  data?: object | null;
}
