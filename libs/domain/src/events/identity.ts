import { canonicalJson } from './canonical-json.js';
import type { DomainEvent } from './domain-event.js';

/** An event, the deal it is about, and where it was read. */
export interface ClaimedEvent {
  readonly event: DomainEvent;
  readonly dealId: string;
  /** For telling people; the register does not look at it. */
  readonly where: string;
}

/** What became of a claim to an identity. */
export type ClaimOutcome =
  | { readonly outcome: 'new' }
  /** The same event again: it counts once. */
  | { readonly outcome: 'duplicate' }
  /** Another event of that identity counts. */
  | { readonly outcome: 'refused'; readonly by: ClaimedEvent }
  /** It takes the place of one that was claimed before. */
  | { readonly outcome: 'supersedes'; readonly refused: ClaimedEvent };

const NEW: ClaimOutcome = { outcome: 'new' };
const DUPLICATE: ClaimOutcome = { outcome: 'duplicate' };

/**
 * Settles which event of each (source, id) counts: of two that differ the earlier, at equal times the one whose JSON
 * text sorts first (fine print 4). Whatever the order in which they are claimed, the same one counts in the end.
 */
export function createIdentityRegister() {
  const claims = new Map<string, ClaimedEvent>();
  return {
    claim(candidate: ClaimedEvent): ClaimOutcome {
      const { source, id } = candidate.event;
      // No separator is safe: either may hold any character.
      const identity = `${source.length}:${source}${id}`;
      const standing = claims.get(identity);
      if (standing === undefined) {
        claims.set(identity, candidate);
        return NEW;
      }
      const content = contentOf(candidate.event, candidate.dealId);
      const standingContent = contentOf(standing.event, standing.dealId);
      if (content === standingContent) return DUPLICATE;
      const earlier = candidate.event.time - standing.event.time;
      if (earlier > 0 || (earlier === 0 && content > standingContent))
        return { outcome: 'refused', by: standing };
      claims.set(identity, candidate);
      return { outcome: 'supersedes', refused: standing };
    },
  };
}

/**
 * Everything by which two events of one identity can differ, in the order of their attributes' names. What passes by
 * does not count: how the same time is written, when the event became known, attributes that mean nothing here.
 * @param dealId undefined where the event names no deal yet
 */
export function contentOf(event: DomainEvent, dealId: string | undefined): string {
  const { data, id, source, time, type } = event;
  return canonicalJson({ data, id, source, subject: dealId, time, type });
}
