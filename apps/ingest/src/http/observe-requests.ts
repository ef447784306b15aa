import type { IncomingMessage, ServerResponse } from 'node:http';
import { withCorrelation } from '#operations/correlation.js';
import type { IntakeRoute, Metrics } from '#operations/metrics.js';
import { requestIdOf } from './request-id.js';

/** The sender went away before there was an answer; the number is nginx's. */
const GONE = 499;

/** Names every request, tells its sender the name, and counts how it was answered. */
export function observeRequests(metrics: Pick<Metrics, 'request'>, randomId: () => string) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const id = requestIdOf(request.headers, randomId);
    response.setHeader('x-request-id', id);
    const route = routeOf(request);
    response.once('close', () => {
      metrics.request(route, response.writableFinished ? response.statusCode : GONE);
    });
    withCorrelation(id, next);
  };
}

function routeOf(request: IncomingMessage): IntakeRoute {
  const { originalUrl } = request as IncomingMessage & { originalUrl?: string };
  const path = /^[^?#]*/.exec(originalUrl ?? request.url ?? '')?.[0].replace(/\/$/, '');
  if (path === '/events') return 'events';
  return path === '/hooks/hubspot' ? 'hubspot' : 'other';
}
