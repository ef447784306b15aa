-- Alerts: one a finding's episode, however often it is judged.
--
-- Engine: ReplacingMergeTree(version): each change of an alert is a newer row under its key.
-- ORDER BY: the episode (deal, kind, since), so that a replay or a second replica writes the same row again.
-- PARTITION BY: none, a key must always fall into the same partition, and an alert may live for years.
CREATE TABLE IF NOT EXISTS {{table:alert_store}} {{on_cluster}} (
  deal_id String,
  kind LowCardinality(String),
  since DateTime64(3, 'UTC'),
  alert_id String,
  family LowCardinality(String),
  severity LowCardinality(String),
  status LowCardinality(String),
  raised_at DateTime64(3, 'UTC'),
  resolved_at Nullable(DateTime64(3, 'UTC')),
  acknowledged_at Nullable(DateTime64(3, 'UTC')),
  acknowledged_by Nullable(String),
  snoozed_until Nullable(DateTime64(3, 'UTC')),
  advice String,
  health Nullable(Float64),
  version UInt64
)
ENGINE = {{engine:ReplacingMergeTree(version)}}
ORDER BY (deal_id, kind, since);

{{cluster_only}}
CREATE TABLE IF NOT EXISTS alert_store {{on_cluster}} AS {{table:alert_store}}
ENGINE = {{distributed:alert_store, sipHash64(deal_id)}};

-- Alert deliveries: one a message and endpoint, with its latest attempt.
--
-- Engine: ReplacingMergeTree(version): each attempt is a newer row under its key.
-- ORDER BY: the webhook's id, the same on every retry, and the endpoint. PARTITION BY: none, as above.
CREATE TABLE IF NOT EXISTS {{table:alert_delivery_store}} {{on_cluster}} (
  webhook_id String,
  endpoint String,
  alert_id String,
  deal_id String,
  type LowCardinality(String),
  state LowCardinality(String),
  attempts UInt16,
  http_status Nullable(UInt16),
  error Nullable(String),
  created_at DateTime64(3, 'UTC'),
  attempted_at Nullable(DateTime64(3, 'UTC')),
  next_attempt_at Nullable(DateTime64(3, 'UTC')),
  delivered_at Nullable(DateTime64(3, 'UTC')),
  version UInt64
)
ENGINE = {{engine:ReplacingMergeTree(version)}}
ORDER BY (webhook_id, endpoint);

{{cluster_only}}
CREATE TABLE IF NOT EXISTS alert_delivery_store {{on_cluster}} AS {{table:alert_delivery_store}}
ENGINE = {{distributed:alert_delivery_store, sipHash64(webhook_id)}};
