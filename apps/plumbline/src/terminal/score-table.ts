import type { Severity } from '#domain/findings/kinds.js';
import type { Score } from '#domain/score/score.js';
import { table } from './table.js';

const weight: Readonly<Record<Severity, number>> = { critical: 2, warning: 1, info: 0 };

/** Scores as people read them: one line a deal, with what matters most. */
export function scoreTable(scores: readonly Score[]): string {
  if (scores.length === 0) return 'no deals\n';
  return table(scores, [
    { title: 'DEAL', cell: (score) => score.deal_id, maxWidth: 24 },
    { title: 'NAME', cell: (score) => score.name, maxWidth: 28 },
    { title: 'STAGE', cell: (score) => score.stage ?? '-', maxWidth: 16 },
    { title: 'POSITION', cell: (score) => String(score.position), align: 'right' },
    { title: 'STATUS', cell: (score) => score.status },
    { title: 'HEALTH', cell: (score) => score.health?.toFixed(2) ?? '-', align: 'right' },
    { title: 'GRAVEST FINDING', cell: (score) => gravest(score)?.kind ?? '-' },
    { title: 'SINCE', cell: (score) => gravest(score)?.since.slice(0, 10) ?? '-' },
    { title: 'NEXT BEST ACTION', cell: (score) => gravest(score)?.advice ?? '', maxWidth: 90 },
  ]);
}

function gravest(score: Score): Score['findings'][number] | undefined {
  return [...score.findings].sort((a, b) => weight[b.severity] - weight[a.severity])[0];
}
