import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openClient } from './client.js';
import type { Connection } from './client.js';
import type { WarehouseConfig } from './config.js';
import { insertText } from './insert.js';
import { changesOf } from './record-changes.js';
import { sampleAlert, sampleDelivery } from './testing/alert-samples.js';
import { T0, sampleEvent, sampleRecords } from './testing/samples.js';
import { type Warehouse, openWarehouse } from './warehouse.js';

/**
 * Over the embedded engine, settings given to the client stay for all later statements: after one insert with a
 * deduplication token, other rows inserted without one are dropped without a word. So settings stand in the
 * statements, and nothing this library does may leave one behind, on either engine.
 */
const path = mkdtempSync(join(tmpdir(), 'plumbline-sticky-'));
const url = process.env['PLUMBLINE_TEST_CLICKHOUSE_URL'];
const engines: (readonly [string, WarehouseConfig])[] = [
  ['the embedded engine', { kind: 'embedded', path }],
  ...(url === undefined
    ? []
    : [['a server', { kind: 'server', url, database: 'plumbline_sticky_settings' }] as const]),
];
afterAll(() => {
  rmSync(path, { recursive: true, force: true });
});

describe.each(engines)('on %s', (_, config) => {
  let warehouse: Warehouse;
  let connection: Connection;
  beforeAll(async () => {
    warehouse = await openWarehouse(config);
    await warehouse.migrate();
    connection = await openClient(config);
    await connection.client.command({ query: 'DROP TABLE IF EXISTS sticky' });
    await connection.client.command({
      query:
        'CREATE TABLE sticky (a UInt32) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100',
    });
  }, 120_000);
  afterAll(async () => {
    await connection.client.command({ query: 'DROP TABLE IF EXISTS sticky' });
    await connection.close();
    await warehouse.close();
  });

  async function rows(): Promise<number[]> {
    const result = await connection.client.query({
      query: 'SELECT a FROM sticky ORDER BY a',
      format: 'JSONEachRow',
    });
    return (await result.json<{ a: number }>()).map(({ a }) => a);
  }

  it('a deduplication token in one statement does not drop the rows of the next', async () => {
    const { client } = connection;
    const withToken = (a: number): string =>
      `INSERT INTO sticky SETTINGS insert_deduplication_token = 'once', async_insert = 0 FORMAT JSONCompactEachRow\n[${a}]`;
    await client.command({ query: withToken(1) });
    await insertText(client, 'sticky', '[2]');
    await insertText(client, 'sticky', '[3]\n[4]');
    expect(await rows()).toEqual([1, 2, 3, 4]);

    // The token works at all: the engine drops what it takes for a repetition.
    await client.command({ query: withToken(5) });
    expect(await rows()).toEqual([1, 2, 3, 4]);
  });

  it('no write and no read leaves a setting behind', async () => {
    // Compared with a connection that has only just been opened.
    const changed = 'SELECT name, value FROM system.settings WHERE changed ORDER BY name';
    const event = sampleEvent({ deal_id: 'sticky', source: 'sticky' });
    await warehouse.write.events({ append: [event] });
    const changes = changesOf('sticky', [], sampleRecords('sticky'));
    if (changes !== null) await warehouse.write.records([changes]);
    await warehouse.write.deadLetters([
      {
        topic: 't',
        partition: 0,
        offset: 0,
        position: 0,
        source: 's',
        raw: '',
        reasons: [],
        received_at: T0,
        replayed_at: null,
      },
    ]);
    await warehouse.write.aside({ kept: [{ ...event, addresses: [], domains: [], version: 1 }], gone: [] });
    await warehouse.write.drafts([{ row: { ...event, origin: 's', keys: ['k'] }, version: 1 }]);
    await warehouse.write.linkedEvents({
      written: [{ row: event, linked_by: 'deal', shared: false, version: 1 }],
      removed: [],
    });
    await warehouse.write.dealKeys([{ ...event, key: 'k' }], { deleted: false });
    await warehouse.write.directory([
      { scope: 's', ref: 'contact/1', field: 'email', time: 1, value: 'a@b.example' },
    ]);
    await warehouse.read.linking.standings([event]);
    await warehouse.read.identities([event]);
    await warehouse.read.dealsNow({ limit: 1 });
    await warehouse.alerts.writeAlerts([sampleAlert()]);
    await warehouse.alerts.writeDeliveries([sampleDelivery()]);
    await warehouse.alerts.outbox(['crm'], { now: T0, limit: 1 });
    await warehouse.alerts.listAlerts({ limit: 1 });

    const untouched = await openClient(config);
    const fresh = await untouched.client.query({ query: changed, format: 'JSONEachRow' });
    expect(await warehouse.read.select(changed)).toEqual(await fresh.json());
    await untouched.close();
  });
});
