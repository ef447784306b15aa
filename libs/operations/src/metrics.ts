import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Topics } from '#log/topics.js';
import { within } from './within.js';

/** Where records come from. */
export type MetricSource = keyof Topics['bySource'];

/** What became of a raw record: it gave events, it meant nothing here, it was refused as a dead letter. */
export const recordOutcomes = ['translated', 'empty', 'refused'] as const;

export type RecordOutcome = (typeof recordOutcomes)[number];

/**
 * What became of an event: it counts; it was there before; another of its identity counts; it names no deal yet; it
 * is none. `scored`: its deal was scored with it.
 */
export const eventOutcomes = ['counted', 'repeated', 'superseded', 'unlinked', 'refused', 'scored'] as const;

export type EventOutcome = (typeof eventOutcomes)[number];

export type ConsumerGroup = 'ingest' | 'scorer';

export type IntakeRoute = 'events' | 'hubspot' | 'other';

export interface DealCacheState {
  readonly deals: number;
  /** Events and stored records held. */
  readonly weight: number;
  /** Since the start. */
  readonly hits: number;
  readonly misses: number;
}

/** What a service counts about itself, for Prometheus. Counts of 0 are taken. */
export interface Metrics {
  records(source: MetricSource, outcome: RecordOutcome, count: number): void;
  events(source: MetricSource, outcome: EventOutcome, count: number): void;
  deadLetters(source: MetricSource, count: number): void;
  /** A batch of so many records was handled. */
  batch(records: number): void;
  /** From an event's being received to its deal's score being stored. */
  eventToScore(seconds: number): void;
  /** An HTTP request of the intake was answered. */
  request(route: IntakeRoute, status: number): void;
  /** Asked at each scrape: records of the group that are not committed. */
  watchLag(group: ConsumerGroup, read: () => Promise<number>): void;
  /** Asked at each scrape. */
  watchDealCache(read: () => DealCacheState): void;
  /** All of it in Prometheus' text format. */
  exposition(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** A scrape that waits longer than Prometheus does is lost with all that is in it. */
const COLLECT_TIMEOUT_MS = 2_000;

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const records = new Counter({
    name: 'plumbline_records_total',
    help: 'Raw records handled, by source and by what became of them.',
    labelNames: ['source', 'outcome'] as const,
    registers,
  });
  const events = new Counter({
    name: 'plumbline_events_total',
    help: 'Canonical events handled, by source and by what became of them.',
    labelNames: ['source', 'outcome'] as const,
    registers,
  });
  const deadLetters = new Counter({
    name: 'plumbline_dead_letters_total',
    help: 'Dead letters written.',
    labelNames: ['source'] as const,
    registers,
  });
  const batches = new Histogram({
    name: 'plumbline_batch_records',
    help: 'Records in a batch.',
    buckets: [1, 10, 100, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000],
    registers,
  });
  const eventToScore = new Histogram({
    name: 'plumbline_event_to_score_seconds',
    help: "From an event's being received to its deal's score being stored.",
    buckets: [0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60, 300],
    registers,
  });
  const requests = new Counter({
    name: 'plumbline_intake_requests_total',
    help: 'HTTP requests of the intake, by route and status.',
    labelNames: ['route', 'status'] as const,
    registers,
  });
  const lags = lagGauge(registers);
  return {
    records: (source, outcome, count) => {
      records.inc({ source, outcome }, count);
    },
    events: (source, outcome, count) => {
      events.inc({ source, outcome }, count);
    },
    deadLetters: (source, count) => {
      deadLetters.inc({ source }, count);
    },
    batch: (count) => {
      batches.observe(count);
    },
    eventToScore: (seconds) => {
      // Clocks of two machines differ: an event is not scored before it was received.
      eventToScore.observe(Math.max(0, seconds));
    },
    request: (route, status) => {
      requests.inc({ route, status: String(status) });
    },
    watchLag: (group, read) => {
      lags.set(group, read);
    },
    watchDealCache: (read) => {
      watchDealCache(registry, read);
    },
    exposition: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

/** Both groups where both services are one process. */
function lagGauge(registers: Registry[]): Map<ConsumerGroup, () => Promise<number>> {
  const watched = new Map<ConsumerGroup, () => Promise<number>>();
  new Gauge({
    name: 'plumbline_lag_records',
    help: 'Records in the log that the group has not committed.',
    labelNames: ['group'] as const,
    registers,
    async collect() {
      await Promise.all(
        [...watched].map(async ([group, read]) => {
          try {
            this.set({ group }, await within(read(), COLLECT_TIMEOUT_MS, 'the lag is not known'));
          } catch {
            // An old number would look like a true one; a missing one is seen, and the others are still told.
            this.remove({ group });
          }
        }),
      );
    },
  });
  return watched;
}

function watchDealCache(registry: Registry, read: () => DealCacheState): void {
  const told: readonly (readonly [keyof DealCacheState, string])[] = [
    ['deals', 'Deals held in the cache.'],
    ['weight', 'Events and stored records held in the cache.'],
    ['hits', 'Deals that were found in the cache, since the start.'],
    ['misses', 'Deals that had to be read from the store, since the start.'],
  ];
  for (const [field, help] of told) {
    const options = { name: `plumbline_deal_cache_${field}`, help, registers: [registry] };
    if (field === 'deals' || field === 'weight') {
      new Gauge({
        ...options,
        collect() {
          this.set(read()[field]);
        },
      });
    } else {
      new Counter({
        ...options,
        collect() {
          this.reset();
          this.inc(read()[field]);
        },
      });
    }
  }
}
