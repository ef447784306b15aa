import type { IncomingMessage } from 'node:http';
import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { Accepted, Intake } from './intake.js';

export const INTAKE = Symbol('intake');

/** Records in, over HTTP. The answer 202 says that they are durably in the log. */
@Controller()
export class IntakeController {
  constructor(@Inject(INTAKE) private readonly intake: Intake) {}

  @Post('events')
  @HttpCode(202)
  events(@Req() request: IncomingMessage): Promise<Accepted> {
    return this.intake.events(request);
  }

  @Post('hooks/hubspot')
  @HttpCode(202)
  hubspot(@Req() request: IncomingMessage): Promise<Accepted> {
    return this.intake.hubspot(request);
  }
}
