import { type Agent as HttpAgent, type ClientRequest, request as httpRequest } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { LOOKED_AT_BYTES, READ_BYTES } from './answer.js';
import { ForbiddenAddressError } from './guarded-connection.js';

/** One request and what came back of it. */
export interface Exchange {
  readonly status: number | null;
  readonly retryAfter: string | null;
  /** First bytes of the answer's body. */
  readonly body: Buffer;
  /** Why there is no complete answer; null: there is one. */
  readonly failure: string | null;
  /** The other side had closed a connection that was kept open: nothing is known of how it would have answered. */
  readonly wasStale: boolean;
}

/**
 * Posts to a URL, never following where it is sent, and reads the answer to a limit: a longer one is complete there
 * and its connection is destroyed.
 * @param signal ends it; the failure is then the text that it was aborted with
 * @returns never rejects
 */
export function exchange(
  url: URL,
  agent: HttpAgent | HttpsAgent,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<Exchange> {
  return new Promise((resolve) => {
    let status: number | null = null;
    let retryAfter: string | null = null;
    const chunks: Buffer[] = [];
    let read = 0;
    let request: ClientRequest | undefined;

    const finish = (failure: string | null, wasStale = false): void => {
      signal.removeEventListener('abort', aborted);
      resolve({ status, retryAfter, body: Buffer.concat(chunks), failure, wasStale });
    };
    const aborted = (): void => {
      finish(String(signal.reason));
      request?.destroy();
    };
    if (signal.aborted) {
      aborted();
      return;
    }
    signal.addEventListener('abort', aborted);
    try {
      const options = { method: 'POST', agent, headers };
      request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
    } catch {
      finish('the request cannot be made: check the URL of the endpoint');
      return;
    }
    const made = request;
    made.on('error', (error) => {
      finish(describe(error), status === null && made.reusedSocket && codeOf(error) === 'ECONNRESET');
    });
    // Last of all, and alone where a server switches protocols.
    made.on('close', () => {
      finish(status === null ? 'the connection ended without an answer' : BROKEN_OFF);
    });
    made.on('response', (response) => {
      status = response.statusCode ?? null;
      retryAfter = response.headers['retry-after'] ?? null;
      response.on('data', (chunk: Buffer) => {
        if (read < LOOKED_AT_BYTES) chunks.push(chunk.subarray(0, LOOKED_AT_BYTES - read));
        read += chunk.length;
        if (read < READ_BYTES) return;
        finish(null);
        made.destroy();
      });
      response.on('end', () => {
        finish(null);
      });
      response.on('error', () => {
        finish(BROKEN_OFF);
      });
    });
    made.end(body);
  });
}

const BROKEN_OFF = 'the answer broke off';

const knownErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  ENOTFOUND: 'the host has no address',
  EAI_AGAIN: 'the host cannot be resolved at present',
  ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
};

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}

/** In words of ours: messages of others may tell the URL. */
function describe(error: Error): string {
  if (error instanceof ForbiddenAddressError) return error.message;
  const code = codeOf(error);
  const known = knownErrors[code];
  if (known !== undefined) return known;
  if (code.startsWith('HPE_')) return `what came back is not an HTTP answer (${code})`;
  if (/CERT|TLS|SSL/.test(code)) return `the TLS connection was not accepted (${code})`;
  return `the connection failed (${code})`;
}
