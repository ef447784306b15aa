import { compareEvents, type DomainEvent } from '../events/domain-event.js';
import { createIdentityRegister } from '../events/identity.js';
import { validateEvent } from '../events/validate.js';

/** What counts of the candidates in the order in which they come: sound ones, each identity once, in order. */
export function collect(candidates: readonly unknown[]): DomainEvent[] {
  const register = createIdentityRegister();
  const counted = new Set<DomainEvent>();
  candidates.forEach((candidate, index) => {
    const verdict = validateEvent(candidate);
    if (verdict.outcome !== 'valid') return;
    const { event, domain } = verdict;
    const claim = register.claim({ event: domain, dealId: event.subject ?? '', where: `line ${index}` });
    if (claim.outcome === 'supersedes') counted.delete(claim.refused.event);
    if (claim.outcome === 'new' || claim.outcome === 'supersedes') counted.add(domain);
  });
  return [...counted].sort(compareEvents);
}
