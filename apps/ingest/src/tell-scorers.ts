import type { Instant } from '#domain/time/instant.js';
import type { Log } from '#log/log.js';
import type { Topics } from '#log/topics.js';
import { reloadRecord } from '#log/deal-events.js';

const DEALS_PER_APPEND = 1_000;

/** Has whichever scorers hold these deals read them anew: the store was changed beside them. */
export async function tellScorers(
  parts: { readonly log: Pick<Log, 'append'>; readonly topics: Topics; readonly now: () => Instant },
  dealIds: Iterable<string>,
): Promise<void> {
  const { log, topics, now } = parts;
  const ids = [...dealIds];
  for (let from = 0; from < ids.length; from += DEALS_PER_APPEND) {
    await log.append(
      topics.dealEvents,
      ids.slice(from, from + DEALS_PER_APPEND).map((dealId) => reloadRecord(dealId, now())),
    );
  }
}
