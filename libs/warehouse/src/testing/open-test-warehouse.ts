import type { ClickHouseClient } from '@clickhouse/client';
import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClient } from '../client.js';
import type { WarehouseConfig } from '../config.js';
import { type Warehouse, openWarehouse } from '../warehouse.js';

/** The engine is real: tens of thousands of rows take seconds on a busy machine. */
jest.setTimeout(120_000);

export interface TestWarehouse {
  readonly warehouse: Warehouse;
  /** Another connection to the same database, to do and see what the warehouse does not offer. */
  readonly client: ClickHouseClient;
  /** Closes it and removes what it kept. */
  remove(): Promise<void>;
}

/**
 * A migrated warehouse of its own: on the server at PLUMBLINE_TEST_CLICKHOUSE_URL where that is set, otherwise on
 * the embedded engine, of which a process can have one open at a time.
 */
export async function openTestWarehouse(): Promise<TestWarehouse> {
  const url = process.env['PLUMBLINE_TEST_CLICKHOUSE_URL'];
  const path = mkdtempSync(join(tmpdir(), 'plumbline-warehouse-'));
  const database = `plumbline_test_${randomUUID().replaceAll('-', '')}`;
  const config: WarehouseConfig =
    url === undefined ? { kind: 'embedded', path } : { kind: 'server', url, database };
  const warehouse = await openWarehouse(config);
  await warehouse.migrate();
  const second = await openClient(config);
  return {
    warehouse,
    client: second.client,
    remove: async () => {
      if (url !== undefined) await second.client.command({ query: `DROP DATABASE ${database}` });
      await second.close();
      await warehouse.close();
      rmSync(path, { recursive: true, force: true });
    },
  };
}
