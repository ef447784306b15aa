import type { DomainEvent } from '../events/domain-event.js';
import type { Instant } from '../time/instant.js';
import type { Deal } from './deal.js';
import { evidenceOf } from './meetings.js';

/** The last contact with the customer, and the events that say so. */
export interface Contact {
  readonly at: Instant;
  readonly evidence: readonly DomainEvent[];
}

/** The last contact up to an instant: a message, an answer, a step of the customer's, or a meeting at its end. */
export function lastContact(deal: Deal, at: Instant): Contact | undefined {
  let latest: Contact | undefined;
  if (deal.contact !== undefined) latest = { at: deal.contact.at, evidence: [deal.contact.by] };
  for (const meeting of deal.meetings.values()) {
    if (!meeting.customer || meeting.heldAt > at) continue;
    if (latest === undefined || meeting.heldAt > latest.at) {
      latest = { at: meeting.heldAt, evidence: evidenceOf(meeting) };
    }
  }
  return latest;
}

/** The last contact, or the given start where none came since. */
export function contactSince(deal: Deal, at: Instant, start: { at: Instant; by: DomainEvent }): Contact {
  const contact = lastContact(deal, at);
  return contact !== undefined && contact.at >= start.at ? contact : { at: start.at, evidence: [start.by] };
}
