-- Events: append-only facts, one row per deal and event.
--
-- Engine: ReplacingMergeTree, because the same event may be appended twice (a crash between the insert and the
-- commit of the offset, two replicas in a rebalance). The row with the highest version stays. The writer gives
-- a first delivery a version that falls with the time of ingestion, so that the earliest recorded_at stays, and
-- an event that takes over an identity one above all of those. A row with superseded = 1 takes its key out of
-- every reading with FINAL: another event claims its identity rightfully.
-- ORDER BY: a deal is folded from one range of the key, already in the order of the fold. time_ms is the exact
-- instant, as events of the year 1 or 9999 do not fit DateTime64 and would otherwise share a key.
-- PARTITION BY: none. An inserted block becomes one part, and so is seen whole or not at all, and a deal of many
-- years is still read in one range. FINAL merges only the granules of the deals asked for.
-- index_granularity: a deal has some fifty events, and a read of one should not decompress thousands of others.
CREATE TABLE IF NOT EXISTS {{table:event_store}} {{on_cluster}} (
  deal_id String,
  time_ms Int64 CODEC(Delta, ZSTD),
  source LowCardinality(String),
  id String,
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  type LowCardinality(String),
  family LowCardinality(String),
  schemaversion UInt16,
  data String CODEC(ZSTD),
  extensions String CODEC(ZSTD),
  content_hash String,
  recorded_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  superseded UInt8,
  version UInt64
)
ENGINE = {{engine:ReplacingMergeTree(version, superseded)}}
ORDER BY (deal_id, time_ms, source, id)
SETTINGS index_granularity = 1024;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS event_store {{on_cluster}} AS {{table:event_store}}
ENGINE = {{distributed:event_store, sipHash64(deal_id)}};

-- Event identities: which keys of event_store claim a (source, id), for the look-up of each ingested batch.
--
-- It is an index and nothing more: the look-up reads the claims found here from event_store, which alone says
-- whether they stand. So it does no harm that a crash may leave a row here without its event, or the reverse.
-- Engine: ReplacingMergeTree only to forget repeated rows.
-- ORDER BY: a batch looks up thousands of scattered identities. By a 64-bit hash of them the search costs a
-- third of that by the texts, and the rest of the key points into event_store.
-- PARTITION BY: none, an identity has no time of its own.
-- index_granularity: each identity found reads a granule, so granules are small.
CREATE TABLE IF NOT EXISTS {{table:event_identities}} {{on_cluster}} (
  identity UInt64,
  source LowCardinality(String),
  id String,
  deal_id String,
  time_ms Int64
)
ENGINE = {{engine:ReplacingMergeTree}}
ORDER BY (identity, source, id, deal_id, time_ms)
SETTINGS index_granularity = 1024;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS event_identities {{on_cluster}} AS {{table:event_identities}}
ENGINE = {{distributed:event_identities, sipHash64(deal_id)}};

CREATE MATERIALIZED VIEW IF NOT EXISTS event_identities_feed {{on_cluster}} TO {{table:event_identities}}
AS SELECT sipHash64(source, id) AS identity, source, id, deal_id, time_ms FROM {{table:event_store}};
