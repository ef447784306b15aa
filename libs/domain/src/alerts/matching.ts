import type { Severity } from '../findings/kinds.js';
import type { AlertDeal, AlertFinding, Endpoint } from './types.js';

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };

export function isGraver(severity: Severity, than: Severity): boolean {
  return RANK[severity] > RANK[than];
}

/** Whether the endpoint is to be told of the finding of the deal. */
export function wants(
  endpoint: Endpoint,
  deal: AlertDeal,
  finding: Pick<AlertFinding, 'kind' | 'family' | 'severity'>,
): boolean {
  return (
    !isGraver(endpoint.minimumSeverity, finding.severity) &&
    wantsKind(endpoint, finding) &&
    hasAmount(endpoint, deal) &&
    isAmong(endpoint.pipelines, [deal.pipeline]) &&
    isAmong(endpoint.segments, [deal.segment]) &&
    isAmong(endpoint.teams, [deal.team]) &&
    isAmong(endpoint.owners, [deal.owner.id, deal.owner.name])
  );
}

/** A kind tells its family: to ask for both would leave nothing, or nothing out. */
function wantsKind(
  { kinds, families }: Endpoint,
  { kind, family }: Pick<AlertFinding, 'kind' | 'family'>,
): boolean {
  if (kinds === null && families === null) return true;
  return kinds?.includes(kind) === true || families?.includes(family) === true;
}

function hasAmount({ minimumAmount }: Endpoint, { amount_reporting: amount }: AlertDeal): boolean {
  return minimumAmount === null || (amount !== null && amount >= minimumAmount);
}

function isAmong(wanted: readonly string[] | null, names: readonly (string | null)[]): boolean {
  if (wanted === null) return true;
  const lower = names.map((name) => name?.toLowerCase());
  return wanted.some((one) => lower.includes(one.toLowerCase()));
}
