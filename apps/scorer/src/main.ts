import { readFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { runService } from '#config/run-service.js';
import { readServiceEnvironment } from '#config/service-environment.js';
import { parsePolicy } from '#domain/policy/parse-policy.js';
import { createRuleBook, type RuleBook } from '#domain/policy/rules.js';
import { MAX_BATCH_RECORDS } from '#log/consume.js';
import { openEmbeddedLog } from '#log/embedded-log.js';
import { defaultTopics } from '#log/topics.js';
import { openWarehouse } from '#warehouse/warehouse.js';
import { ScorerModule } from './scorer.module.js';
import { CACHE_WEIGHT, ScorerService } from './scorer.service.js';

await runService('scorer', async () => {
  const read = readServiceEnvironment(process.env);
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  const book = await loadRules(read.config.policyFile);
  const log = await openEmbeddedLog({ path: read.config.logPath });
  const warehouse = await openWarehouse(read.config.warehouse);
  await warehouse.migrate();
  const app = await NestFactory.createApplicationContext(
    ScorerModule.register({
      log,
      warehouse,
      topics: defaultTopics,
      book,
      now: Date.now,
      maxRecords: MAX_BATCH_RECORDS,
      cacheWeight: CACHE_WEIGHT,
    }),
    { abortOnError: false, logger: ['error', 'warn'] },
  );
  await app.init();
  return {
    ended: app.get(ScorerService).ended,
    async close() {
      await app.close();
      await warehouse.close();
      await log.close();
    },
  };
});

async function loadRules(file: string | undefined): Promise<RuleBook> {
  const parsed = parsePolicy(file === undefined ? '' : await readFile(file, 'utf8'));
  if (parsed.policy !== undefined) return createRuleBook(parsed.policy);
  throw new Error(
    parsed.faults.map(({ path, message }) => `${file ?? 'policy'}: ${path}: ${message}`).join('\n'),
  );
}
