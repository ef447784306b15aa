import { IsOptional } from 'class-validator';
import { Holds, IsFiniteNumber, IsId, IsOneOf, IsText } from './constraints.js';

const surveys = ['nps', 'csat'] as const;

export class SatisfactionSurveyedData {
  @IsOneOf(surveys)
  kind!: (typeof surveys)[number];

  @IsFiniteNumber()
  @Holds('0 to 10 for nps, 1 to 5 for csat', ({ kind, score }) => {
    const [low, high] = kind === 'csat' ? [1, 5] : [0, 10];
    return typeof score !== 'number' || (score >= low && score <= high);
  })
  score!: number;
}

export class EscalationRaisedData {
  @IsId()
  escalation_id!: string;

  @IsOptional()
  @IsText()
  severity?: string | null;
}

export class EscalationResolvedData {
  @IsId()
  escalation_id!: string;
}
