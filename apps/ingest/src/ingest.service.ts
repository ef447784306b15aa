import { setTimeout as pause } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type Consumption, consume } from '#log/consume.js';
import type { Reader } from '#log/log.js';
import { ingestBatch, type IngestDependencies } from './ingest-batch.js';

export const INGEST_OPTIONS = Symbol('ingest options');

export interface IngestOptions extends IngestDependencies {
  /** Largest batch: the unit of validating, storing and committing. */
  readonly maxRecords: number;
}

const GROUP = 'plumbline-ingest';
const ATTEMPTS = 6;

/** Takes raw records in for as long as the application runs. */
@Injectable()
export class IngestService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('ingest');
  private reader: Reader | undefined;
  private consumption: Consumption | undefined;
  /** Records refused since the start. */
  deadLetters = 0;

  constructor(@Inject(INGEST_OPTIONS) private readonly options: IngestOptions) {}

  async onApplicationBootstrap(): Promise<void> {
    const { log, topics, maxRecords } = this.options;
    this.reader = await log.open({ topics: topics.raw, group: GROUP });
    this.consumption = consume(
      this.reader,
      async (batch) => {
        const outcome = await ingestBatch(batch, this.options);
        this.deadLetters += outcome.deadLetters;
      },
      {
        maxRecords,
        attempts: ATTEMPTS,
        pause: (ms) => pause(ms),
        failed: (error, attempt) => {
          this.logger.error(`batch failed (attempt ${attempt} of ${ATTEMPTS}): ${reasonOf(error)}`);
        },
      },
    );
  }

  /** Settles when it has stopped; rejects where a batch could not be taken in: the process should end and start anew. */
  get ended(): Promise<void> {
    return this.consumption?.ended ?? Promise.resolve();
  }

  /** Raw records not taken in yet. */
  async lag(): Promise<number> {
    return (await this.reader?.lag()) ?? 0;
  }

  async beforeApplicationShutdown(): Promise<void> {
    // Why it ended is told by `ended`; here it only matters that it has.
    await this.consumption?.stop().catch(() => undefined);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
