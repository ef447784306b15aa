import type { Delivery } from '#domain/alerts/types.js';
import type { Instant } from '#domain/time/instant.js';
import type { AlertStore } from '#warehouse/alerts/alert-store.js';

/** Which messages are sent again, of those that were given up or dropped. */
export interface DeliveryReplay {
  readonly webhook_id?: string | undefined;
  readonly endpoint?: string | undefined;
  /** Only those made at or after it. */
  readonly since?: Instant | undefined;
}

export interface DeliveryReplayResult {
  readonly replayed: number;
  /** Endpoints that are in use again. */
  readonly enabled: readonly string[];
}

const PAGE = 500;

/**
 * Has messages sent again that were given up or dropped, with the ids they had, and puts their endpoints in use again
 * where those were disabled.
 */
export async function replayDeliveries(
  store: AlertStore,
  { webhook_id: webhookId, endpoint, since = Number.NEGATIVE_INFINITY }: DeliveryReplay,
  now: Instant,
): Promise<DeliveryReplayResult> {
  const filter = {
    states: ['failed', 'dropped'] as const,
    webhook_ids: webhookId === undefined ? undefined : [webhookId],
    endpoints: endpoint === undefined ? undefined : [endpoint],
  };
  // A disabled endpoint would drop them again at once.
  const concerned = new Set(endpoint === undefined ? [] : [endpoint]);
  if (webhookId !== undefined)
    for (const found of await store.listDeliveries({ ...filter, limit: 1 })) concerned.add(found.endpoint);
  const isAll = webhookId === undefined && endpoint === undefined;
  const enabled = (await store.endpointStates()).filter(
    (state) => state.disabled_at !== null && (isAll || concerned.has(state.endpoint)),
  );
  await store.writeEndpointStates(
    enabled.map((state) => ({ ...state, disabled_at: null, version: state.version + 1 })),
  );
  // One that fails again while this goes on is not taken twice.
  const seen = new Set<string>();
  for (;;) {
    const page = await store.listDeliveries({ ...filter, limit: PAGE });
    const wanted = page.filter(({ webhook_id: id, created_at: made }) => made >= since && !seen.has(id));
    if (wanted.length === 0) break;
    const stored = await store.deliveries(wanted.map(({ webhook_id: id }) => id));
    await store.writeDeliveries(stored.map((delivery) => again(delivery, now)));
    for (const { webhook_id: id } of wanted) seen.add(id);
  }
  return { replayed: seen.size, enabled: enabled.map((state) => state.endpoint).sort() };
}

/** A message that is to be sent as if it had not been tried yet. */
export function again(delivery: Delivery, now: Instant): Delivery {
  return {
    ...delivery,
    // What was to be told by a digest has no message of its own.
    state: isItem(delivery) ? 'gathered' : 'pending',
    digest_id: null,
    attempts: 0,
    next_attempt_at: now,
    version: delivery.version + 1,
  };
}

/** The body of an item tells its alert at the top; no message in a format of endpoints does. */
function isItem({ body, alert_id: alertId }: Delivery): boolean {
  if (alertId === '') return false;
  try {
    const told = JSON.parse(body) as { alert_id?: unknown } | null;
    return told?.alert_id === alertId;
  } catch {
    return false;
  }
}
