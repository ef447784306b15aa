import { digestItem } from '#domain/alerts/digest-item.js';
import type { Sha256 } from '#domain/alerts/ids.js';
import type { AlertDeal, AlertFinding, Delivery, DigestItem } from '#domain/alerts/types.js';
import { findingKinds, type FindingFamily, type FindingKind } from '#domain/findings/kinds.js';
import type { Instant } from '#domain/time/instant.js';
import { isResolved, severityFirstTold } from './digest-contents.js';
import type { Outbox } from './outbox.js';

/** A message that would be one too many within the hour, and when the digest goes out that tells it instead. */
export interface OverCap {
  readonly message: Delivery;
  readonly due: Instant;
}

/**
 * Turns messages into items of a digest. Their bodies are in the format of the endpoint, so what they tell is read
 * from the store, as it stands now.
 */
export async function gatherOverCap(
  store: Pick<Outbox, 'episodesOf'>,
  sha256: Sha256,
  messages: readonly OverCap[],
): Promise<Delivery[]> {
  const deals = await store.episodesOf([...new Set(messages.map(({ message }) => message.deal_id))]);
  const byId = new Map(deals.map((found) => [found.deal.id, found]));
  return messages.map(({ message, due }) => {
    const found = byId.get(message.deal_id);
    const item = itemOf(sha256, message, found?.deal, found?.episodes ?? []);
    const version = message.version + 1;
    if (item === undefined) {
      const error = `no kind of finding has messages of type ${message.type}`;
      return { ...message, state: 'failed', error, next_attempt_at: null, version };
    }
    return { ...message, state: 'gathered', body: JSON.stringify(item), next_attempt_at: due, version };
  });
}

function itemOf(
  sha256: Sha256,
  message: Delivery,
  deal: AlertDeal | undefined,
  episodes: readonly AlertFinding[],
): DigestItem | undefined {
  const [family, kind] = kindOf(message) ?? [];
  if (family === undefined || kind === undefined) return undefined;
  const known = episodes.find((episode) => episode.kind === kind) ?? unknownFinding(family, kind, message);
  const finding = { ...known, severity: severityFirstTold(sha256, message) ?? known.severity };
  const status = isResolved(message) ? 'resolved' : 'firing';
  const at = message.created_at;
  return digestItem({
    alert_id: message.alert_id,
    status,
    at,
    deal: deal ?? unknownDeal(message.deal_id),
    finding,
  });
}

function kindOf({ type }: Delivery): [FindingFamily, FindingKind] | undefined {
  const name = type.replace(/^deal\./, '').replace(/\.resolved$/, '');
  for (const [family, kinds] of Object.entries(findingKinds)) {
    const kind = kinds.find((each) => each === name);
    if (kind !== undefined) return [family as FindingFamily, kind];
  }
  return undefined;
}

/** Of a deal that was taken out of the store in the meantime only its id is left. */
function unknownDeal(id: string): AlertDeal {
  return {
    id,
    name: id,
    owner: { id: null, name: null },
    team: null,
    segment: null,
    pipeline: '',
    stage: null,
    amount: null,
    currency: null,
    amount_reporting: null,
    health: null,
    paused: false,
  };
}

function unknownFinding(family: FindingFamily, kind: FindingKind, message: Delivery): AlertFinding {
  return {
    kind,
    family,
    severity: 'warning',
    since: message.created_at,
    closed_at: null,
    advice: '',
    numbers: {},
    evidence: [],
  };
}
