import type { Log } from '#log/log.js';
import type { StructuredLogger } from '#operations/logger.js';
import { createMetrics, type Metrics } from '#operations/metrics.js';
import { createProgress, type Progress } from '#operations/progress.js';
import type { Serving } from '#operations/serve.js';
import { serveOperations } from '#operations/serve-operations.js';
import { logCheck, schemaCheck, warehouseCheck } from '#operations/service-checks.js';
import { openWarehouse, type Warehouse } from '#warehouse/warehouse.js';
import { openLog } from './open-log.js';
import type { ServiceConfig } from './service-config.js';

/** How long a service may go without a batch finished or asked for: longer than the slowest one with all its attempts. */
const STALE_AFTER_MS = 5 * 60_000;

/** What both services work with. */
export interface ServiceParts {
  readonly log: Log;
  /** Its schema is up to date. */
  readonly warehouse: Warehouse;
  readonly metrics: Metrics;
  readonly progress: Progress;
  /** Answers for health and metrics. */
  readonly serve: (lag: () => Promise<number>) => Promise<Serving>;
  readonly close: () => Promise<void>;
}

/** @throws Error where log or ClickHouse can't be reached, or the schema is newer than this program */
export async function openParts(config: ServiceConfig, logger: StructuredLogger): Promise<ServiceParts> {
  const log = await openLog(config.log, logger);
  const warehouse = await openWarehouse(config.warehouse);
  await warehouse.migrate();
  const metrics = createMetrics();
  const progress = createProgress({ now: Date.now, staleAfterMs: STALE_AFTER_MS });
  return {
    log,
    warehouse,
    metrics,
    progress,
    serve: (lag) =>
      serveOperations({
        ...config.http,
        metrics,
        progress,
        checks: {
          log: logCheck(lag),
          warehouse: warehouseCheck(warehouse.read),
          schema: schemaCheck(warehouse.read),
        },
      }),
    async close() {
      await warehouse.close();
      await log.close();
    },
  };
}
