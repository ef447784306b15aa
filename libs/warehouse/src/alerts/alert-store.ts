import type { ClickHouseClient } from '@clickhouse/client';
import type { Alert, AlertControl, Delivery, EndpointState } from '#domain/alerts/types.js';
import type { Instant } from '#domain/time/instant.js';
import {
  type AlertFilter,
  type ListedAlert,
  type LookPlace,
  readAlertsOf,
  readAlertsToLookAt,
  readControlsOf,
  readEndpointStates,
  readListedAlerts,
} from './read-alerts.js';
import {
  type DeliveryFilter,
  type ListedDelivery,
  type OutboxPage,
  readCountSent,
  readDeliveries,
  readListedDeliveries,
  readOutbox,
} from './read-deliveries.js';
import {
  type DealEpisodes,
  type OpenEpisode,
  type OpenEpisodesPage,
  readEpisodesOf,
  readOpenEpisodes,
} from './read-episodes.js';
import { insertAlerts, insertControls, insertDeliveries, insertEndpointStates } from './write-alerts.js';

/**
 * Alerts, their messages, and what people say of them. Of what has one id, or one deal and kind, the highest version
 * stands, whatever the order of writing. Texts come back as they were written, half a surrogate pair as U+FFFD, and
 * instants to the millisecond, held within the years 1900 to 2299.
 */
export interface AlertStore {
  /**
   * Of each kind of each of these deals the alert that is firing, or else the one raised last, however long ago it was
   * resolved; by deal id and kind. One query for up to 2,000 deals.
   */
  alertsOf(dealIds: readonly string[]): Promise<readonly Alert[]>;
  /** The latest word of people on each kind of each of these deals, whether or not it still holds. */
  controlsOf(dealIds: readonly string[]): Promise<readonly AlertControl[]>;
  /** Alerts whose `next_look_at` is at or before the instant, the longest due first, after one of an earlier page. */
  alertsToLookAt(
    now: Instant,
    page: { readonly limit: number; readonly after?: LookPlace | undefined },
  ): Promise<readonly Alert[]>;
  /** Every endpoint that was ever in use, by name. */
  endpointStates(): Promise<readonly EndpointState[]>;
  /** What waits at these endpoints and is due, the longest due first; cheap to ask every second. */
  outbox(endpoints: readonly string[], page: OutboxPage): Promise<readonly Delivery[]>;
  /** How many messages, digests included, the endpoint accepted from the one instant to before the other. */
  countSent(endpoint: string, from: Instant, to: Instant): Promise<number>;
  delivery(webhookId: string): Promise<Delivery | undefined>;
  /** These deliveries with their bodies, in no order; one that is not stored is left out. */
  deliveries(webhookIds: readonly string[]): Promise<readonly Delivery[]>;
  /** Episodes that are open, by deal id and kind, after a place in that order; fewer than the limit are the last ones. */
  openEpisodes(page: OpenEpisodesPage): Promise<readonly OpenEpisode[]>;
  /** These deals as stored, each with the last episode of each kind; by deal id. One that is not stored is left out. */
  episodesOf(dealIds: readonly string[]): Promise<readonly DealEpisodes[]>;
  /** Alerts as people see them, those raised last first. */
  listAlerts(filter: AlertFilter): Promise<readonly ListedAlert[]>;
  /** Messages as people see them, without bodies, those made last first. */
  listDeliveries(filter: DeliveryFilter): Promise<readonly ListedDelivery[]>;

  writeAlerts(alerts: readonly Alert[]): Promise<void>;
  /**
   * A call of up to 50,000 rows is seen whole or not at all, so that a digest and its items change together. An alert
   * says what was told: write its deliveries before it.
   */
  writeDeliveries(deliveries: readonly Delivery[]): Promise<void>;
  writeControls(controls: readonly AlertControl[]): Promise<void>;
  writeEndpointStates(states: readonly EndpointState[]): Promise<void>;
}

export function openAlertStore(client: ClickHouseClient): AlertStore {
  return {
    alertsOf: (dealIds) => readAlertsOf(client, dealIds),
    controlsOf: (dealIds) => readControlsOf(client, dealIds),
    alertsToLookAt: (now, page) => readAlertsToLookAt(client, now, page),
    endpointStates: () => readEndpointStates(client),
    outbox: (endpoints, page) => readOutbox(client, endpoints, page),
    countSent: (endpoint, from, to) => readCountSent(client, endpoint, from, to),
    delivery: async (webhookId) => (await readDeliveries(client, [webhookId]))[0],
    deliveries: (webhookIds) => readDeliveries(client, webhookIds),
    openEpisodes: (page) => readOpenEpisodes(client, page),
    episodesOf: (dealIds) => readEpisodesOf(client, dealIds),
    listAlerts: (filter) => readListedAlerts(client, filter),
    listDeliveries: (filter) => readListedDeliveries(client, filter),
    writeAlerts: (alerts) => insertAlerts(client, alerts),
    writeDeliveries: (deliveries) => insertDeliveries(client, deliveries),
    writeControls: (controls) => insertControls(client, controls),
    writeEndpointStates: (states) => insertEndpointStates(client, states),
  };
}
