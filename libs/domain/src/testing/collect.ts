import { compareEvents, type DomainEvent } from '../events/domain-event.js';
import { type ClaimedEvent, createIdentityRegister } from '../events/identity.js';
import { validateEvent } from '../events/validate.js';

/** What counts of the candidates, in whatever order they come, by deal: sound ones, each identity once, in order. */
export function collectDeals(candidates: readonly unknown[]): Map<string, DomainEvent[]> {
  const register = createIdentityRegister();
  const counted = new Map<DomainEvent, ClaimedEvent>();
  candidates.forEach((candidate, index) => {
    const verdict = validateEvent(candidate);
    if (verdict.outcome !== 'valid' || typeof verdict.event.subject !== 'string') return;
    const claimed = { event: verdict.domain, dealId: verdict.event.subject, where: `line ${index + 1}` };
    const claim = register.claim(claimed);
    if (claim.outcome === 'supersedes') counted.delete(claim.refused.event);
    if (claim.outcome === 'new' || claim.outcome === 'supersedes') counted.set(claimed.event, claimed);
  });
  const deals = new Map<string, DomainEvent[]>();
  for (const { event, dealId } of counted.values()) deals.set(dealId, [...(deals.get(dealId) ?? []), event]);
  for (const events of deals.values()) events.sort(compareEvents);
  return deals;
}

/** As `collectDeals`, of the deal d1. */
export function collect(candidates: readonly unknown[]): DomainEvent[] {
  return collectDeals(candidates).get('d1') ?? [];
}
