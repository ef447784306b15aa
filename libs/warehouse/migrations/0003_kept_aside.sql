-- Dead letters: what was refused, and why.
--
-- Engine: ReplacingMergeTree(version): a batch that is read again refuses the same records again, and the first
-- writing stays. Being put back into the log is a later writing under the same key.
-- ORDER BY: the place in the log that the letter came from, which no other letter has. position counts within a
-- record that holds several.
-- PARTITION BY: none, they are few, and a key must always fall into the same partition.
CREATE TABLE IF NOT EXISTS {{table:dead_letter_store}} {{on_cluster}} (
  topic LowCardinality(String),
  partition UInt32,
  offset UInt64,
  position UInt32,
  source LowCardinality(String),
  raw String CODEC(ZSTD),
  raw_cut Bool,
  reasons Array(String),
  received_at DateTime64(3, 'UTC'),
  replayed_at Nullable(DateTime64(3, 'UTC')),
  version UInt64
)
ENGINE = {{engine:ReplacingMergeTree(version)}}
ORDER BY (topic, partition, offset, position);

{{cluster_only}}
CREATE TABLE IF NOT EXISTS dead_letter_store {{on_cluster}} AS {{table:dead_letter_store}}
ENGINE = {{distributed:dead_letter_store, sipHash64(topic, partition, offset)}};

-- Events that name no deal and could not be tied to one yet.
--
-- Engine: ReplacingMergeTree(version, linked): a redelivery keeps the first writing, and linked = 1 takes an event
-- out of every reading with FINAL once it stands in event_store.
-- ORDER BY: the identity. They are searched by address and domain, which no order serves, in a table kept small
-- by the linking itself. PARTITION BY: none, a key must always fall into the same partition.
CREATE TABLE IF NOT EXISTS {{table:unlinked_store}} {{on_cluster}} (
  source LowCardinality(String),
  id String,
  time_ms Int64,
  time DateTime64(3, 'UTC'),
  type LowCardinality(String),
  family LowCardinality(String),
  schemaversion UInt16,
  data String CODEC(ZSTD),
  extensions String CODEC(ZSTD),
  content_hash String,
  recorded_at DateTime64(3, 'UTC'),
  addresses Array(String),
  domains Array(String),
  linked UInt8,
  version UInt64
)
ENGINE = {{engine:ReplacingMergeTree(version, linked)}}
ORDER BY (source, id);

{{cluster_only}}
CREATE TABLE IF NOT EXISTS unlinked_store {{on_cluster}} AS {{table:unlinked_store}}
ENGINE = {{distributed:unlinked_store, sipHash64(source, id)}};
