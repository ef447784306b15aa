import { isOpened, type OpenedDeal } from '../deal/deal.js';
import { pauseAt } from '../deal/lifecycle.js';
import type { Severity } from '../findings/kinds.js';
import type { Explanation, FindingRule } from '../findings/rule.js';
import { sentence } from '../findings/wording.js';
import { formatInstant, type Instant } from '../time/instant.js';
import { type Course, graver, type Observer } from './course.js';
import type { FindingRecord, HealthRecord } from './records.js';
import { evidenceId, verdictOf } from './score.js';
import { standingOf } from './standing.js';

/** A finding that holds. */
interface Episode {
  readonly rule: FindingRule;
  readonly openedAt: Instant;
  severity: Severity;
  worst: Severity;
  /** As of its opening or latest change of severity. */
  explanation: Explanation;
  /** Its place among all episodes. */
  readonly place: number;
}

interface Ending {
  readonly at: Instant;
  readonly by: string;
}

/** How the findings of a deal came and went, and how its health changed. */
export interface History extends Observer {
  /** The latest instant up to `asOf` at which an event, time, a meeting's end or a pause's changed something. */
  judgedAt(deal: OpenedDeal, asOf: Instant): Instant;
  /** Its health through time. A record that did not change is the same object as before. */
  health(): readonly HealthRecord[];
  /** All episodes in the order in which they opened; one that is over is the same object as before. */
  findings(deal: OpenedDeal, judgedAt: Instant): readonly FindingRecord[];
}

/** Watches a course and remembers its findings and its health. */
export function createHistory(course: Course): History {
  const episodes: FindingRecord[] = [];
  let opened = 0;
  const open = new Map<FindingRule, Episode>();
  const spans: HealthRecord[] = [];
  let lastTurnAt = Number.NEGATIVE_INFINITY;
  let turnedNow = false;
  let told: readonly unknown[] = [];

  const end = (deal: OpenedDeal, episode: Episode, at: Instant): void => {
    const by = deal.settledAt === at && deal.lastEvent !== undefined ? evidenceId(deal.lastEvent) : 'time';
    episodes[episode.place] = findingRecord(deal, episode, episode.explanation, { at, by });
    open.delete(episode.rule);
  };

  return {
    transition({ rule }, { at, after }) {
      const { deal, rules } = course;
      turnedNow = true;
      if (!isOpened(deal)) return;
      const episode = open.get(rule);
      if (after === null) {
        if (episode !== undefined) end(deal, episode, at);
      } else if (episode === undefined) {
        const explanation = rule.explain(deal, at, rules);
        const place = opened++;
        open.set(rule, { rule, openedAt: at, severity: after, worst: after, explanation, place });
      } else {
        episode.severity = after;
        episode.worst = graver(episode.worst, after);
        episode.explanation = rule.explain(deal, at, rules);
      }
    },
    turned(at) {
      const transitioned = turnedNow;
      turnedNow = false;
      if (transitioned) lastTurnAt = at;
      if (!isOpened(course.deal)) return;
      const facts = factsOf(course, course.deal, at);
      if (!transitioned && facts.every((fact, index) => fact === told[index])) return;
      told = facts;
      const change = healthRecord(course, course.deal, at);
      const last = spans.at(-1);
      if (last !== undefined && sameHealth(last, change)) return;
      if (last !== undefined) spans[spans.length - 1] = { ...last, valid_to: change.valid_from };
      spans.push(change);
    },
    judgedAt(deal, asOf) {
      let judged = Math.max(deal.settledAt, lastTurnAt);
      for (const { heldAt } of deal.meetings.values()) if (heldAt <= asOf && heldAt > judged) judged = heldAt;
      // The pause of a closed deal is not looked at, and so is not due to be looked at again when it lifts.
      const lifted = course.phase === 'none' ? undefined : deal.pauses.at(-1)?.to;
      return lifted !== undefined && lifted <= asOf && lifted > judged ? lifted : judged;
    },
    health: () => spans,
    findings(deal, judgedAt) {
      // What is told of an open episode must not stay with it: once over, it is told as of its latest change.
      for (const [rule, episode] of open)
        episodes[episode.place] = findingRecord(
          deal,
          episode,
          rule.explain(deal, judgedAt, course.rules),
          null,
        );
      return episodes;
    },
  };
}

function findingRecord(
  deal: OpenedDeal,
  { rule, openedAt, severity, worst }: Episode,
  explanation: Explanation,
  ending: Ending | null,
): FindingRecord {
  const opened = formatInstant(openedAt);
  return {
    record: 'finding',
    key: `${rule.kind}|${opened}`,
    deal_id: deal.id,
    kind: rule.kind,
    family: rule.family,
    opened_at: opened,
    closed_at: ending === null ? null : formatInstant(ending.at),
    severity,
    worst_severity: worst,
    closed_by: ending === null ? null : ending.by,
    evidence: explanation.evidence.map(evidenceId),
    numbers: explanation.numbers,
    advice: sentence(explanation.advice),
  };
}

/** The deal's health from an instant on, until something changes it. */
function healthRecord(course: Course, deal: OpenedDeal, at: Instant): HealthRecord {
  const validFrom = formatInstant(at);
  const verdict = verdictOf(deal, course.phase, course.standings, course.rules);
  return {
    record: 'health',
    key: validFrom,
    deal_id: deal.id,
    valid_from: validFrom,
    ...standingOf(course, deal, verdict, at),
    valid_to: null,
  };
}

/** What of a deal, beside its findings, a health record tells: most events change none of it. */
function factsOf(course: Course, deal: OpenedDeal, at: Instant): readonly unknown[] {
  return [
    course.phase,
    // Pipelines that the policy does not know share their rules.
    deal.pipeline,
    deal.stage,
    deal.position,
    deal.amount,
    deal.currency,
    deal.owner,
    deal.segment,
    deal.lifecycle,
    deal.removed,
    deal.mergedInto,
    pauseAt(deal, at) !== undefined,
  ];
}

type HealthField = Exclude<keyof HealthRecord, 'record' | 'key' | 'deal_id' | 'valid_from' | 'valid_to'>;

/** The compiler holds this complete. */
const healthFields: Readonly<Record<HealthField, true>> = {
  status: true,
  health: true,
  stall: true,
  alignment: true,
  success: true,
  pipeline: true,
  stage: true,
  stage_order: true,
  position: true,
  amount: true,
  currency: true,
  amount_reporting: true,
  owner_id: true,
  owner_name: true,
  team: true,
  segment: true,
  paused: true,
  finding_kinds: true,
  finding_severities: true,
};
const HEALTH_FIELDS = Object.keys(healthFields) as readonly HealthField[];

/** Whether two records tell the same health, whenever each began and ended. */
function sameHealth(a: HealthRecord, b: HealthRecord): boolean {
  for (const name of HEALTH_FIELDS) {
    const [one, other] = [a[name], b[name]];
    const same = Array.isArray(one) && Array.isArray(other) ? sameTexts(one, other) : one === other;
    if (!same) return false;
  }
  return true;
}

function sameTexts(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
