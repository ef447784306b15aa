import type { Delivery } from './types.js';

/** What a delivery says of its attempts when it is made. */
export const untried = {
  attempts: 0,
  http_status: null,
  error: null,
  response: null,
  latency_ms: null,
  attempted_at: null,
  delivered_at: null,
  version: 1,
} as const satisfies Partial<Delivery>;
