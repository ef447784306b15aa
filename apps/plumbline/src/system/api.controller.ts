import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createInterface } from 'node:readline';
import {
  BadRequestException,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  HttpCode,
  Inject,
  Injectable,
  Post,
  Query,
  Req,
  Res,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import type { CloudEvent } from '#domain/events/cloud-event.js';
import { parseInstant } from '#domain/time/instant.js';
import { readDraftsRecord } from '#ingest/drafts-record.js';
import type { DeadLetter } from '#warehouse/kept-aside.js';
import type { System } from './system.js';

export const SYSTEM = Symbol('system');
export const API_TOKEN = Symbol('api token');

const EVENTS_PER_APPEND = 1_000;

/** Lets in who knows the token that lies in the data directory: whoever may read that, may also use the system. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(@Inject(API_TOKEN) private readonly token: string) {}

  canActivate(context: ExecutionContext): boolean {
    const { authorization = '' } = context.switchToHttp().getRequest<IncomingMessage>().headers;
    const given = Buffer.from(authorization);
    const expected = Buffer.from(`Bearer ${this.token}`);
    if (given.length === expected.length && timingSafeEqual(given, expected)) return true;
    throw new UnauthorizedException('the token of the data directory is missing or wrong');
  }
}

/** By which the commands reach a running process. */
@Controller('api')
@UseGuards(TokenGuard)
export class ApiController {
  constructor(@Inject(SYSTEM) private readonly system: Omit<System, 'close'>) {}

  /** Answers once the events are durably in the log. */
  @Post('events')
  @HttpCode(202)
  async append(@Req() request: IncomingMessage): Promise<{ appended: number }> {
    let appended = 0;
    let pending: CloudEvent[] = [];
    const flush = async (): Promise<void> => {
      if (pending.length > 0) await this.appendOrRefuse(pending);
      appended += pending.length;
      pending = [];
    };
    for await (const line of createInterface({ input: request, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() === '') continue;
      pending.push(eventOf(line));
      if (pending.length >= EVENTS_PER_APPEND) await flush();
    }
    await flush();
    return { appended };
  }

  private async appendOrRefuse(events: readonly CloudEvent[]): Promise<void> {
    try {
      await this.system.append(events);
    } catch (error) {
      // A record too large for the log: nothing of these was appended.
      throw error instanceof RangeError ? new BadRequestException(error.message) : error;
    }
  }

  /** What a command of this program translated; answers once it is durably in the log. */
  @Post('translated')
  @HttpCode(202)
  async appendTranslated(@Req() request: IncomingMessage): Promise<{ drafts: number }> {
    const read = readDraftsRecord(await wholeBody(request));
    if ('reasons' in read) throw new BadRequestException(read.reasons.join('; ').slice(0, 1_000));
    await this.system.appendTranslated(read);
    return { drafts: read.drafts.length };
  }

  @Get('lag')
  lag(): ReturnType<System['lag']> {
    return this.system.lag();
  }

  @Get('counts')
  counts(): ReturnType<System['counts']> {
    return this.system.counts();
  }

  @Post('rebuild')
  @HttpCode(200)
  rebuild(@Query('deal') deal: string | string[] | undefined): ReturnType<System['rebuild']> {
    return this.system.rebuild(listed(deal));
  }

  /** Scores as NDJSON. */
  @Get('scores')
  async scores(
    @Query('as_of') asOf: string | undefined,
    @Query('deal') deal: string | string[] | undefined,
    @Res() response: ServerResponse,
  ): Promise<void> {
    const at = parseInstant(asOf ?? '');
    if (at === undefined) throw new BadRequestException('as_of: expected an RFC 3339 instant');
    await sendLines(this.system.scores(at, listed(deal)), response);
  }

  /** The events of all deals as NDJSON, a deal a line. */
  @Get('deal-events')
  async dealEvents(@Res() response: ServerResponse): Promise<void> {
    await sendLines(this.system.dealEvents(), response);
  }

  /** What a command of this program refused while translating. */
  @Post('dead-letters')
  @HttpCode(200)
  async refuse(@Req() request: IncomingMessage): Promise<{ refused: number }> {
    const letters: DeadLetter[] = [];
    for await (const line of createInterface({ input: request, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() === '') continue;
      const letter = eventOf(line) as unknown;
      if (!isDeadLetter(letter)) throw new BadRequestException('expected dead letters');
      letters.push(letter);
    }
    await this.system.refuse(letters);
    return { refused: letters.length };
  }

  @Post('dead-letters/replay')
  @HttpCode(200)
  replay(
    @Query('limit') limit: string | undefined,
    @Query('topic') topic: string | undefined,
  ): ReturnType<System['replay']> {
    return this.system.replay({ limit: countIn(limit), topic });
  }

  @Get('dead-letters')
  deadLetters(@Query('limit') limit: string | undefined): ReturnType<System['deadLetters']> {
    return this.system.deadLetters(countIn(limit));
  }
}

export function countIn(limit: string | undefined): number {
  const count = Number(limit ?? '100');
  if (!Number.isInteger(count) || count < 1)
    throw new BadRequestException('limit: expected a whole number from 1');
  return count;
}

/** Larger ones are no values of a record. */
const MOST_BYTES = 8 * 1024 * 1024;

export async function wholeBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new BadRequestException(`expected at most ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function sendLines(items: AsyncIterable<unknown>, response: ServerResponse): Promise<void> {
  response.setHeader('content-type', 'application/x-ndjson');
  try {
    for await (const item of items) {
      if (!response.write(`${JSON.stringify(item)}\n`)) await drainedOrClosed(response);
      // Its reader has seen enough.
      if (response.destroyed) return;
    }
    response.end();
  } catch (error) {
    // What is sent can't be taken back: a broken connection tells that it is not all.
    if (!response.headersSent) throw error;
    response.destroy();
  }
}

function drainedOrClosed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
  });
}

function isDeadLetter(value: unknown): value is DeadLetter {
  if (typeof value !== 'object' || value === null) return false;
  const {
    topic,
    partition,
    offset,
    position,
    source,
    raw,
    reasons,
    received_at: receivedAt,
  } = value as Partial<DeadLetter>;
  return (
    [topic, source, raw].every((text) => typeof text === 'string') &&
    [partition, offset, position, receivedAt].every((number) => Number.isSafeInteger(number)) &&
    Array.isArray(reasons) &&
    reasons.every((reason) => typeof reason === 'string')
  );
}

function listed(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : [value].flat();
}

function eventOf(line: string): CloudEvent {
  try {
    return JSON.parse(line) as CloudEvent;
  } catch {
    throw new BadRequestException('expected NDJSON: a line is not JSON');
  }
}
