import { IsOptional } from 'class-validator';
import { IsId, IsOneOf, IsText } from './constraints.js';

/** Someone, by address, or by a reference of the source that is not resolved yet. */
export class Person {
  @IsOptional()
  @IsText()
  email?: string | null;

  @IsOptional()
  @IsText()
  name?: string | null;

  @IsOptional()
  @IsText()
  ref?: string | null;
}

export const responses = ['accepted', 'tentative', 'declined', 'needs_action'] as const;

/** Someone invited to a meeting. */
export class Attendee extends Person {
  /** None means needs_action; in `meeting.held`, that he took part. */
  @IsOptional()
  @IsOneOf(responses)
  response?: (typeof responses)[number] | null;
}

/** The customer's company. */
export class Account {
  @IsId()
  id!: string;

  @IsOptional()
  @IsText()
  name?: string | null;

  @IsOptional()
  @IsText()
  domain?: string | null;
}

/** Whoever of ours serves the deal. */
export class Owner {
  @IsId()
  id!: string;

  @IsOptional()
  @IsText()
  name?: string | null;

  @IsOptional()
  @IsText()
  email?: string | null;

  @IsOptional()
  @IsText()
  team?: string | null;
}

/** The data of events that say all by their type; whatever a source adds is let through. */
export class NoData {
  readonly [key: string]: unknown;
}
