import type { DomainEvent } from '#domain/events/domain-event.js';
import { validateEvent } from '#domain/events/validate.js';
import type { Instant } from '#domain/time/instant.js';
import { RELOAD_HEADER, RETRACTED_HEADER } from '#log/deal-events.js';
import type { LoggedRecord } from '#log/log.js';
import { type DealNews, type EventKey, type Scoring, without } from './scoring.js';

/**
 * Scores the deals that records of the deal-events topic are about. They may be committed once this resolves;
 * handled again after a crash, it changes nothing.
 * @returns how many deals' records changed
 */
export function scoreBatch(
  records: readonly LoggedRecord[],
  scoring: Scoring,
  now: Instant,
): Promise<number> {
  const news = new Map<string, DealNews>();
  for (const record of records) {
    if (record.key === null) continue;
    const deal = news.get(record.key) ?? { added: [], retracted: [], reload: false };
    news.set(record.key, deal);
    if (record.headers[RELOAD_HEADER] !== undefined) {
      deal.reload = true;
      continue;
    }
    const told = readRecord(record);
    // What can't be read here is in the store all the same: the deal is read from there.
    if (told === undefined) deal.reload = true;
    else if ('type' in told) deal.added.push(told);
    else {
      // Told in order: what came before the retraction is meant, what comes after took its place.
      deal.added = [...without(deal.added, [told])];
      deal.retracted.push(told);
    }
  }
  return scoring.score(news, now);
}

function readRecord(record: LoggedRecord): DomainEvent | EventKey | undefined {
  let value: unknown;
  try {
    value = JSON.parse(record.value.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
  if (record.headers[RETRACTED_HEADER] === undefined) {
    const verdict = validateEvent(value);
    return verdict.outcome === 'valid' ? verdict.domain : undefined;
  }
  const { source, id, time } = (value ?? {}) as Partial<EventKey>;
  return typeof source === 'string' && typeof id === 'string' && typeof time === 'number'
    ? { source, id, time }
    : undefined;
}
