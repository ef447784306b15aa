import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { Endpoint } from '#domain/alerts/types.js';
import type { Instant } from '#domain/time/instant.js';
import { answerText, secretsOf } from './answer.js';
import { type Exchange, exchange } from './exchange.js';
import { guardedAgent, judgeUrl, type Resolve, resolveWithSystem } from './guarded-connection.js';
import { webhookHeaders } from './sign.js';

/** One attempt to deliver a message. */
export interface SendRequest {
  readonly endpoint: Endpoint;
  /** The same at every attempt. */
  readonly id: string;
  /** JSON, the same at every attempt. */
  readonly body: string;
  /** When the attempt is made. */
  readonly at: Instant;
}

export interface Outcome {
  /** `gone`: the endpoint wants no more messages. `stopped`: this side ended the attempt, which doesn't count. */
  readonly result: 'delivered' | 'failed' | 'gone' | 'stopped';
  readonly httpStatus: number | null;
  /** Why it isn't delivered, in one line that tells neither path nor secret. */
  readonly error: string | null;
  /** First 500 bytes of the answer; null without one. */
  readonly response: string | null;
  /** From connecting to the last byte read, milliseconds. */
  readonly latencyMs: number;
  /** The header of that name where it is to be obeyed (429 and 503). */
  readonly retryAfter: string | null;
}

/** Makes one attempt; never rejects. */
export type Send = (request: SendRequest, options: { readonly signal: AbortSignal }) => Promise<Outcome>;

export interface Sender {
  readonly send: Send;
  /** Closes connections that are kept open. */
  close(): void;
}

export interface SenderParts {
  readonly resolve?: Resolve;
  /** Calls `expire` after some milliseconds unless it is called off by what it returns. */
  readonly deadline?: (ms: number, expire: () => void) => () => void;
  /** A clock that only goes forward, milliseconds. */
  readonly elapsed?: () => number;
}

/** From connecting to the last byte of the answer. */
export const TIMEOUT_MS = 15_000;

/** How often a message is sent over another connection because the kept one turned out to be closed. */
const STALE_CONNECTIONS = 2;

const STOPPED = 'the attempt was stopped';

/** Sends messages to endpoints over connections that are kept open, each endpoint its own. */
export function createSender(parts: SenderParts = {}): Sender {
  const {
    resolve = resolveWithSystem,
    deadline = wallClockDeadline,
    elapsed = () => performance.now(),
  } = parts;
  const agents = new Map<string, HttpAgent | HttpsAgent>();
  const agentOf = (endpoint: Endpoint, url: URL): HttpAgent | HttpsAgent => {
    const agent = agents.get(endpoint.name) ?? guardedAgent(endpoint, url, resolve);
    agents.set(endpoint.name, agent);
    return agent;
  };

  const attempt = async (
    { endpoint, id, body, at }: SendRequest,
    url: URL,
    signal: AbortSignal,
  ): Promise<Exchange> => {
    const headers = {
      ...webhookHeaders(endpoint.secret, id, at, body),
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'plumbline',
      'accept-encoding': 'identity',
    };
    for (let stale = 0; ; stale += 1) {
      const result = await exchange(url, agentOf(endpoint, url), headers, body, signal);
      if (!result.wasStale || stale === STALE_CONNECTIONS) return result;
    }
  };

  return {
    async send(request, { signal }) {
      const begun = elapsed();
      const refuse = (error: string): Outcome => ({
        ...nothing,
        error,
        latencyMs: Math.round(elapsed() - begun),
      });
      const { endpoint } = request;
      if (!URL.canParse(endpoint.url))
        return refuse('the URL of the endpoint is not valid: correct the alerts file');
      const url = new URL(endpoint.url);
      const ending = new AbortController();
      const stop = (): void => {
        ending.abort(STOPPED);
      };
      const callOff = deadline(TIMEOUT_MS, () => {
        ending.abort(`no complete answer within ${TIMEOUT_MS / 1_000} s`);
      });
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
      try {
        judgeUrl(url, endpoint);
        const result = await attempt(request, url, ending.signal);
        return {
          ...outcomeOf(result, secretsOf(url, endpoint.secret)),
          latencyMs: Math.round(elapsed() - begun),
        };
      } catch (error) {
        // Of ours: an address or a scheme that is forbidden, or a secret that cannot be read.
        return refuse(error instanceof Error ? error.message : 'the message cannot be sent');
      } finally {
        callOff();
        signal.removeEventListener('abort', stop);
      }
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

const nothing: Outcome = {
  result: 'failed',
  httpStatus: null,
  error: null,
  response: null,
  latencyMs: 0,
  retryAfter: null,
};

function outcomeOf({ status, retryAfter, body, failure }: Exchange, secrets: readonly string[]): Outcome {
  if (failure === STOPPED) return { ...nothing, result: 'stopped', error: failure };
  if (status === null) return { ...nothing, error: failure };
  const answered = { ...nothing, httpStatus: status, response: answerText(body, secrets) };
  if (status === 410)
    return { ...answered, result: 'gone', error: 'the endpoint answered 410: it wants no more' };
  if (status >= 200 && status < 300) {
    return failure === null ? { ...answered, result: 'delivered' } : { ...answered, error: failure };
  }
  if (status >= 300 && status < 400) {
    return {
      ...answered,
      error: `the endpoint answered ${status}: redirects are not followed, set its final URL`,
    };
  }
  const isToldWhen = status === 429 || status === 503;
  return {
    ...answered,
    error: `the endpoint answered ${status}`,
    retryAfter: isToldWhen ? retryAfter : null,
  };
}

function wallClockDeadline(ms: number, expire: () => void): () => void {
  const timer = setTimeout(expire, ms);
  return () => {
    clearTimeout(timer);
  };
}
