import { NestFactory } from '@nestjs/core';
import { readFileSync } from 'node:fs';
import { loadPolicy } from '#config/load-policy.js';
import { runService } from '#config/run-service.js';
import { openParts } from '#config/service-parts.js';
import { policyWarnings } from '#domain/policy/parse-policy.js';
import { createRuleBook } from '#domain/policy/rules.js';
import { loadAlertSettings } from './alerts/endpoints-file.js';
import { ScorerModule } from './scorer.module.js';
import { ScorerService } from './scorer.service.js';

await runService('scorer', { httpPort: 8081 }, async (config, logger) => {
  const policy = await loadPolicy(config.policyFile);
  for (const warning of policyWarnings(policy)) logger.warn(`policy: ${warning}`);
  const alerts = loadAlertSettings(config.alertsFile, {
    env: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
    timezone: policy.calendar.timezone,
  });
  const { log, warehouse, metrics, progress, serve, close } = await openParts(config, logger);
  const app = await NestFactory.createApplicationContext(
    ScorerModule.register({
      log,
      warehouse,
      topics: config.topics,
      book: createRuleBook(policy),
      now: Date.now,
      maxRecords: config.maxBatchRecords,
      cacheWeight: config.cacheWeight,
      alerts: {
        settings: alerts,
        replicas: config.log.kind === 'kafka',
        publish: config.log.kind === 'kafka',
      },
      metrics,
      progress,
    }),
    { abortOnError: false, logger },
  );
  await app.init();
  const scorer = app.get(ScorerService);
  const operations = await serve(() => scorer.lag());
  return {
    ended: scorer.ended,
    async close() {
      await app.close();
      await operations.close();
      await close();
    },
  };
});
