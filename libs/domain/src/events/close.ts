import { IsOptional } from 'class-validator';
import { IsOneOf, Nested } from './constraints.js';
import { Person } from './person.js';

const asks = ['order', 'next_step'] as const;
const answers = ['yes', 'no', 'not_yet'] as const;

export class CloseAskedData {
  @IsOneOf(asks)
  for!: (typeof asks)[number];

  @IsOptional()
  @Nested(() => Person)
  by?: Person | null;
}

export class CloseAnsweredData {
  @IsOneOf(answers)
  answer!: (typeof answers)[number];
}
