import { NestFactory } from '@nestjs/core';
import { loadPolicy } from '#config/load-policy.js';
import { openLog } from '#config/open-log.js';
import { runService } from '#config/run-service.js';
import { policyWarnings } from '#domain/policy/parse-policy.js';
import { createRuleBook } from '#domain/policy/rules.js';
import { createMetrics } from '#operations/metrics.js';
import { createProgress } from '#operations/progress.js';
import { serveOperations } from '#operations/serve-operations.js';
import { logCheck, schemaCheck, warehouseCheck } from '#operations/service-checks.js';
import { STALE_AFTER_MS } from '#operations/stale.js';
import { openWarehouse } from '#warehouse/warehouse.js';
import { ScorerModule } from './scorer.module.js';
import { ScorerService } from './scorer.service.js';

await runService('scorer', { httpPort: 8081 }, async (config, logger) => {
  const policy = await loadPolicy(config.policyFile);
  for (const warning of policyWarnings(policy)) logger.warn(`policy: ${warning}`);
  const log = await openLog(config.log, logger);
  const warehouse = await openWarehouse(config.warehouse);
  await warehouse.migrate();
  const metrics = createMetrics();
  const progress = createProgress({ now: Date.now, staleAfterMs: STALE_AFTER_MS });
  const app = await NestFactory.createApplicationContext(
    ScorerModule.register({
      log,
      warehouse,
      topics: config.topics,
      book: createRuleBook(policy),
      now: Date.now,
      maxRecords: config.maxBatchRecords,
      cacheWeight: config.cacheWeight,
      metrics,
      progress,
    }),
    { abortOnError: false, logger },
  );
  await app.init();
  const scorer = app.get(ScorerService);
  const { read } = warehouse;
  const operations = await serveOperations({
    ...config.http,
    metrics,
    progress,
    checks: {
      log: logCheck(() => scorer.lag()),
      warehouse: warehouseCheck(read),
      schema: schemaCheck(read),
    },
  });
  return {
    ended: scorer.ended,
    async close() {
      await app.close();
      await operations.close();
      await warehouse.close();
      await log.close();
    },
  };
});
