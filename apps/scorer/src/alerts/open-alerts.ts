import type { AlertMessage, AlertSettings } from '#domain/alerts/types.js';
import type { Instant } from '#domain/time/instant.js';
import { reloadRecord } from '#log/deal-events.js';
import type { Log } from '#log/log.js';
import type { Topics } from '#log/topics.js';
import type { AlertStore } from '#warehouse/alerts/alert-store.js';
import { type Alerting, createAlerting } from './alerting.js';
import { createDispatcher } from './dispatcher.js';
import { renderDigest, renderMessage } from './messages/render.js';
import { standardMessage } from './messages/standard.js';
import { createSender } from './sending/send.js';
import { sha256 } from './sha256.js';

export interface AlertsParts {
  readonly store: AlertStore;
  readonly settings: AlertSettings;
  readonly log: Pick<Log, 'append'>;
  readonly topics: Topics;
  /** Whether the key belongs to this replica. */
  readonly owns: (key: string) => boolean;
  readonly now: () => Instant;
  readonly warn: (line: string) => void;
  /** Whether other replicas may run, who learn of a new endpoint a little later and may have messages under way. */
  readonly replicas: boolean;
  /** Alerts are told to the topic of alerts as well. */
  readonly publish: boolean;
  /** At the start, look at all that is true: deals may have been scored where nobody knew of the endpoints. */
  readonly gatherAtStart: boolean;
}

/** Alerts from a finding to whoever is to be told. */
export interface Alerts extends Alerting {
  /** Begins to send what waits. */
  start(): void;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

const BASELINE_DELAY_MS = 10_000;
const HANDOVER_MS = 20_000;

export function openAlerts(parts: AlertsParts): Alerts {
  const { store, settings, log, topics, now, warn, replicas } = parts;
  const ownsEndpoint = (name: string): boolean => parts.owns(`endpoint/${name}`);
  const sender = createSender();
  const dispatcher = createDispatcher({
    store,
    settings,
    owns: ownsEndpoint,
    now,
    random: Math.random,
    send: sender.send,
    renderDigest: (endpoint, input) => renderDigest(settings, endpoint, input),
    warn,
    handover: replicas ? HANDOVER_MS : 0,
  });
  const publish = async (messages: readonly AlertMessage[]): Promise<void> => {
    await log.append(
      topics.alerts,
      messages.map((message) => ({
        key: message.deal.id,
        value: Buffer.from(standardMessage(settings, message)),
        timestamp: message.at,
      })),
    );
  };
  const alerting = createAlerting({
    store,
    settings,
    render: (endpoint, message) => renderMessage(settings, endpoint, message),
    sha256,
    publish: parts.publish ? publish : () => Promise.resolve(),
    ownsEndpoint,
    reload: (dealIds) =>
      log.append(
        topics.dealEvents,
        dealIds.map((dealId) => reloadRecord(dealId, now())),
      ),
    wake: () => {
      dispatcher.wake();
    },
    baselineDelayMs: replicas ? BASELINE_DELAY_MS : 0,
    gatherAtStart: parts.gatherAtStart,
  });
  const ending = new AbortController();
  let running = Promise.resolve();
  return {
    ...alerting,
    start() {
      running = dispatcher.run(ending.signal).catch((error: unknown) => {
        warn(`alerts are no longer sent: ${error instanceof Error ? error.message : String(error)}`);
      });
    },
    async stop() {
      ending.abort();
      await running;
      sender.close();
    },
  };
}
