import type { DomainEvent } from '../events/domain-event.js';
import type { Deal } from './deal.js';

/** Notes forward progress: the deal has moved on by this event. Events come in order, so the latest is the last. */
export function progressed(deal: Deal, by: DomainEvent): void {
  deal.progress = { at: by.time, by };
}

/** Notes a contact with the customer. */
export function contacted(deal: Deal, by: DomainEvent): void {
  deal.contact = { at: by.time, by };
}
