import type { OpenedDeal } from '../../deal/deal.js';
import { evidenceOf, hasNextStep, latestHeld, type Meeting, nextHeld } from '../../deal/meetings.js';
import type { Rules } from '../../policy/rules.js';
import { businessDays, overAt } from '../../time/business-time.js';
import type { Instant } from '../../time/instant.js';
import { absent, evidence, type FindingRule, type Judgement, present, rounded } from '../rule.js';
import type { Severity } from '../kinds.js';
import { customerContact, dateOf, sellerOf } from '../wording.js';

/** The latest meeting, with the customer or internal, ended without a next step: it was idle talk. */
export const idleMeeting: FindingRule = {
  kind: 'idle_meeting',
  family: 'stall',
  restsOn: ['meeting', 'next_step'],
  looksAt: ['meeting', 'next_step'],
  needsStage: false,
  judge(deal, at, rules) {
    if (deal.meetings.size === 0) return absent();
    const customer = judgeLatest(deal, at, rules, true, 'warning');
    const internal = judgeLatest(deal, at, rules, false, 'info');
    const until = Math.min(customer.until, internal.until);
    return { severity: customer.severity ?? internal.severity, until };
  },
  explain(deal, at, rules) {
    const idle = [true, false]
      .filter((customer) => judgeLatest(deal, at, rules, customer, 'info').severity !== null)
      .map((customer) => latestHeld(deal, customer, at))
      .filter((meeting) => meeting !== undefined);
    const [gravest] = idle;
    const endsAt = gravest?.endsAt ?? at;
    const title = gravest?.title ?? null;
    return {
      evidence: evidence(...idle.flatMap(evidenceOf)),
      numbers: {
        business_days_since_meeting: rounded(businessDays(rules.calendar, endsAt, at, deal.pauses)),
        allowed_business_days: rules.findings.idle_meeting.days,
        idle_customer_meetings: idle.filter((meeting) => meeting.customer).length,
        idle_internal_meetings: idle.filter((meeting) => !meeting.customer).length,
      },
      advice: gravest?.customer
        ? `Write to ${customerContact(deal)} about the meeting of ${dateOf(endsAt, rules)}${inWords(title)}: sum up what they said, and agree the next step it should have ended with.`
        : `${sellerOf(deal)} should settle who does what for the customer after the internal meeting of ${dateOf(endsAt, rules)}${inWords(title)}.`,
    };
  },
};

function inWords(title: string | null): string {
  return title === null || title === '' ? '' : ` ("${title.slice(0, 80)}")`;
}

function judgeLatest(
  deal: OpenedDeal,
  at: Instant,
  rules: Rules,
  customer: boolean,
  severity: Severity,
): Judgement {
  const next = nextHeld(deal, at, customer);
  const latest: Meeting | undefined = latestHeld(deal, customer, at);
  if (latest === undefined || latest.endsAt < deal.run.at) return absent(next);
  const spanEnd = overAt(rules.calendar, deal.pauses, latest.endsAt, rules.findings.idle_meeting.days);
  if (hasNextStep(deal, latest, spanEnd)) return absent(next);
  return at < spanEnd ? absent(Math.min(next, spanEnd)) : present(severity, next);
}
