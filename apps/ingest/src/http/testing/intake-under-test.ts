import { request as httpRequest } from 'node:http';
import type { NewRecord } from '#log/log.js';
import { createLogger } from '#operations/logger.js';
import { createMetrics, type Metrics } from '#operations/metrics.js';
import type { Serving } from '#operations/serve.js';
import type { IntakeOptions } from '../intake-options.js';
import { serveIntake } from '../serve-intake.js';

export const TOKEN = 'a-token-of-enough-characters';
export const CLIENT_SECRET = 'client-secret-of-the-app';
export const PUBLIC_URL = 'https://plumbline.example/hooks/hubspot';
/** 2026-01-05T09:00:00Z */
export const NOW = 1_767_603_600_000;

export interface Appended {
  readonly topic: string;
  readonly records: readonly NewRecord[];
}

/** A log whose appending the test decides. */
export class FakeLog {
  readonly appended: Appended[] = [];
  /** What an append waits for before it is durable. */
  before: () => Promise<void> = () => Promise.resolve();

  async append(topic: string, records: readonly NewRecord[]): Promise<void> {
    await this.before();
    this.appended.push({ topic, records });
  }

  /** All records, each value as JSON. */
  values(): unknown[] {
    return this.appended
      .flatMap(({ records }) => records)
      .map(({ value }): unknown => JSON.parse(value.toString('utf8')));
  }

  records(): NewRecord[] {
    return this.appended.flatMap(({ records }) => records);
  }
}

export interface IntakeUnderTest {
  readonly log: FakeLog;
  readonly metrics: Metrics;
  /** What was written to the log of the service. */
  readonly lines: string[];
  /** The clock, to be set. */
  readonly clock: { now: number };
  readonly serving: Serving;
  readonly post: (
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers?: Record<string, string>,
  ) => Promise<Response>;
}

/** An intake that listens, with a token and a HubSpot app, over a log in memory. */
export async function startIntake(options: Partial<IntakeOptions> = {}): Promise<IntakeUnderTest> {
  const log = new FakeLog();
  const metrics = createMetrics();
  const lines: string[] = [];
  const clock = { now: NOW };
  const now = (): number => clock.now;
  const serving = await serveIntake({
    log,
    now,
    metrics,
    logger: createLogger({ write: (line) => lines.push(line), now, level: 'debug', service: 'ingest' }),
    randomId: () => 'random-id',
    tokens: [TOKEN],
    hubspot: { clientSecret: CLIENT_SECRET, publicUrl: PUBLIC_URL },
    port: 0,
    ...options,
  });
  return {
    log,
    metrics,
    lines,
    clock,
    serving,
    post: (path, body, headers = {}) => fetch(`${serving.url}${path}`, { method: 'POST', body, headers }),
  };
}

export function authorized(contentType: string): Record<string, string> {
  return { authorization: `Bearer ${TOKEN}`, 'content-type': contentType };
}

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * A request with headers as they are given, also twice the same one, which `fetch` would join.
 * @param body left out: only the headers and the beginning of a body are sent
 */
export function rawPost(url: string, headers: readonly string[], body?: string): Promise<RawAnswer> {
  const { host } = new URL(url);
  const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))];
  return new Promise((resolve, reject) => {
    const all = ['host', host, ...length, ...headers];
    const request = httpRequest(url, { method: 'POST', headers: all, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        request.destroy();
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    request.on('error', reject);
    if (body === undefined) request.write('{');
    else request.end(body);
  });
}
