import type { Deal, Outcome } from '../../deal/deal.js';
import { attainment, nextOutcomeDue } from '../../deal/success.js';
import type { Rules } from '../../policy/rules.js';
import type { Instant } from '../../time/instant.js';
import { absent, evidence, type FindingRule, present, rounded } from '../rule.js';
import { customerContact } from '../wording.js';

/** A result that the customer expected is due, and too little of it has come. */
export const outcomeBehind: FindingRule = {
  kind: 'outcome_behind',
  family: 'success',
  restsOn: ['outcome'],
  looksAt: ['outcome'],
  needsStage: false,
  judge(deal, at, rules) {
    const [worst] = outcomesBehind(deal, at, rules);
    const until = nextOutcomeDue(deal, at);
    if (worst === undefined) return absent(until);
    return present(
      worst.attained < rules.findings.outcome_behind.critical_below ? 'critical' : 'warning',
      until,
    );
  },
  explain(deal, at, rules) {
    const behind = outcomesBehind(deal, at, rules);
    const [worst] = behind;
    return {
      evidence: evidence(...behind.flatMap(({ outcome, id }) => [outcome.by, deal.measures.get(id)?.by])),
      numbers: {
        attainment: worst === undefined ? null : rounded(worst.attained),
        required_attainment: rules.findings.outcome_behind.below,
        measured: worst === undefined ? null : (deal.measures.get(worst.id)?.value ?? null),
        target: worst?.outcome.target ?? null,
        outcomes_behind: behind.length,
      },
      advice: `Go through "${worst?.outcome.name ?? 'the outcome'}" with ${customerContact(deal)}: what was promised, what came, and what both sides do to close the gap.`,
    };
  },
};

interface Behind {
  readonly id: string;
  readonly outcome: Outcome;
  readonly attained: number;
}

/** The outcomes due with too low an attainment, the worst first. */
export function outcomesBehind(deal: Deal, at: Instant, rules: Rules): Behind[] {
  const { below } = rules.findings.outcome_behind;
  const behind: Behind[] = [];
  for (const [id, outcome] of deal.outcomes) {
    const attained = outcome.due < at ? attainment(deal, id, outcome) : undefined;
    if (attained !== undefined && attained < below) behind.push({ id, outcome, attained });
  }
  return behind.sort((a, b) => a.attained - b.attained);
}
