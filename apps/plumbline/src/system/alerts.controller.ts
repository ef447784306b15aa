import type { IncomingMessage } from 'node:http';
import {
  BadRequestException,
  Controller,
  Get,
  HttpCode,
  Inject,
  Post,
  Query,
  Req,
  UseGuards,
} from '@nestjs/common';
import { parseInstant } from '#domain/time/instant.js';
import type { AlertActions, AlertQuery } from './alert-actions.js';
import { countIn, SYSTEM, TokenGuard, wholeBody } from './api.controller.js';
import { readControlRequest } from './control-request.js';
import type { System } from './system.js';

type Parameters = Readonly<Record<string, unknown>>;

/** By which the commands about alerts reach a running process. */
@Controller('api/alerts')
@UseGuards(TokenGuard)
export class AlertsController {
  private readonly alerts: AlertActions;

  constructor(@Inject(SYSTEM) system: Pick<System, 'alerts'>) {
    this.alerts = system.alerts;
  }

  @Get()
  list(@Query() query: Parameters): ReturnType<AlertActions['list']> {
    return this.alerts.list(alertQuery(query));
  }

  @Get('deliveries')
  deliveries(@Query() query: Parameters): ReturnType<AlertActions['deliveries']> {
    return this.alerts.deliveries(alertQuery(query));
  }

  @Post('control')
  @HttpCode(200)
  async control(@Req() request: IncomingMessage): ReturnType<AlertActions['control']> {
    const told = readControlRequest(parsed(await wholeBody(request)));
    if (told === undefined)
      throw new BadRequestException('expected deal_id, kind, what {do, until}, by and reason');
    return this.alerts.control(told);
  }

  @Post('replay')
  @HttpCode(200)
  replay(@Query() query: Parameters): ReturnType<AlertActions['replay']> {
    const since = text(query, 'since');
    const at = since === undefined ? undefined : parseInstant(since);
    if (since !== undefined && at === undefined)
      throw new BadRequestException('since: expected an RFC 3339 instant');
    return this.alerts.replay({
      webhook_id: text(query, 'webhook_id'),
      endpoint: text(query, 'endpoint'),
      since: at,
    });
  }
}

function alertQuery(query: Parameters): AlertQuery {
  const status = text(query, 'status');
  if (status !== undefined && status !== 'firing' && status !== 'resolved')
    throw new BadRequestException('status: expected firing or resolved');
  return {
    deal: text(query, 'deal'),
    status,
    endpoint: text(query, 'endpoint'),
    limit: countIn(text(query, 'limit')),
  };
}

function text(query: Parameters, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new BadRequestException(`${name}: expected one`);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    throw new BadRequestException('expected JSON');
  }
}
