import { createHash } from 'node:crypto';
import type { DomainEvent } from '#domain/events/domain-event.js';
import { contentOf } from '#domain/events/identity.js';
import type { EventKey } from './event-row.js';

/** What of a stored event its content consists of. */
export interface StoredContent extends EventKey {
  readonly type: string;
  /** JSON text. */
  readonly data: string;
  /** '' where it was not worked out when the event was stored. */
  readonly content_hash: string;
}

/**
 * The hash of a stored event's content. Events that come as columns are stored without: hashing each would take more
 * than storing it, and few are ever compared with another.
 */
export function contentHashOf({
  content_hash,
  data,
  type,
  deal_id,
  time,
  source,
  id,
}: StoredContent): string {
  if (content_hash !== '') return content_hash;
  const event = { data: JSON.parse(data) as unknown, id, source, time, type } as DomainEvent;
  return hashOf(contentOf(event, deal_id));
}

/** Of a content as `contentOf` tells it: 32 hexadecimal digits. */
export function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}
