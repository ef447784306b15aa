import type { RuleBook } from '#domain/policy/rules.js';
import { scoreDeal } from '#domain/score/score.js';
import type { Instant } from '#domain/time/instant.js';
import { DRAFTS_HEADER, draftsRecords } from '#ingest/drafts-record.js';
import type { Log, NewRecord } from '#log/log.js';
import type { Topics } from '#log/topics.js';
import { toDomainEvent } from '#warehouse/stored-events.js';
import type { Warehouse } from '#warehouse/warehouse.js';
import { alertActions } from './alert-actions.js';
import { replayDeadLetters } from './replay.js';
import type { System } from './system.js';

export interface StoreParts {
  readonly log: Pick<Log, 'append'>;
  readonly warehouse: Warehouse;
  readonly book: RuleBook;
  readonly topics: Topics;
  readonly now: () => Instant;
}

/** What the system does by log and store alone, wherever its services run. */
export function overStore({
  log,
  warehouse,
  book,
  topics,
  now,
}: StoreParts): Omit<System, 'lag' | 'rebuild' | 'close'> {
  return {
    append: (events) =>
      log.append(
        topics.bySource.cloudevents,
        events.map((event) => rawRecord(event, now())),
      ),
    appendTranslated: (records) =>
      log.append(
        topics.bySource.cloudevents,
        draftsRecords(records).map((value) => ({
          key: null,
          value,
          headers: { [DRAFTS_HEADER]: '1' },
          timestamp: now(),
        })),
      ),
    counts: () => warehouse.read.counts(),
    async *scores(asOf, dealIds) {
      const pages = dealIds.length === 0 ? warehouse.read.dealIds() : [dealIds];
      for await (const page of pages) {
        for await (const { deal_id: dealId, events } of warehouse.read.events(page)) {
          const score = scoreDeal(dealId, events.map(toDomainEvent), asOf, book);
          if (score !== undefined) yield score;
        }
      }
    },
    async *dealEvents() {
      for await (const page of warehouse.read.dealIds()) yield* warehouse.read.events(page);
    },
    alerts: alertActions(warehouse.alerts, now),
    refuse: (letters) => warehouse.write.deadLetters(letters),
    deadLetters: (limit) => warehouse.read.deadLetters({ limit }),
    replay: (which) => replayDeadLetters({ log, warehouse, topics, now }, which),
  };
}

/** Longer texts are no ids of deals, and too long for the key of a record. */
const MAX_KEY_LENGTH = 1_024;

/** Whatever came, as a record: ingest judges what is wrong with it. */
function rawRecord(event: unknown, receivedAt: Instant): NewRecord {
  const { subject } = (event ?? {}) as Readonly<Record<string, unknown>>;
  return {
    key: typeof subject === 'string' && subject.length <= MAX_KEY_LENGTH ? subject : null,
    value: Buffer.from(JSON.stringify(event)),
    timestamp: receivedAt,
  };
}
