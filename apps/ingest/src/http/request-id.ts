import type { IncomingHttpHeaders } from 'node:http';

/** Of the record in the raw topic: what a request is called in the log and by its sender. */
export const CORRELATION_HEADER = 'plumbline-correlation-id';

/** The name of a request: the sender's own, the trace it belongs to, or a new one. */
export function requestIdOf(headers: IncomingHttpHeaders, randomId: () => string): string {
  const given = headers['x-request-id'];
  if (typeof given === 'string' && /^[A-Za-z0-9._:-]{1,128}$/.test(given)) return given;
  const trace = headers['traceparent'];
  const traceId = typeof trace === 'string' ? /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(trace)?.[1] : undefined;
  return traceId === undefined || /^0+$/.test(traceId) ? randomId() : traceId;
}
