import type { Batch, LoggedRecord } from '#log/log.js';
import type { EventRow, IdentityClaim } from '#warehouse/event-row.js';
import type { Keyed } from './linking/keys.js';

/** The record of the log that an event came in. */
export interface Origin {
  readonly batch: Batch;
  readonly record: LoggedRecord;
}

/** An event or draft of a batch that claims its identity, and where it stands in the batch. */
export interface Claim {
  /** `deal_id` is '' for a draft that names no deal. */
  readonly row: EventRow;
  /** JSON text with sorted keys: decides between two claims of one time. */
  readonly canonical: string;
  readonly from: Origin;
  /** Place in the record, where it holds several. */
  readonly position: number;
  /** Its place among the events that the record gave. */
  readonly nth: number;
  /** As keys are read off it. */
  readonly keyed: Keyed;
  /** Of what must be completed before it is an event. */
  readonly draft?: {
    readonly keys: readonly string[];
    /** It has the time of its delivery: the earliest delivery counts, and none is refused for another. */
    readonly isTimeless: boolean;
  };
  /** What the scorer is told, where it is an event as it stands. */
  readonly value?: Buffer;
}

/** A claim that stands in the store. */
export interface StoredClaim extends IdentityClaim {
  /** Of a draft: the version that it stands with. */
  readonly draftVersion?: number;
}

/** A stored event or draft that counts no more, and the claim that takes its place. */
export interface TakenOver {
  readonly claim: Claim;
  readonly loser: StoredClaim;
}

/** What becomes of a batch's claims. */
export interface Settlement {
  /** Claims of identities that nothing stored has. */
  readonly fresh: readonly Claim[];
  readonly takenOver: readonly TakenOver[];
  /** Claims that do not count. */
  readonly refused: readonly Claim[];
  /** Stored events beside a stored rival that counts: two replicas that did not see each other's have stored one each. */
  readonly displaced: readonly StoredClaim[];
  /** Claims that count and must be told on; those stored already too, as a crash may have kept others from hearing. */
  readonly counted: readonly Claim[];
}

function identityOf(key: { readonly source: string; readonly id: string }): string {
  return JSON.stringify([key.source, key.id]);
}

/** Of two events that claim one identity the earlier counts, at equal times the one whose text sorts first (fine print 4). */
function isBetter(a: { time: number; canonical: string }, b: { time: number; canonical: string }): boolean {
  return a.time === b.time ? a.canonical < b.canonical : a.time < b.time;
}

function standingOf({ row, canonical }: Claim): { time: number; canonical: string } {
  return { time: row.time, canonical };
}

/** Of deliveries of one draft that has no time of its own the earliest counts. */
function isEarlierDelivery(claim: Claim, time: number): boolean {
  return claim.draft?.isTimeless === true && claim.row.time < time;
}

/**
 * Settles which event of each identity counts.
 * @param stored the claims that stand in the store for the identities of the batch
 * @param canonicalOf the text of a stored event; only asked where times are equal and contents differ
 */
export async function settleClaims(
  claims: readonly Claim[],
  stored: readonly StoredClaim[],
  canonicalOf: (key: StoredClaim) => Promise<string>,
): Promise<Settlement> {
  const standing = standingByIdentity(stored);
  const best = new Map<string, Claim>();
  const refused: Claim[] = [];
  for (const claim of claims) {
    const identity = identityOf(claim.row);
    const rival = best.get(identity);
    if (rival === undefined) best.set(identity, claim);
    else if (rival.row.content_hash === claim.row.content_hash) {
      if (isEarlierDelivery(claim, rival.row.time)) best.set(identity, claim);
    } else if (isBetter(standingOf(claim), standingOf(rival))) {
      best.set(identity, claim);
      refused.push(rival);
    } else refused.push(claim);
  }

  // Where times differ the text decides nothing, and need not be read.
  const textAgainst = async (claim: Claim, loser: StoredClaim): Promise<string> =>
    claim.row.time === loser.time ? canonicalOf(loser) : '';
  const fresh: Claim[] = [];
  const takenOver: TakenOver[] = [];
  const displaced: StoredClaim[] = [];
  const counted: Claim[] = [];
  for (const [identity, claim] of best) {
    const all = standing.get(identity) ?? [];
    const own = all.find(({ content_hash: hash }) => hash === claim.row.content_hash);
    const rivals = all.filter((one) => one !== own);
    if (await isBeaten(claim, rivals)) {
      refused.push(claim);
      if (own !== undefined) displaced.push(own);
      continue;
    }
    counted.push(claim);
    takenOver.push(...rivals.map((loser) => ({ claim, loser })));
    if (own !== undefined && isEarlierDelivery(claim, own.time)) takenOver.push({ claim, loser: own });
    if (all.length === 0) fresh.push(claim);
  }
  return { fresh, takenOver, refused, displaced, counted };

  async function isBeaten(claim: Claim, rivals: readonly StoredClaim[]): Promise<boolean> {
    for (const rival of rivals) {
      const canonical = await textAgainst(claim, rival);
      if (!isBetter(standingOf(claim), { time: rival.time, canonical })) return true;
    }
    return false;
  }
}

/** Where a draft and an event stand, after a crash between two writings, the event is the one that has won. */
function standingByIdentity(stored: readonly StoredClaim[]): ReadonlyMap<string, readonly StoredClaim[]> {
  const standing = new Map<string, StoredClaim[]>();
  for (const claim of stored) {
    const known = standing.get(identityOf(claim)) ?? [];
    known.push(claim);
    standing.set(identityOf(claim), known);
  }
  for (const [identity, all] of standing) {
    const events = all.filter(({ draftVersion }) => draftVersion === undefined);
    if (events.length > 0) standing.set(identity, events);
  }
  return standing;
}
