import { describe, expect, it } from '@jest/globals';
import { readMigrations } from './migrations.js';
import { type Layout, renderMigration } from './template.js';

const single: Layout = { kind: 'single' };
const cluster: Layout = { kind: 'cluster', cluster: 'main' };

describe('a migration', () => {
  it('is cut into statements, without comments and empty ones', () => {
    expect(renderMigration("-- why\nSELECT 1;\n\n  -- more\nSELECT\n  'a;b';\n", single)).toEqual([
      'SELECT 1',
      "SELECT\n  'a;b'",
    ]);
  });

  it.each([
    ['{{on_cluster}}', '', "ON CLUSTER 'main'"],
    ['{{table:t}}', 't', 't_local'],
    [
      '{{engine:ReplacingMergeTree(version, gone)}}',
      'ReplacingMergeTree(version, gone)',
      "ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}', version, gone)",
    ],
    [
      '{{engine:MergeTree}}',
      'MergeTree()',
      "ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')",
    ],
  ])('has the marker %s, which is "%s" on a server and "%s" on a cluster', (marker, onServer, onCluster) => {
    expect(renderMigration(`SELECT ${marker} 1;`, single)).toEqual([`SELECT ${onServer} 1`]);
    expect(renderMigration(`SELECT ${marker} 1;`, cluster)).toEqual([`SELECT ${onCluster} 1`]);
  });

  it('has statements for a cluster only', () => {
    const source =
      '{{cluster_only}}\nCREATE TABLE t AS {{table:t}} ENGINE = {{distributed:t, sipHash64(a, b)}};\nSELECT 1;';
    expect(renderMigration(source, single)).toEqual(['SELECT 1']);
    expect(renderMigration(source, cluster)).toEqual([
      "CREATE TABLE t AS t_local ENGINE = Distributed('main', currentDatabase(), 't_local', sipHash64(a, b))",
      'SELECT 1',
    ]);
  });

  it.each([
    ['an unknown marker', 'SELECT {{oops}};', single, /Unknown marker \{\{oops\}\}/],
    ['a semicolon in a comment', '-- a; b\nSELECT 1;', single, /No semicolon in a comment/],
    [
      'a Distributed engine on a server',
      'CREATE TABLE t ENGINE = {{distributed:t, a}};',
      single,
      /cluster_only/,
    ],
    [
      'a Distributed engine without a key',
      '{{cluster_only}} CREATE TABLE t ENGINE = {{distributed:t}};',
      cluster,
      /sharding key/,
    ],
    [
      'a cluster name that could break out',
      'SELECT 1;',
      { kind: 'cluster', cluster: "a'b" } as const,
      /no cluster name/,
    ],
  ])('is refused for %s', (_, source, layout, message) => {
    expect(() => renderMigration(source, layout)).toThrow(message);
  });
});

function statements(layout: Layout): readonly string[] {
  return readMigrations().flatMap(({ source }) => renderMigration(source, layout));
}

function firstLines(layout: Layout, kind: string): string[] {
  return statements(layout)
    .map((statement) => statement.split('\n')[0]?.replace(/ \($/, '').trim() ?? '')
    .filter((line) => line.startsWith(`CREATE ${kind}`));
}

const TABLES = [
  'event_store',
  'event_identities',
  'deal_records',
  'dead_letter_store',
  'unlinked_store',
  'alert_store',
  'alert_delivery_store',
  'draft_store',
  'draft_keys',
  'deal_keys',
  'deals_by_key',
  'directory_store',
  'directory_by_value',
  'deal_alerts',
  'alert_outbox',
  'alert_controls',
  'alert_endpoints',
  'judgement_store',
];

describe('the schema', () => {
  it('has one table each on a server, and nothing of a cluster', () => {
    expect(firstLines(single, 'TABLE').map((line) => line.split(' ')[5])).toEqual(TABLES);
    expect(statements(single).filter((text) => /CLUSTER|Replicated|Distributed|_local/.test(text))).toEqual(
      [],
    );
  });

  it('has a local table and a Distributed one each on a cluster', () => {
    expect(firstLines(cluster, 'TABLE')).toEqual(
      TABLES.flatMap((table) => [
        `CREATE TABLE IF NOT EXISTS ${table}_local ON CLUSTER 'main'`,
        `CREATE TABLE IF NOT EXISTS ${table} ON CLUSTER 'main' AS ${table}_local`,
      ]),
    );
  });

  it('shards whatever belongs to a deal by the deal', () => {
    const keys = statements(cluster).flatMap(
      (text) => /Distributed\('main', currentDatabase\(\), '(\w+)', (.*)\)$/.exec(text)?.slice(1, 3) ?? [],
    );
    expect(keys).toEqual([
      'event_store_local',
      'sipHash64(deal_id)',
      'event_identities_local',
      'sipHash64(deal_id)',
      'deal_records_local',
      'sipHash64(deal_id)',
      'dead_letter_store_local',
      'sipHash64(topic, partition, offset)',
      'unlinked_store_local',
      'sipHash64(source, id)',
      'alert_store_local',
      'sipHash64(deal_id)',
      'alert_delivery_store_local',
      'sipHash64(webhook_id)',
      'draft_store_local',
      'sipHash64(source, id)',
      'draft_keys_local',
      'sipHash64(source, id)',
      'deal_keys_local',
      'sipHash64(deal_id)',
      'deals_by_key_local',
      'sipHash64(deal_id)',
      'directory_store_local',
      'sipHash64(ref)',
      'directory_by_value_local',
      'sipHash64(ref)',
      'deal_alerts_local',
      'sipHash64(deal_id)',
      'alert_outbox_local',
      'sipHash64(webhook_id)',
      'alert_controls_local',
      'sipHash64(deal_id)',
      'alert_endpoints_local',
      'sipHash64(endpoint)',
      'judgement_store_local',
      'sipHash64(share)',
    ]);
  });

  it('can be applied again: every statement is IF NOT EXISTS, IF EXISTS, OR REPLACE or sets a setting', () => {
    expect(
      [...statements(single), ...statements(cluster)].filter(
        (text) => !/IF (NOT )?EXISTS|OR REPLACE|MODIFY SETTING/.test(text),
      ),
    ).toEqual([]);
  });

  it('is created on every node: each statement for a cluster says so', () => {
    expect(statements(cluster).filter((text) => !text.includes("ON CLUSTER 'main'"))).toEqual([]);
  });

  it('never partitions a table whose blocks must be seen whole, and keeps every instant in UTC', () => {
    const text = statements(single).join('\n');
    expect(text).not.toMatch(/PARTITION BY/);
    expect(text.replaceAll("DateTime64(3, 'UTC')", '')).not.toMatch(/DateTime/);
  });

  it.each(readMigrations())('says why for each table: $name', ({ source }) => {
    for (const table of source.matchAll(
      /\n\n((?:-- .*\n|--\n)+)CREATE TABLE|^((?:-- .*\n|--\n)+)CREATE TABLE/g,
    )) {
      expect(table[0]).toMatch(/Engine:[\s\S]*ORDER BY:[\s\S]*PARTITION BY:/);
    }
    const tables = source.match(/CREATE TABLE IF NOT EXISTS \{\{table:/g) ?? [];
    expect(source.match(/-- Engine:/g) ?? []).toHaveLength(tables.length);
  });
});
