import type { AlertControl, Told } from '#domain/alerts/types.js';
import type { FindingKind } from '#domain/findings/kinds.js';
import type { Instant } from '#domain/time/instant.js';
import type { AlertStore } from '#warehouse/alerts/alert-store.js';
import type { ListedAlert } from '#warehouse/alerts/read-alerts.js';
import type { ListedDelivery } from '#warehouse/alerts/read-deliveries.js';
import { type DeliveryReplay, type DeliveryReplayResult, replayDeliveries } from './replay-deliveries.js';

/** Which alerts, or messages, are listed: those that match all that is given. */
export interface AlertQuery {
  readonly deal?: string | undefined;
  /** Of alerts only. */
  readonly status?: Told['status'] | undefined;
  readonly endpoint?: string | undefined;
  readonly limit: number;
}

/** Someone's word on the alerts of a deal and kind. */
export interface ControlRequest {
  readonly deal_id: string;
  readonly kind: FindingKind;
  readonly what:
    | { readonly do: 'snooze'; readonly until: Instant }
    /** Until it gets graver, or ends. */
    | { readonly do: 'ack' }
    /** Takes back whatever was said. */
    | { readonly do: 'lift' };
  readonly by: string;
  readonly reason: string;
}

export interface ControlResult {
  /** `unknown_deal` and `not_firing`: nothing was changed; what is not firing can't be acknowledged. */
  readonly outcome: 'done' | 'unknown_deal' | 'not_firing';
  /** Whether an alert fires that it is about; a snooze holds for one to come, too. */
  readonly firing: boolean;
}

/** What people do with alerts. */
export interface AlertActions {
  /** Those raised last first. */
  list(query: AlertQuery): Promise<readonly ListedAlert[]>;
  /** Messages to endpoints, those made last first. */
  deliveries(query: AlertQuery): Promise<readonly ListedDelivery[]>;
  control(request: ControlRequest): Promise<ControlResult>;
  replay(which: DeliveryReplay): Promise<DeliveryReplayResult>;
}

export function alertActions(store: AlertStore, now: () => Instant): AlertActions {
  return {
    list: ({ deal, status, endpoint, limit }) =>
      store.listAlerts({
        deal_ids: listed(deal),
        statuses: listed(status),
        endpoints: listed(endpoint),
        limit,
      }),
    deliveries: ({ deal, endpoint, limit }) =>
      store.listDeliveries({ deal_ids: listed(deal), endpoints: listed(endpoint), limit }),
    control: (request) => control(store, request, now()),
    replay: (which) => replayDeliveries(store, which, now()),
  };
}

function listed<T>(one: T | undefined): readonly T[] | undefined {
  return one === undefined ? undefined : [one];
}

async function control(store: AlertStore, request: ControlRequest, now: Instant): Promise<ControlResult> {
  const { deal_id: dealId, kind, what, by, reason } = request;
  const alert = (await store.alertsOf([dealId])).find((one) => one.kind === kind && one.status === 'firing');
  const firing = alert !== undefined;
  if (what.do === 'ack' && !firing) return { outcome: 'not_firing', firing };
  if (!firing && (await store.episodesOf([dealId])).length === 0) return { outcome: 'unknown_deal', firing };
  const before = (await store.controlsOf([dealId])).find((one) => one.kind === kind);
  const word: AlertControl = {
    ...{ deal_id: dealId, kind, by, reason, version: (before?.version ?? 0) + 1 },
    snoozed_until: what.do === 'snooze' ? what.until : null,
    acknowledged_at: what.do === 'ack' ? now : null,
    acknowledged_severity: what.do === 'ack' ? (alert?.severity ?? null) : null,
  };
  await store.writeControls([word]);
  // The scorer looks at it at once, and says itself when it has to look again.
  if (alert !== undefined) {
    await store.writeAlerts([{ ...alert, next_look_at: now, version: alert.version + 1 }]);
  }
  return { outcome: 'done', firing };
}
