import { setTimeout as pause } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { AlertSettings } from '#domain/alerts/types.js';
import type { RuleBook } from '#domain/policy/rules.js';
import type { Instant } from '#domain/time/instant.js';
import { type Consumption, consume } from '#log/consume.js';
import { reloadRecord } from '#log/deal-events.js';
import { groups } from '#log/groups.js';
import type { Batch, Log, Reader } from '#log/log.js';
import type { Topics } from '#log/topics.js';
import type { Metrics } from '#operations/metrics.js';
import type { Progress } from '#operations/progress.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import { type Alerts, openAlerts } from './alerts/open-alerts.js';
import { policyDigest } from './policy-digest.js';
import { rebuild, type RebuildOptions, type RebuildResult } from './rebuild.js';
import { createRejudging, type Rejudged, type Rejudging } from './rejudging.js';
import { scoreBatch } from './score-batch.js';
import { createScoring, NO_NEWS, type Scoring } from './scoring.js';
import { storedVerdicts } from './stored-verdicts.js';

export const SCORER_OPTIONS = Symbol('scorer options');

export interface ScorerOptions {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly topics: Topics;
  readonly book: RuleBook;
  readonly now: () => Instant;
  /** Largest batch; under a backlog several are scored, stored and committed together. */
  readonly maxRecords: number;
  /** How many events and stored records of deals are remembered. */
  readonly cacheWeight: number;
  /** Whom to tell of what; without endpoints nobody is told. */
  readonly alerts?: AlertOptions | undefined;
  readonly metrics?: Metrics;
  /** Told each time that the loop gets on. */
  readonly progress?: Progress;
  /** Told when deals that another policy, or other rules, judged are scored again. */
  readonly rejudging?: {
    readonly begun: () => void;
    readonly progress: (done: Rejudged) => void;
    readonly ended: (done: Rejudged) => void;
  };
}

export interface AlertOptions {
  readonly settings: AlertSettings;
  /** Whether this is one of several processes that may run at once; the only one looks at all that is true when it starts. */
  readonly replicas: boolean;
  /** Alerts are told to the topic of alerts as well. */
  readonly publish: boolean;
}

/** Events and stored records of deals that are remembered, unless told otherwise. */
export const CACHE_WEIGHT = 300_000;

/**
 * Under a backlog so many batches are scored as one: more of a deal's events come together, and each of its records is
 * written once for all of them. What comes as it happens is not waited for.
 */
const BATCHES_TOGETHER = 3;

const ATTEMPTS = 6;
const SWEEP_EVERY_MS = 1_000;
const SWEEP_LIMIT = 1_000;

/** Scores deals as their events come, and again when time alone changes a verdict. */
@Injectable()
export class ScorerService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('scorer');
  private readonly scoring: Scoring;
  private readonly alerts: Alerts | undefined;
  private rejudging: Rejudging | undefined;
  private reader: Reader | undefined;
  private consumption: Consumption | undefined;
  private assignment: number | undefined;
  /** Deals that this replica may have written when they were another's already. */
  private readonly inDoubt = new Set<string>();
  private sweptAt = Number.NEGATIVE_INFINITY;
  /** Work on the store, one piece after another: a rebuild must not cross a batch. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(@Inject(SCORER_OPTIONS) private readonly options: ScorerOptions) {
    this.alerts = this.alertsFor(options);
    this.scoring = createScoring(options.warehouse, options.book, {
      cacheWeight: options.cacheWeight,
      alerting: this.alerts,
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const { log, topics, maxRecords, metrics, progress } = this.options;
    metrics?.watchLag('scorer', () => this.lag());
    metrics?.watchDealCache(() => this.scoring.cacheState());
    this.reader = await log.open({ topics: [topics.dealEvents], group: groups.scorer });
    this.rejudging = this.createRejudging(this.reader);
    this.consumption = consume(this.reader, (batches) => this.inTurn(() => this.handle(batches)), {
      maxRecords: maxRecords * BATCHES_TOGETHER,
      attempts: ATTEMPTS,
      pause: (ms) => pause(ms),
      failed: (error, attempt) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.logger.error(`batch failed (attempt ${attempt} of ${ATTEMPTS}): ${reason}`);
      },
      lost: ({ partition, records }) => {
        // Another replica writes for these deals from here on.
        this.scoring.forget();
        for (const { key } of records) if (key !== null) this.inDoubt.add(key);
        this.logger.warn(
          `${topics.dealEvents}/${partition} was given to another replica while a batch of it was worked on`,
        );
      },
      between: async () => {
        progress?.beat();
        await this.tellOfDoubt();
        const isMoreDue = await this.inTurn(() => this.sweep());
        return (await this.inTurn(() => this.rejudge())) || isMoreDue;
      },
    });
    this.alerts?.start();
  }

  private createRejudging(reader: Reader): Rejudging {
    const { warehouse, topics, book, now, rejudging } = this.options;
    return createRejudging({
      judgements: warehouse.judgements,
      dealIds: () => warehouse.read.dealIds(),
      score: (dealIds, at) =>
        this.ofOurs(dealIds, () => this.scoring.score(new Map(dealIds.map((id) => [id, NO_NEWS])), at)),
      verdicts: (dealIds) => storedVerdicts(warehouse, dealIds),
      judgedBy: policyDigest(book.policy),
      topic: topics.dealEvents,
      reader,
      now,
      begun: () => {
        this.logger.log('the policy or the rules have changed since deals were scored: scoring them again');
        rejudging?.begun();
      },
      progress: (done) => rejudging?.progress(done),
      ended: (done) => {
        this.logger.log(`${done.changed} of ${done.deals} deals have another verdict now`);
        rejudging?.ended(done);
      },
    });
  }

  /** Whether all deals of this replica are judged by its policy; those that aren't are scored again in the background. */
  isUpToDate(): boolean {
    return this.rejudging?.isDone() === true;
  }

  /** Settles when it has stopped; rejects where a batch could not be scored: the process should end and start anew. */
  get ended(): Promise<void> {
    return this.consumption?.ended ?? Promise.resolve();
  }

  /** Events of deals not scored yet. */
  async lag(): Promise<number> {
    return (await this.reader?.lag()) ?? 0;
  }

  /** Scores deals again from their stored events, between two batches. */
  rebuild(options: RebuildOptions): Promise<RebuildResult> {
    const { warehouse, book, now } = this.options;
    return this.inTurn(async () => {
      this.scoring.forget();
      await this.rejudging?.takeOver();
      const result = await rebuild(warehouse, book, now(), {
        ...options,
        foresee: async (deals, asOf) => this.alerts?.foresee(deals, asOf),
      });
      if (options.dealIds === undefined) await this.rejudging?.allDone();
      return result;
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    // Why it ended is told by `ended`; here it only matters that it has.
    await this.consumption?.stop().catch(() => undefined);
    await this.turn.catch(() => undefined);
    await this.alerts?.stop();
  }

  private alertsFor({ alerts, log, topics, warehouse, now }: ScorerOptions): Alerts | undefined {
    if (alerts === undefined || alerts.settings.endpoints.length === 0) return undefined;
    return openAlerts({
      ...alerts,
      ...{ log, topics, now },
      store: warehouse.alerts,
      owns: (key) => this.reader?.owns(topics.dealEvents, key) === true,
      gatherAtStart: !alerts.replicas,
      warn: (line) => {
        this.logger.warn(line);
      },
    });
  }

  private async handle(batches: readonly Batch[]): Promise<void> {
    const { metrics, now } = this.options;
    this.forgetOthers();
    await this.rejudging?.takeOver();
    const records = batches.flatMap((batch) => batch.records);
    await scoreBatch(records, this.scoring, now());
    if (metrics === undefined) return;
    metrics.batch(records.length);
    const at = now();
    for (const { timestamp } of records) metrics.eventToScore((at - timestamp) / 1_000);
  }

  /** Deals whose partition was with another replica in between are not remembered: that one has written for them. */
  private forgetOthers(): void {
    const assignment = this.reader?.assignment();
    if (assignment !== this.assignment) this.scoring.forget();
    this.assignment = assignment;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work, work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  /** @returns whether more may be due */
  private async sweep(): Promise<boolean> {
    const now = this.options.now();
    if (now - this.sweptAt < SWEEP_EVERY_MS) return false;
    // A page at a time: batches, rebuilds and the end of the process don't wait for all that is due.
    this.forgetOthers();
    await this.rejudging?.takeOver();
    const isOurs = (dealId: string): boolean =>
      this.reader?.owns(this.options.topics.dealEvents, dealId) === true;
    const swept: string[] = [];
    const isMore = await this.ofOurs(swept, () =>
      this.scoring.sweep(now, SWEEP_LIMIT, (dealId) => {
        if (!isOurs(dealId)) return false;
        swept.push(dealId);
        return true;
      }),
    );
    await this.alerts?.tend(now);
    const isMoreToTell = (await this.alerts?.look(now, SWEEP_LIMIT, isOurs)) === true;
    if (!isMore && !isMoreToTell) this.sweptAt = now;
    return isMore || isMoreToTell;
  }

  private async rejudge(): Promise<boolean> {
    this.forgetOthers();
    return (await this.rejudging?.step()) === true;
  }

  /** Scores deals that are this replica's, and notes those that may have become another's meanwhile. */
  private async ofOurs<T>(dealIds: readonly string[], work: () => Promise<T>): Promise<T> {
    const result = await work();
    const { dealEvents } = this.options.topics;
    const isAsBefore = this.reader?.assignment() === this.assignment;
    for (const dealId of dealIds)
      if (!isAsBefore || this.reader?.owns(dealEvents, dealId) !== true) this.inDoubt.add(dealId);
    return result;
  }

  /**
   * What was written for a deal when it was another replica's already may stand above what that one has written, who
   * does not look: it is told to read the deal from the store, and finds and mends what differs.
   */
  private async tellOfDoubt(): Promise<void> {
    if (this.inDoubt.size === 0) return;
    const { log, topics, now } = this.options;
    const timestamp = now();
    const dealIds = [...this.inDoubt];
    await log.append(
      topics.dealEvents,
      dealIds.map((dealId) => reloadRecord(dealId, timestamp)),
    );
    for (const dealId of dealIds) this.inDoubt.delete(dealId);
    this.logger.log(`${dealIds.length} deals that were given to another replica are read anew`);
  }
}
