import { IsOptional } from 'class-validator';
import { IsText, Nested } from './constraints.js';
import { Person } from './person.js';

/** The data of `message.sent` and `message.received`. */
export class MessageData {
  @IsText()
  channel!: string;

  /** The one at the customer's end. */
  @IsOptional()
  @Nested(() => Person)
  person?: Person | null;
}
