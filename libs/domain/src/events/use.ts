import { IsNumberFrom } from './constraints.js';

export class AdoptionMeasuredData {
  /** Users who use it. */
  @IsNumberFrom(0, Number.POSITIVE_INFINITY)
  active!: number;

  /** Users who may. */
  @IsNumberFrom(0, Number.POSITIVE_INFINITY)
  licensed!: number;
}
