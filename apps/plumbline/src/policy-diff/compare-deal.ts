import type { AlertFinding, AlertSettings } from '#domain/alerts/types.js';
import { wants } from '#domain/alerts/matching.js';
import { compareCodePoints, type DomainEvent } from '#domain/events/domain-event.js';
import type { FindingKind, Severity } from '#domain/findings/kinds.js';
import type { RuleBook } from '#domain/policy/rules.js';
import { chronicle } from '#domain/score/chronicle.js';
import type { DealRecord, DealStatus } from '#domain/score/records.js';
import type { Instant } from '#domain/time/instant.js';
import { type Outlook, outlookOf } from '#scorer/alerts/outlook.js';

/** An endpoint that would be told of a finding. */
export interface EndpointAlert {
  readonly endpoint: string;
  readonly kind: FindingKind;
}

/** What another policy says otherwise of a deal. */
export interface DealDiff {
  readonly deal_id: string;
  readonly name: string;
  /** In the reporting currency of the second policy; null where it is not known. */
  readonly amount_reporting: number | null;
  /** By the first policy and by the second. */
  readonly status: readonly [DealStatus, DealStatus];
  readonly health: readonly [number | null, number | null];
  readonly appear: readonly { readonly kind: FindingKind; readonly severity: Severity }[];
  readonly go: readonly { readonly kind: FindingKind; readonly severity: Severity }[];
  readonly severity_changes: readonly {
    readonly kind: FindingKind;
    readonly severity: readonly [Severity, Severity];
  }[];
  readonly alerts_appear: readonly EndpointAlert[];
  readonly alerts_go: readonly EndpointAlert[];
}

interface Verdict {
  readonly deal: DealRecord;
  readonly open: ReadonlyMap<FindingKind, AlertFinding>;
  readonly alerts: readonly EndpointAlert[];
}

export interface Sides {
  readonly books: readonly [RuleBook, RuleBook];
  readonly asOf: Instant;
  readonly settings: AlertSettings;
}

/**
 * Holds what two policies say of a deal as of an instant against each other.
 * @param events in the order of `compareEvents`, each identity once
 * @returns undefined where the deal is not opened by then; whether anything differs is for `isChanged` to say
 */
export function compareDeal(
  dealId: string,
  events: readonly DomainEvent[],
  { books, asOf, settings }: Sides,
): DealDiff | undefined {
  const [first, second] = books.map((book) => verdictBy(book, dealId, events, asOf, settings));
  if (first === undefined || second === undefined) return undefined;
  const changes = [...second.open.values()].flatMap(({ kind, severity }) => {
    const before = first.open.get(kind)?.severity;
    return before === undefined || before === severity
      ? []
      : [{ kind, severity: [before, severity] as const }];
  });
  return {
    deal_id: dealId,
    name: second.deal.name,
    amount_reporting: second.deal.amount_reporting,
    status: [first.deal.status, second.deal.status],
    health: [first.deal.health, second.deal.health],
    appear: missing(second, first),
    go: missing(first, second),
    severity_changes: changes,
    alerts_appear: missingAlerts(second, first),
    alerts_go: missingAlerts(first, second),
  };
}

export function isChanged(diff: DealDiff): boolean {
  const { status, appear, go, severity_changes: changes, alerts_appear: told, alerts_go: untold } = diff;
  return status[0] !== status[1] || [appear, go, changes, told, untold].some((list) => list.length > 0);
}

function verdictBy(
  book: RuleBook,
  dealId: string,
  events: readonly DomainEvent[],
  asOf: Instant,
  settings: AlertSettings,
): Verdict | undefined {
  const { records } = chronicle(dealId, events, asOf, book);
  const deal = records.find((record) => record.record === 'deal');
  const outlook = outlookOf(records);
  if (deal === undefined || outlook === undefined) return undefined;
  const open = outlook.episodes.filter((episode) => episode.closed_at === null);
  return {
    deal,
    open: new Map(open.map((finding) => [finding.kind, finding])),
    alerts: alertsOf(settings, outlook.deal, open),
  };
}

function alertsOf(
  { endpoints }: AlertSettings,
  deal: Outlook['deal'],
  open: readonly AlertFinding[],
): EndpointAlert[] {
  return endpoints.flatMap((endpoint) =>
    open
      .filter((finding) => wants(endpoint, deal, finding))
      .map(({ kind }) => ({ endpoint: endpoint.name, kind })),
  );
}

/** Findings that the one has and the other has not, by kind. */
function missing(one: Verdict, other: Verdict): { kind: FindingKind; severity: Severity }[] {
  return [...one.open.values()]
    .filter(({ kind }) => !other.open.has(kind))
    .map(({ kind, severity }) => ({ kind, severity }))
    .sort((a, b) => compareCodePoints(a.kind, b.kind));
}

function missingAlerts(one: Verdict, other: Verdict): EndpointAlert[] {
  return one.alerts.filter(
    (alert) => !other.alerts.some(({ endpoint, kind }) => endpoint === alert.endpoint && kind === alert.kind),
  );
}
