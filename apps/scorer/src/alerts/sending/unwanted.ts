import type { Delivery } from '#domain/alerts/types.js';
import type { Outbox } from './outbox.js';

const PAGE = 1_000;

/** Why nothing more is sent to an endpoint, and what becomes of what waits for it. */
export interface End {
  readonly state: 'dropped' | 'failed';
  readonly error: string;
}

export const NOT_IN_FILE: End = {
  state: 'dropped',
  error: 'the endpoint is not in the alerts file or not enabled',
};
export const GONE: End = { state: 'failed', error: 'the endpoint answered 410 and is disabled' };

/**
 * Ends all that waits for endpoints to which nothing is sent any more, due or not.
 * @param isBusy messages that are being sent this moment; they are left for the next time
 */
export async function endWaiting(
  store: Pick<Outbox, 'outbox' | 'writeDeliveries'>,
  endpoints: ReadonlyMap<string, End>,
  isBusy: (delivery: Delivery) => boolean,
  written: (deliveries: readonly Delivery[]) => void,
): Promise<void> {
  if (endpoints.size === 0) return;
  for (;;) {
    const page = await store.outbox([...endpoints.keys()], { now: Number.POSITIVE_INFINITY, limit: PAGE });
    const ended = page.flatMap((delivery): Delivery[] => {
      const end = endpoints.get(delivery.endpoint);
      if (end === undefined || isBusy(delivery)) return [];
      return [{ ...delivery, ...end, next_attempt_at: null, version: delivery.version + 1 }];
    });
    if (ended.length === 0) return;
    await store.writeDeliveries(ended);
    written(ended);
  }
}
