import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createMetrics } from './metrics.js';
import { createProgress } from './progress.js';
import type { Checks } from './readiness.js';
import type { Serving } from './serve.js';
import { logCheck, schemaCheck, warehouseCheck } from './service-checks.js';
import { serveOperations } from './serve-operations.js';

let serving: Serving | undefined;

beforeAll(() => {
  Logger.overrideLogger(false);
});

afterEach(async () => {
  await serving?.close();
  serving = undefined;
});

async function started(options: { checks?: Checks; now?: () => number; checkTimeoutMs?: number } = {}) {
  const metrics = createMetrics();
  const progress = createProgress({ now: options.now ?? (() => 0), staleAfterMs: 30_000 });
  const { checks = {}, checkTimeoutMs = 1_000 } = options;
  serving = await serveOperations({ metrics, progress, checks, checkTimeoutMs, port: 0 });
  const { url } = serving;
  return {
    metrics,
    progress,
    get: async (path: string) => {
      const response = await fetch(`${url}${path}`);
      return { status: response.status, body: await response.json() };
    },
    url,
  };
}

const works = (): Promise<void> => Promise.resolve();

describe('GET /health/live', () => {
  it('says whether the loop gets on, and since when it does not', async () => {
    let now = 1_767_603_600_000;
    const { get, progress } = await started({ now: () => now });
    now += 30_000;
    expect(await get('/health/live')).toEqual({
      status: 200,
      body: { status: 'ok', last_progress: '2026-01-05T09:00:00.000Z', stale_after_seconds: 30 },
    });
    now += 1;
    expect(await get('/health/live')).toEqual({
      status: 503,
      body: { status: 'stale', last_progress: '2026-01-05T09:00:00.000Z', stale_after_seconds: 30 },
    });
    progress.beat();
    expect(await get('/health/live')).toMatchObject({
      status: 200,
      body: { last_progress: '2026-01-05T09:00:30.001Z' },
    });
  });

  it('does not depend on the store: starting anew would not bring it back', async () => {
    const { get } = await started({ checks: { warehouse: () => Promise.reject(new Error('gone')) } });
    expect((await get('/health/live')).status).toBe(200);
  });
});

describe('GET /health/ready', () => {
  it('says that everything the service needs is there', async () => {
    const warehouse = {
      select: () => Promise.resolve([{ one: 1 }]),
      schemaVersion: () => Promise.resolve({ applied: 5, known: 5 }),
    };
    const checks = {
      log: logCheck(() => Promise.resolve(17)),
      warehouse: warehouseCheck(warehouse),
      schema: schemaCheck(warehouse),
    };
    const { get } = await started({ checks });
    expect(await get('/health/ready')).toEqual({
      status: 200,
      body: { status: 'ok', checks: { log: { ok: true }, warehouse: { ok: true }, schema: { ok: true } } },
    });
  });

  it('says of each check what is wrong, without secrets', async () => {
    const warehouse = {
      select: () => Promise.reject(new Error('no answer from https://writer:hunter2@clickhouse')),
      schemaVersion: () => Promise.resolve({ applied: 4, known: 5 }),
    };
    const checks = {
      log: logCheck(() => undefined),
      warehouse: warehouseCheck(warehouse),
      schema: schemaCheck(warehouse),
      newer: schemaCheck({ ...warehouse, schemaVersion: () => Promise.resolve({ applied: 6, known: 5 }) }),
      works,
    };
    const { get } = await started({ checks });
    expect(await get('/health/ready')).toEqual({
      status: 503,
      body: {
        status: 'not ready',
        checks: {
          log: { ok: false, reason: 'the log is not open yet' },
          warehouse: { ok: false, reason: 'no answer from https://[redacted]@clickhouse' },
          schema: { ok: false, reason: 'the schema is at version 4, this program needs 5: let it migrate' },
          newer: {
            ok: false,
            reason: 'the schema is at version 6, this program knows 5: run the newer program',
          },
          works: { ok: true },
        },
      },
    });
  });

  it('does not wait for a check that hangs, and does not start it again meanwhile', async () => {
    let asked = 0;
    let answer = (): void => undefined;
    const hangs = (): Promise<void> => {
      asked += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const { get } = await started({ checks: { hangs, works }, checkTimeoutMs: 20 });
    const expected = {
      status: 503,
      body: {
        status: 'not ready',
        checks: { hangs: { ok: false, reason: 'no answer within 20 ms' }, works: { ok: true } },
      },
    };
    expect(await get('/health/ready')).toEqual(expected);
    expect(await get('/health/ready')).toEqual(expected);
    expect(asked).toBe(1);
    answer();
    await get('/health/ready');
    expect(asked).toBe(2);
  });

  it('takes a check that throws at once as one that failed', async () => {
    const checks = {
      throws: () => {
        throw new Error('not set up');
      },
    };
    const { get } = await started({ checks });
    expect(await get('/health/ready')).toMatchObject({
      status: 503,
      body: { checks: { throws: { ok: false, reason: 'not set up' } } },
    });
  });
});

describe('GET /metrics', () => {
  it('is what Prometheus scrapes', async () => {
    const { metrics, url } = await started();
    metrics.records('salesforce', 'translated', 2);
    const response = await fetch(`${url}/metrics`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(await response.text()).toContain(
      'plumbline_records_total{source="salesforce",outcome="translated"} 2',
    );
  });
});

describe('listening', () => {
  it('is on loopback unless told otherwise', async () => {
    await started();
    expect(serving?.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('says which address is taken', async () => {
    await started();
    const metrics = createMetrics();
    const progress = createProgress({ now: () => 0, staleAfterMs: 1 });
    const port = serving?.port ?? 0;
    await expect(serveOperations({ metrics, progress, checks: {}, port })).rejects.toThrow(
      `can't listen on 127.0.0.1:${port}: `,
    );
  });
});
