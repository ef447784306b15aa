import type { IngestService } from '#ingest/ingest.service.js';
import type { ScorerService } from '#scorer/scorer.service.js';
import { overStore, type StoreParts } from './over-store.js';
import type { System } from './system.js';

export type SystemParts = StoreParts;

/** The system over the services of this process; closing is up to whoever opened the parts. */
export function inProcessSystem(
  parts: SystemParts,
  ingest: IngestService,
  scorer: ScorerService,
): Omit<System, 'close'> {
  return {
    ...overStore(parts),
    async lag() {
      // Of a service that gave up the lag never ends: whoever waits for that must hear of it.
      await Promise.race([ingest.ended, scorer.ended, Promise.resolve()]);
      // Ingest first: what it has done by then has reached the scorer's topic.
      const ingestLag = await ingest.lag();
      return { ingest: ingestLag, scorer: await scorer.lag() };
    },
    async rebuild(dealIds, progress) {
      const told = progress === undefined ? {} : { progress };
      if (dealIds.length > 0) return scorer.rebuild({ dealIds, ...told });
      // The scorer is told by the rebuild itself, which begins with its forgetting all that it remembers.
      await ingest.relink();
      return scorer.rebuild(told);
    },
  };
}
