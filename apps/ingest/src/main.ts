import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { loadPolicy } from '#config/load-policy.js';
import { sellerDomainsOf } from '#domain/policy/rules.js';
import { runService } from '#config/run-service.js';
import { openParts } from '#config/service-parts.js';
import { serveIntake } from './http/serve-intake.js';
import { IngestModule } from './ingest.module.js';
import { IngestService } from './ingest.service.js';
import { readMappingFiles } from './mapping-files.js';
import { loadMappings } from './mappings.js';

await runService('ingest', { httpPort: 8080 }, async (config, logger) => {
  const policy = await loadPolicy(config.policyFile);
  if (policy.seller_domains.length === 0) {
    logger.warn(
      'the policy names no seller_domains: who is on your side is not known, and meetings are tied to deals by contacts and accounts alone',
    );
  }
  const mappings = loadMappings(await readMappingFiles(config.mappingFiles), policy);
  const { log, warehouse, metrics, progress, serve, close } = await openParts(config, logger);
  const app = await NestFactory.createApplicationContext(
    IngestModule.register({
      log,
      warehouse,
      topics: config.topics,
      mappings,
      sellerDomains: sellerDomainsOf(policy),
      now: Date.now,
      maxRecords: config.maxBatchRecords,
      fastPath: config.fastPath,
      metrics,
      progress,
    }),
    { abortOnError: false, logger },
  );
  await app.init();
  const ingest = app.get(IngestService);
  const operations = await serve(() => ingest.lag());
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
      await close();
    },
  };
});
