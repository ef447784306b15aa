import type { AlertDeal, AlertFinding } from '#domain/alerts/types.js';
import type { FindingKind, Severity } from '#domain/findings/kinds.js';
import type { DealRecord, FindingRecord, ScorerRecord } from '#domain/score/records.js';
import { type Instant, parseInstant } from '#domain/time/instant.js';

/** What alerts look at of a deal. */
export interface Outlook {
  readonly deal: AlertDeal;
  /** All episodes that are open, and of each other kind the last one. */
  readonly episodes: readonly AlertFinding[];
}

/** A deal as its records tell it; undefined where it isn't opened. */
export function outlookOf(records: readonly ScorerRecord[]): Outlook | undefined {
  let deal: DealRecord | undefined;
  const latest = new Map<string, FindingRecord>();
  for (const record of records) {
    if (record.record === 'deal') deal = record;
    // Episodes of a kind come in the order in which they opened.
    else if (record.record === 'finding') latest.set(record.kind, record);
  }
  if (deal === undefined) return undefined;
  return { deal: alertDeal(deal), episodes: [...latest.values()].map(alertFinding) };
}

/**
 * Tells apart what matters to alerts: two records of a deal with the same text make the same alerts. Numbers, advice
 * and evidence drift with every event and matter only once there is something to tell.
 */
export function outlookText({ deal, episodes }: Outlook): string {
  return JSON.stringify([
    deal.owner,
    deal.team,
    deal.segment,
    deal.pipeline,
    deal.amount_reporting,
    deal.paused,
    episodes.map(({ kind, severity, since, closed_at: closedAt }) => [kind, severity, since, closedAt]),
  ]);
}

/** The same with the instant since which each open finding has its present severity, as the history of health tells it. */
export function withSeverities({ deal, episodes }: Outlook, records: readonly ScorerRecord[]): Outlook {
  const held = new Map<FindingKind, { readonly severity: Severity; readonly from: string }>();
  for (const record of records) {
    if (record.record !== 'health') continue;
    const now = new Set(record.finding_kinds);
    for (const kind of held.keys()) if (!now.has(kind)) held.delete(kind);
    for (const [index, kind] of record.finding_kinds.entries()) {
      const severity = record.finding_severities[index];
      if (severity !== undefined && held.get(kind)?.severity !== severity)
        held.set(kind, { severity, from: record.valid_from });
    }
  }
  return {
    deal,
    episodes: episodes.map((episode) => {
      const since = held.get(episode.kind);
      return episode.closed_at !== null || since?.severity !== episode.severity
        ? episode
        : { ...episode, severity_since: instantOf(since.from) };
    }),
  };
}

function alertDeal(record: DealRecord): AlertDeal {
  return {
    id: record.deal_id,
    name: record.name,
    owner: { id: record.owner_id, name: record.owner_name },
    team: record.team,
    segment: record.segment,
    pipeline: record.pipeline,
    stage: record.stage,
    amount: record.amount,
    currency: record.currency,
    amount_reporting: record.amount_reporting,
    health: record.health,
    paused: record.paused,
  };
}

function alertFinding(record: FindingRecord): AlertFinding {
  return {
    kind: record.kind,
    family: record.family,
    severity: record.severity,
    since: instantOf(record.opened_at),
    closed_at: record.closed_at === null ? null : instantOf(record.closed_at),
    advice: record.advice,
    numbers: record.numbers,
    evidence: record.evidence,
  };
}

/** @throws RangeError where a record tells no instant: it would be the scorer's own fault */
function instantOf(text: string): Instant {
  const at = parseInstant(text);
  if (at === undefined) throw new RangeError(`not an instant: ${text}`);
  return at;
}
