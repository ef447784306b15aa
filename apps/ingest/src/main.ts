import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { openLog } from '#config/open-log.js';
import { loadPolicy } from '#config/load-policy.js';
import { runService } from '#config/run-service.js';
import type { ServiceConfig } from '#config/service-config.js';
import { createMetrics } from '#operations/metrics.js';
import { createProgress } from '#operations/progress.js';
import { serveOperations } from '#operations/serve-operations.js';
import { logCheck, schemaCheck, warehouseCheck } from '#operations/service-checks.js';
import { STALE_AFTER_MS } from '#operations/stale.js';
import { openWarehouse } from '#warehouse/warehouse.js';
import { serveIntake } from './http/serve-intake.js';
import { IngestModule } from './ingest.module.js';
import { IngestService } from './ingest.service.js';
import { loadMappings } from './mappings.js';

await runService('ingest', { httpPort: 8080 }, async (config, logger) => {
  const policy = await loadPolicy(config.policyFile);
  if (policy.seller_domains.length === 0) {
    logger.warn(
      'the policy names no seller_domains: who is on your side is not known, and meetings are tied to deals by contacts and accounts alone',
    );
  }
  const mappings = loadMappings(await mappingTexts(config), policy);
  const log = await openLog(config.log, logger);
  const warehouse = await openWarehouse(config.warehouse);
  await warehouse.migrate();
  const metrics = createMetrics();
  const progress = createProgress({ now: Date.now, staleAfterMs: STALE_AFTER_MS });
  const app = await NestFactory.createApplicationContext(
    IngestModule.register({
      log,
      warehouse,
      topics: config.topics,
      mappings,
      sellerDomains: new Set(policy.seller_domains.map((domain) => domain.toLowerCase())),
      now: Date.now,
      maxRecords: config.maxBatchRecords,
      metrics,
      progress,
    }),
    { abortOnError: false, logger },
  );
  await app.init();
  const ingest = app.get(IngestService);
  const { read } = warehouse;
  const operations = await serveOperations({
    ...config.http,
    metrics,
    progress,
    checks: {
      log: logCheck(() => ingest.lag()),
      warehouse: warehouseCheck(read),
      schema: schemaCheck(read),
    },
  });
  const { topics, intake } = config;
  const intakeServer = await serveIntake({
    ...intake,
    log,
    logger,
    metrics,
    now: Date.now,
    randomId: randomUUID,
    topics: { events: topics.bySource.cloudevents, hubspot: topics.bySource.hubspot },
    types: mappings.cloudevents.types,
  });
  return {
    ended: ingest.ended,
    async close() {
      await intakeServer.close();
      await app.close();
      await operations.close();
      await warehouse.close();
      await log.close();
    },
  };
});

async function mappingTexts({ mappingFiles }: ServiceConfig): Promise<Parameters<typeof loadMappings>[0]> {
  const read = Object.entries(mappingFiles).map(
    async ([source, name]) => [source, { name, text: await readFile(name, 'utf8') }] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}
