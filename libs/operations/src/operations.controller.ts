import type { ServerResponse } from 'node:http';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { CHECK_TIMEOUT_MS, type OperationsOptions } from './operations-options.js';
import { createReadiness, type Readiness } from './readiness.js';

export const OPERATIONS_OPTIONS = Symbol('operations options');

/** What a supervisor and Prometheus ask a service. */
@Controller()
export class OperationsController {
  private readonly readiness: () => Promise<Readiness>;

  constructor(@Inject(OPERATIONS_OPTIONS) private readonly options: OperationsOptions) {
    this.readiness = createReadiness(options.checks, options.checkTimeoutMs ?? CHECK_TIMEOUT_MS);
  }

  @Get('health/live')
  live(@Res() response: ServerResponse): void {
    const { moving, since, staleAfterMs } = this.options.progress.state();
    answer(response, moving ? 200 : 503, {
      status: moving ? 'ok' : 'stale',
      last_progress: new Date(since).toISOString(),
      stale_after_seconds: staleAfterMs / 1_000,
    });
  }

  @Get('health/ready')
  async ready(@Res() response: ServerResponse): Promise<void> {
    const { ready, checks } = await this.readiness();
    answer(response, ready ? 200 : 503, { status: ready ? 'ok' : 'not ready', checks });
  }

  @Get('metrics')
  async metrics(@Res() response: ServerResponse): Promise<void> {
    const { contentType, text } = await this.options.metrics.exposition();
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text);
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(`${JSON.stringify(body)}\n`);
}
