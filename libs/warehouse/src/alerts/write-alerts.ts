import type { ClickHouseClient } from '@clickhouse/client';
import type { Alert, AlertControl, Delivery, EndpointState } from '#domain/alerts/types.js';
import { type Unit, blocksOf } from '../blocks.js';
import { insertText } from '../insert.js';
import {
  type AlertFields,
  TOLD_COLUMNS,
  alertColumns,
  controlColumns,
  deliveryColumns,
  encodeRow,
  encodeTold,
  endpointColumns,
  listed,
} from './columns.js';

/** What is short of a row counts little and is not looked at. */
const SHORT_TEXTS = 500;

async function insert(client: ClickHouseClient, target: string, units: Iterable<Unit>): Promise<void> {
  for (const block of blocksOf(units)) await insertText(client, target, block);
}

function unitOf(row: object, longTexts = 0): Unit {
  return { rows: [row], size: SHORT_TEXTS + longTexts };
}

export function insertAlerts(client: ClickHouseClient, alerts: readonly Alert[]): Promise<void> {
  return insert(
    client,
    `deal_alerts (${listed(alertColumns)}, ${TOLD_COLUMNS.join(', ')})`,
    alerts.map((alert) =>
      unitOf([...encodeRow<AlertFields>(alertColumns, alert), ...encodeTold(alert.told)]),
    ),
  );
}

export function insertDeliveries(client: ClickHouseClient, deliveries: readonly Delivery[]): Promise<void> {
  return insert(
    client,
    `alert_outbox (${listed(deliveryColumns)})`,
    deliveries.map((delivery) => unitOf(encodeRow(deliveryColumns, delivery), delivery.body.length)),
  );
}

export function insertControls(client: ClickHouseClient, controls: readonly AlertControl[]): Promise<void> {
  return insert(
    client,
    `alert_controls (${listed(controlColumns)})`,
    controls.map((control) => unitOf(encodeRow(controlColumns, control), control.reason.length)),
  );
}

export function insertEndpointStates(
  client: ClickHouseClient,
  states: readonly EndpointState[],
): Promise<void> {
  return insert(
    client,
    `alert_endpoints (${listed(endpointColumns)})`,
    states.map((state) => unitOf(encodeRow(endpointColumns, state))),
  );
}
