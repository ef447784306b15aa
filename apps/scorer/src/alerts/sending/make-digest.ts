import { digestWebhookId, type Sha256 } from '#domain/alerts/ids.js';
import type { Delivery, DigestItem, Endpoint } from '#domain/alerts/types.js';
import { untried } from '#domain/alerts/untried.js';
import type { Instant } from '#domain/time/instant.js';
import { digestContents } from './digest-contents.js';
import type { Outbox } from './outbox.js';

export interface DigestParts {
  readonly store: Pick<Outbox, 'outbox' | 'delivery' | 'writeDeliveries'>;
  readonly sha256: Sha256;
  readonly render: (
    endpoint: Endpoint,
    digest: {
      readonly id: string;
      readonly at: Instant;
      readonly items: readonly DigestItem[];
      readonly total: number;
    },
  ) => string;
  /** How many deliveries one digest takes; the others go into the next one. */
  readonly mostItems: number;
}

/** Together with the digest itself below what the store writes whole or not at all. */
export const MOST_ITEMS = 40_000;

const PAGE = 5_000;

/**
 * Makes the digest of what has gathered for an endpoint and is due. It is stored before it is sent, its items marked
 * in the same write: whoever is killed finds either the items or the digest, with its body and id.
 * @returns the digest, to be sent; undefined where there is nothing to tell
 */
export async function makeDigest(
  parts: DigestParts,
  endpoint: Endpoint,
  now: Instant,
): Promise<Delivery | undefined> {
  const gathered = await readGathered(parts, endpoint, now);
  if (gathered.length === 0) return undefined;
  const { items, told, leftOut, unreadable } = digestContents(parts.sha256, gathered);
  const settled = [
    ...leftOut.map((delivery) => settle(delivery, 'dropped', 'it was over before it was told')),
    ...unreadable.map((delivery) => settle(delivery, 'failed', 'what was gathered cannot be read')),
  ];
  if (items.length === 0) {
    await parts.store.writeDeliveries(settled);
    return undefined;
  }
  const due = Math.max(...new Set(gathered.map((delivery) => delivery.next_attempt_at ?? now)));
  const id = await freeId(parts, endpoint.name, due);
  const digest: Delivery = {
    webhook_id: id,
    endpoint: endpoint.name,
    alert_id: '',
    deal_id: '',
    type: 'deals.digest',
    state: 'pending',
    digest_id: null,
    body: parts.render(endpoint, { id, at: now, items, total: items.length }),
    ...untried,
    created_at: now,
    next_attempt_at: now,
  };
  const marked = told.map((delivery) => ({ ...settle(delivery, 'in_digest', null), digest_id: id }));
  await parts.store.writeDeliveries([digest, ...marked, ...settled]);
  return digest;
}

async function readGathered(
  { store, mostItems }: DigestParts,
  endpoint: Endpoint,
  now: Instant,
): Promise<Delivery[]> {
  const gathered: Delivery[] = [];
  let after: Delivery | undefined;
  do {
    const limit = Math.min(PAGE, mostItems - gathered.length);
    const page = await store.outbox([endpoint.name], { now, limit, after, states: ['gathered'] });
    gathered.push(...page);
    after = page.length < limit ? undefined : page.at(-1);
  } while (after !== undefined && gathered.length < mostItems);
  return gathered;
}

/** Ids of digests that were made at the same due instant are taken. */
async function freeId({ store, sha256 }: DigestParts, endpoint: string, due: Instant): Promise<string> {
  for (let part = 0; ; part += 1) {
    const id = digestWebhookId(sha256, endpoint, due, part);
    if ((await store.delivery(id)) === undefined) return id;
  }
}

function settle(delivery: Delivery, state: Delivery['state'], error: string | null): Delivery {
  return { ...delivery, state, error, next_attempt_at: null, version: delivery.version + 1 };
}
