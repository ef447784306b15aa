import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { StructuredLogger } from '#operations/logger.js';
import { discardRest } from './read-body.js';
import { Refusal } from './refusal.js';

/** Answers every failure as `{error, reasons}`, and logs it without what the request held. */
@Catch()
export class RefusalFilter implements ExceptionFilter {
  constructor(
    private readonly logger: StructuredLogger,
    private readonly limits: { readonly bodyTimeoutMs: number },
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<IncomingMessage>();
    const response = http.getResponse<ServerResponse>();
    const refusal = refusalOf(error);
    this.tell(refusal, error);
    discardRest(request, this.limits);
    if (response.headersSent || response.destroyed) return;
    response.writeHead(refusal.status, {
      'content-type': 'application/json; charset=utf-8',
      ...refusal.headers,
    });
    response.end(`${JSON.stringify({ error: refusal.message, reasons: refusal.reasons })}\n`);
  }

  private tell(refusal: Refusal, error: unknown): void {
    const { status, message, reasons } = refusal;
    const fields = { status, reason: message, faults: reasons.length };
    // Whoever sends too much must not fill the log as well.
    if (status === 429) this.logger.debug('request refused', fields);
    else if (status < 500) this.logger.info('request refused', fields);
    else if (status === 500) this.logger.error('request failed', error, fields);
    else this.logger.warn('request refused', fields);
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof HttpException) {
    const status = error.getStatus();
    if (status === 404)
      return new Refusal(404, 'no such route: POST /events and POST /hooks/hubspot are there');
    if (status < 500) return new Refusal(status, 'not a request that can be answered');
  }
  return new Refusal(500, 'the request could not be handled; the log of the service says why');
}
