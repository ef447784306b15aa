import type { FindingFamily, FindingKind, Severity } from '../findings/kinds.js';
import type { Instant } from '../time/instant.js';

export type AlertFormat = 'standard' | 'slack' | 'alertmanager';

/** 0 is Sunday, as in Date. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** When digests are sent. Minutes are after local midnight of the zone. */
export interface DigestSchedule {
  readonly every: 'daily' | 'weekly';
  readonly minute: number;
  /** Of a weekly one. */
  readonly day: Weekday;
  readonly zone: string;
}

/** Minutes after local midnight of the zone, from inclusive, to exclusive. */
export interface BusinessHours {
  readonly from: number;
  readonly to: number;
  readonly days: readonly Weekday[];
  readonly zone: string;
}

/**
 * Whom to tell of what. A null list wants all; where both kinds and families are named, a finding of either is wanted.
 * Durations are milliseconds.
 */
export interface Endpoint {
  readonly name: string;
  readonly url: string;
  /** `whsec_…`; null: messages are not signed. */
  readonly secret: string | null;
  readonly format: AlertFormat;
  readonly kinds: readonly FindingKind[] | null;
  readonly families: readonly FindingFamily[] | null;
  readonly minimumSeverity: Severity;
  /** In the reporting currency; a deal without a known amount is below any minimum. Null: none. */
  readonly minimumAmount: number | null;
  /** Ids, names or e-mail addresses; these and the lists below without regard to case. */
  readonly owners: readonly string[] | null;
  readonly teams: readonly string[] | null;
  readonly segments: readonly string[] | null;
  readonly pipelines: readonly string[] | null;
  readonly digest: DigestSchedule | null;
  readonly businessHours: BusinessHours | null;
  readonly repeatAfter: number | null;
  readonly resolved: boolean;
  readonly maxPerHour: number;
  readonly concurrency: number;
  readonly allowPrivate: boolean;
  readonly allowHttp: boolean;
}

export interface AlertSettings {
  readonly flapWithin: number;
  readonly historyAfter: number;
  readonly backlogDigestAfter: number;
  /** Template with `{deal_id}`, which is filled in URL-encoded; null: messages have no link. */
  readonly dealLink: string | null;
  readonly endpoints: readonly Endpoint[];
}

/** What an endpoint was told last of an alert. */
export interface Told {
  readonly endpoint: string;
  readonly status: 'firing' | 'resolved';
  /** The gravest that it was told. */
  readonly severity: Severity;
  /** When it goes out at the earliest, which business hours or a digest put off. */
  readonly at: Instant;
  /** How many messages of this alert it was told, this one included. */
  readonly count: number;
}

/** An alert as stored; one of a kind is firing at most. */
export interface Alert {
  readonly alert_id: string;
  readonly deal_id: string;
  readonly kind: FindingKind;
  readonly family: FindingFamily;
  /** Start of the present, or last, episode. */
  readonly since: Instant;
  readonly severity: Severity;
  readonly status: 'firing' | 'resolved';
  readonly raised_at: Instant;
  /** When the finding went; null while firing. */
  readonly resolved_at: Instant | null;
  readonly advice: string;
  readonly health: number | null;
  readonly told: readonly Told[];
  /** When something of it may have to be told without news of the deal; null: never. */
  readonly next_look_at: Instant | null;
  readonly version: number;
}

/** Someone's word on (deal, kind): who, until when, why. */
export interface AlertControl {
  readonly deal_id: string;
  readonly kind: FindingKind;
  readonly snoozed_until: Instant | null;
  readonly acknowledged_at: Instant | null;
  /** The severity that was acknowledged; a graver one is told again. */
  readonly acknowledged_severity: Severity | null;
  readonly by: string;
  readonly reason: string;
  readonly version: number;
}

export type DeliveryState = 'pending' | 'gathered' | 'in_digest' | 'delivered' | 'failed' | 'dropped';

/** A message of the outbox, or an item of a digest. */
export interface Delivery {
  readonly webhook_id: string;
  readonly endpoint: string;
  /** '' for a digest. */
  readonly alert_id: string;
  readonly deal_id: string;
  /** deal.<kind>, deal.<kind>.resolved, or deals.digest. */
  readonly type: string;
  readonly state: DeliveryState;
  /** Of an item: the message that it went out with. */
  readonly digest_id: string | null;
  readonly body: string;
  readonly attempts: number;
  readonly http_status: number | null;
  /** What went wrong at the latest attempt. */
  readonly error: string | null;
  /** First bytes of the latest answer. */
  readonly response: string | null;
  /** Of the latest attempt, milliseconds. */
  readonly latency_ms: number | null;
  readonly created_at: Instant;
  readonly attempted_at: Instant | null;
  readonly next_attempt_at: Instant | null;
  readonly delivered_at: Instant | null;
  readonly version: number;
}

export interface EndpointState {
  readonly endpoint: string;
  readonly enabled_at: Instant;
  /** When what was true already had been gathered; null: not yet. */
  readonly baseline_at: Instant | null;
  /** When it answered 410; null: it is in use. Put in use again by `alerts replay --endpoint`. */
  readonly disabled_at: Instant | null;
  readonly version: number;
}

/** What messages say of a deal. */
export interface AlertDeal {
  readonly id: string;
  readonly name: string;
  readonly owner: { readonly id: string | null; readonly name: string | null };
  readonly team: string | null;
  readonly segment: string | null;
  readonly pipeline: string;
  readonly stage: string | null;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly amount_reporting: number | null;
  readonly health: number | null;
  readonly paused: boolean;
}

/** An episode of a finding as messages tell it. */
export interface AlertFinding {
  readonly kind: FindingKind;
  readonly family: FindingFamily;
  readonly severity: Severity;
  readonly since: Instant;
  /** When it took on its present severity; where it isn't known, it counts as having had it all along. */
  readonly severity_since?: Instant;
  readonly closed_at: Instant | null;
  readonly advice: string;
  readonly numbers: Readonly<Record<string, number | string | null>>;
  readonly evidence: readonly string[];
}

/** A single message before it is put in an endpoint's format. */
export interface AlertMessage {
  readonly alert_id: string;
  readonly status: 'firing' | 'resolved';
  /** When it was told first. */
  readonly at: Instant;
  readonly deal: AlertDeal;
  readonly finding: AlertFinding;
}

/** What a digest says of one alert; the JSON of it is the body of an item. */
export interface DigestItem {
  readonly alert_id: string;
  readonly status: 'firing' | 'resolved';
  readonly deal_id: string;
  readonly deal_name: string;
  readonly owner: string | null;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly amount_reporting: number | null;
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** RFC 3339 */
  readonly since: string;
  readonly advice: string;
}
