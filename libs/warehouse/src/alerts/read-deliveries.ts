import type { ClickHouseClient } from '@clickhouse/client';
import type { Delivery, DeliveryState } from '#domain/alerts/types.js';
import type { Instant } from '#domain/time/instant.js';
import { sqlInstant } from '../encode.js';
import { chunksOf, select } from '../select.js';
import { decodeRow, deliveryColumns, listed } from './columns.js';
import { conditionsOf } from './conditions.js';

const IDS_A_QUERY = 5_000;

/** `due_at` of what is not to be sent. */
const END_OF_TIME = Date.UTC(2299, 11, 31);

/** A place in the order of the outbox: any delivery that it gave. */
export type OutboxPlace = Pick<Delivery, 'webhook_id' | 'next_attempt_at'>;

export interface OutboxPage {
  /** What is due at or before this. Infinity: all that waits. */
  readonly now: Instant;
  /** Of each endpoint, so that the backlog of one hides no other's. */
  readonly limit: number;
  /** To go on after a delivery of an earlier page; one endpoint is to be asked at a time then. */
  readonly after?: OutboxPlace | undefined;
  /** Default: both. */
  readonly states?: readonly Extract<DeliveryState, 'pending' | 'gathered'>[] | undefined;
}

/**
 * What waits at these endpoints and is due, the longest due first. Asked every second among all that was ever sent: an
 * index finds the few rows that may wait, the latest row of those alone says which do, and only the bodies that are
 * given are read.
 */
export async function readOutbox(
  client: ClickHouseClient,
  endpoints: readonly string[],
  { now, limit, after, states = ['pending', 'gathered'] }: OutboxPage,
): Promise<Delivery[]> {
  if (endpoints.length === 0) return [];
  const beyond =
    after === undefined
      ? ''
      : "AND (latest.1, webhook_id) > ({after_at:DateTime64(3, 'UTC')}, {after_id:String})";
  // Old rows go at some time after 180 days. What is about to go is out of it first, lest a message that was sent be
  // found as it was before.
  const keys = await select<{ readonly webhook_id: string }>(
    client,
    `SELECT webhook_id FROM (
       SELECT endpoint, webhook_id, argMax((due_at, state), version) AS latest FROM alert_outbox
       WHERE webhook_id GLOBAL IN (
         SELECT webhook_id FROM alert_outbox
         WHERE endpoint IN {endpoints:Array(String)} AND due_at <= {now:DateTime64(3, 'UTC')}
           AND written_at > now64(3) - INTERVAL 179 DAY)
       GROUP BY endpoint, webhook_id)
     WHERE latest.1 <= {now:DateTime64(3, 'UTC')} AND latest.2 IN {states:Array(String)} ${beyond}
     ORDER BY latest.1, webhook_id LIMIT {limit:UInt32} BY endpoint`,
    {
      endpoints,
      states,
      now: sqlInstant(Math.min(now, END_OF_TIME - 1)),
      limit,
      ...(after === undefined
        ? {}
        : { after_at: sqlInstant(after.next_attempt_at ?? now), after_id: after.webhook_id }),
    },
  );
  const ids = keys.map(({ webhook_id: id }) => id);
  const found = new Map(
    (await readDeliveries(client, ids)).map((delivery) => [delivery.webhook_id, delivery]),
  );
  return ids.flatMap((id) => {
    const delivery = found.get(id);
    // It may have been sent, or put off, between the two queries.
    const isDue =
      delivery?.next_attempt_at != null &&
      delivery.next_attempt_at <= now &&
      (states as readonly DeliveryState[]).includes(delivery.state);
    return isDue ? [delivery] : [];
  });
}

/** These deliveries with their bodies, in no order. Without FINAL, which would read the bodies around them. */
export async function readDeliveries(
  client: ClickHouseClient,
  webhookIds: readonly string[],
): Promise<Delivery[]> {
  const found: Delivery[] = [];
  for (const chunk of chunksOf(webhookIds, IDS_A_QUERY)) {
    const rows = await select(
      client,
      `SELECT ${listed(deliveryColumns)} FROM alert_outbox PREWHERE webhook_id IN {webhook_ids:Array(String)}
       ORDER BY version DESC LIMIT 1 BY webhook_id`,
      { webhook_ids: chunk },
    );
    found.push(...rows.map((row) => decodeRow<Delivery>(deliveryColumns, row)));
  }
  return found;
}

/** How many messages the endpoint accepted from the one instant to before the other. */
export async function readCountSent(
  client: ClickHouseClient,
  endpoint: string,
  from: Instant,
  to: Instant,
): Promise<number> {
  // Without FINAL: what was accepted once is so for good, also where it is sent again later.
  const [row] = await select<{ sent: number | string }>(
    client,
    `SELECT uniqExact(webhook_id) AS sent FROM alert_outbox
     WHERE endpoint = {endpoint:String} AND state = 'delivered'
       AND delivered_at >= {from:DateTime64(3, 'UTC')} AND delivered_at < {to:DateTime64(3, 'UTC')}`,
    { endpoint, from: sqlInstant(from), to: sqlInstant(to) },
  );
  return Number(row?.sent ?? 0);
}

/** A row of the view `alert_deliveries`. */
export type ListedDelivery = Omit<Delivery, 'body' | 'version'>;

/** Which deliveries, and how many. What is left out does not narrow. */
export interface DeliveryFilter {
  readonly webhook_ids?: readonly string[] | undefined;
  readonly endpoints?: readonly string[] | undefined;
  readonly alert_ids?: readonly string[] | undefined;
  readonly deal_ids?: readonly string[] | undefined;
  readonly digest_ids?: readonly string[] | undefined;
  readonly types?: readonly string[] | undefined;
  readonly states?: readonly DeliveryState[] | undefined;
  readonly limit: number;
  /** For paging: how many to pass over. */
  readonly offset?: number | undefined;
}

const CONDITIONS = {
  webhook_ids: 'webhook_id IN {webhook_ids:Array(String)}',
  endpoints: 'endpoint IN {endpoints:Array(String)}',
  alert_ids: 'alert_id IN {alert_ids:Array(String)}',
  deal_ids: 'deal_id IN {deal_ids:Array(String)}',
  digest_ids: 'digest_id IN {digest_ids:Array(String)}',
  types: 'type IN {types:Array(String)}',
  states: 'state IN {states:Array(String)}',
} as const;

const { version: _version, body: _body, ...shownColumns } = deliveryColumns;

/** Rows of the view `alert_deliveries`, those made last first. */
export async function readListedDeliveries(
  client: ClickHouseClient,
  filter: DeliveryFilter,
): Promise<ListedDelivery[]> {
  const { where, params } = conditionsOf(CONDITIONS, filter);
  const rows = await select(
    client,
    `SELECT * FROM alert_deliveries ${where}
     ORDER BY created_at DESC, webhook_id LIMIT {limit:UInt64} OFFSET {offset:UInt64}`,
    { ...params, limit: filter.limit, offset: filter.offset ?? 0 },
  );
  return rows.map((row) => decodeRow<ListedDelivery>(shownColumns, row));
}
