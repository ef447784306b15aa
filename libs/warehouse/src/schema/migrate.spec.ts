import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, openClient } from '../client.js';
import type { WarehouseConfig } from '../config.js';
import { migrate, schemaVersion } from './migrate.js';
import { readMigrations } from './migrations.js';
import { type Layout, renderMigration } from './template.js';

let path: string;
let config: WarehouseConfig;
let connection: Connection;
beforeAll(async () => {
  path = mkdtempSync(join(tmpdir(), 'plumbline-migrate-'));
  config = { kind: 'embedded', path };
  connection = await openClient(config);
}, 120_000);
afterAll(async () => {
  await connection.close();
  rmSync(path, { recursive: true, force: true });
});

async function tables(): Promise<string[]> {
  const result = await connection.client.query({ query: 'SHOW TABLES', format: 'JSONEachRow' });
  return (await result.json<{ name: string }>()).map(({ name }) => name);
}

describe('migrating', () => {
  it('brings a new database up to date, and does nothing the second time', async () => {
    const known = readMigrations();
    expect(await schemaVersion(connection)).toEqual({ applied: 0, known: known.length });

    expect(await migrate(connection, config)).toEqual(known.map(({ name }) => name));
    const after = await tables();
    expect(after).toContain('deal_health_now');

    expect(await migrate(connection, config)).toEqual([]);
    expect(await tables()).toEqual(after);
    expect(await schemaVersion(connection)).toEqual({ applied: known.length, known: known.length });
  });

  it('goes on where a migration was interrupted half-way', async () => {
    const next = {
      number: readMigrations().length + 1,
      name: '9998_two_tables',
      source:
        'CREATE TABLE IF NOT EXISTS half_1 (a String) ENGINE = {{engine:MergeTree}} ORDER BY a;\nSELECT nonsense;',
      checksum: 'x',
    };
    await expect(migrate(connection, config, [...readMigrations(), next])).rejects.toThrow(/nonsense/);
    expect(await tables()).toContain('half_1');

    const mended = { ...next, source: next.source.replace('SELECT nonsense', 'SELECT 1'), checksum: 'y' };
    expect(await migrate(connection, config, [...readMigrations(), mended])).toEqual([next.name]);
  });

  it('refuses an altered migration, and a schema newer than the code', async () => {
    await expect(migrate(connection, config)).rejects.toThrow(/9998_two_tables.*newer version/);
    const [first, ...others] = readMigrations();
    if (first === undefined) throw new Error('no migrations');
    await expect(migrate(connection, config, [{ ...first, checksum: 'z' }, ...others])).rejects.toThrow(
      /altered/,
    );
  });
});

describe('the statements of every layout', () => {
  const layouts: Layout[] = [{ kind: 'single' }, { kind: 'cluster', cluster: 'main' }];
  const statements = layouts.flatMap((layout) =>
    readMigrations().flatMap(({ name, source }) =>
      renderMigration(source, layout).map(
        (statement, n) => [`${layout.kind} ${name} ${n + 1}`, statement] as const,
      ),
    ),
  );

  it.each(statements)("pass the engine's parser: %s", async (_, statement) => {
    const result = await connection.client.query({
      query: 'SELECT formatQuery({statement:String}) AS formatted',
      query_params: { statement },
      format: 'JSONEachRow',
    });
    const [row] = await result.json<{ formatted: string }>();
    expect(row?.formatted).toMatch(/^(CREATE|ALTER|DROP) /);
  });
});
