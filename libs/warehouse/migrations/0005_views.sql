-- Views: what ops and dashboards may build on. The tables behind them are private.
--
-- They only choose rows and columns: no rule of the domain is stated here, the scorer has written the verdicts.
-- FINAL takes out duplicates, retracted events and deleted or superseded records. A view over one kind of record
-- reads one range of the key. Every column says its type, unit and meaning.

-- Every event that counts, once.
CREATE VIEW IF NOT EXISTS events {{on_cluster}} (
  deal_id String COMMENT 'Id of the deal',
  time DateTime64(3, 'UTC') COMMENT 'Instant, UTC: when it happened, held within the years 1900 to 2299',
  source LowCardinality(String) COMMENT 'CloudEvents source: who told it',
  id String COMMENT 'CloudEvents id: source and id identify an event',
  type LowCardinality(String) COMMENT 'CloudEvents type, such as deal.stage_changed',
  family LowCardinality(String) COMMENT 'Family of the type, such as deal, buying, meeting',
  schemaversion UInt16 COMMENT 'Version of the schema of data, from 1',
  data String COMMENT 'JSON text: the facts of the event',
  extensions String COMMENT 'JSON text: the other CloudEvents attributes',
  recorded_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: when it was first ingested'
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
  recorded_at
FROM event_store FINAL
COMMENT 'Events that count, each once per deal';

-- The deal as it stands, one row a deal. The gravest finding is the first of the highest severity.
CREATE VIEW IF NOT EXISTS deal_health_now {{on_cluster}} (
  deal_id String COMMENT 'Id of the deal',
  name String COMMENT 'Name of the deal',
  account_id Nullable(String) COMMENT 'Id of the account in its CRM',
  account_name Nullable(String) COMMENT 'Name of the account',
  account_domain Nullable(String) COMMENT 'E-mail domain of the account',
  owner_id Nullable(String) COMMENT 'Id of the owner',
  owner_name Nullable(String) COMMENT 'Name of the owner',
  team LowCardinality(Nullable(String)) COMMENT 'Team of the owner',
  segment LowCardinality(Nullable(String)) COMMENT 'Segment of the deal',
  pipeline LowCardinality(String) COMMENT 'Pipeline, default where the source names none',
  stage LowCardinality(Nullable(String)) COMMENT 'Stage on the seller ladder: id in the policy, or the unknown text as it came',
  stage_order Nullable(Float64) COMMENT 'Place of the stage on the ladder, from 1; null where the policy does not know it',
  position UInt8 COMMENT 'Highest buying milestone reached by the customer and standing, 0 to 7',
  status LowCardinality(String) COMMENT 'stalled, at_risk, watch, healthy; won_at_risk, won_watch, won_healthy; churned, lost, walked_away, removed, merged',
  health Nullable(Float64) COMMENT 'Points, 0 to 100, of an open or won deal; null of any other',
  stall Nullable(Float64) COMMENT 'Points, 0 to 100, of the family stall; null where it is not judged',
  alignment Nullable(Float64) COMMENT 'Points, 0 to 100, of the family alignment; null where it is not judged',
  success Nullable(Float64) COMMENT 'Points, 0 to 100, of the family success; null where it is not judged',
  amount Nullable(Float64) COMMENT 'Value of the deal, in currency',
  currency LowCardinality(Nullable(String)) COMMENT 'ISO 4217 code of amount',
  amount_reporting Nullable(Float64) COMMENT 'Value of the deal in the reporting currency of the policy; null where the rate is unknown',
  close_date Nullable(Date32) COMMENT 'Date on which the seller expects to close',
  opened_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: opening of the deal',
  run_started_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: opening or latest reopening',
  closed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: won, lost or walked away from; null while open',
  won_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: won',
  churned_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: the customer left',
  paused Bool COMMENT 'Whether a known wait stops the business days of the deal',
  paused_until Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: when the wait lifts itself; null where it has no end or there is none',
  pause_reason Nullable(String) COMMENT 'Reason given for the wait',
  history_gap Bool COMMENT 'Whether the source lost changes: what is known may be stale',
  worst_kind LowCardinality(Nullable(String)) COMMENT 'Kind of the gravest finding; null where there is none',
  worst_severity LowCardinality(Nullable(String)) COMMENT 'Severity of the gravest finding: info, warning, critical',
  worst_advice Nullable(String) COMMENT 'Next best action by the gravest finding, one sentence',
  finding_kinds Array(LowCardinality(String)) COMMENT 'Kinds of the findings that hold, by family, then kind',
  finding_severities Array(LowCardinality(String)) COMMENT 'Their severities, in the same order',
  finding_advice Array(String) COMMENT 'Their advice, in the same order',
  term_kinds Array(LowCardinality(String)) COMMENT 'Findings that cost points, in the order of the findings',
  term_points Array(Float64) COMMENT 'Points each of them cost, 0 or below, in the same order',
  not_judged Array(LowCardinality(String)) COMMENT 'Kinds that cannot be judged for want of data or a known stage',
  judged_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: the latest at which an event, the end of a meeting or time itself changed something here',
  next_change_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: when time alone changes the verdict; null: never',
  rescore_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: when it is scored again even without an event; null: never',
  last_event_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: the latest event',
  events UInt64 COMMENT 'Number of events the verdict rests on',
  last_progress_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: latest forward progress, or the start of the run',
  last_contact_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: latest contact with the customer; null where there was none',
  first_next_step_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: the first next step was agreed',
  ready_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: the customer last rose to ready to buy',
  first_asked_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: the order was first asked for',
  close_timing LowCardinality(Nullable(String)) COMMENT 'First ask for the order: premature, on_time, late, unasked; null: neither ready nor asked',
  outcomes_expected UInt64 COMMENT 'Number of outcomes the customer expects',
  outcomes_due UInt64 COMMENT 'Number of those whose date has passed',
  promise_kept Nullable(Float64) COMMENT 'Mean attainment of the outcomes due, 0 to 2, an unmeasured one counting 0; null where none is due',
  adoption Nullable(Float64) COMMENT 'Latest share of the licences in use, 0 to 1',
  nps Nullable(Float64) COMMENT 'Latest net promoter answer, 0 to 10',
  csat Nullable(Float64) COMMENT 'Latest satisfaction answer, 1 to 5',
  open_escalations UInt64 COMMENT 'Number of escalations not resolved',
  reference LowCardinality(Nullable(String)) COMMENT 'Reference: asked, given, declined; null: never asked',
  renews_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: the renewal is due'
)
AS WITH multiIf(
  has(finding_severities, 'critical'), indexOf(finding_severities, 'critical'),
  has(finding_severities, 'warning'), indexOf(finding_severities, 'warning'),
  indexOf(finding_severities, 'info')
) AS worst
SELECT
  deal_id,
  name,
  account_id,
  account_name,
  account_domain,
  owner_id,
  owner_name,
  team,
  segment,
  pipeline,
  stage,
  stage_order,
  position,
  status,
  health,
  stall,
  alignment,
  success,
  amount,
  currency,
  amount_reporting,
  close_date,
  opened_at,
  run_started_at,
  closed_at,
  won_at,
  churned_at,
  paused,
  paused_until,
  pause_reason,
  history_gap,
  if(worst = 0, NULL, toString(finding_kinds[worst])) AS worst_kind,
  if(worst = 0, NULL, toString(finding_severities[worst])) AS worst_severity,
  if(worst = 0, NULL, finding_advice[worst]) AS worst_advice,
  finding_kinds,
  finding_severities,
  finding_advice,
  term_kinds,
  term_points,
  not_judged,
  judged_at,
  next_change_at,
  rescore_at,
  last_event_at,
  events,
  last_progress_at,
  last_contact_at,
  first_next_step_at,
  ready_at,
  first_asked_at,
  close_timing,
  outcomes_expected,
  outcomes_due,
  promise_kept,
  adoption,
  nps,
  csat,
  open_escalations,
  reference,
  renews_at
FROM deal_records FINAL
WHERE record = 'deal'
COMMENT 'The deal as it stands, one row a deal';

-- Health between two changes. As of an instant T: valid_from <= T AND (valid_to > T OR valid_to IS NULL).
CREATE VIEW IF NOT EXISTS deal_health_history {{on_cluster}} (
  deal_id String COMMENT 'Id of the deal',
  valid_from DateTime64(3, 'UTC') COMMENT 'Instant, UTC: from here on',
  valid_to Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: up to but without this; null: still so',
  status LowCardinality(String) COMMENT 'Status, as in deal_health_now',
  health Nullable(Float64) COMMENT 'Points, 0 to 100, of an open or won deal; null of any other',
  stall Nullable(Float64) COMMENT 'Points, 0 to 100, of the family stall; null where it is not judged',
  alignment Nullable(Float64) COMMENT 'Points, 0 to 100, of the family alignment; null where it is not judged',
  success Nullable(Float64) COMMENT 'Points, 0 to 100, of the family success; null where it is not judged',
  pipeline LowCardinality(String) COMMENT 'Pipeline, default where the source names none',
  stage LowCardinality(Nullable(String)) COMMENT 'Stage on the seller ladder: id in the policy, or the unknown text as it came',
  stage_order Nullable(Float64) COMMENT 'Place of the stage on the ladder, from 1; null where the policy does not know it',
  position UInt8 COMMENT 'Highest buying milestone reached by the customer and standing, 0 to 7',
  amount Nullable(Float64) COMMENT 'Value of the deal, in currency',
  currency LowCardinality(Nullable(String)) COMMENT 'ISO 4217 code of amount',
  amount_reporting Nullable(Float64) COMMENT 'Value of the deal in the reporting currency of the policy; null where the rate is unknown',
  owner_id Nullable(String) COMMENT 'Id of the owner',
  owner_name Nullable(String) COMMENT 'Name of the owner',
  team LowCardinality(Nullable(String)) COMMENT 'Team of the owner',
  segment LowCardinality(Nullable(String)) COMMENT 'Segment of the deal',
  paused Bool COMMENT 'Whether a known wait stops the business days of the deal',
  finding_kinds Array(LowCardinality(String)) COMMENT 'Kinds of the findings that held, by family, then kind',
  finding_severities Array(LowCardinality(String)) COMMENT 'Their severities, in the same order'
)
AS SELECT
  deal_id,
  valid_from,
  valid_to,
  status,
  health,
  stall,
  alignment,
  success,
  pipeline,
  stage,
  stage_order,
  position,
  amount,
  currency,
  amount_reporting,
  owner_id,
  owner_name,
  team,
  segment,
  paused,
  finding_kinds,
  finding_severities
FROM deal_records FINAL
WHERE record = 'health'
COMMENT 'Health of each deal, a row per change: as of T is valid_from <= T AND (valid_to > T OR valid_to IS NULL)';

-- Episodes of findings, open and closed.
CREATE VIEW IF NOT EXISTS findings {{on_cluster}} (
  deal_id String COMMENT 'Id of the deal',
  kind LowCardinality(String) COMMENT 'Kind of the finding',
  family LowCardinality(String) COMMENT 'Family: stall, alignment, success',
  opened_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: start of the episode',
  closed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: end of the episode; null: it holds',
  severity LowCardinality(String) COMMENT 'Latest severity while open: info, warning, critical',
  worst_severity LowCardinality(String) COMMENT 'Gravest severity while open',
  closed_by Nullable(String) COMMENT 'source|id of the event that ended it, or time; null while open',
  evidence Array(String) COMMENT 'source|id of the events it rests on',
  numbers String COMMENT 'JSON text: what was compared with what, by name and unit',
  advice String COMMENT 'Next best action for the customer, one sentence'
)
AS SELECT
  deal_id,
  kind,
  family,
  opened_at,
  closed_at,
  severity,
  worst_severity,
  closed_by,
  evidence,
  numbers,
  advice
FROM deal_records FINAL
WHERE record = 'finding'
COMMENT 'Episodes of findings, open and closed';

-- Meetings as last known.
CREATE VIEW IF NOT EXISTS meetings {{on_cluster}} (
  deal_id String COMMENT 'Id of the deal',
  meeting_id String COMMENT 'Id of the meeting in its calendar',
  title Nullable(String) COMMENT 'Title',
  starts_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: start as last known',
  ends_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: end as last known',
  customer Bool COMMENT 'Whether anyone of the customer is an attendee',
  state LowCardinality(String) COMMENT 'ahead, held, unconfirmed, cancelled',
  next_step_agreed Nullable(Bool) COMMENT 'Whether a next step was agreed for it; null unless held',
  attendee_emails Array(String) COMMENT 'E-mail addresses of the attendees, or their refs',
  attendee_responses Array(LowCardinality(String)) COMMENT 'Their responses, in the same order: accepted, tentative, declined, needs_action'
)
AS SELECT
  deal_id,
  meeting_id,
  title,
  starts_at,
  ends_at,
  customer,
  state,
  next_step_agreed,
  attendee_emails,
  attendee_responses
FROM deal_records FINAL
WHERE record = 'meeting'
COMMENT 'Meetings as last known';

-- Next steps that were agreed explicitly.
CREATE VIEW IF NOT EXISTS next_steps {{on_cluster}} (
  deal_id String COMMENT 'Id of the deal',
  next_step_id String COMMENT 'Id of the step in its source',
  description String COMMENT 'What was agreed',
  owner_side LowCardinality(String) COMMENT 'Who has to act: customer, seller, both',
  mutual Bool COMMENT 'Whether both sides agreed to it',
  meeting_id Nullable(String) COMMENT 'Meeting it was agreed for',
  agreed_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: agreed',
  due_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: due',
  state LowCardinality(String) COMMENT 'open, completed, dropped, lapsed',
  closed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: completed, dropped or lapsed; null while open'
)
AS SELECT
  deal_id,
  next_step_id,
  description,
  owner_side,
  mutual,
  meeting_id,
  agreed_at,
  due_at,
  state,
  closed_at
FROM deal_records FINAL
WHERE record = 'next_step'
COMMENT 'Next steps that were agreed explicitly';

-- Whether each customer was asked for the order at the right time.
CREATE VIEW IF NOT EXISTS close_timing {{on_cluster}} (
  deal_id String COMMENT 'Id of the deal',
  name String COMMENT 'Name of the deal',
  owner_id Nullable(String) COMMENT 'Id of the owner',
  owner_name Nullable(String) COMMENT 'Name of the owner',
  team LowCardinality(Nullable(String)) COMMENT 'Team of the owner',
  segment LowCardinality(Nullable(String)) COMMENT 'Segment of the deal',
  status LowCardinality(String) COMMENT 'Status, as in deal_health_now',
  amount Nullable(Float64) COMMENT 'Value of the deal, in currency',
  amount_reporting Nullable(Float64) COMMENT 'Value of the deal in the reporting currency of the policy; null where the rate is unknown',
  opened_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: opening of the deal',
  ready_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: the customer last rose to ready to buy',
  first_asked_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: the order was first asked for',
  close_timing LowCardinality(Nullable(String)) COMMENT 'First ask for the order: premature, on_time, late, unasked; null: neither ready nor asked',
  won_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: won',
  closed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: won, lost or walked away from; null while open'
)
AS SELECT
  deal_id,
  name,
  owner_id,
  owner_name,
  team,
  segment,
  status,
  amount,
  amount_reporting,
  opened_at,
  ready_at,
  first_asked_at,
  close_timing,
  won_at,
  closed_at
FROM deal_records FINAL
WHERE record = 'deal' AND close_timing IS NOT NULL
COMMENT 'Timing of the first ask for the order, one row a deal that is ready or was asked';

-- What became of the customers, one row a deal that was won.
CREATE VIEW IF NOT EXISTS customer_success {{on_cluster}} (
  deal_id String COMMENT 'Id of the deal',
  name String COMMENT 'Name of the deal',
  account_id Nullable(String) COMMENT 'Id of the account in its CRM',
  account_name Nullable(String) COMMENT 'Name of the account',
  owner_id Nullable(String) COMMENT 'Id of the owner',
  owner_name Nullable(String) COMMENT 'Name of the owner',
  team LowCardinality(Nullable(String)) COMMENT 'Team of the owner',
  segment LowCardinality(Nullable(String)) COMMENT 'Segment of the deal',
  status LowCardinality(String) COMMENT 'Status, as in deal_health_now',
  health Nullable(Float64) COMMENT 'Points, 0 to 100, of an open or won deal; null of any other',
  won_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: won',
  churned_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: the customer left',
  amount Nullable(Float64) COMMENT 'Value of the deal, in currency',
  amount_reporting Nullable(Float64) COMMENT 'Value of the deal in the reporting currency of the policy; null where the rate is unknown',
  outcomes_expected UInt64 COMMENT 'Number of outcomes the customer expects',
  outcomes_due UInt64 COMMENT 'Number of those whose date has passed',
  promise_kept Nullable(Float64) COMMENT 'Mean attainment of the outcomes due, 0 to 2, an unmeasured one counting 0; null where none is due',
  adoption Nullable(Float64) COMMENT 'Latest share of the licences in use, 0 to 1',
  nps Nullable(Float64) COMMENT 'Latest net promoter answer, 0 to 10',
  csat Nullable(Float64) COMMENT 'Latest satisfaction answer, 1 to 5',
  open_escalations UInt64 COMMENT 'Number of escalations not resolved',
  reference LowCardinality(Nullable(String)) COMMENT 'Reference: asked, given, declined; null: never asked',
  renews_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: the renewal is due',
  finding_kinds Array(LowCardinality(String)) COMMENT 'Kinds of the findings that hold, by family, then kind',
  finding_severities Array(LowCardinality(String)) COMMENT 'Their severities, in the same order',
  worst_advice Nullable(String) COMMENT 'Next best action by the gravest finding, one sentence'
)
AS SELECT
  deal_id,
  name,
  account_id,
  account_name,
  owner_id,
  owner_name,
  team,
  segment,
  status,
  health,
  won_at,
  churned_at,
  amount,
  amount_reporting,
  outcomes_expected,
  outcomes_due,
  promise_kept,
  adoption,
  nps,
  csat,
  open_escalations,
  reference,
  renews_at,
  finding_kinds,
  finding_severities,
  worst_advice
FROM deal_health_now
WHERE won_at IS NOT NULL
COMMENT 'Success of the customer, one row a deal that was won';

-- Stays in stages, for the expected cycle.
CREATE VIEW IF NOT EXISTS stage_cycles {{on_cluster}} (
  deal_id String COMMENT 'Id of the deal',
  stage LowCardinality(String) COMMENT 'Id of the stage in the policy',
  stage_order Float64 COMMENT 'Place of the stage on the ladder, from 1',
  segment LowCardinality(Nullable(String)) COMMENT 'Segment of the deal',
  entered_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: entered the stage',
  left_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: left the stage; null: still in it',
  moved_forward Bool COMMENT 'Whether it was left for a higher stage or by winning; otherwise the stay is censored',
  business_days Float64 COMMENT 'Business days of the stay so far'
)
AS SELECT
  deal_id,
  stage,
  stage_order,
  segment,
  entered_at,
  left_at,
  moved_forward,
  business_days
FROM deal_records FINAL
WHERE record = 'stage'
COMMENT 'Stays in stages, one row each';

-- What was refused, and why.
CREATE VIEW IF NOT EXISTS dead_letters {{on_cluster}} (
  topic LowCardinality(String) COMMENT 'Topic of the log that it came from',
  partition UInt32 COMMENT 'Partition of the topic',
  offset UInt64 COMMENT 'Offset in the partition',
  position UInt32 COMMENT 'Place within the record, from 0, where it holds several events',
  source LowCardinality(String) COMMENT 'Source that was to translate it',
  raw String COMMENT 'What came, as text, up to 64 KiB',
  raw_cut Bool COMMENT 'Whether raw is only the beginning',
  reasons Array(String) COMMENT 'Every reason for the refusal, in words',
  received_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: when it was first refused',
  replayed_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: when it was put back into the log; null: not yet'
)
AS SELECT
  topic,
  partition,
  offset,
  position,
  source,
  raw,
  raw_cut,
  reasons,
  received_at,
  replayed_at
FROM dead_letter_store FINAL
COMMENT 'Refused records, with every reason';

-- Events that name no deal and could not be tied to one yet.
CREATE VIEW IF NOT EXISTS unlinked {{on_cluster}} (
  time DateTime64(3, 'UTC') COMMENT 'Instant, UTC: when it happened, held within the years 1900 to 2299',
  source LowCardinality(String) COMMENT 'CloudEvents source: who told it',
  id String COMMENT 'CloudEvents id: source and id identify an event',
  type LowCardinality(String) COMMENT 'CloudEvents type, such as deal.stage_changed',
  family LowCardinality(String) COMMENT 'Family of the type, such as deal, buying, meeting',
  schemaversion UInt16 COMMENT 'Version of the schema of data, from 1',
  data String COMMENT 'JSON text: the facts of the event',
  extensions String COMMENT 'JSON text: the other CloudEvents attributes',
  recorded_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: when it was first ingested',
  addresses Array(String) COMMENT 'E-mail addresses in it by which a contact may tie it to a deal',
  domains Array(String) COMMENT 'Domains in it by which an account may tie it to a deal'
)
AS SELECT
  time,
  source,
  id,
  type,
  family,
  schemaversion,
  data,
  extensions,
  recorded_at,
  addresses,
  domains
FROM unlinked_store FINAL
COMMENT 'Events not tied to a deal yet';

-- Alerts, one an episode of a finding.
CREATE VIEW IF NOT EXISTS alerts {{on_cluster}} (
  alert_id String COMMENT 'Id of the alert',
  deal_id String COMMENT 'Id of the deal',
  kind LowCardinality(String) COMMENT 'Kind of the finding',
  family LowCardinality(String) COMMENT 'Family of the finding',
  since DateTime64(3, 'UTC') COMMENT 'Instant, UTC: start of the episode of the finding',
  severity LowCardinality(String) COMMENT 'Latest severity: info, warning, critical',
  status LowCardinality(String) COMMENT 'firing, resolved',
  raised_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: when the alert was raised',
  resolved_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: when the finding went; null while firing',
  acknowledged_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: when someone took it on',
  acknowledged_by Nullable(String) COMMENT 'Who took it on',
  snoozed_until Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: no message before this',
  advice String COMMENT 'Next best action, one sentence',
  health Nullable(Float64) COMMENT 'Points of the deal when last changed'
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
  acknowledged_at,
  acknowledged_by,
  snoozed_until,
  advice,
  health
FROM alert_store FINAL
COMMENT 'Alerts, one an episode of a finding';

-- Deliveries of alerts, with their latest attempt.
CREATE VIEW IF NOT EXISTS alert_deliveries {{on_cluster}} (
  webhook_id String COMMENT 'Id of the message, the same on every retry',
  endpoint String COMMENT 'Name of the endpoint',
  alert_id String COMMENT 'Id of the alert',
  deal_id String COMMENT 'Id of the deal',
  type LowCardinality(String) COMMENT 'Type of the message, such as deal.stalled or deal.stalled.resolved',
  state LowCardinality(String) COMMENT 'pending, delivered, failed, disabled',
  attempts UInt16 COMMENT 'Number of attempts made',
  http_status Nullable(UInt16) COMMENT 'HTTP status of the latest attempt; null where none came',
  error Nullable(String) COMMENT 'What went wrong at the latest attempt',
  created_at DateTime64(3, 'UTC') COMMENT 'Instant, UTC: when the message was made',
  attempted_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: latest attempt',
  next_attempt_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: next attempt; null: none',
  delivered_at Nullable(DateTime64(3, 'UTC')) COMMENT 'Instant, UTC: accepted by the endpoint'
)
AS SELECT
  webhook_id,
  endpoint,
  alert_id,
  deal_id,
  type,
  state,
  attempts,
  http_status,
  error,
  created_at,
  attempted_at,
  next_attempt_at,
  delivered_at
FROM alert_delivery_store FINAL
COMMENT 'Deliveries of alerts, with their latest attempt';
