import type { IngestDependencies } from './ingest-batch.js';
import { reloadRecord } from './deal-event-records.js';
import { linkDrafts } from './linking/link-drafts.js';

/** Completes all drafts again and tells the scorer which deals that touched. */
export async function relinkAll(dependencies: IngestDependencies): Promise<number> {
  const { log, topics, warehouse, now } = dependencies;
  let drafts = 0;
  for await (const page of warehouse.read.linking.draftIdentities()) {
    drafts += page.length;
    const deals = await linkDrafts(page, dependencies);
    if (deals.size > 0)
      await log.append(
        topics.dealEvents,
        [...deals].map((dealId) => reloadRecord(dealId, now())),
      );
  }
  return drafts;
}
