import { formatCount } from '../terminal/progress.js';
import { table } from '../terminal/table.js';
import type { DealDiff } from './compare-deal.js';
import type { DiffSummary } from './tally.js';

/**
 * What would change, for people.
 * @param largest some of the deals that change
 * @param hasEndpoints whether there is anybody to be told
 */
export function diffText(summary: DiffSummary, largest: readonly DealDiff[], hasEndpoints: boolean): string {
  const { deals, changed, findings, alerts } = summary;
  const lines = [
    `${formatCount(changed)} of ${formatCount(deals)} deals differ: ` +
      `${formatCount(summary.status_changes)} change status, ` +
      `${formatCount(findings.appear)} findings appear and ${formatCount(findings.go)} go` +
      (hasEndpoints
        ? `, ${formatCount(alerts.appear)} alerts appear and ${formatCount(alerts.go)} go\n`
        : ' (alerts are told with --alerts FILE)\n'),
  ];
  if (summary.statuses.length > 0)
    lines.push(
      table(summary.statuses, [
        { title: 'STATUS', cell: ({ from }) => from },
        { title: 'BECOMES', cell: ({ to }) => to },
        { title: 'DEALS', cell: (row) => formatCount(row.deals), align: 'right' },
      ]),
    );
  if (summary.findings_by_kind.length > 0)
    lines.push(
      table(summary.findings_by_kind, [
        { title: 'FINDING', cell: ({ kind }) => kind },
        { title: 'APPEAR', cell: ({ appear }) => formatCount(appear), align: 'right' },
        { title: 'GO', cell: ({ go }) => formatCount(go), align: 'right' },
        { title: 'OTHER SEVERITY', cell: (row) => formatCount(row.severity_changed), align: 'right' },
      ]),
    );
  if (summary.alerts_by_endpoint.length > 0)
    lines.push(
      table(summary.alerts_by_endpoint, [
        { title: 'ENDPOINT', cell: ({ endpoint }) => endpoint },
        { title: 'ALERTS APPEAR', cell: ({ appear }) => formatCount(appear), align: 'right' },
        { title: 'GO', cell: ({ go }) => formatCount(go), align: 'right' },
      ]),
    );
  if (largest.length > 0)
    lines.push(
      table(largest, [
        { title: 'DEAL', cell: ({ deal_id: id }) => id, maxWidth: 30 },
        { title: 'NAME', cell: ({ name }) => name, maxWidth: 40 },
        { title: 'STATUS', cell: ({ status: [from, to] }) => (from === to ? to : `${from} -> ${to}`) },
        { title: 'FINDINGS', cell: findingsText, maxWidth: 100 },
      ]) + (changed > largest.length ? `and ${formatCount(changed - largest.length)} more deals\n` : ''),
    );
  return lines.join('\n');
}

function findingsText({ appear, go, severity_changes: changes }: DealDiff): string {
  return [
    ...appear.map(({ kind, severity }) => `+${kind} (${severity})`),
    ...go.map(({ kind }) => `-${kind}`),
    ...changes.map(({ kind, severity: [from, to] }) => `${kind} ${from} -> ${to}`),
  ].join(', ');
}
