import { messageId, type Sha256 } from '#domain/alerts/ids.js';
import type { Delivery, DigestItem } from '#domain/alerts/types.js';
import type { Severity } from '#domain/findings/kinds.js';

export interface DigestContents {
  /** What the digest tells, and of which deliveries. */
  readonly items: readonly DigestItem[];
  readonly told: readonly Delivery[];
  /** Of alerts that began and ended before the digest went out. */
  readonly leftOut: readonly Delivery[];
  /** Whose body is no item. */
  readonly unreadable: readonly Delivery[];
}

/** Whether a delivery is of a finding that has gone. */
export function isResolved({ type }: Delivery): boolean {
  return type.endsWith('.resolved');
}

const severities: readonly Severity[] = ['info', 'warning', 'critical'];

/**
 * The severity that the first message of an alert to an endpoint told; undefined where the delivery is a later one.
 * Its id tells.
 */
export function severityFirstTold(sha256: Sha256, delivery: Delivery): Severity | undefined {
  const { webhook_id: id, alert_id: alertId, endpoint, type } = delivery;
  return severities.find(
    (severity) => messageId(sha256, { alertId, endpoint, type, severity, before: 0 }) === id,
  );
}

/**
 * Sorts what is due into what a digest tells and what it needn't. An alert that is told for the first time and whose
 * end is known already is not told at all; where it was told before, its end is news.
 */
export function digestContents(sha256: Sha256, deliveries: readonly Delivery[]): DigestContents {
  const isUntold = (delivery: Delivery): boolean =>
    !isResolved(delivery) && severityFirstTold(sha256, delivery) !== undefined;
  const resolved = new Set(deliveries.filter(isResolved).map(({ alert_id: id }) => id));
  const neverTold = new Set(
    deliveries
      .filter(({ alert_id: id }) => resolved.has(id))
      .filter(isUntold)
      .map(({ alert_id: id }) => id),
  );
  const items: DigestItem[] = [];
  const told: Delivery[] = [];
  const leftOut: Delivery[] = [];
  const unreadable: Delivery[] = [];
  for (const delivery of deliveries) {
    const item = readItem(delivery);
    if (neverTold.has(delivery.alert_id)) leftOut.push(delivery);
    else if (item === undefined) unreadable.push(delivery);
    else {
      told.push(delivery);
      if (item.status === 'resolved' || !resolved.has(delivery.alert_id)) items.push(item);
    }
  }
  return { items, told, leftOut, unreadable };
}

/** Written by this service, and read again perhaps by a later version of it. */
function readItem({ body, alert_id: alertId }: Delivery): DigestItem | undefined {
  try {
    const item: unknown = JSON.parse(body);
    const isItem =
      typeof item === 'object' && item !== null && 'alert_id' in item && item.alert_id === alertId;
    return isItem ? (item as DigestItem) : undefined;
  } catch {
    return undefined;
  }
}
