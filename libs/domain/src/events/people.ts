import { IsOneOf, Nested } from './constraints.js';
import { Person } from './person.js';

const roles = ['champion', 'economic_buyer', 'approver', 'evaluator', 'user', 'other'] as const;
const positions = ['supportive', 'neutral', 'opposed'] as const;

export class StakeholderIdentifiedData {
  @Nested(() => Person)
  person!: Person;

  @IsOneOf(roles)
  role!: (typeof roles)[number];
}

export class StakeholderPositionChangedData {
  @Nested(() => Person)
  person!: Person;

  @IsOneOf(positions)
  position!: (typeof positions)[number];
}
