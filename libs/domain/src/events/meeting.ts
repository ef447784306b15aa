import { IsOptional } from 'class-validator';
import { Holds, IsId, IsInstantOrDate, IsOneOf, IsText, Nested, NestedList } from './constraints.js';
import { mayEndAfterStart } from './meeting-times.js';
import { Attendee, Person, responses } from './person.js';

const ENDS_AFTER_START = 'an end that is not before starts_at';

export class MeetingScheduledData {
  @IsId()
  meeting_id!: string;

  @IsInstantOrDate()
  starts_at!: string;

  @IsInstantOrDate()
  @Holds(ENDS_AFTER_START, mayEndAfterStart)
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
  @Holds(ENDS_AFTER_START, mayEndAfterStart)
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
  @Holds(ENDS_AFTER_START, mayEndAfterStart)
  ends_at?: string | null;

  @IsOptional()
  @NestedList(() => Attendee)
  attendees?: Attendee[] | null;
}
