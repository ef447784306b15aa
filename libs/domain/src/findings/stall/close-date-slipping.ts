import type { Deal, Slip } from '../../deal/deal.js';
import type { Rules } from '../../policy/rules.js';
import { type Instant, formatDate, MILLISECONDS_PER_DAY } from '../../time/instant.js';
import { absent, type FindingRule, present } from '../rule.js';
import { customerContact } from '../wording.js';

/** The close date keeps moving later: it is our wish, not the customer's date. */
export const closeDateSlipping: FindingRule = {
  kind: 'close_date_slipping',
  family: 'stall',
  restsOn: ['deal'],
  looksAt: [],
  needsStage: false,
  judge(deal, at, rules) {
    if (deal.slips.length === 0) return absent();
    const numbers = rules.findings.close_date_slipping;
    const slips = recent(deal, at, rules);
    const [first] = slips;
    if (first === undefined) return absent();
    const days = total(slips);
    // The oldest slip leaves the window one millisecond after its last day in it.
    const until = first.at + numbers.window_days * MILLISECONDS_PER_DAY + 1;
    if (slips.length < numbers.times && days < numbers.days) return absent(until);
    const critical = slips.length >= numbers.critical_times || days >= numbers.critical_days;
    return present(critical ? 'critical' : 'warning', until);
  },
  explain(deal, at, rules) {
    const slips = recent(deal, at, rules);
    return {
      evidence: slips.map((slip) => slip.by),
      numbers: {
        times_moved_later: slips.length,
        days_moved_later: total(slips),
        window_days: rules.findings.close_date_slipping.window_days,
      },
      advice: `Ask ${customerContact(deal)} by when they need the result, and what must happen on their side before; set the close date${deal.closeDate === undefined ? '' : ` (now ${formatDate(deal.closeDate.day)})`} by that.`,
    };
  },
};

function recent(deal: Deal, at: Instant, rules: Rules): Slip[] {
  const from = at - rules.findings.close_date_slipping.window_days * MILLISECONDS_PER_DAY;
  return deal.slips.filter((slip) => slip.at >= from);
}

function total(slips: readonly Slip[]): number {
  return slips.reduce((sum, slip) => sum + slip.days, 0);
}
