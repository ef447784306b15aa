-- Deal records: everything the scorer says of a deal, all kinds in one table.
--
-- One table, because a scoring must be seen whole or not at all: the engine makes a single block atomic, and
-- nothing across tables. A column that a kind does not have stays empty and takes no room to speak of.
-- Engine: ReplacingMergeTree: a scoring writes what changed with a version above all stored ones of the deal, and
-- a record that is no more with is_deleted = 1. Readings use FINAL.
-- ORDER BY: each view reads one kind, so the kind comes first and its rows lie together, then the deal.
-- PARTITION BY: none. A partition by kind would cut a block into parts that become visible one after another.
-- index_granularity: the scorer reads the records of single deals.
CREATE TABLE IF NOT EXISTS {{table:deal_records}} {{on_cluster}} (
  record LowCardinality(String),
  deal_id String,
  key String,
  version UInt64,
  is_deleted UInt8,
  digest String,

  name Nullable(String),
  account_id Nullable(String),
  account_name Nullable(String),
  account_domain Nullable(String),
  owner_id Nullable(String),
  owner_name Nullable(String),
  team LowCardinality(Nullable(String)),
  segment LowCardinality(Nullable(String)),
  pipeline LowCardinality(Nullable(String)),
  stage LowCardinality(Nullable(String)),
  stage_order Nullable(Float64),
  position Nullable(UInt8),
  amount Nullable(Float64),
  currency LowCardinality(Nullable(String)),
  amount_reporting Nullable(Float64),
  close_date Nullable(Date32),
  opened_at Nullable(DateTime64(3, 'UTC')),
  run_started_at Nullable(DateTime64(3, 'UTC')),
  closed_at Nullable(DateTime64(3, 'UTC')),
  won_at Nullable(DateTime64(3, 'UTC')),
  churned_at Nullable(DateTime64(3, 'UTC')),
  status LowCardinality(Nullable(String)),
  health Nullable(Float64),
  stall Nullable(Float64),
  alignment Nullable(Float64),
  success Nullable(Float64),
  paused Nullable(Bool),
  paused_until Nullable(DateTime64(3, 'UTC')),
  pause_reason Nullable(String),
  history_gap Nullable(Bool),
  finding_kinds Array(LowCardinality(String)),
  finding_severities Array(LowCardinality(String)),
  finding_advice Array(String),
  term_kinds Array(LowCardinality(String)),
  term_points Array(Float64),
  not_judged Array(LowCardinality(String)),
  judged_at Nullable(DateTime64(3, 'UTC')),
  next_change_at Nullable(DateTime64(3, 'UTC')),
  rescore_at Nullable(DateTime64(3, 'UTC')),
  last_event_at Nullable(DateTime64(3, 'UTC')),
  events Nullable(UInt64),
  last_progress_at Nullable(DateTime64(3, 'UTC')),
  last_contact_at Nullable(DateTime64(3, 'UTC')),
  first_next_step_at Nullable(DateTime64(3, 'UTC')),
  ready_at Nullable(DateTime64(3, 'UTC')),
  first_asked_at Nullable(DateTime64(3, 'UTC')),
  close_timing LowCardinality(Nullable(String)),
  outcomes_expected Nullable(UInt64),
  outcomes_due Nullable(UInt64),
  promise_kept Nullable(Float64),
  adoption Nullable(Float64),
  nps Nullable(Float64),
  csat Nullable(Float64),
  open_escalations Nullable(UInt64),
  reference LowCardinality(Nullable(String)),
  renews_at Nullable(DateTime64(3, 'UTC')),

  valid_from Nullable(DateTime64(3, 'UTC')),
  valid_to Nullable(DateTime64(3, 'UTC')),

  kind LowCardinality(Nullable(String)),
  family LowCardinality(Nullable(String)),
  severity LowCardinality(Nullable(String)),
  worst_severity LowCardinality(Nullable(String)),
  closed_by Nullable(String),
  evidence Array(String),
  numbers Nullable(String),
  advice Nullable(String),

  meeting_id Nullable(String),
  title Nullable(String),
  starts_at Nullable(DateTime64(3, 'UTC')),
  ends_at Nullable(DateTime64(3, 'UTC')),
  customer Nullable(Bool),
  state LowCardinality(Nullable(String)),
  next_step_agreed Nullable(Bool),
  attendee_emails Array(String),
  attendee_responses Array(LowCardinality(String)),

  next_step_id Nullable(String),
  description Nullable(String),
  owner_side LowCardinality(Nullable(String)),
  mutual Nullable(Bool),
  agreed_at Nullable(DateTime64(3, 'UTC')),
  due_at Nullable(DateTime64(3, 'UTC')),

  entered_at Nullable(DateTime64(3, 'UTC')),
  left_at Nullable(DateTime64(3, 'UTC')),
  moved_forward Nullable(Bool),
  business_days Nullable(Float64)
)
ENGINE = {{engine:ReplacingMergeTree(version, is_deleted)}}
ORDER BY (record, deal_id, key)
SETTINGS index_granularity = 1024;

{{cluster_only}}
CREATE TABLE IF NOT EXISTS deal_records {{on_cluster}} AS {{table:deal_records}}
ENGINE = {{distributed:deal_records, sipHash64(deal_id)}};
