import { formatDate } from '../../time/instant.js';
import { absent, evidence, type FindingRule, graded } from '../rule.js';
import { customerContact } from '../wording.js';

/** The close date lies in the past and the deal is still open. */
export const closeDatePassed: FindingRule = {
  kind: 'close_date_passed',
  family: 'stall',
  restsOn: ['deal'],
  looksAt: [],
  needsStage: false,
  judge(deal, at, rules) {
    if (deal.closeDate === undefined) return absent();
    const { day } = deal.closeDate;
    const { critical_days: criticalDays } = rules.findings.close_date_passed;
    return graded(
      at,
      rules.calendar.startOf(day + 1),
      rules.calendar.startOf(day + Math.floor(criticalDays) + 1),
    );
  },
  explain(deal, at, rules) {
    const day = deal.closeDate?.day ?? rules.calendar.dayOf(at);
    return {
      evidence: evidence(deal.closeDate?.by),
      numbers: {
        close_date: formatDate(day),
        days_past: rules.calendar.dayOf(at) - day,
        critical_after_days: rules.findings.close_date_passed.critical_days,
      },
      advice: `The close date was ${formatDate(day)}: ask ${customerContact(deal)} where their decision stands, and set the date that they name.`,
    };
  },
};
