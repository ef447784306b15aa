-- How an event came to its deal: '' where it names the deal itself and needed nothing from elsewhere. Otherwise the
-- row is made from a draft (below), and is made again when what it was made with changes.
ALTER TABLE {{table:event_store}} {{on_cluster}} ADD COLUMN IF NOT EXISTS linked_by LowCardinality(String) DEFAULT '';
ALTER TABLE {{table:event_store}} {{on_cluster}} ADD COLUMN IF NOT EXISTS shared UInt8 DEFAULT 0;

{{cluster_only}}
ALTER TABLE event_store {{on_cluster}} ADD COLUMN IF NOT EXISTS linked_by LowCardinality(String) DEFAULT '';
{{cluster_only}}
ALTER TABLE event_store {{on_cluster}} ADD COLUMN IF NOT EXISTS shared UInt8 DEFAULT 0;

-- Drafts: events as their sources told them, which only state can complete: without a deal, with people by reference,
-- copies of one meeting, and the like. Kept for good, as a late record may complete them otherwise.
--
-- Engine: ReplacingMergeTree: of the drafts that claim one identity the better one has the higher version, and superseded
-- = 1 takes one out because an event that names its deal claims its identity rightfully.
-- ORDER BY: the identity, by which drafts are looked up. PARTITION BY: none, a key must always fall into the same
-- partition.
-- keys: what it is found by when something becomes known: people, accounts, its meeting or next step.
CREATE TABLE IF NOT EXISTS {{table:draft_store}} {{on_cluster}} (
  source LowCardinality(String),
  id String,
  time_ms Int64 CODEC(Delta, ZSTD),
  type LowCardinality(String),
  family LowCardinality(String),
  origin LowCardinality(String),
  deal_id String,
  schemaversion UInt16,
  data String CODEC(ZSTD),
  extensions String CODEC(ZSTD),
  content_hash String,
  recorded_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
  keys Array(String),
  superseded UInt8,
  version UInt64
)
ENGINE = {{engine:ReplacingMergeTree(version, superseded)}}
ORDER BY (source, id)
SETTINGS index_granularity = 1024;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS draft_store {{on_cluster}} AS {{table:draft_store}}
ENGINE = {{distributed:draft_store, sipHash64(source, id)}};

-- Which drafts have a key: an index and nothing more, draft_store alone says which of them stand.
--
-- Engine: ReplacingMergeTree only to forget repeated rows.
-- ORDER BY: the key, by which it is asked. PARTITION BY: none, a key has no time.
CREATE TABLE IF NOT EXISTS {{table:draft_keys}} {{on_cluster}} (
  key String,
  source LowCardinality(String),
  id String
)
ENGINE = {{engine:ReplacingMergeTree}}
ORDER BY (key, source, id)
SETTINGS index_granularity = 1024;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS draft_keys {{on_cluster}} AS {{table:draft_keys}}
ENGINE = {{distributed:draft_keys, sipHash64(source, id)}};

CREATE MATERIALIZED VIEW IF NOT EXISTS draft_keys_feed {{on_cluster}} TO {{table:draft_keys}}
AS SELECT arrayJoin(keys) AS key, source, id FROM {{table:draft_store}};

-- Deal keys: what a deal's own events say it is known by: contacts, accounts, meetings, next steps. One row an event
-- that says so, so that an event that counts no more takes its word with it (is_deleted = 1).
--
-- Engine: ReplacingMergeTree(version, is_deleted): of the events that claim one identity the earlier has the last word.
-- ORDER BY: the deal, all of whose keys are asked for when it opens or closes. PARTITION BY: none, a deal is read in
-- one range.
CREATE TABLE IF NOT EXISTS {{table:deal_keys}} {{on_cluster}} (
  deal_id String,
  key String,
  source LowCardinality(String),
  id String,
  is_deleted UInt8,
  version UInt64
)
ENGINE = {{engine:ReplacingMergeTree(version, is_deleted)}}
ORDER BY (deal_id, key, source, id)
SETTINGS index_granularity = 1024;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS deal_keys {{on_cluster}} AS {{table:deal_keys}}
ENGINE = {{distributed:deal_keys, sipHash64(deal_id)}};

-- Which deals may have a key: an index and nothing more, deal_keys alone says which of them do.
--
-- Engine: ReplacingMergeTree only to forget repeated rows.
-- ORDER BY: the key, by which it is asked. PARTITION BY: none, a key has no time.
CREATE TABLE IF NOT EXISTS {{table:deals_by_key}} {{on_cluster}} (
  key String,
  deal_id String
)
ENGINE = {{engine:ReplacingMergeTree}}
ORDER BY (key, deal_id)
SETTINGS index_granularity = 1024;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS deals_by_key {{on_cluster}} AS {{table:deals_by_key}}
ENGINE = {{distributed:deals_by_key, sipHash64(deal_id)}};

CREATE MATERIALIZED VIEW IF NOT EXISTS deals_by_key_feed {{on_cluster}} TO {{table:deals_by_key}}
AS SELECT key, deal_id FROM {{table:deal_keys}};

-- Directory: what the CRMs say of people and accounts, field by field. The latest word on a field counts, at one
-- instant the greatest, and rows are never changed.
--
-- Engine: ReplacingMergeTree only to forget repeated rows.
-- ORDER BY: whom it is about, then the field, the latest word last. PARTITION BY: none, few change often.
CREATE TABLE IF NOT EXISTS {{table:directory_store}} {{on_cluster}} (
  scope LowCardinality(String),
  ref String,
  field LowCardinality(String),
  time_ms Int64,
  value String
)
ENGINE = {{engine:ReplacingMergeTree}}
ORDER BY (scope, ref, field, time_ms, value)
SETTINGS index_granularity = 1024;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS directory_store {{on_cluster}} AS {{table:directory_store}}
ENGINE = {{distributed:directory_store, sipHash64(ref)}};

-- Who may have an address or domain: an index and nothing more, directory_store alone says who has it now.
--
-- Engine: ReplacingMergeTree only to forget repeated rows.
-- ORDER BY: the value, by which it is asked. PARTITION BY: none, a value has no time.
CREATE TABLE IF NOT EXISTS {{table:directory_by_value}} {{on_cluster}} (
  field LowCardinality(String),
  value String,
  scope LowCardinality(String),
  ref String
)
ENGINE = {{engine:ReplacingMergeTree}}
ORDER BY (field, value, scope, ref)
SETTINGS index_granularity = 1024;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS directory_by_value {{on_cluster}} AS {{table:directory_by_value}}
ENGINE = {{distributed:directory_by_value, sipHash64(ref)}};

CREATE MATERIALIZED VIEW IF NOT EXISTS directory_by_value_feed {{on_cluster}} TO {{table:directory_by_value}}
AS SELECT field, value, scope, ref FROM {{table:directory_store}} WHERE field IN ('email', 'domain');

-- A dead letter is put back with the headers that it came with.
ALTER TABLE {{table:dead_letter_store}} {{on_cluster}} ADD COLUMN IF NOT EXISTS headers String DEFAULT '{}';

{{cluster_only}}
ALTER TABLE dead_letter_store {{on_cluster}} ADD COLUMN IF NOT EXISTS headers String DEFAULT '{}';

CREATE OR REPLACE VIEW events {{on_cluster}} (
  deal_id String COMMENT 'Id of the deal',
  time DateTime64(3, 'UTC') COMMENT 'Instant, UTC: when it happened, held within the years 1900 to 2299',
  source LowCardinality(String) COMMENT 'CloudEvents source: who told it',
  id String COMMENT 'CloudEvents id: source and id identify an event',
  type LowCardinality(String) COMMENT 'CloudEvents type, such as deal.stage_changed',
  family LowCardinality(String) COMMENT 'Family of the type, such as deal, buying, meeting',
  schemaversion UInt16 COMMENT 'Version of the schema of data, from 1',
  data String COMMENT 'JSON text: the facts of the event',
  extensions String COMMENT 'JSON text: the other CloudEvents attributes',
  recorded_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: when it was first ingested',
  linked_by LowCardinality(String) COMMENT 'How it came to the deal: empty or deal (it names it), meeting, next_step, contact, account, source',
  shared Bool COMMENT 'Whether it was tied to several deals'
)
AS SELECT
  deal_id,
  time,
  source,
  id,
  type,
  family,
  schemaversion,
  data,
  extensions,
  recorded_at,
  linked_by,
  CAST(shared AS Bool) AS shared
FROM event_store FINAL
COMMENT 'Events that count, each once per deal';
