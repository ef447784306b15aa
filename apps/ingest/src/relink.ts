import { linkDrafts, type Linking } from './linking/link-drafts.js';

/**
 * Completes all drafts again, with what is known and the policy of now.
 * @returns the deals that have, or had, an event made from a draft; whoever asked tells the scorers of them
 */
export async function relinkAll(linking: Linking): Promise<ReadonlySet<string>> {
  const deals = new Set<string>();
  for await (const page of linking.warehouse.read.linking.draftIdentities()) {
    for (const dealId of await linkDrafts(page, linking)) deals.add(dealId);
  }
  return deals;
}
