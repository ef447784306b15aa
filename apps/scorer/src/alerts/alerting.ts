import type { Sha256 } from '#domain/alerts/ids.js';
import { isGraver } from '#domain/alerts/matching.js';
import { planDeal } from '#domain/alerts/plan.js';
import type {
  Alert,
  AlertMessage,
  AlertSettings,
  Delivery,
  Endpoint,
  EndpointState,
} from '#domain/alerts/types.js';
import type { ScorerRecord } from '#domain/score/records.js';
import type { Instant } from '#domain/time/instant.js';
import type { AlertStore } from '#warehouse/alerts/alert-store.js';
import { createLatest } from './latest.js';
import { type Outlook, outlookOf, outlookText, withSeverities } from './outlook.js';

/** What planning needs of the store. */
export type AlertingStore = Pick<
  AlertStore,
  | 'alertsOf'
  | 'controlsOf'
  | 'alertsToLookAt'
  | 'deliveries'
  | 'endpointStates'
  | 'openEpisodes'
  | 'episodesOf'
  | 'writeAlerts'
  | 'writeDeliveries'
  | 'writeEndpointStates'
>;

export interface AlertingParts {
  readonly store: AlertingStore;
  readonly settings: AlertSettings;
  readonly render: (endpoint: Endpoint, message: AlertMessage) => string;
  readonly sha256: Sha256;
  /** Told of alerts that begin, end or become graver, before they are stored: they may be told again after a crash. */
  readonly publish: (messages: readonly AlertMessage[]) => Promise<void>;
  /** Whether this replica sends for the endpoint. */
  readonly ownsEndpoint: (endpoint: string) => boolean;
  /** Has deals looked at by whoever scores them, whether or not something happened to them. */
  readonly reload: (dealIds: readonly string[]) => Promise<void>;
  /** Told when there is something to send. */
  readonly wake: () => void;
  /** How long after an endpoint is enabled what is true already is gathered: by then all replicas know of it. */
  readonly baselineDelayMs: number;
  /** Gather at the start for all endpoints: deals may have been scored where nobody knew of them. */
  readonly gatherAtStart: boolean;
}

/** A deal with all that the scorer keeps of it. */
export interface RecordedDeal {
  readonly dealId: string;
  readonly records: readonly ScorerRecord[];
}

/** Alerts of the deals that this replica scores. */
export interface Alerting {
  /** Plans and stores the alerts of deals. To be called before their records are stored: whoever is killed in between does it again. */
  foresee(deals: readonly RecordedDeal[], now: Instant): Promise<void>;
  /** Looks again at alerts of which something is due by time alone. @returns whether there may be more */
  look(now: Instant, limit: number, isOurs: (dealId: string) => boolean): Promise<boolean>;
  /** Learns which endpoints are in use, enables those that are new, and has gathered for them what is true already. */
  tend(now: Instant): Promise<void>;
  /** Forgets what it remembers of the deal, or of all: another may have planned for them. */
  forget(dealId?: string): void;
}

/** Deals whose alerts are known to be planned; a dropped one is only planned again, to the same end. */
const REMEMBERED = 50_000;
const EPISODES_PER_PAGE = 5_000;

export function createAlerting(parts: AlertingParts): Alerting {
  const { store, settings } = parts;
  /** What was planned for last, by deal. */
  const planned = createLatest<string>(REMEMBERED);
  let inUse: Map<string, EndpointState> | undefined;
  let gathersAll = parts.gatherAtStart;

  /**
   * Whoever was killed before the alert was stored has the same messages planned again, at another time. The first may
   * be under way by then, and its id must not get another body.
   */
  const notStored = async (messages: readonly Delivery[]): Promise<readonly Delivery[]> => {
    if (messages.length === 0) return messages;
    const stored = await store.deliveries(messages.map(({ webhook_id: id }) => id));
    const known = new Set(stored.map(({ webhook_id: id }) => id));
    return messages.filter(({ webhook_id: id }) => !known.has(id));
  };

  const plan = async (outlooks: readonly Outlook[], now: Instant): Promise<void> => {
    if (outlooks.length === 0) return;
    // Records are stored whether or not anybody was told: who doesn't know whom to tell yet has to ask first.
    const endpoints = inUse ?? (await enable(now));
    if (endpoints.size === 0) return;
    const ids = outlooks.map(({ deal }) => deal.id);
    const alertsByDeal = byDeal(await store.alertsOf(ids));
    const controlsByDeal = byDeal(await store.controlsOf(ids));
    const alerts: Alert[] = [];
    const messages: Delivery[] = [];
    const news: AlertMessage[] = [];
    for (const outlook of outlooks) {
      const before = alertsByDeal.get(outlook.deal.id) ?? [];
      const controls = controlsByDeal.get(outlook.deal.id) ?? [];
      const told = planDeal({
        ...outlook,
        alerts: before,
        controls,
        endpoints,
        settings,
        now,
        render: parts.render,
        sha256: parts.sha256,
      });
      alerts.push(...told.alerts);
      messages.push(...told.deliveries);
      news.push(...newsOf(outlook, before, told.alerts, now));
    }
    if (news.length > 0) await parts.publish(news);
    const deliveries = await notStored(messages);
    // The messages first: an alert says that they were told.
    if (deliveries.length > 0) await store.writeDeliveries(deliveries);
    if (alerts.length > 0) await store.writeAlerts(alerts);
    if (deliveries.length > 0) parts.wake();
  };

  const enable = async (now: Instant): Promise<Map<string, EndpointState>> => {
    const states = new Map((await store.endpointStates()).map((state) => [state.endpoint, state]));
    const added: EndpointState[] = settings.endpoints
      .filter(({ name }) => !states.has(name) && parts.ownsEndpoint(name))
      .map(({ name }) => ({
        endpoint: name,
        enabled_at: now,
        baseline_at: null,
        disabled_at: null,
        version: 1,
      }));
    if (added.length > 0) await store.writeEndpointStates(added);
    for (const state of added) states.set(state.endpoint, state);
    const names = new Set(settings.endpoints.map(({ name }) => name));
    const next = new Map(
      [...states].filter(([name, state]) => names.has(name) && state.disabled_at === null),
    );
    // For an endpoint that is new, nothing was planned yet.
    const known = inUse;
    if ([...next.keys()].some((name) => known?.has(name) !== true)) planned.clear();
    inUse = next;
    return next;
  };

  const gatherBaseline = async (endpoints: Map<string, EndpointState>, now: Instant): Promise<void> => {
    const due = [...endpoints.values()].filter(
      (state) =>
        state.baseline_at === null &&
        state.enabled_at + parts.baselineDelayMs <= now &&
        parts.ownsEndpoint(state.endpoint),
    );
    if (due.length === 0 && (!gathersAll || endpoints.size === 0)) return;
    let after: { deal_id: string; kind: string } | undefined;
    for (;;) {
      const page = await store.openEpisodes({ limit: EPISODES_PER_PAGE, after });
      await parts.reload([...new Set(page.map(({ deal }) => deal.id))]);
      const last = page.at(-1);
      if (page.length < EPISODES_PER_PAGE || last === undefined) break;
      after = { deal_id: last.deal.id, kind: last.finding.kind };
    }
    const done = due.map((state) => ({ ...state, baseline_at: now, version: state.version + 1 }));
    gathersAll = false;
    if (done.length > 0) await store.writeEndpointStates(done);
    for (const state of done) endpoints.set(state.endpoint, state);
  };

  /** Alerts of deals of which nothing is stored any more would be due for ever. */
  const endWithoutDeal = async (
    due: readonly Alert[],
    found: readonly Outlook[],
    isOurs: (dealId: string) => boolean,
    now: Instant,
  ): Promise<void> => {
    const known = new Set(found.map(({ deal }) => deal.id));
    const ended = due
      .filter(({ deal_id: id }) => isOurs(id) && !known.has(id))
      .map((alert): Alert => {
        const resolvedAt = alert.resolved_at ?? now;
        const version = alert.version + 1;
        return { ...alert, status: 'resolved', resolved_at: resolvedAt, next_look_at: null, version };
      });
    if (ended.length > 0) await store.writeAlerts(ended);
  };

  return {
    async foresee(deals, now) {
      const news: { readonly outlook: Outlook; readonly text: string }[] = [];
      for (const { dealId, records } of deals) {
        const outlook = outlookOf(records);
        if (outlook === undefined) continue;
        const text = outlookText(outlook);
        if (planned.get(dealId) !== text) news.push({ outlook: withSeverities(outlook, records), text });
      }
      await plan(
        news.map(({ outlook }) => outlook),
        now,
      );
      for (const { outlook, text } of news) planned.set(outlook.deal.id, text);
    },
    async look(now, limit, isOurs) {
      let after: Awaited<ReturnType<AlertStore['alertsToLookAt']>>[number] | undefined;
      for (;;) {
        const due = await store.alertsToLookAt(now, { limit, after });
        const ours = [...new Set(due.map((alert) => alert.deal_id).filter(isOurs))];
        if (ours.length > 0) {
          const outlooks = await store.episodesOf(ours);
          await plan(outlooks, now);
          await endWithoutDeal(due, outlooks, isOurs, now);
        }
        if (ours.length > 0 || due.length < limit) return due.length === limit;
        after = due.at(-1);
      }
    },
    async tend(now) {
      await gatherBaseline(await enable(now), now);
    },
    forget(dealId) {
      if (dealId === undefined) planned.clear();
      else planned.delete(dealId);
    },
  };
}

function byDeal<T extends { readonly deal_id: string }>(rows: readonly T[]): Map<string, T[]> {
  const deals = new Map<string, T[]>();
  for (const row of rows) {
    const deal = deals.get(row.deal_id);
    if (deal === undefined) deals.set(row.deal_id, [row]);
    else deal.push(row);
  }
  return deals;
}

/** What began, ended or became graver. */
function newsOf(
  { deal, episodes }: Outlook,
  before: readonly Alert[],
  after: readonly Alert[],
  now: Instant,
): AlertMessage[] {
  return after.flatMap((alert) => {
    const old = before.find(({ alert_id: id }) => id === alert.alert_id);
    if (old?.status === alert.status && !isGraver(alert.severity, old.severity)) return [];
    const episode = episodes.find(({ kind }) => kind === alert.kind);
    const finding = {
      kind: alert.kind,
      family: alert.family,
      severity: alert.severity,
      since: alert.since,
      closed_at: alert.resolved_at,
      advice: alert.advice,
      numbers: episode?.numbers ?? {},
      evidence: episode?.evidence ?? [],
    };
    return [{ alert_id: alert.alert_id, status: alert.status, at: now, deal, finding }];
  });
}
