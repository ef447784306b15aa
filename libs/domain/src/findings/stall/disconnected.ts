import { contactSince } from '../../deal/contact.js';
import type { Deal } from '../../deal/deal.js';
import { isAhead } from '../../deal/meetings.js';
import type { DomainEvent } from '../../events/domain-event.js';
import { businessDays, overAt } from '../../time/business-time.js';
import type { Instant } from '../../time/instant.js';
import { absent, evidence, type FindingRule, present, rounded } from '../rule.js';
import { customerContact, dateOf } from '../wording.js';

/** No word from the customer for too long, and no confirmed meeting with them to come. */
export const disconnected: FindingRule = {
  kind: 'disconnected',
  family: 'stall',
  restsOn: ['contact', 'meeting'],
  looksAt: ['contact', 'close', 'next_step', 'meeting'],
  needsStage: false,
  judge(deal, at, rules) {
    for (const meeting of deal.meetings.values()) {
      if (isAhead(meeting, at)) return absent(meeting.aheadUntil);
    }
    const numbers = rules.findings.disconnected;
    const contact = contactSince(deal, at, deal.run);
    const overdueAt = overAt(rules.calendar, deal.pauses, contact.at, numbers.days);
    if (at < overdueAt) return absent(overdueAt);
    return present(sentSince(deal, contact.at).length >= numbers.critical_messages ? 'critical' : 'warning');
  },
  explain(deal, at, rules) {
    const numbers = rules.findings.disconnected;
    const contact = contactSince(deal, at, deal.run);
    const sent = sentSince(deal, contact.at);
    const critical = sent.length >= numbers.critical_messages;
    return {
      evidence: evidence(...contact.evidence, ...(critical ? sent : [])),
      numbers: {
        business_days_since_contact: rounded(businessDays(rules.calendar, contact.at, at, deal.pauses)),
        allowed_business_days: numbers.days,
        messages_sent_since_contact: sent.length,
      },
      advice: critical
        ? `${sent.length} messages since ${dateOf(contact.at, rules)} went unanswered: stop writing the same way, and reach ${customerContact(deal)} by another route or through a colleague to learn whether the need still stands.`
        : `No word from the customer since ${dateOf(contact.at, rules)}: reach ${customerContact(deal)} and ask how their own work on this is going.`,
    };
  },
};

/** Messages sent strictly after the contact. They are in order, so the search is from the latest back. */
function sentSince(deal: Deal, contactAt: Instant): DomainEvent[] {
  let first = deal.sent.length;
  while (first > 0 && (deal.sent[first - 1]?.time ?? contactAt) > contactAt) first -= 1;
  return deal.sent.slice(first);
}
