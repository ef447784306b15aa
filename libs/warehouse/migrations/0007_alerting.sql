-- Alerts as the scorer plans them, the messages about them, and what people say of them. They take the place of
-- alert_store and alert_delivery_store, which nothing was ever written to.

-- Alerts: an alert lives on while its finding flaps, and its start may be corrected.
--
-- Engine: ReplacingMergeTree(version): each change of an alert is a newer row under its key.
-- ORDER BY: the deal, by which the scorer asks for pages of deals, then the kind and the alert, which never change.
-- PARTITION BY: none, a key must always fall into the same partition, and an alert may live for years.
-- index_granularity: the alerts of single deals are read.
-- told_…: what each endpoint was told last, one place an endpoint.
CREATE TABLE IF NOT EXISTS {{table:deal_alerts}} {{on_cluster}} (
  deal_id String,
  kind LowCardinality(String),
  alert_id String,
  family LowCardinality(String),
  since DateTime64(3, 'UTC'),
  severity LowCardinality(String),
  status LowCardinality(String),
  raised_at DateTime64(3, 'UTC'),
  resolved_at Nullable(DateTime64(3, 'UTC')),
  advice String,
  health Nullable(Float64),
  told_endpoints Array(LowCardinality(String)),
  told_statuses Array(LowCardinality(String)),
  told_severities Array(LowCardinality(String)),
  told_at Array(DateTime64(3, 'UTC')),
  told_counts Array(UInt32),
  next_look_at Nullable(DateTime64(3, 'UTC')),
  version UInt64
)
ENGINE = {{engine:ReplacingMergeTree(version)}}
ORDER BY (deal_id, kind, alert_id)
SETTINGS index_granularity = 1024;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS deal_alerts {{on_cluster}} AS {{table:deal_alerts}}
ENGINE = {{distributed:deal_alerts, sipHash64(deal_id)}};

-- Outbox: one row a message, or item of a digest, with its body and latest attempt.
--
-- Engine: ReplacingMergeTree(version): each state and attempt is a newer row under its key.
-- ORDER BY: the endpoint, whose messages one replica sends, and the id of the message, the same on every retry.
-- PARTITION BY: none, a key must always fall into the same partition.
-- index_granularity: single messages are read among bodies of kilobytes.
-- due_at: when it is to be sent, the end of time for what is not. One narrow column and its index find what is due
-- without reading what was sent.
-- TTL: by when the row was written, so that an older state of a message always goes before a newer one.
CREATE TABLE IF NOT EXISTS {{table:alert_outbox}} {{on_cluster}} (
  endpoint String,
  webhook_id String,
  alert_id String,
  deal_id String,
  type LowCardinality(String),
  state LowCardinality(String),
  digest_id Nullable(String),
  body String CODEC(ZSTD),
  attempts UInt32,
  http_status Nullable(UInt16),
  error Nullable(String),
  response Nullable(String),
  latency_ms Nullable(Float64),
  created_at DateTime64(3, 'UTC'),
  attempted_at Nullable(DateTime64(3, 'UTC')),
  next_attempt_at Nullable(DateTime64(3, 'UTC')),
  delivered_at Nullable(DateTime64(3, 'UTC')),
  version UInt64,
  written_at DateTime64(3, 'UTC') DEFAULT now64(3),
  due_at DateTime64(3, 'UTC') MATERIALIZED if(
    state IN ('pending', 'gathered') AND isNotNull(next_attempt_at),
    assumeNotNull(next_attempt_at),
    CAST('2299-12-31 00:00:00.000' AS DateTime64(3, 'UTC'))
  ),
  INDEX by_due_at due_at TYPE minmax GRANULARITY 1
)
ENGINE = {{engine:ReplacingMergeTree(version)}}
ORDER BY (endpoint, webhook_id)
TTL toDate(written_at) + INTERVAL 180 DAY
SETTINGS index_granularity = 256;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS alert_outbox {{on_cluster}} AS {{table:alert_outbox}}
ENGINE = {{distributed:alert_outbox, sipHash64(webhook_id)}};

-- Controls: the latest word of people on alerts of a deal and kind.
--
-- Engine: ReplacingMergeTree(version): each word is a newer row under its key.
-- ORDER BY: the deal and kind it is about. PARTITION BY: none, they are few.
CREATE TABLE IF NOT EXISTS {{table:alert_controls}} {{on_cluster}} (
  deal_id String,
  kind LowCardinality(String),
  snoozed_until Nullable(DateTime64(3, 'UTC')),
  acknowledged_at Nullable(DateTime64(3, 'UTC')),
  acknowledged_severity LowCardinality(Nullable(String)),
  `by` String,
  reason String,
  version UInt64
)
ENGINE = {{engine:ReplacingMergeTree(version)}}
ORDER BY (deal_id, kind)
SETTINGS index_granularity = 1024;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS alert_controls {{on_cluster}} AS {{table:alert_controls}}
ENGINE = {{distributed:alert_controls, sipHash64(deal_id)}};

-- Endpoints: since when each is in use, and what keeps it from being so.
--
-- Engine: ReplacingMergeTree(version): each change is a newer row under its key.
-- ORDER BY: the endpoint. PARTITION BY: none, they are few.
CREATE TABLE IF NOT EXISTS {{table:alert_endpoints}} {{on_cluster}} (
  endpoint String,
  enabled_at DateTime64(3, 'UTC'),
  baseline_at Nullable(DateTime64(3, 'UTC')),
  disabled_at Nullable(DateTime64(3, 'UTC')),
  version UInt64
)
ENGINE = {{engine:ReplacingMergeTree(version)}}
ORDER BY endpoint;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS alert_endpoints {{on_cluster}} AS {{table:alert_endpoints}}
ENGINE = {{distributed:alert_endpoints, sipHash64(endpoint)}};

-- Alerts with what people say of them. An acknowledgement is shown with the alert that it was given for, and a snooze
-- while there is something to be silent about.
CREATE OR REPLACE VIEW alerts {{on_cluster}} (
  alert_id String COMMENT 'Id of the alert',
  deal_id String COMMENT 'Id of the deal',
  kind LowCardinality(String) COMMENT 'Kind of the finding',
  family LowCardinality(String) COMMENT 'Family of the finding: stall, alignment, success',
  since DateTime64(3, 'UTC') COMMENT 'Instant, UTC: start of the latest episode of the finding, held within the years 1900 to 2299',
  severity LowCardinality(String) COMMENT 'Latest severity: info, warning, critical',
  status LowCardinality(String) COMMENT 'firing, resolved',
  raised_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: when the alert was raised',
  resolved_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: when the finding went; null while firing',
  acknowledged_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: when someone took it on; null: nobody did',
  acknowledged_by Nullable(String) COMMENT 'Who took it on',
  acknowledged_severity LowCardinality(Nullable(String)) COMMENT 'Severity that was taken on: a graver one is told again',
  snoozed_until Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: no message before this; null where not snoozed, or resolved',
  snoozed_by Nullable(String) COMMENT 'Who wants no message until then',
  control_reason Nullable(String) COMMENT 'Why it was acknowledged or snoozed',
  told_endpoints Array(LowCardinality(String)) COMMENT 'Names of the endpoints that messages were made for',
  told_statuses Array(LowCardinality(String)) COMMENT 'Status that each was told last: firing, resolved; in the same order',
  told_severities Array(LowCardinality(String)) COMMENT 'Severity that each was told last: info, warning, critical; in the same order',
  told_at Array(DateTime64(3, 'UTC')) COMMENT 'Instants, UTC: when the latest message for each was made, in the same order',
  told_counts Array(UInt32) COMMENT 'Number of messages made for each, in the same order',
  next_look_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: when time alone may give something to tell; null: never',
  advice String COMMENT 'Next best action, one sentence',
  health Nullable(Float64) COMMENT 'Points of the deal, 0 to 100, when the alert last changed'
)
AS SELECT
  alert_id,
  deal_id,
  kind,
  family,
  since,
  severity,
  status,
  raised_at,
  resolved_at,
  if(is_acknowledged, word_acknowledged_at, NULL) AS acknowledged_at,
  if(is_acknowledged, word_by, NULL) AS acknowledged_by,
  if(is_acknowledged, word_acknowledged_severity, NULL) AS acknowledged_severity,
  if(is_snoozed, word_snoozed_until, NULL) AS snoozed_until,
  if(is_snoozed, word_by, NULL) AS snoozed_by,
  if(is_acknowledged OR is_snoozed, word_reason, NULL) AS control_reason,
  told_endpoints,
  told_statuses,
  told_severities,
  told_at,
  told_counts,
  next_look_at,
  advice,
  health
FROM (
  SELECT
    *,
    ifNull(word_acknowledged_at >= raised_at, 0) AND ifNull(word_acknowledged_at <= resolved_at, 1) AS is_acknowledged,
    isNotNull(word_snoozed_until) AND status = 'firing' AS is_snoozed
  FROM (SELECT * FROM deal_alerts FINAL) AS alert
  GLOBAL LEFT JOIN (
    SELECT
      deal_id,
      kind,
      snoozed_until AS word_snoozed_until,
      acknowledged_at AS word_acknowledged_at,
      acknowledged_severity AS word_acknowledged_severity,
      `by` AS word_by,
      reason AS word_reason
    FROM alert_controls FINAL
  ) AS word USING (deal_id, kind)
)
COMMENT 'Alerts, with what was told of them and what people say of them';

-- Messages with their latest attempt. Their bodies are not shown, as they name people.
CREATE OR REPLACE VIEW alert_deliveries {{on_cluster}} (
  webhook_id String COMMENT 'Id of the message, the same on every retry',
  endpoint String COMMENT 'Name of the endpoint',
  alert_id String COMMENT 'Id of the alert; empty for a digest',
  deal_id String COMMENT 'Id of the deal; empty for a digest',
  type LowCardinality(String) COMMENT 'Type of the message, such as deal.stalled, deal.stalled.resolved or deals.digest',
  state LowCardinality(String) COMMENT 'pending: to be sent; gathered: waits for a digest; in_digest: part of one; delivered; failed: given up; dropped: the endpoint is gone',
  digest_id Nullable(String) COMMENT 'Webhook id of the digest that it is part of; null: of none',
  attempts UInt32 COMMENT 'Number of attempts made',
  http_status Nullable(UInt16) COMMENT 'HTTP status of the latest attempt; null where none came',
  error Nullable(String) COMMENT 'What went wrong at the latest attempt',
  response Nullable(String) COMMENT 'First bytes of the latest answer, as text',
  latency_ms Nullable(Float64) COMMENT 'Milliseconds that the latest attempt took',
  created_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: when the message was made',
  attempted_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: latest attempt',
  next_attempt_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: next attempt, or when the digest is due; null: none',
  delivered_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: accepted by the endpoint'
)
AS SELECT
  webhook_id,
  endpoint,
  alert_id,
  deal_id,
  type,
  state,
  digest_id,
  attempts,
  http_status,
  error,
  response,
  latency_ms,
  created_at,
  attempted_at,
  next_attempt_at,
  delivered_at
FROM alert_outbox FINAL
COMMENT 'Messages about alerts, with their latest attempt, for 180 days';

{{cluster_only}}
DROP TABLE IF EXISTS alert_store {{on_cluster}};
DROP TABLE IF EXISTS {{table:alert_store}} {{on_cluster}};
{{cluster_only}}
DROP TABLE IF EXISTS alert_delivery_store {{on_cluster}};
DROP TABLE IF EXISTS {{table:alert_delivery_store}} {{on_cluster}};
