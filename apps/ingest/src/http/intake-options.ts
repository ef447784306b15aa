import type { Instant } from '#domain/time/instant.js';
import type { Log } from '#log/log.js';
import type { StructuredLogger } from '#operations/logger.js';
import type { Metrics } from '#operations/metrics.js';

/** How records come in over HTTP. */
export interface IntakeOptions {
  readonly log: Pick<Log, 'append'>;
  readonly now: () => Instant;
  readonly logger: StructuredLogger;
  readonly metrics: Pick<Metrics, 'request'>;
  /** Names requests that come without a name. */
  readonly randomId: () => string;
  /** Raw topics; `deals.events` and `crm.hubspot` unless told otherwise. */
  readonly topics?: { readonly events: string; readonly hubspot: string };
  /**
   * Bearer tokens of `POST /events`, of at least 16 characters each, or their SHA-256 as `sha256:` and 64 hexadecimal
   * digits. None: the route takes nothing.
   */
  readonly tokens?: readonly string[] | undefined;
  /** Not given: `POST /hooks/hubspot` takes nothing. */
  readonly hubspot?: HubspotOptions | undefined;
  /** Another's event type → ours, as in the mapping of the source: these types are known, too. */
  readonly types?: ReadonlyMap<string, string>;
  readonly limits?: Partial<IntakeLimits>;
  /** How many proxies stand before the intake and write X-Forwarded-For; 0 unless told otherwise. */
  readonly trustedProxies?: number;
}

export interface HubspotOptions {
  /** The client secret of the HubSpot app. */
  readonly clientSecret: string;
  /** The target URL as it is written in the HubSpot app: what HubSpot calls, and signs. */
  readonly publicUrl: string;
}

export interface IntakeLimits {
  /** Of a request's body. */
  readonly maxBodyBytes: number;
  /** By token, and by address for what comes without a valid one. */
  readonly requestsPerMinute: number;
  /** Requests of a route that are read and appended at one time: what bounds the memory they take. */
  readonly maxConcurrent: number;
  readonly bodyTimeoutMs: number;
  /** HubSpot waits 5 seconds for an answer. */
  readonly appendTimeoutMs: number;
}

export const DEFAULT_LIMITS: IntakeLimits = {
  maxBodyBytes: 1024 * 1024,
  requestsPerMinute: 6_000,
  maxConcurrent: 64,
  bodyTimeoutMs: 10_000,
  appendTimeoutMs: 4_000,
};

export const DEFAULT_TOPICS = { events: 'deals.events', hubspot: 'crm.hubspot' } as const;

export interface IntakeServerOptions extends IntakeOptions {
  /** Address to listen on; loopback unless told otherwise. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
}
