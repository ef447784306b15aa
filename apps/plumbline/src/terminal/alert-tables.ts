import { formatInstant, type Instant } from '#domain/time/instant.js';
import type { ListedAlert } from '#warehouse/alerts/read-alerts.js';
import type { ListedDelivery } from '#warehouse/alerts/read-deliveries.js';
import { table } from './table.js';

type Format = 'table' | 'ndjson';

/** Alerts for people or programs. */
export function alertLines(alerts: readonly ListedAlert[], format: Format): string {
  if (format === 'ndjson') return ndjson(alerts);
  if (alerts.length === 0) return 'no alerts\n';
  return table(alerts, [
    { title: 'RAISED', cell: (alert) => minute(alert.raised_at) },
    { title: 'DEAL', cell: (alert) => alert.deal_id, maxWidth: 30 },
    { title: 'KIND', cell: (alert) => alert.kind },
    { title: 'SEVERITY', cell: (alert) => alert.severity },
    { title: 'STATUS', cell: (alert) => alert.status },
    { title: 'SINCE', cell: (alert) => minute(alert.since) },
    { title: 'TOLD', cell: toldText, maxWidth: 60 },
    { title: 'WORD', cell: wordText, maxWidth: 80 },
  ]);
}

/** Messages for people or programs. */
export function deliveryLines(deliveries: readonly ListedDelivery[], format: Format): string {
  if (format === 'ndjson') return ndjson(deliveries);
  if (deliveries.length === 0) return 'no messages\n';
  return table(deliveries, [
    { title: 'MADE', cell: (delivery) => minute(delivery.created_at) },
    { title: 'MESSAGE', cell: (delivery) => delivery.webhook_id },
    { title: 'ENDPOINT', cell: (delivery) => delivery.endpoint },
    { title: 'TYPE', cell: (delivery) => delivery.type },
    { title: 'DEAL', cell: (delivery) => delivery.deal_id, maxWidth: 30 },
    { title: 'STATE', cell: (delivery) => delivery.state },
    { title: 'ATTEMPTS', cell: (delivery) => String(delivery.attempts), align: 'right' },
    {
      title: 'STATUS',
      cell: (delivery) => (delivery.http_status === null ? '' : String(delivery.http_status)),
      align: 'right',
    },
    {
      title: 'MS',
      cell: (delivery) => (delivery.latency_ms === null ? '' : String(Math.round(delivery.latency_ms))),
      align: 'right',
    },
    {
      title: 'NEXT',
      cell: (delivery) => (delivery.next_attempt_at === null ? '' : minute(delivery.next_attempt_at)),
    },
    { title: 'ANSWER', cell: (delivery) => delivery.error ?? delivery.response ?? '', maxWidth: 60 },
  ]);
}

const INSTANTS = /(_at|_until|^since|^at)$/;

/** Instants as they are written everywhere else. */
function ndjson(rows: readonly object[]): string {
  const readable = (name: string, value: unknown): unknown =>
    typeof value === 'number' && INSTANTS.test(name) ? formatInstant(value) : value;
  return rows.map((row) => `${JSON.stringify(row, readable)}\n`).join('');
}

function minute(at: Instant): string {
  return `${formatInstant(at).slice(0, 16)}Z`;
}

function toldText({ told }: ListedAlert): string {
  return told.map(({ endpoint, status }) => `${endpoint} ${status}`).join(', ');
}

function wordText(alert: ListedAlert): string {
  const reason =
    alert.control_reason === null || alert.control_reason === '' ? '' : `: ${alert.control_reason}`;
  if (alert.acknowledged_by !== null) return `acknowledged by ${alert.acknowledged_by}${reason}`;
  if (alert.snoozed_until === null) return '';
  return `snoozed until ${minute(alert.snoozed_until)} by ${alert.snoozed_by ?? ''}${reason}`;
}
