import type { DigestItem } from '#domain/alerts/types.js';
import type { FindingKind, Severity } from '#domain/findings/kinds.js';
import type { Instant } from '#domain/time/instant.js';

/** What a digest is made of. */
export interface DigestInput {
  /** Its webhook id. */
  readonly id: string;
  readonly at: Instant;
  readonly items: readonly DigestItem[];
  /** How many items there are, those included that are not among `items`. */
  readonly total: number;
}

export interface KindTotal {
  readonly kind: FindingKind;
  readonly firing: number;
  readonly resolved: number;
  readonly severity: Readonly<Record<Severity, number>>;
  /** Of the alerts whose deal has a known amount. */
  readonly amount_reporting: number;
}

/** A digest in the order in which it is told, the gravest first. */
export interface DigestContent {
  readonly id: string;
  readonly at: Instant;
  /** One for each alert. */
  readonly items: readonly DigestItem[];
  readonly total: number;
  readonly firing: number;
  readonly resolved: number;
  /** Of those that are firing. */
  readonly critical: number;
  /** Kinds with most alerts first. */
  readonly kinds: readonly KindTotal[];
}

const rank: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** Orders a digest by severity, then by amount in the reporting currency, and counts it. */
export function digestContent({ id, at, items, total }: DigestInput): DigestContent {
  const alerts = latestOfEach(items).sort(gravestFirst);
  const firing = alerts.filter(({ status }) => status === 'firing');
  return {
    id,
    at,
    items: alerts,
    total: Math.max(total - items.length, 0) + alerts.length,
    firing: firing.length,
    resolved: alerts.length - firing.length,
    critical: firing.filter(({ severity }) => severity === 'critical').length,
    kinds: totalsByKind(alerts),
  };
}

/** An alert that began and ended, or became graver, before the digest went out is told as it ended up. */
function latestOfEach(items: readonly DigestItem[]): DigestItem[] {
  const latest = new Map<string, DigestItem>();
  for (const item of items) {
    const known = latest.get(item.alert_id);
    const isLater =
      known === undefined ||
      (known.status === item.status
        ? rank[item.severity] <= rank[known.severity]
        : item.status === 'resolved');
    if (isLater) latest.set(item.alert_id, item);
  }
  return [...latest.values()];
}

function gravestFirst(a: DigestItem, b: DigestItem): number {
  const bySeverity = rank[a.severity] - rank[b.severity];
  if (bySeverity !== 0) return bySeverity;
  if (a.amount_reporting !== b.amount_reporting) {
    // What is not known comes last.
    if (a.amount_reporting === null) return 1;
    if (b.amount_reporting === null) return -1;
    return b.amount_reporting - a.amount_reporting;
  }
  return a.alert_id < b.alert_id ? -1 : 1;
}

function totalsByKind(alerts: readonly DigestItem[]): KindTotal[] {
  const byKind = new Map<FindingKind, DigestItem[]>();
  for (const alert of alerts) {
    const others = byKind.get(alert.kind);
    if (others === undefined) byKind.set(alert.kind, [alert]);
    else others.push(alert);
  }
  return [...byKind]
    .map(([kind, of]) => ({
      kind,
      firing: of.filter(({ status }) => status === 'firing').length,
      resolved: of.filter(({ status }) => status === 'resolved').length,
      severity: {
        critical: of.filter(({ severity }) => severity === 'critical').length,
        warning: of.filter(({ severity }) => severity === 'warning').length,
        info: of.filter(({ severity }) => severity === 'info').length,
      },
      amount_reporting: of.reduce((sum, { amount_reporting: amount }) => sum + (amount ?? 0), 0),
    }))
    .sort((a, b) => b.firing + b.resolved - (a.firing + a.resolved) || (a.kind < b.kind ? -1 : 1));
}
