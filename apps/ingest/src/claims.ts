import type { EventKey, EventRow, IdentityClaim, Takeover } from '#warehouse/event-row.js';

/** An event of a batch that claims its identity, and where it stands in the batch. */
export interface Claim {
  readonly row: EventRow;
  /** JSON text with sorted keys: decides between two claims of one time. */
  readonly canonical: string;
  /** Index of the record in the batch. */
  readonly index: number;
}

/** What becomes of a batch's claims. */
export interface Settlement {
  readonly append: readonly EventRow[];
  /** Stored events that count no more, each with the claim that took its place. */
  readonly takeovers: readonly (Takeover & { readonly claim: Claim })[];
  /** Claims that do not count, each with the time of the one that does. */
  readonly refused: readonly Claim[];
  /** Claims that count and must be told to the scorer; those stored already too, as a crash may have kept it from them. */
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

/**
 * Settles which event of each identity counts.
 * @param stored the claims that stand in the store for the identities of the batch
 * @param canonicalOf the text of a stored event; only asked where times are equal and contents differ
 */
export async function settleClaims(
  claims: readonly Claim[],
  stored: readonly IdentityClaim[],
  canonicalOf: (key: EventKey) => Promise<string>,
): Promise<Settlement> {
  const standing = new Map(stored.map((claim) => [identityOf(claim), claim]));
  const best = new Map<string, Claim>();
  const refused: Claim[] = [];
  for (const claim of claims) {
    const identity = identityOf(claim.row);
    const rival = best.get(identity);
    if (rival?.row.content_hash === claim.row.content_hash) continue;
    if (rival === undefined) best.set(identity, claim);
    else if (isBetter(standingOf(claim), standingOf(rival))) {
      best.set(identity, claim);
      refused.push(rival);
    } else refused.push(claim);
  }

  // Where times differ the text decides nothing, and need not be read.
  const textAgainst = async (claim: Claim, loser: IdentityClaim): Promise<string> =>
    claim.row.time === loser.time ? canonicalOf(loser) : '';
  const append: EventRow[] = [];
  const takeovers: (Takeover & { claim: Claim })[] = [];
  const counted: Claim[] = [];
  for (const [identity, claim] of best) {
    const loser = standing.get(identity);
    if (loser === undefined) {
      append.push(claim.row);
      counted.push(claim);
    } else if (loser.content_hash === claim.row.content_hash) {
      counted.push(claim);
    } else if (
      isBetter(standingOf(claim), { time: loser.time, canonical: await textAgainst(claim, loser) })
    ) {
      takeovers.push({ winner: claim.row, loser, claim });
      counted.push(claim);
    } else refused.push(claim);
  }
  return { append, takeovers, refused, counted };
}
