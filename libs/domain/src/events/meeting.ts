import { IsOptional } from 'class-validator';
import { IsId, IsInstantOrDate, IsOneOf, IsText, Nested, NestedList } from './constraints.js';
import { Attendee, Person, responses } from './person.js';

export class MeetingScheduledData {
  @IsId()
  meeting_id!: string;

  @IsInstantOrDate()
  starts_at!: string;

  @IsInstantOrDate()
  ends_at!: string;

  @IsOptional()
  @IsText()
  title?: string | null;

  @NestedList(() => Attendee)
  attendees!: Attendee[];
}

export class MeetingRescheduledData {
  @IsId()
  meeting_id!: string;

  @IsInstantOrDate()
  starts_at!: string;

  @IsInstantOrDate()
  ends_at!: string;

  @IsOptional()
  @IsText()
  title?: string | null;

  /** None: the list and its responses stay as they are. */
  @IsOptional()
  @NestedList(() => Attendee)
  attendees?: Attendee[] | null;
}

export class MeetingCancelledData {
  @IsId()
  meeting_id!: string;
}

export class MeetingRespondedData {
  @IsId()
  meeting_id!: string;

  @Nested(() => Person)
  person!: Person;

  @IsOneOf(responses)
  response!: (typeof responses)[number];
}

export class MeetingHeldData {
  @IsId()
  meeting_id!: string;

  @IsOptional()
  @IsInstantOrDate()
  starts_at?: string | null;

  @IsOptional()
  @IsInstantOrDate()
  ends_at?: string | null;

  @IsOptional()
  @NestedList(() => Attendee)
  attendees?: Attendee[] | null;
}
