-- What is due by time is asked for every second: parts without anything due are not read at all. The engine looks at a
-- record's newer versions, too, before it believes what the index says of an old one.
ALTER TABLE {{table:deal_records}} {{on_cluster}} ADD INDEX IF NOT EXISTS by_rescore_at rescore_at TYPE minmax GRANULARITY 1;
ALTER TABLE {{table:deal_records}} {{on_cluster}} MATERIALIZE INDEX IF EXISTS by_rescore_at;

-- Judgements: by which policy and program the deals of a partition of the log were scored, all of them.
--
-- Engine: ReplacingMergeTree(version): each change is a newer row under its key.
-- ORDER BY: the partition. PARTITION BY: none, they are few.
-- judged_by: a digest, empty while they are being scored again.
CREATE TABLE IF NOT EXISTS {{table:judgement_store}} {{on_cluster}} (
  share String,
  judged_by String,
  at DateTime64(3, 'UTC'),
  version UInt64
)
ENGINE = {{engine:ReplacingMergeTree(version)}}
ORDER BY share;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS judgement_store {{on_cluster}} AS {{table:judgement_store}}
ENGINE = {{distributed:judgement_store, sipHash64(share)}};
