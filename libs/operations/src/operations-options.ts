import type { Metrics } from './metrics.js';
import type { Progress } from './progress.js';
import type { Checks } from './readiness.js';

/** What a service tells about itself. */
export interface OperationsOptions {
  readonly metrics: Metrics;
  readonly progress: Progress;
  readonly checks: Checks;
  /** How long a check may take; 2 seconds unless told otherwise. */
  readonly checkTimeoutMs?: number;
}

/** Where it tells it. */
export interface OperationsServerOptions extends OperationsOptions {
  /** Address to listen on; loopback unless told otherwise: there is no password. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
}

export const CHECK_TIMEOUT_MS = 2_000;
export const LOOPBACK = '127.0.0.1';
