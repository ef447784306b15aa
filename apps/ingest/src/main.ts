import { NestFactory } from '@nestjs/core';
import { runService } from '#config/run-service.js';
import { readServiceEnvironment } from '#config/service-environment.js';
import { MAX_BATCH_RECORDS } from '#log/consume.js';
import { openEmbeddedLog } from '#log/embedded-log.js';
import { defaultTopics } from '#log/topics.js';
import { openWarehouse } from '#warehouse/warehouse.js';
import { IngestModule } from './ingest.module.js';
import { IngestService } from './ingest.service.js';

await runService('ingest', async () => {
  const read = readServiceEnvironment(process.env);
  if ('faults' in read) throw new Error(read.faults.join('\n'));
  const log = await openEmbeddedLog({ path: read.config.logPath });
  const warehouse = await openWarehouse(read.config.warehouse);
  await warehouse.migrate();
  const app = await NestFactory.createApplicationContext(
    IngestModule.register({
      log,
      warehouse,
      topics: defaultTopics,
      now: Date.now,
      maxRecords: MAX_BATCH_RECORDS,
    }),
    { abortOnError: false, logger: ['error', 'warn'] },
  );
  await app.init();
  return {
    ended: app.get(IngestService).ended,
    async close() {
      await app.close();
      await warehouse.close();
      await log.close();
    },
  };
});
