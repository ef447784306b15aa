import type { Batch } from '#log/log.js';
import type { SourceMapping } from '#sources/native/mapping.js';
import { readBatch } from '../read-batch.js';

/** Reading records twice is worth it where they are few. */
const MOST_RECORDS = 500;

/** Whether these records of CloudEvents are all refused: they come to dead letters and nothing else. */
export function areAllRefused(batches: readonly Batch[], topic: string, mapping: SourceMapping): boolean {
  const records = batches.reduce((sum, batch) => sum + batch.records.length, 0);
  return (
    records <= MOST_RECORDS &&
    batches.every((batch) => {
      if (batch.topic !== topic) return false;
      const { claims, directory } = readBatch(batch, 'cloudevents', mapping, 0);
      return claims.length + directory.length === 0;
    })
  );
}
