import { setTimeout as pause } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Instant } from '#domain/time/instant.js';
import { type Consumption, consume, type ConsumeOptions } from '#log/consume.js';
import { groups } from '#log/groups.js';
import type { Batch, Log, Reader } from '#log/log.js';
import { rawTopics, type Topics } from '#log/topics.js';
import type { Metrics } from '#operations/metrics.js';
import type { Progress } from '#operations/progress.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import { consumeFast, openFastPath } from './fast-path/consume-fast.js';
import { areAllRefused } from './fast-path/refused.js';
import { ingestBatches, type IngestDependencies } from './ingest-batch.js';
import { relinkAll } from './relink.js';
import type { Mappings } from './mappings.js';
import { createRemembered } from './triggers.js';

export const INGEST_OPTIONS = Symbol('ingest options');

export interface IngestOptions {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly topics: Topics;
  readonly mappings: Mappings;
  /** Domains of the addresses that are on the seller's side. */
  readonly sellerDomains: ReadonlySet<string>;
  readonly now: () => Instant;
  /** Largest batch: the unit of translating, storing and committing. */
  readonly maxRecords: number;
  /** Plain CloudEvents go the fast path, where the warehouse takes columns. */
  readonly fastPath?: boolean;
  readonly metrics?: Metrics;
  /** Told each time that the loop gets on. */
  readonly progress?: Progress;
}

const ATTEMPTS = 6;
/** Keys of deals of which it is remembered that drafts were linked by them. */
const REMEMBERED_KEYS = 200_000;

/** Takes raw records in for as long as the application runs. */
@Injectable()
export class IngestService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ingest');
  private readonly dependencies: IngestDependencies;
  private reader: Reader | undefined;
  private consumption: Consumption | undefined;
  /** Records refused since the start. */
  deadLetters = 0;

  constructor(@Inject(INGEST_OPTIONS) private readonly options: IngestOptions) {
    this.dependencies = { ...options, remembered: createRemembered(REMEMBERED_KEYS) };
  }

  async onApplicationBootstrap(): Promise<void> {
    const { log, topics, metrics } = this.options;
    this.reader = await log.open({ topics: rawTopics(topics), group: groups.ingest });
    metrics?.watchLag('ingest', () => this.lag());
    const fast = this.options.fastPath === true ? openFastPath(this.options) : undefined;
    const options = this.consumeOptions();
    const handle = (batches: readonly Batch[]): Promise<void> => this.handle(batches);
    this.consumption =
      fast === undefined
        ? consume(this.reader, handle, options)
        : consumeFast(this.reader, handle, {
            ...options,
            fast,
            isAside: (batches) =>
              areAllRefused(batches, topics.bySource.cloudevents, this.options.mappings.cloudevents),
          });
  }

  private consumeOptions(): ConsumeOptions {
    return {
      maxRecords: this.options.maxRecords,
      attempts: ATTEMPTS,
      pause: (ms) => pause(ms),
      failed: (error, attempt) => {
        this.logger.error(`batch failed (attempt ${attempt} of ${ATTEMPTS}): ${reasonOf(error)}`);
      },
      lost: ({ topic, partition }) => {
        this.logger.warn(
          `${topic}/${partition} was given to another replica while a batch of it was worked on`,
        );
      },
      between: () => {
        this.options.progress?.beat();
        return Promise.resolve();
      },
    };
  }

  private async handle(batches: readonly Batch[]): Promise<void> {
    const outcomes = await ingestBatches(batches, this.dependencies);
    const { metrics } = this.options;
    metrics?.batch(batches.reduce((sum, { records }) => sum + records.length, 0));
    for (const { source, records, fresh, repeated, lost, deadLetters } of outcomes) {
      this.deadLetters += deadLetters;
      metrics?.records(source, 'translated', records.translated);
      metrics?.records(source, 'empty', records.silent);
      metrics?.records(source, 'refused', records.refused);
      metrics?.events(source, 'counted', fresh);
      metrics?.events(source, 'repeated', repeated);
      metrics?.events(source, 'superseded', lost);
      metrics?.deadLetters(source, deadLetters);
    }
  }

  /** Settles when it has stopped; rejects where a batch could not be taken in: the process should end and start anew. */
  get ended(): Promise<void> {
    return this.consumption?.ended ?? Promise.resolve();
  }

  /** Raw records not taken in yet. */
  async lag(): Promise<number> {
    return (await this.reader?.lag()) ?? 0;
  }

  /**
   * Completes all drafts again, with what is known and the policy of now. What is taken in meanwhile does no harm.
   * @returns the deals that have, or had, an event made from a draft; the scorer is not told of them yet
   */
  relink(): Promise<ReadonlySet<string>> {
    return relinkAll(this.dependencies);
  }

  async beforeApplicationShutdown(): Promise<void> {
    // Why it ended is told by `ended`; here it only matters that it has.
    await this.consumption?.stop().catch(() => undefined);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
