import { compareEvents } from '#domain/events/domain-event.js';
import type { RuleBook } from '#domain/policy/rules.js';
import { scoreDeal } from '#domain/score/score.js';
import type { IngestService } from '#ingest/ingest.service.js';
import type { Log, NewRecord } from '#log/log.js';
import type { ScorerService } from '#scorer/scorer.service.js';
import { toDomainEvent } from '#scorer/stored-events.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import type { System } from './system.js';

export interface SystemParts {
  readonly log: Log;
  readonly warehouse: Warehouse;
  readonly book: RuleBook;
  readonly rawTopic: string;
}

/** The system over the services of this process; closing is up to whoever opened the parts. */
export function inProcessSystem(
  { log, warehouse, book, rawTopic }: SystemParts,
  ingest: IngestService,
  scorer: ScorerService,
): Omit<System, 'close'> {
  return {
    append: (events) => log.append(rawTopic, events.map(rawRecord)),
    async lag() {
      // Of a service that gave up the lag never ends: whoever waits for that must hear of it.
      await Promise.race([ingest.ended, scorer.ended, Promise.resolve()]);
      // Ingest first: what it has done by then has reached the scorer's topic.
      const ingestLag = await ingest.lag();
      return { ingest: ingestLag, scorer: await scorer.lag() };
    },
    counts: () => warehouse.read.counts(),
    rebuild: (dealIds) => scorer.rebuild(dealIds.length === 0 ? {} : { dealIds }),
    async *scores(asOf, dealIds) {
      const pages = dealIds.length === 0 ? warehouse.read.dealIds() : [dealIds];
      for await (const page of pages) {
        for await (const { deal_id: dealId, events } of warehouse.read.events(page)) {
          const score = scoreDeal(dealId, events.map(toDomainEvent).sort(compareEvents), asOf, book);
          if (score !== undefined) yield score;
        }
      }
    },
    deadLetters: (limit) => warehouse.read.deadLetters({ limit }),
  };
}

/** Longer texts are no ids of deals, and too long for the key of a record. */
const MAX_KEY_LENGTH = 1_024;

/** Whatever came, as a record: ingest judges what is wrong with it. */
function rawRecord(event: unknown): NewRecord {
  const { subject, time } = (event ?? {}) as Readonly<Record<string, unknown>>;
  return {
    key: typeof subject === 'string' && subject.length <= MAX_KEY_LENGTH ? subject : null,
    value: Buffer.from(JSON.stringify(event)),
    timestamp: typeof time === 'string' ? Date.parse(time) || 0 : 0,
  };
}
