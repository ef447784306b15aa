import { DEFAULT_DATABASE, openServer } from '../client.js';
import type { Connection } from '../client.js';
import type { WarehouseConfig } from '../config.js';
import { insertText } from '../insert.js';
import { type Migration, readMigrations } from './migrations.js';
import { type AppliedMigration, pendingMigrations } from './plan.js';
import { type Layout, renderMigration } from './template.js';

const DATABASE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Every node of a cluster remembers the same migrations, so this table has one path for all shards. */
function migrationsTable(layout: Layout): string {
  const engine =
    layout.kind === 'single'
      ? 'ReplacingMergeTree()'
      : "ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}')";
  const [on] = renderMigration('{{on_cluster}}', layout);
  return `CREATE TABLE IF NOT EXISTS schema_migrations ${on ?? ''} (
  number UInt32,
  name String,
  checksum String,
  applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ${engine}
ORDER BY number`;
}

export function layoutOf(config: WarehouseConfig): Layout {
  return config.kind === 'server' && config.cluster !== undefined
    ? { kind: 'cluster', cluster: config.cluster }
    : { kind: 'single' };
}

async function createDatabase(config: WarehouseConfig): Promise<void> {
  if (config.kind === 'embedded') return;
  const database = config.database ?? DEFAULT_DATABASE;
  if (!DATABASE_NAME.test(database)) {
    throw new Error(`"${database}" is no database name: use letters, digits and underscores`);
  }
  const connection = openServer(config, null);
  try {
    const [on] = renderMigration('{{on_cluster}}', layoutOf(config));
    await connection.client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database} ${on ?? ''}` });
  } finally {
    await connection.close();
  }
}

async function appliedMigrations({ client }: Connection): Promise<readonly AppliedMigration[]> {
  const result = await client.query({
    query: 'SELECT number, name, checksum FROM schema_migrations FINAL ORDER BY number',
    format: 'JSONEachRow',
  });
  return result.json<AppliedMigration>();
}

/**
 * Applies what is missing, in order. A migration interrupted half-way is run again from its start, as all its
 * statements are IF NOT EXISTS or OR REPLACE; two processes may do so at once.
 * @returns names of the migrations applied now
 */
export async function migrate(
  connection: Connection,
  config: WarehouseConfig,
  known: readonly Migration[] = readMigrations(),
): Promise<readonly string[]> {
  await createDatabase(config);
  const layout = layoutOf(config);
  await connection.client.command({ query: migrationsTable(layout) });
  const pending = pendingMigrations(known, await appliedMigrations(connection));
  for (const { number, name, checksum, source } of pending) {
    for (const query of renderMigration(source, layout)) await connection.client.command({ query });
    await insertText(
      connection.client,
      'schema_migrations (number, name, checksum)',
      JSON.stringify([number, name, checksum]),
    );
  }
  return pending.map(({ name }) => name);
}

/** Highest migration applied (0: none yet), and the highest this code knows. */
export async function schemaVersion(connection: Connection): Promise<{ applied: number; known: number }> {
  const known = readMigrations().length;
  const exists = await connection.client.query({
    query: 'EXISTS TABLE schema_migrations',
    format: 'JSONEachRow',
  });
  const [row] = await exists.json<{ result: number }>();
  if (row?.result !== 1) return { applied: 0, known };
  const applied = await appliedMigrations(connection);
  return { applied: Math.max(0, ...applied.map(({ number }) => number)), known };
}
